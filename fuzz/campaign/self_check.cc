#include "fuzz/campaign/self_check.h"

#include <cstdint>
#include <utility>

#include "fuzz/harness/execution.h"
#include "fuzz/scenario/generate.h"
#include "impl/forwarding_world.h"

namespace mirrorcheck::fuzz {
namespace {

// One scenario in four or so has a load that succeeds.
constexpr std::uint64_t kScenarios = 2'000;

class WrongLoads final : public impl::ForwardingWorld {
 public:
  using ForwardingWorld::ForwardingWorld;

  void apply(model::Task task, const impl::Operation& operation, impl::Result& result) override {
    inside().apply(task, operation, result);
    if (operation.call != impl::Call::kLoad || result.error != 0) return;
    result.data[0] ^= 1;
    wrong_ = true;
  }

  // Whether a load has been wrong since this was last asked.
  bool was_wrong() { return std::exchange(wrong_, false); }

 private:
  bool wrong_ = false;
};

}  // namespace

bool notices_wrong_loads(impl::World& world) {
  WrongLoads wrong(world);
  Execution execution(wrong, {});
  bool noticed_others = false;
  bool missed = false;
  for (std::uint64_t seed = 0; seed < kScenarios; ++seed) {
    const Verdict verdict = execution.replay(random_scenario(seed, {}));
    const bool lied = wrong.was_wrong();
    if (verdict.kind != VerdictKind::kViolated) {
      missed = missed || (lied && verdict.kind == VerdictKind::kHolds);
      continue;
    }
    if (verdict.breach.clause->property == model::Property::kS6) return true;
    noticed_others = true;
  }
  // Some worlds never get as far as a load before something else is found wrong with them.
  return noticed_others && !missed;
}

}  // namespace mirrorcheck::fuzz
