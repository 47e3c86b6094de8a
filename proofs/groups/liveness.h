// That things end: what waits can go on, and what is repeated comes closer to its end: L1-L4.
//
// A rule says what may happen and not what must. If whoever can go on does so at some time (weak
// fairness), something ends when what it waits for can go on, and when a measure that cannot fall
// for ever falls towards it and is not raised by others. These are the steps of that argument; that
// nothing is left of a finite number of windows or pins when all have gone is arithmetic.
//
//   L2, the fault loop      measure: callbacks yet to come for the mirror. Without one, a section
//                           stays undisturbed, and an undisturbed one passes
//   L3, truncate            measure: pins of the blocks that it has unmapped
//   L4, read_begin, remove  measure: open windows of the mm, which close one by one (S7)
//   L6, exit                measure: entries of the mm, which nobody makes behind its back, and
//                           subscriptions of the mm, of which none comes any more
//   L7, migration entries   measure: their number, which falls whenever one is resolved, and is
//                           raised only by who hides an entry, or copies or moves a hidden one
//
// That exit and migration *can* go on, whatever others do, is the progress group.
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

// L3: the pins of what a truncate has unmapped only fall while it holds the lock, unless another
// page has the block, too (X9).
template <class D>
typename D::template Of<bool> pins_of_the_unmapped_fall(const model::State<D>& s,
                                                        const typename D::Arguments&,
                                                        const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Task>([&](const auto& u) {
    return D::template all<FilePage>([&](const auto& f) {
      return f == kNoFilePage || !s.unmapped(u, f) || s.backing(f) == kNoFrame ||
             !has_alone<D>(s, f) || !(s.pins(s.backing(f)) < t.pins(s.backing(f)));
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

template <class D>
void start_in_the_former_period(model::State<D>& t, const typename D::Arguments& a) {
  t.epoch.set(a.mm, t.epoch(a.mm) - 1u);
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

// L6: while a task holds mmap_lock for write, as exit does in the end, nobody else makes an entry
// of that mm: what exit has zapped stays zapped.
template <class D>
typename D::template Of<bool> nobody_maps_behind_exit(const model::State<D>& s,
                                                      const typename D::Arguments& a,
                                                      const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Task>([&](const auto& u) {
    return u == a.task || D::template all<Page>([&](const auto& p) {
             return s.mmap_lock(u, D::mm_of(p)) != Hold::kExclusive || s.cpu_frame(p) != kNoFrame ||
                    t.cpu_frame(p) == kNoFrame;
           });
  });
}

// L6, X2: when nobody uses an mm any more, nothing of it is walked, so that devices gain nothing
// once the callbacks of RELEASE have disturbed the sections that were open; and nobody subscribes.
template <class D>
typename D::template Of<bool> nothing_begins_in_the_dead(const model::State<D>& s,
                                                         const typename D::Arguments&,
                                                         const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Task>([&](const auto& u) {
           return s.users(s.mirror_mm(s.section_mirror(u))) != 0u ||
                  D::template all<Page>([&](const auto& p) {
                    return t.walked_frame(u, p) == kNoFrame ||
                           t.walked_frame(u, p) == s.walked_frame(u, p);
                  });
         }) &&
         D::template all<Mirror>([&](const auto& m) {
           return s.registration(m) != Registration::kOut ||
                  t.registration(m) == Registration::kOut || s.users(t.mirror_mm(m)) != 0u;
         });
}

// L6: when nobody uses an mm any more, a window that takes everything finds nothing that a callback
// let its device keep: that could never go (M1.zap/D3), and nobody subscribes who could be called.
template <class D>
typename D::template Of<bool> nobody_keeps_what_exit_takes(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Window>([&](const auto& w) {
    return s.phase(w) != WindowPhase::kStarted || s.users(s.window_mm(w)) != 0u ||
           (s.window_event(w) != WindowEvent::kRelease &&
            s.window_event(w) != WindowEvent::kUnmap) ||
           D::template all<Page>([&](const auto& p) {
             return D::mm_of(p) != s.window_mm(w) || !D::contains(s.window_pages(w), p) ||
                    s.cpu_frame(p) == kNoFrame ||
                    D::template all<Mirror>([&](const auto& m) { return !s.kept(w, m); });
           });
  });
}

// L7: a migration entry comes from one that was present or device-private, by the hand of who has a
// window open there, or goes on from another one, as an entry of the same frame.
template <class D>
typename D::template Of<bool> migration_entries_are_made_on_purpose(const model::State<D>& s,
                                                                    const typename D::Arguments& a,
                                                                    const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Page>([&](const auto& p) {
    const auto hidden = [](const auto& state, const auto& page) {
      return state.cpu_frame(page) != kNoFrame && state.cpu_kind(page) == EntryKind::kMigration;
    };
    return hidden(s, p) || !hidden(t, p) ||
           (hidden(s, a.source) && p == a.page && t.cpu_frame(p) == s.cpu_frame(a.source)) ||
           (s.cpu_frame(p) == t.cpu_frame(p) &&
            (s.cpu_kind(p) == EntryKind::kPresent || s.cpu_kind(p) == EntryKind::kDevicePrivate) &&
            (!s.published(D::mm_of(p)) ||
             (s.phase(a.window) == WindowPhase::kStarted && s.owner(a.window) == a.task)));
  });
}

// L7: and it is not lost: it stays, becomes present or device-private with the frame that it names,
// or goes as any entry goes, inside a window.
template <class D>
typename D::template Of<bool> migration_entries_are_not_lost(const model::State<D>& s,
                                                             const typename D::Arguments& a,
                                                             const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Page>([&](const auto& p) {
    return s.cpu_frame(p) == kNoFrame || s.cpu_kind(p) != EntryKind::kMigration ||
           (t.cpu_frame(p) != kNoFrame && t.cpu_kind(p) == EntryKind::kMigration) ||
           (t.cpu_frame(p) == s.cpu_frame(p) && t.cpu_kind(p) != EntryKind::kDeviceExclusive) ||
           (t.cpu_frame(p) == kNoFrame &&
            (!s.published(D::mm_of(p)) ||
             (s.phase(a.window) == WindowPhase::kStarted && s.owner(a.window) == a.task)));
  });
}

template <class D>
void lose_the_frame(model::State<D>& t, const typename D::Arguments& a) {
  t.cpu_frame.set(a.page, model::kZeroFrame);
}

// L7: where a migration entry goes on as that of another page, by mremap or fork, it is one there,
// of the same frame; but for a fork that copies what is pinned, which gives the child a frame of
// its own.
template <class D>
typename D::template Of<bool> migration_entries_arrive(const model::State<D>& s,
                                                       const typename D::Arguments& a,
                                                       const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return s.cpu_frame(a.source) == kNoFrame || s.cpu_kind(a.source) != EntryKind::kMigration ||
         (t.cpu_frame(a.page) == s.cpu_frame(a.source) &&
          t.cpu_kind(a.page) == EntryKind::kMigration);
}
template <class D>
typename D::template Of<bool> shared_migration_entries_arrive(const model::State<D>& s,
                                                              const typename D::Arguments& a,
                                                              const model::State<D>& t) {
  return a.frame != s.cpu_frame(a.source) || migration_entries_arrive<D>(s, a, t);
}

template <class D>
void arrive_present(model::State<D>& t, const typename D::Arguments& a) {
  t.cpu_kind.set(a.page, model::EntryKind::kPresent);
}

template <class D>
void arrive_elsewhere(model::State<D>& t, const typename D::Arguments& a) {
  t.cpu_frame.set(a.page, model::kZeroFrame);
}

struct Liveness {
  static constexpr Group kGroup{
      .name = "liveness",
      .title = "what waits can go on, what is repeated ends",
      .says =
          "nobody waits under an update lock (L1), a fault loop that no callback disturbs passes "
          "its check (L2), the pins that truncate waits for only fall (L3), read_begin and remove "
          "wait for open windows, can go on when the last one closes, and stay able to (L4), exit "
          "takes away entries that nobody puts back and meets no new subscription (L6), a "
          "migration "
          "entry is resolved or zapped and never lost (L7)",
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
    f(Step{"who_may_wake_may_still",
           "L4",
           "S1",
           "",
           &who_may_wake_may_still<D>,
           {},
           Alteration<D>{"takes the former period's sequence again", model::Rule::kStart,
                         &start_in_the_former_period<D>}});
    f(Step{"removals_end_with_the_period", "L4", "S8",
           "I6.end/registration I5.start_failed/registration", &removals_end_with_the_period<D>});
    f(Step{"nobody_maps_behind_exit", "L6", "L1",
           "M4.populate/3 M5.copy_entry/1 A6.move_entry/1 A6.merge/1",
           &nobody_maps_behind_exit<D>});
    f(Step{"nothing_begins_in_the_dead", "L6", "", "F6.walk_page/3 N4.insert/1",
           &nothing_begins_in_the_dead<D>});
    f(Step{"migration_entries_are_made_on_purpose",
           "L7",
           "",
           "M3.hide/3",
           &migration_entries_are_made_on_purpose<D>,
           {},
           Alteration<D>{"names the zero page where it arrives", model::Rule::kMoveEntry,
                         &arrive_elsewhere<D>}});
    f(Step{
        "migration_entries_arrive", "L7", "", "", &migration_entries_arrive<D>,
        model::Rule::kMoveEntry,
        Alteration<D>{"is present where it arrives", model::Rule::kMoveEntry, &arrive_present<D>}});
    f(Step{"shared_migration_entries_arrive", "L7", "", "", &shared_migration_entries_arrive<D>,
           model::Rule::kCopyEntry,
           Alteration<D>{"is present in the child", model::Rule::kCopyEntry, &arrive_present<D>}});
    f(Step{"migration_entries_are_not_lost",
           "L7",
           "",
           "M1.zap/2",
           &migration_entries_are_not_lost<D>,
           {},
           Alteration<D>{"leaves the zero page behind", model::Rule::kReveal, &lose_the_frame<D>}});
  }
  template <class D, class F>
  static void each_consequence(F&& f) {
    using Fact = Consequence<D>;
    f(Fact{"read_begin_waits_for_a_window", "L4", "S7", "FrozenByWindow",
           &read_begin_waits_for_a_window<D>});
    f(Fact{"remove_waits_for_a_window", "L4", "S7 S8",
           "FrozenByWindow removals_wait_for_a_frozen_tree", &remove_waits_for_a_window<D>});
    f(Fact{"nobody_keeps_what_exit_takes", "L6", "", "only_protection_is_kept",
           &nobody_keeps_what_exit_takes<D>});
  }
};

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_GROUPS_LIVENESS_H_
