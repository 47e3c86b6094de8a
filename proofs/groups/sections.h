// The collision-retry protocol: S9, and Q3, on which all of it rests.
//
// Thread safety: pure functions of their arguments.

#ifndef MIRRORCHECK_PROOFS_GROUPS_SECTIONS_H_
#define MIRRORCHECK_PROOFS_GROUPS_SECTIONS_H_

#include "model/safety.h"
#include "model/state.h"
#include "proofs/group.h"
#include "proofs/groups/windows.h"

namespace mirrorcheck::proofs {

// Q3, the key lemma: a section that has begun has not saved the sequence of a period that goes on,
// so that any later callback makes a difference.
//
//   task                         another
//   read_begin: saved = s
//                                start: S odd; callback: s := S, and S != saved
//   read_retry: s != saved
template <class D>
auto sections_can_tell(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Task>([&](const auto& t) {
    const auto mm = s.mirror_mm(s.section_mirror(t));
    return s.section(t) == Section::kNone || s.saved(t) < s.epoch(mm) ||
           (s.section(t) == Section::kWaiting && s.saved(t) == s.epoch(mm) && s.odd(mm));
  });
}

// F8, Q7: what an undisturbed section has walked is what the page table says now.
template <class D>
auto undisturbed_walks_are_current(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Task>([&](const auto& t) {
    const auto m = s.section_mirror(t);
    return D::template all<Page>([&](const auto& p) {
      return s.section(t) == Section::kNone || s.walked_frame(t, p) == kNoFrame ||
             s.registration(m) == Registration::kOut || !D::contains(s.mirror_pages(m), p) ||
             s.saved(t) != s.sub_epoch(m) ||
             (s.section(t) != Section::kWaiting && D::mm_of(p) == s.mirror_mm(m) &&
              s.cpu_frame(p) == s.walked_frame(t, p) && usable_by<D>(s, m, p) && s.cpu_read(p) &&
              (!s.walked_write(t, p) || s.cpu_write(p)));
    });
  });
}

// F1: nothing is walked before read_begin has returned.
template <class D>
auto waiting_sections_are_empty(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Task>([&](const auto& t) {
    return D::template all<Page>([&](const auto& p) {
      return s.section(t) != Section::kWaiting || s.walked_frame(t, p) == kNoFrame;
    });
  });
}

// F10: of what was asked for, what was walked valid has a frame.
template <class D>
auto valid_walks_name_a_frame(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Task>([&](const auto& t) {
    return D::template all<Page>([&](const auto& p) {
      return !s.asked(t, p) || s.walked(t, p) != Outcome::kValid ||
             s.walked_frame(t, p) != kNoFrame;
    });
  });
}

// S9: a subscription's sequence changes when it is inserted, and in its callback, under its update
// lock, to the sequence of the period.
template <class D>
typename D::template Of<bool> sequences_change_in_callbacks(const model::State<D>& s,
                                                            const typename D::Arguments& a,
                                                            const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Mirror>([&](const auto& m) {
    const auto mm = s.mirror_mm(m);
    return s.sub_epoch(m) == t.sub_epoch(m) || s.registration(m) == Registration::kOut ||
           (s.update_lock(a.task, m) && s.odd(mm) && t.sub_epoch(m) == s.epoch(mm));
  });
}

// N7: invalidate_seq moves on by one period when the last window closes, and not otherwise.
template <class D>
typename D::template Of<bool> periods_pass_one_by_one(const model::State<D>& s,
                                                      const typename D::Arguments&,
                                                      const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Mm>([&](const auto& mm) {
    return (s.epoch(mm) == t.epoch(mm) && (!s.odd(mm) || t.odd(mm))) ||
           (t.epoch(mm) == s.epoch(mm) + 1u && s.odd(mm) && !t.odd(mm) &&
            D::template all<Window>([&](const auto& w) {
              return t.phase(w) == WindowPhase::kClosed || t.window_mm(w) != mm;
            }));
  });
}

// S9': a callback that runs while a section is open disturbs it, unless the window is one that its
// own mirror may ignore (P4).
template <class D>
typename D::template Of<bool> callbacks_disturb_sections(const model::State<D>& s,
                                                         const typename D::Arguments&,
                                                         const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Task>([&](const auto& u) {
    const auto m = s.section_mirror(u);
    return (s.section(u) != Section::kBegun && s.section(u) != Section::kPassed) ||
           D::template all<Window>([&](const auto& w) {
             const auto called = s.phase(w) != WindowPhase::kClosed && s.hit(w, m) &&
                                 !s.acked(w, m) && t.acked(w, m) && !may_ignore<D>(s, w, m);
             return !called || t.saved(u) != t.sub_epoch(m);
           });
  });
}

// S9': what disturbed a section is not forgotten before the section is over.
template <class D>
typename D::template Of<bool> disturbed_sections_stay_disturbed(const model::State<D>& s,
                                                                const typename D::Arguments&,
                                                                const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Task>([&](const auto& u) {
    const auto m = s.section_mirror(u);
    return (s.section(u) != Section::kBegun && s.section(u) != Section::kPassed) ||
           s.saved(u) == s.sub_epoch(m) || t.section(u) == Section::kNone ||
           (t.section_mirror(u) == m && t.saved(u) != t.sub_epoch(m));
  });
}

// S9', Q7: read_retry lets a section pass only under the update lock, and only undisturbed.
template <class D>
typename D::template Of<bool> disturbed_sections_do_not_pass(const model::State<D>& s,
                                                             const typename D::Arguments& a,
                                                             const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Task>([&](const auto& u) {
    const auto m = t.section_mirror(u);
    return s.section(u) == Section::kPassed || t.section(u) != Section::kPassed ||
           (u == a.task && s.section(u) == Section::kBegun &&
            s.update_lock(u, s.section_mirror(u)) && s.saved(u) == s.sub_epoch(m));
  });
}

// S10, S17: what is walked valid is what the entry says at that moment, in the mm of the section's
// mirror, which somebody uses, under its mmap_lock.
template <class D>
typename D::template Of<bool> walks_report_the_entry(const model::State<D>& s,
                                                     const typename D::Arguments&,
                                                     const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Task>([&](const auto& u) {
    return D::template all<Page>([&](const auto& p) {
      const auto mm = s.mirror_mm(s.section_mirror(u));
      const auto walked =
          t.walked_frame(u, p) != kNoFrame && (s.walked_frame(u, p) != t.walked_frame(u, p) ||
                                               (t.walked_write(u, p) && !s.walked_write(u, p)));
      return !walked ||
             (t.walked_frame(u, p) == s.cpu_frame(p) && s.cpu_read(p) &&
              (!t.walked_write(u, p) || s.cpu_write(p)) && s.section(u) == Section::kBegun &&
              D::mm_of(p) == mm && s.users(mm) != 0u && s.mmap_lock(u, mm) != Hold::kNot);
    });
  });
}

// S10: of a page that was asked for, the walk says valid only if what was asked is met, and refuses
// only for the reason that F6 gives; of any other it says what costs the caller nothing.
template <class D>
typename D::template Of<bool> requests_are_met_or_refused(const model::State<D>& s,
                                                          const typename D::Arguments& a,
                                                          const model::State<D>& t) {
  using namespace mirrorcheck::model;
  const auto open =
      s.area(a.page) != Area::kNone && s.area(a.page) != Area::kSpecial && s.area_read(a.page);
  const auto failed = s.cpu_frame(a.page) != kNoFrame && s.cpu_kind(a.page) == EntryKind::kPoisoned;
  const auto& o = t.walked(a.task, a.page);
  return (o != Outcome::kValid || !a.required || !a.write || s.cpu_write(a.page)) &&
         (o != Outcome::kNotPermitted ||
          (a.required && a.write && open && !s.area_write(a.page) && !failed)) &&
         (o != Outcome::kBadAddress || (a.required && (!open || failed))) &&
         (o != Outcome::kFault || !failed) && (o != Outcome::kError || (!a.required && !open)) &&
         (o != Outcome::kNothing ||
          (!a.required && open && (!present<D>(s, a.page) || !s.cpu_read(a.page)))) &&
         o != Outcome::kBusy;
}

// S10: when hmm_range_fault returns 0, every page that was asked for has a frame; -EBUSY it returns
// only when a callback has run.
template <class D>
typename D::template Of<bool> success_means_every_page(const model::State<D>& s,
                                                       const typename D::Arguments& a,
                                                       const model::State<D>&) {
  using namespace mirrorcheck::model;
  return (a.outcome != Outcome::kValid ||
          D::template all_in<Page>(a.pages,
                                   [&](const auto& p) {
                                     return !s.asked(a.task, p) ||
                                            s.walked_frame(a.task, p) != kNoFrame;
                                   })) &&
         (a.outcome != Outcome::kBusy || s.saved(a.task) != s.sub_epoch(s.section_mirror(a.task)));
}

// Q7: who has passed holds the update lock until it has installed, and gives up what it walked
// with it. The invariant does without it, for D1.install asks for both.
template <class D>
auto the_passed_hold_the_lock(const model::State<D>& s) {
  return D::template all<model::Task>([&](const auto& t) {
    return s.section(t) != model::Section::kPassed || s.update_lock(t, s.section_mirror(t));
  });
}

// Where the walk does not say that an entry is huge, nothing that was walked is.
template <class D>
auto walks_are_of_small_entries(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Task>([&](const auto& t) {
    return D::template all<Page>([&](const auto& p) { return !s.walked_huge(t, p); });
  });
}

struct Sections {
  static constexpr Group kGroup{
      .name = "sections",
      .title = "read_begin, walk, read_retry",
      .says =
          "a subscription is never ahead of its mm (S9), a callback that is yet to come makes "
          "read_retry true, and what an undisturbed section has walked is what the page table says "
          "now",
      .does_not_say =
          "that a section ends (liveness), or that the counter is a machine word (abstraction)",
      .assumes = "read_begin, the walk of one page, and read_retry are one step each",
  };
  template <class D, class F>
  static void each_conjunct(F&& f) {
    using namespace mirrorcheck::model;
    f("SequenceOrder", "S1 S2 S5 S9", &SequenceOrder<D>::holds);
    f("sections_can_tell", "S1 S2 S5", &sections_can_tell<D>);
    f("undisturbed_walks_are_current", "S1 S2 S5", &undisturbed_walks_are_current<D>);
    f("waiting_sections_are_empty", "S1 S2 S5", &waiting_sections_are_empty<D>);
    f("valid_walks_name_a_frame", "S10", &valid_walks_name_a_frame<D>);
  }
  template <class D, class F>
  static void each_spare(F&& f) {
    f("the_passed_hold_the_lock", "S3", &the_passed_hold_the_lock<D>);
    f("walks_are_of_small_entries", "S16", &walks_are_of_small_entries<D>,
      "F6.walk_page/walked_huge");
  }
  template <class D, class F>
  static void each_step(F&& f) {
    using Step = StepProperty<D>;
    f(Step{"sequences_change_in_callbacks", "S9", "", "D2.invalidate/6 D2.invalidate/3 N4.insert/3",
           &sequences_change_in_callbacks<D>});
    f(Step{"periods_pass_one_by_one", "S9", "",
           "I6.end/epoch I6.end/phase I5.start_failed/epoch I5.start_failed/phase",
           &periods_pass_one_by_one<D>});
    f(Step{"callbacks_disturb_sections", "S9'", "S1", "D2.invalidate/sub_epoch",
           &callbacks_disturb_sections<D>});
    f(Step{"disturbed_sections_stay_disturbed", "S9'", "S1", "Q2.read_begin/1 N4.insert/4",
           &disturbed_sections_stay_disturbed<D>});
    f(Step{"disturbed_sections_do_not_pass", "S9'", "",
           "Q7.read_retry/1 Q7.read_retry/2 Q7.read_retry/3", &disturbed_sections_do_not_pass<D>});
    f(Step{"walks_report_the_entry", "S10", "",
           "F6.walk_page/1 F6.walk_page/2 F6.walk_page/3 F6.walk_page/4 F6.walk_page/7",
           &walks_report_the_entry<D>});
    f(Step{"requests_are_met_or_refused", "S10", "", "F6.walk_page/5",
           &requests_are_met_or_refused<D>, model::Rule::kWalkPage});
    f(Step{"success_means_every_page", "S10", "", "F10.fault_return/2 F10.fault_return/3",
           &success_means_every_page<D>, model::Rule::kFaultReturn});
  }
};

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_GROUPS_SECTIONS_H_
