// What a device can reach: S1, and with it S3 and S17.
//
// Thread safety: pure functions of their arguments.

#ifndef MIRRORCHECK_PROOFS_GROUPS_DEVICE_H_
#define MIRRORCHECK_PROOFS_GROUPS_DEVICE_H_

#include "model/safety.h"
#include "model/state.h"
#include "proofs/group.h"

namespace mirrorcheck::proofs {

// What the device has is what the mirror's own page table says, and the driver is registered for
// it. With `StaleTranslation`, which it implies, this is S1.
template <class D>
auto device_entries_are_owned(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Mirror>([&](const auto& m) {
    return D::template all<Page>([&](const auto& p) {
      return s.device_frame(m, p) == kNoFrame || (s.engine(m) && D::contains(s.mirror_pages(m), p));
    });
  });
}

struct Device {
  static constexpr Group kGroup{
      .name = "device",
      .title = "what a device can reach",
      .says =
          "a translation that a device can use names the frame that the CPU entry of the mirrored "
          "page names, and writes only where that entry may be written (S1, S3, S17)",
      .does_not_say =
          "that the device drops what it has cached of a translation: clearing an entry stands for "
          "that, too",
      .assumes =
          "the driver tears down and installs under its update lock, so that each is one step (the "
          "abstraction group says why that is enough)",
  };
  template <class D, class F>
  static void each_conjunct(F&& f) {
    using namespace mirrorcheck::model;
    f("StaleTranslation", "S1 S2 S5", &StaleTranslation<D>::holds);
    f("device_entries_are_owned", "S1 S2 S5", &device_entries_are_owned<D>);
  }
};

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_GROUPS_DEVICE_H_
