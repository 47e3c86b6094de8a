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

// S13: no step that changes what a device can reach takes or drops a reference.
template <class D>
typename D::template Of<bool> mirrors_take_no_references(const model::State<D>& s,
                                                         const typename D::Arguments&,
                                                         const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Frame>([&](const auto& f) {
    return s.pins(f) == t.pins(f) || D::template all<Mirror>([&](const auto& m) {
             return D::template all<Page>(
                 [&](const auto& p) { return s.device_frame(m, p) == t.device_frame(m, p); });
           });
  });
}

// The bug of the mutant M44: a truncate would wait for the mirror.
template <class D>
void pin_what_is_installed(model::State<D>& t, const typename D::Arguments& a) {
  const auto frame = t.device_frame(a.mirror, a.page);
  t.pins.set(frame, t.pins(frame) + 1u);
}

// S2, S5': what is given away is named by nothing: no file page, no CPU entry, no pin, no device.
template <class D>
typename D::template Of<bool> what_is_freed_has_no_name(const model::State<D>& s,
                                                        const typename D::Arguments&,
                                                        const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Frame>([&](const auto& f) {
    return !s.used(f) || t.used(f) ||
           (D::nowhere(s.backing, f) && D::nowhere(s.cpu_frame, f) &&
            D::nowhere(s.device_frame, f) && s.pins(f) == 0u && f != kZeroFrame);
  });
}

// S2, A6: memory that has failed is given to nobody, blocks excepted, which are mended then; and
// what nobody maps any more nobody maps again.
template <class D>
typename D::template Of<bool> what_has_failed_is_given_to_nobody(const model::State<D>& s,
                                                                 const typename D::Arguments&,
                                                                 const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Frame>([&](const auto& f) {
    return f == kNoFrame || !s.broken(f) ||
           ((D::is_block(f) || (t.broken(f) && (t.used(f) || !s.used(f)))) &&
            (D::nowhere(t.cpu_frame, f) || !D::nowhere(s.cpu_frame, f)));
  });
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
  template <class D, class F>
  static void each_step(F&& f) {
    using Step = StepProperty<D>;
    f(Step{"mirrors_take_no_references",
           "S13",
           "",
           "",
           &mirrors_take_no_references<D>,
           {},
           Alteration<D>{"takes a reference on what it installs", model::Rule::kInstall,
                         &pin_what_is_installed<D>}});
    f(Step{"what_is_freed_has_no_name", "S5'", "S1 S2", "M2.free/1 M2.free/2 M2.free/3 M2.free/4",
           &what_is_freed_has_no_name<D>});
    f(Step{"what_has_failed_is_given_to_nobody", "S2", "",
           "M2.free/5 M4.populate/2 M5.copy_entry/10 S12.move/4",
           &what_has_failed_is_given_to_nobody<D>});
  }
};

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_GROUPS_FRAMES_H_
