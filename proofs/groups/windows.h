// invalidate_range_start .. end, and what open windows promise: M1, Q1, D2, D3, I8.
//
// Thread safety: pure functions of their arguments.

#ifndef MIRRORCHECK_PROOFS_GROUPS_WINDOWS_H_
#define MIRRORCHECK_PROOFS_GROUPS_WINDOWS_H_

#include "model/safety.h"
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

// P4: the window makes pages exclusive for this very mirror.
template <class D, class W, class M>
auto may_ignore(const model::State<D>& s, const W& w, const M& m) {
  return s.owned(w) && s.window_mirror(w) == m;
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
    return !concerns<D>(s, w, m) || !s.acked(w, m) || may_ignore<D>(s, w, m) ||
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
             may_ignore<D>(s, w, m) || s.device_frame(m, p) == kNoFrame ||
             (s.kept(w, m) && !s.device_write(m, p));
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

// P3, P4: only a migration or a request for exclusive access may be ignored, by the mirror that it
// is for.
template <class D>
auto only_windows_for_mirrors_are_owned(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Window>([&](const auto& w) {
    return !s.owned(w) || s.window_event(w) == WindowEvent::kExclusive ||
           s.window_event(w) == WindowEvent::kMigrate;
  });
}

// Where no window says which pages it is about, none is about any: whoever takes something away
// from an mm with notifiers waits for one that is, and nothing is ever taken.
template <class D>
auto windows_have_no_pages(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Window>([&](const auto& w) {
    return D::template all<Page>([&](const auto& p) { return !D::contains(s.window_pages(w), p); });
  });
}

// Where no window says that it is on behalf of a mirror, all mirrors are called and none ignores
// it.
template <class D>
auto windows_are_for_no_mirror(const model::State<D>& s) {
  return D::template all<model::Window>([&](const auto& w) { return !s.owned(w); });
}

// I5: who is owed an end was told of the start.
template <class D>
auto who_is_owed_was_told(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Window>([&](const auto& w) {
    return D::template all<Classic>([&](const auto& n) { return !s.owed(w, n) || s.told(w, n); });
  });
}

// S7, I6: a window starts, has started and ends, in this order and by the hand of the task that
// opened it; only a refused one ends without having started. What it is about does not change
// meanwhile.
template <class D>
typename D::template Of<bool> windows_live_in_order(const model::State<D>& s,
                                                    const typename D::Arguments& a,
                                                    const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Window>([&](const auto& w) {
    const auto opens = s.phase(w) == WindowPhase::kClosed && t.phase(w) == WindowPhase::kStarting;
    const auto starts = s.phase(w) == WindowPhase::kStarting &&
                        t.phase(w) == WindowPhase::kStarted && !s.refused(w);
    const auto fails =
        s.phase(w) == WindowPhase::kStarting && t.phase(w) == WindowPhase::kClosed && s.refused(w);
    const auto ends = s.phase(w) == WindowPhase::kStarted && t.phase(w) == WindowPhase::kClosed;
    return (s.phase(w) == t.phase(w) || opens ||
            (s.owner(w) == a.task && (starts || fails || ends))) &&
           (s.phase(w) == WindowPhase::kClosed ||
            (s.window_mm(w) == t.window_mm(w) && s.window_pages(w) == t.window_pages(w) &&
             s.window_event(w) == t.window_event(w) && s.owner(w) == t.owner(w)));
  });
}

// S7: the number of open windows, which active_invalidate_ranges is, changes by one at a time.
template <class D>
typename D::template Of<bool> windows_open_one_by_one(const model::State<D>& s,
                                                      const typename D::Arguments&,
                                                      const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Window>([&](const auto& w) {
    return D::template all<Window>([&](const auto& v) {
      return w == v ||
             (s.phase(w) == WindowPhase::kClosed) == (t.phase(w) == WindowPhase::kClosed) ||
             (s.phase(v) == WindowPhase::kClosed) == (t.phase(v) == WindowPhase::kClosed);
    });
  });
}

template <class D>
void close_all_windows(model::State<D>& t, const typename D::Arguments&) {
  t.phase.template set_row<model::Window>(
      [](const auto&, const auto&) { return model::WindowPhase::kClosed; });
}

// S7, I5: a classic notifier is owed an end when it was told of the start, once; it gets it when
// the window is over or was refused, from the task that opened it, and before it can open again.
template <class D>
typename D::template Of<bool> classic_ends_are_paid(const model::State<D>& s,
                                                    const typename D::Arguments& a,
                                                    const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Window>([&](const auto& w) {
    return D::template all<Classic>([&](const auto& n) {
      const auto told = !s.owed(w, n) && t.owed(w, n);
      const auto paid = s.owed(w, n) && !t.owed(w, n);
      const auto opens = s.phase(w) == WindowPhase::kClosed && t.phase(w) != WindowPhase::kClosed;
      return (!told || (!s.told(w, n) && t.told(w, n) && s.phase(w) == WindowPhase::kStarting &&
                        s.listed(n) && s.classic_mm(n) == s.window_mm(w))) &&
             (!paid || !t.listed(n) ||
              (s.owner(w) == a.task && (s.phase(w) == WindowPhase::kClosed || s.refused(w)))) &&
             (!opens || !s.owed(w, n));
    });
  });
}

// S8: a callback runs once in a window, for a subscription in the tree, between the start of the
// window and its having started.
template <class D>
typename D::template Of<bool> callbacks_run_for_the_registered(const model::State<D>& s,
                                                               const typename D::Arguments& a,
                                                               const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return all_windows_mirrors<D>([&](const auto& w, const auto& m) {
    const auto called = s.hit(w, m) && t.hit(w, m) && !s.acked(w, m) && t.acked(w, m);
    return !called || (s.phase(w) == WindowPhase::kStarting && s.owner(w) == a.task &&
                       (s.registration(m) == Registration::kTree ||
                        s.registration(m) == Registration::kRemoveDeferred));
  });
}

// S1, D2, D3: what a window may take away its callbacks take from the device. Only where no more
// than write permission goes may the device keep reading, and then it may not write.
//
// Of the event this says what D2.invalidate/9 asks for, of the step by itself. That nothing is
// stale later does not rest on it: who changes an entry asks that nobody kept it (M1.zap/D3).
template <class D>
typename D::template Of<bool> callbacks_take_what_windows_take(const model::State<D>& s,
                                                               const typename D::Arguments&,
                                                               const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return all_windows_mirrors<D>([&](const auto& w, const auto& m) {
    const auto called = s.phase(w) != WindowPhase::kClosed && !s.acked(w, m) && t.acked(w, m) &&
                        !may_ignore<D>(s, w, m);
    const auto keeps = (s.window_event(w) == WindowEvent::kProtectionVma ||
                        s.window_event(w) == WindowEvent::kProtectionPage);
    return !called || D::template all<Page>([&](const auto& p) {
      return !D::contains(s.window_pages(w), p) || t.device_frame(m, p) == kNoFrame ||
             (keeps && !t.device_write(m, p));
    });
  });
}

// S8: RELEASE comes when nobody uses the address space any more.
template <class D>
typename D::template Of<bool> release_comes_last(const model::State<D>& s,
                                                 const typename D::Arguments&,
                                                 const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Window>([&](const auto& w) {
    return s.phase(w) != WindowPhase::kClosed || t.phase(w) == WindowPhase::kClosed ||
           t.window_event(w) != WindowEvent::kRelease || s.users(t.window_mm(w)) == 0u;
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
    f("only_protection_is_kept", "S1 S2 S5 L6", &only_protection_is_kept<D>);
    f("only_windows_for_mirrors_are_owned", "L6", &only_windows_for_mirrors_are_owned<D>);
    f("who_is_owed_was_told", "S7", &who_is_owed_was_told<D>);
    f("FrozenByWindow", "S7", &FrozenByWindow<D>::holds);
  }
  template <class D, class F>
  static void each_spare(F&& f) {
    f("windows_have_no_pages", "S1 S2 S5", &windows_have_no_pages<D>, "I2.start/window_pages");
    f("windows_are_for_no_mirror", "L6", &windows_are_for_no_mirror<D>, "I2.start/owned");
  }
  template <class D, class F>
  static void each_step(F&& f) {
    using Step = StepProperty<D>;
    f(Step{"windows_live_in_order", "S7", "",
           "I2.start/1 I2.started/1 I2.started/2 I2.started/3 I5.start_failed/2 I5.start_failed/3 "
           "I6.end/1 I6.end/2",
           &windows_live_in_order<D>});
    f(Step{"windows_open_one_by_one",
           "S7",
           "",
           "",
           &windows_open_one_by_one<D>,
           {},
           Alteration<D>{"ends all windows at once", model::Rule::kEnd, &close_all_windows<D>}});
    f(Step{"classic_ends_are_paid", "S7", "",
           "I2.start/2 I1.classic_start/1 I1.classic_start/4 I1.classic_start/5 I1.classic_end/2 "
           "I1.classic_end/3",
           &classic_ends_are_paid<D>});
    f(Step{"callbacks_run_for_the_registered", "S8", "S1", "D2.invalidate/1 D2.invalidate/2",
           &callbacks_run_for_the_registered<D>});
    f(Step{"callbacks_take_what_windows_take", "S1", "",
           "D2.invalidate/9 D2.invalidate/device_frame D2.invalidate/device_write",
           &callbacks_take_what_windows_take<D>});
    f(Step{"release_comes_last", "S8", "", "I2.start/3", &release_comes_last<D>});
  }
};

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_GROUPS_WINDOWS_H_
