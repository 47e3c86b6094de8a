// An implementation that follows a null pointer at the first munmap.

#include <array>

#include "impl/world.h"

namespace mirrorcheck::impl {
namespace {

class CrashingWorld final : public World {
 public:
  Capabilities capabilities() const override { return {.events = true, .state = true}; }
  void reset(const Layout& layout, Observer&) override {
    users_ = {};
    for (unsigned t = 0; t < layout.tasks; ++t) {
      ++users_[static_cast<std::size_t>(layout.mm_of_task[t])];
    }
  }
  void apply(model::Task, const Operation& operation, Result& result) override {
    result.error = -1;
    if (operation.call == Call::kMunmap) *nowhere_ = 1;
  }
  void shut_down() override {}
  Entry cpu_entry(model::Page) const override { return {}; }
  Entry device_entry(model::Mirror, model::Page) const override { return {}; }
  model::Frame backing(model::FilePage) const override { return model::kNoFrame; }
  bool is_free(model::Frame) const override { return true; }
  std::uint32_t pins(model::Frame) const override { return 0; }
  std::uint8_t file_size(model::File) const override { return 0; }
  NotifierState notifiers(model::Mm) const override { return {}; }
  SubscriptionState subscription(model::Mirror) const override { return {}; }
  std::uint32_t users(model::Mm mm) const override { return users_[static_cast<std::size_t>(mm)]; }
  std::uint32_t cell(model::Frame, unsigned) const override { return 0; }

 private:
  std::array<std::uint32_t, model::kMms> users_{};
  volatile int* volatile nowhere_ = nullptr;
};

}  // namespace
}  // namespace mirrorcheck::impl

extern "C" __attribute__((visibility("default"))) mirrorcheck::impl::World*
mirrorcheck_create_world(std::uint32_t boundary) {
  return boundary == mirrorcheck::impl::kBoundaryVersion ? new mirrorcheck::impl::CrashingWorld
                                                         : nullptr;
}
