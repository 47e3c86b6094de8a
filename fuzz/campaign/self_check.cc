#include "fuzz/campaign/self_check.h"

#include <cstdint>

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
    if (operation.call == impl::Call::kLoad && result.error == 0) result.data[0] ^= 1;
  }
};

}  // namespace

bool notices_wrong_loads(impl::World& world) {
  WrongLoads wrong(world);
  Execution execution(wrong, {});
  for (std::uint64_t seed = 0; seed < kScenarios; ++seed) {
    const Verdict verdict = execution.replay(random_scenario(seed, {}));
    if (verdict.kind == VerdictKind::kViolated &&
        verdict.breach.clause->property == model::Property::kS6) {
      return true;
    }
  }
  return false;
}

}  // namespace mirrorcheck::fuzz
