#include "fuzz/campaign/self_check.h"

#include <cstdint>

#include "fuzz/harness/execution.h"
#include "fuzz/scenario/generate.h"

namespace mirrorcheck::fuzz {
namespace {

// One scenario in four or so has a load that succeeds.
constexpr std::uint64_t kScenarios = 2'000;

class WrongLoads final : public impl::World {
 public:
  explicit WrongLoads(impl::World& world) : world_(world) {}

  impl::Capabilities capabilities() const override { return world_.capabilities(); }
  void reset(const impl::Layout& layout, impl::Observer& observer) override {
    world_.reset(layout, observer);
  }
  void apply(model::Task task, const impl::Operation& operation, impl::Result& result) override {
    world_.apply(task, operation, result);
    if (operation.call == impl::Call::kLoad && result.error == 0) result.data[0] ^= 1;
  }
  void shut_down() override { world_.shut_down(); }
  impl::Entry cpu_entry(model::Page page) const override { return world_.cpu_entry(page); }
  impl::Entry device_entry(model::Mirror mirror, model::Page page) const override {
    return world_.device_entry(mirror, page);
  }
  model::Frame backing(model::FilePage page) const override { return world_.backing(page); }
  bool is_free(model::Frame frame) const override { return world_.is_free(frame); }
  std::uint32_t pins(model::Frame frame) const override { return world_.pins(frame); }
  std::uint8_t file_size(model::File file) const override { return world_.file_size(file); }
  impl::NotifierState notifiers(model::Mm mm) const override { return world_.notifiers(mm); }
  impl::SubscriptionState subscription(model::Mirror mirror) const override {
    return world_.subscription(mirror);
  }
  std::uint32_t users(model::Mm mm) const override { return world_.users(mm); }
  std::uint32_t cell(model::Frame frame, unsigned cell) const override {
    return world_.cell(frame, cell);
  }
  const char* complaint() const override { return world_.complaint(); }

 private:
  impl::World& world_;
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
