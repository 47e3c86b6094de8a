// Frames and blocks, and who may still name them: S2.
//
// Thread safety: pure functions of their arguments.

#ifndef MIRRORCHECK_PROOFS_GROUPS_FRAMES_H_
#define MIRRORCHECK_PROOFS_GROUPS_FRAMES_H_

#include "model/safety.h"
#include "model/state.h"
#include "proofs/group.h"

namespace mirrorcheck::proofs {

// X16, X13: what is mapped or pinned is in use.
template <class D>
auto mapped_frames_are_used(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Page>(
             [&](const auto& p) { return s.cpu_frame(p) == kNoFrame || s.used(s.cpu_frame(p)); }) &&
         D::template all<Frame>([&](const auto& f) { return s.pins(f) == 0u || s.used(f); });
}

struct Frames {
  static constexpr Group kGroup{
      .name = "frames",
      .title = "frames and blocks, and who may still name them",
      .says = "what a device, a CPU entry or a pin names is in use (S2)",
      .does_not_say =
          "what is in a frame: that a load returns the newest store is judged at run time",
      .assumes =
          "a frame is given away only when no CPU entry, file page or pin names it; that no device "
          "does is proved",
  };
  template <class D, class F>
  static void each_conjunct(F&& f) {
    using namespace mirrorcheck::model;
    f("FreedTarget", "S2", &FreedTarget<D>::holds);
    f("mapped_frames_are_used", "S2", &mapped_frames_are_used<D>);
  }
};

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_GROUPS_FRAMES_H_
