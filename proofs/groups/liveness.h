// That things end: what waits can go on, and what is repeated comes closer to its end: L1-L4.
//
// A rule says what may happen and not what must. If whoever can go on does so at some time (weak
// fairness), something ends when what it waits for can go on, and when a measure that cannot fall
// for ever falls towards it and is not raised by others. These are the steps of that argument; that
// nothing is left of a finite number of windows or pins when all have gone is arithmetic.
//
//   L2, the fault loop     measure: callbacks yet to come for the mirror. Without one, a section
//   stays
//                          undisturbed, and an undisturbed one passes
//   L3, truncate           measure: pins of the blocks that it has unmapped
//   L4, read_begin, remove measure: open windows of the mm, which close one by one (S7)
//
// Thread safety: pure functions of their arguments.

#ifndef MIRRORCHECK_PROOFS_GROUPS_LIVENESS_H_
#define MIRRORCHECK_PROOFS_GROUPS_LIVENESS_H_

#include "model/rules/clauses.h"
#include "model/state.h"
#include "proofs/group.h"

namespace mirrorcheck::proofs {

// L1: nobody waits while holding an update lock for what others hold when they want that lock: a
// window (read_begin, remove), mmap_lock, an entry lock, or the end of an mm; nor removes a
// subscription from inside a window that it would wait for itself.
template <class D>
typename D::template Of<bool> nobody_waits_under_an_update_lock(const model::State<D>& s,
                                                                const typename D::Arguments& a,
                                                                const model::State<D>& t) {
  using namespace mirrorcheck::model;
  const auto waits = !D::template all<Task>([&](const auto& u) {
    return s.section(u) == Section::kWaiting || t.section(u) != Section::kWaiting;
  });
  const auto removes = !D::template all<Mirror>([&](const auto& m) {
    return (s.registration(m) != Registration::kTree &&
            s.registration(m) != Registration::kInsertDeferred) ||
           (t.registration(m) != Registration::kRemoveDeferred);
  });
  const auto locks = !D::template all<Mm>([&](const auto& mm) {
    return s.mmap_lock(a.task, mm) != Hold::kNot || t.mmap_lock(a.task, mm) == Hold::kNot;
  }) || !D::template all<FilePage>([&](const auto& f) {
    return s.entry_lock(f, a.task) || !t.entry_lock(f, a.task);
  });
  const auto puts =
      !D::template all<Mm>([&](const auto& mm) { return t.users(mm) + 1u != s.users(mm); });
  return !(waits || removes || locks || puts) ||
         (D::template all<Mirror>([&](const auto& m) { return !s.update_lock(a.task, m); }) &&
          (!removes || !inside_own_window<D>(s, a.task, s.mirror_mm(a.mirror))));
}

// L2: a section in which no callback runs stays undisturbed, whatever else happens.
template <class D>
typename D::template Of<bool> undisturbed_sections_stay_so(const model::State<D>& s,
                                                           const typename D::Arguments&,
                                                           const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Task>([&](const auto& u) {
    const auto m = s.section_mirror(u);
    return (s.section(u) != Section::kBegun && s.section(u) != Section::kPassed) ||
           s.saved(u) != s.sub_epoch(m) || t.section(u) == Section::kNone ||
           t.saved(u) == t.sub_epoch(m) || !D::template all<Window>([&](const auto& w) {
             return !s.hit(w, m) || s.acked(w, m) || !t.acked(w, m);
           });
  });
}

// L2: and an undisturbed section passes: read_retry sends back only who was disturbed.
template <class D>
typename D::template Of<bool> only_the_disturbed_go_back(const model::State<D>& s,
                                                         const typename D::Arguments& a,
                                                         const model::State<D>&) {
  using namespace mirrorcheck::model;
  return !a.flag || s.saved(a.task) != s.sub_epoch(s.section_mirror(a.task));
}

// L3: the pins of what a truncate has unmapped only fall while it holds the lock.
template <class D>
typename D::template Of<bool> pins_of_the_unmapped_fall(const model::State<D>& s,
                                                        const typename D::Arguments&,
                                                        const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Task>([&](const auto& u) {
    return D::template all<FilePage>([&](const auto& f) {
      return f == kNoFilePage || !s.unmapped(u, f) || s.backing(f) == kNoFrame ||
             !(s.pins(s.backing(f)) < t.pins(s.backing(f)));
    });
  });
}

// L4: who may wake may wake from then on, whatever begins meanwhile (Q4: one wait).
template <class D>
typename D::template Of<bool> who_may_wake_may_still(const model::State<D>& s,
                                                     const typename D::Arguments&,
                                                     const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Task>([&](const auto& u) {
    const auto mm = s.mirror_mm(s.section_mirror(u));
    return s.section(u) != Section::kWaiting || t.section(u) != Section::kWaiting ||
           (s.odd(mm) && s.epoch(mm) == s.saved(u)) || !t.odd(mm) || t.epoch(mm) != t.saved(u);
  });
}

// L4: a removal that waits is done when the period ends.
template <class D>
typename D::template Of<bool> removals_end_with_the_period(const model::State<D>& s,
                                                           const typename D::Arguments&,
                                                           const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Mirror>([&](const auto& m) {
    return s.registration(m) != Registration::kRemoveDeferred || t.odd(s.mirror_mm(m)) ||
           t.registration(m) == Registration::kOut;
  });
}

// L4: who waits in read_begin waits for a window that is open.
template <class D>
typename D::template Of<bool> read_begin_waits_for_a_window(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Task>([&](const auto& u) {
    const auto mm = s.mirror_mm(s.section_mirror(u));
    return s.section(u) != Section::kWaiting || !s.odd(mm) || s.epoch(mm) != s.saved(u) ||
           any_window_open<D>(s, mm);
  });
}

// L4: and so does who waits in remove.
template <class D>
typename D::template Of<bool> remove_waits_for_a_window(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Mirror>([&](const auto& m) {
    return s.registration(m) != Registration::kRemoveDeferred ||
           any_window_open<D>(s, s.mirror_mm(m));
  });
}

struct Liveness {
  static constexpr Group kGroup{
      .name = "liveness",
      .title = "what waits can go on, what is repeated ends",
      .says =
          "nobody waits under an update lock (L1), a fault loop that no callback disturbs passes "
          "its check (L2), the pins that truncate waits for only fall (L3), read_begin and remove "
          "wait for open windows, can go on when the last one closes, and stay able to (L4)",
      .does_not_say =
          "that read_begin returns while windows overlap for ever: it does not, and nobody "
          "promises it (Q8); a test has the run",
      .assumes =
          "whoever can go on does at some time, windows that have started end, pins are dropped; "
          "no order of locks beyond update locks (that is the lock_order group)",
  };
  template <class D, class F>
  static void each_conjunct(F&&) {}
  template <class D, class F>
  static void each_step(F&& f) {
    using Step = StepProperty<D>;
    f(Step{"nobody_waits_under_an_update_lock", "L1", "",
           "Q2.read_begin/5 N5.remove/3 N5.remove/4 A12.mmap_read/2 A12.mmap_write/2 "
           "X6.entry_lock/2 X2.mmput/2",
           &nobody_waits_under_an_update_lock<D>});
    f(Step{"undisturbed_sections_stay_so", "L2", "", "N4.insert/4",
           &undisturbed_sections_stay_so<D>});
    f(Step{"only_the_disturbed_go_back", "L2", "", "Q7.read_retry/3",
           &only_the_disturbed_go_back<D>, model::Rule::kReadRetry});
    f(Step{"pins_of_the_unmapped_fall", "L3", "S2", "X13.pin/1", &pins_of_the_unmapped_fall<D>});
    f(Step{"who_may_wake_may_still", "L4", "S1", "", &who_may_wake_may_still<D>});
    f(Step{"removals_end_with_the_period", "L4", "S8",
           "I6.end/registration I5.start_failed/registration", &removals_end_with_the_period<D>});
  }
  template <class D, class F>
  static void each_consequence(F&& f) {
    using Fact = Consequence<D>;
    f(Fact{"read_begin_waits_for_a_window", "L4", "S7", &read_begin_waits_for_a_window<D>});
    f(Fact{"remove_waits_for_a_window", "L4", "S7 S8", &remove_waits_for_a_window<D>});
  }
};

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_GROUPS_LIVENESS_H_
