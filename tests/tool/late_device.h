// The reference with a lie: its device page table seems to keep what was invalidated.

#ifndef MIRRORCHECK_TESTS_TOOL_LATE_DEVICE_H_
#define MIRRORCHECK_TESTS_TOOL_LATE_DEVICE_H_

#include <array>
#include <memory>

#include "impl/reference/reference.h"
#include "impl/world.h"

namespace mirrorcheck {

class LateDevice final : public impl::World {
 public:
  impl::Capabilities capabilities() const override { return world_->capabilities(); }
  void reset(const impl::Layout& layout, impl::Observer& observer) override {
    last_ = {};
    world_->reset(layout, observer);
  }
  void apply(model::Task task, const impl::Operation& operation, impl::Result& result) override {
    world_->apply(task, operation, result);
  }
  void shut_down() override { world_->shut_down(); }
  impl::Entry cpu_entry(model::Page page) const override { return world_->cpu_entry(page); }
  impl::Entry device_entry(model::Mirror mirror, model::Page page) const override {
    const impl::Entry now = world_->device_entry(mirror, page);
    impl::Entry& last = last_[static_cast<std::size_t>(mirror)][static_cast<std::size_t>(page)];
    if (now.frame != model::kNoFrame) last = now;
    return last;
  }
  model::Frame backing(model::FilePage page) const override { return world_->backing(page); }
  bool is_free(model::Frame frame) const override { return world_->is_free(frame); }
  std::uint32_t pins(model::Frame frame) const override { return world_->pins(frame); }
  std::uint8_t file_size(model::File file) const override { return world_->file_size(file); }
  impl::NotifierState notifiers(model::Mm mm) const override { return world_->notifiers(mm); }
  impl::SubscriptionState subscription(model::Mirror mirror) const override {
    return world_->subscription(mirror);
  }
  std::uint32_t users(model::Mm mm) const override { return world_->users(mm); }
  std::uint32_t cell(model::Frame frame, unsigned cell) const override {
    return world_->cell(frame, cell);
  }

 private:
  std::unique_ptr<impl::World> world_ = impl::create_reference();
  mutable std::array<std::array<impl::Entry, model::kPages>, model::kMirrors> last_{};
};

}  // namespace mirrorcheck

#endif  // MIRRORCHECK_TESTS_TOOL_LATE_DEVICE_H_
