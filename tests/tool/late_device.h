// The reference with a lie: its device page table seems to keep what was invalidated.

#ifndef MIRRORCHECK_TESTS_TOOL_LATE_DEVICE_H_
#define MIRRORCHECK_TESTS_TOOL_LATE_DEVICE_H_

#include <array>

#include "impl/forwarding_world.h"
#include "impl/reference/reference.h"

namespace mirrorcheck {

class LateDevice final : public impl::ForwardingWorld {
 public:
  LateDevice() : ForwardingWorld(impl::create_reference()) {}

  void reset(const impl::Layout& layout, impl::Observer& observer) override {
    last_ = {};
    inside().reset(layout, observer);
  }
  impl::Entry device_entry(model::Mirror mirror, model::Page page) const override {
    const impl::Entry now = inside().device_entry(mirror, page);
    impl::Entry& last = last_[static_cast<std::size_t>(mirror)][static_cast<std::size_t>(page)];
    if (now.frame != model::kNoFrame) last = now;
    return last;
  }

 private:
  mutable std::array<std::array<impl::Entry, model::kPages>, model::kMirrors> last_{};
};

}  // namespace mirrorcheck

#endif  // MIRRORCHECK_TESTS_TOOL_LATE_DEVICE_H_
