// The reference mirror, except that it follows a null pointer at the first munmap.

#include <memory>

#include "impl/reference/reference.h"
#include "impl/world.h"

namespace mirrorcheck::impl {
namespace {

class CrashingWorld final : public World {
 public:
  Capabilities capabilities() const override { return world_->capabilities(); }
  void reset(const Layout& layout, Observer& observer) override { world_->reset(layout, observer); }
  void apply(model::Task task, const Operation& operation, Result& result) override {
    if (operation.call == Call::kMunmap) *nowhere_ = 1;
    world_->apply(task, operation, result);
  }
  void shut_down() override { world_->shut_down(); }
  Entry cpu_entry(model::Page page) const override { return world_->cpu_entry(page); }
  Entry device_entry(model::Mirror mirror, model::Page page) const override {
    return world_->device_entry(mirror, page);
  }
  model::Frame backing(model::FilePage page) const override { return world_->backing(page); }
  bool is_free(model::Frame frame) const override { return world_->is_free(frame); }
  std::uint32_t pins(model::Frame frame) const override { return world_->pins(frame); }
  std::uint8_t file_size(model::File file) const override { return world_->file_size(file); }
  NotifierState notifiers(model::Mm mm) const override { return world_->notifiers(mm); }
  SubscriptionState subscription(model::Mirror mirror) const override {
    return world_->subscription(mirror);
  }
  std::uint32_t users(model::Mm mm) const override { return world_->users(mm); }
  std::uint32_t cell(model::Frame frame, unsigned cell) const override {
    return world_->cell(frame, cell);
  }

 private:
  std::unique_ptr<World> world_ = create_reference();
  volatile int* volatile nowhere_ = nullptr;
};

}  // namespace
}  // namespace mirrorcheck::impl

extern "C" __attribute__((visibility("default"))) mirrorcheck::impl::World*
mirrorcheck_create_world(std::uint32_t boundary) {
  return boundary == mirrorcheck::impl::kBoundaryVersion ? new mirrorcheck::impl::CrashingWorld
                                                         : nullptr;
}
