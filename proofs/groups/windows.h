// invalidate_range_start .. end, and what open windows promise: M1, Q1, D2, D3, I8.
//
// Thread safety: pure functions of their arguments.

#ifndef MIRRORCHECK_PROOFS_GROUPS_WINDOWS_H_
#define MIRRORCHECK_PROOFS_GROUPS_WINDOWS_H_

#include "model/state.h"
#include "proofs/group.h"

namespace mirrorcheck::proofs {

// `f(w, m)` for all windows w and mirrors m.
template <class D, class F>
auto all_windows_mirrors(F f) {
  return D::template all<model::Window>([&](const auto& w) {
    return D::template all<model::Mirror>([&](const auto& m) { return f(w, m); });
  });
}

// The window is open in the mm of a registered mirror.
template <class D, class W, class M>
auto concerns(const model::State<D>& s, const W& w, const M& m) {
  return s.phase(w) != model::WindowPhase::kClosed &&
         s.registration(m) != model::Registration::kOut && s.window_mm(w) == s.mirror_mm(m);
}

// Q1, N5: while a window that reached a subscription is open, the tree is frozen with it inside.
template <class D>
auto hits_stay_in_the_frozen_tree(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return all_windows_mirrors<D>([&](const auto& w, const auto& m) {
    return s.phase(w) == WindowPhase::kClosed || !s.hit(w, m) ||
           (s.odd(s.window_mm(w)) && s.window_mm(w) == s.mirror_mm(m) &&
            (s.registration(m) == Registration::kTree ||
             s.registration(m) == Registration::kRemoveDeferred));
  });
}

// I8: a window knows of every subscription that it overlaps.
template <class D>
auto windows_miss_nobody(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return all_windows_mirrors<D>([&](const auto& w, const auto& m) {
    return D::template all<Page>([&](const auto& p) {
      return !concerns<D>(s, w, m) || !D::contains(s.window_pages(w), p) ||
             !D::contains(s.mirror_pages(m), p) || s.hit(w, m) || s.acked(w, m);
    });
  });
}

// M1: when start has returned, the callbacks are done.
template <class D>
auto started_windows_are_acked(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return all_windows_mirrors<D>([&](const auto& w, const auto& m) {
    return s.phase(w) != WindowPhase::kStarted || !s.hit(w, m) || s.acked(w, m);
  });
}

// Q6: while a window is open whose callback is done, the subscription has the period's sequence.
template <class D>
auto acked_mirrors_are_level(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return all_windows_mirrors<D>([&](const auto& w, const auto& m) {
    return !concerns<D>(s, w, m) || !s.acked(w, m) ||
           (s.odd(s.mirror_mm(m)) && s.sub_epoch(m) == s.epoch(s.mirror_mm(m)));
  });
}

// D2, D3: what an open window's callback took away stays away.
template <class D>
auto acked_pages_are_gone(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return all_windows_mirrors<D>([&](const auto& w, const auto& m) {
    return D::template all<Page>([&](const auto& p) {
      return !concerns<D>(s, w, m) || !s.acked(w, m) || !D::contains(s.window_pages(w), p) ||
             s.device_frame(m, p) == kNoFrame || (s.kept(w, m) && !s.device_write(m, p));
    });
  });
}

// D3: only a window that takes no more than write permission lets a callback keep translations.
template <class D>
auto only_protection_is_kept(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return all_windows_mirrors<D>([&](const auto& w, const auto& m) {
    return !s.kept(w, m) || s.window_event(w) == WindowEvent::kProtectionVma ||
           s.window_event(w) == WindowEvent::kProtectionPage;
  });
}

struct Windows {
  static constexpr Group kGroup{
      .name = "windows",
      .title = "what open windows promise",
      .says =
          "a window reaches every subscription that it overlaps, its callbacks are done when start "
          "returns, and what they took away stays away until end",
      .does_not_say = "that a window ends",
      .assumes =
          "a callback is one step, and so is what start or end does under the subscriptions lock",
  };
  template <class D, class F>
  static void each_conjunct(F&& f) {
    using namespace mirrorcheck::model;
    f("hits_stay_in_the_frozen_tree", "S1 S2 S5 S9", &hits_stay_in_the_frozen_tree<D>);
    f("windows_miss_nobody", "S1 S2 S5", &windows_miss_nobody<D>);
    f("started_windows_are_acked", "S1 S2 S5", &started_windows_are_acked<D>);
    f("acked_mirrors_are_level", "S1 S2 S5", &acked_mirrors_are_level<D>);
    f("acked_pages_are_gone", "S1 S2 S5", &acked_pages_are_gone<D>);
    f("only_protection_is_kept", "S1 S2 S5", &only_protection_is_kept<D>);
  }
};

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_GROUPS_WINDOWS_H_
