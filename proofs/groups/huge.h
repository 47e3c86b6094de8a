// Huge entries, and translations that are as large: S16.
//
// Thread safety: pure functions of their arguments.

#ifndef MIRRORCHECK_PROOFS_GROUPS_HUGE_H_
#define MIRRORCHECK_PROOFS_GROUPS_HUGE_H_

#include "model/safety.h"
#include "model/state.h"
#include "proofs/group.h"

namespace mirrorcheck::proofs {

// F13: what an undisturbed section has walked as a part of a huge entry is one now.
template <class D>
auto large_walks_are_current(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Task>([&](const auto& t) {
    const auto m = s.section_mirror(t);
    return D::template all<Page>([&](const auto& p) {
      return s.section(t) == Section::kNone || s.walked_frame(t, p) == kNoFrame ||
             !s.walked_huge(t, p) || s.registration(m) == Registration::kOut ||
             !D::contains(s.mirror_pages(m), p) || s.saved(t) != s.sub_epoch(m) ||
             (s.section(t) != Section::kWaiting && s.huge(p));
    });
  });
}

// S16: a huge entry stays one inside windows only which cover all of it, and in which every
// subscription that covers a part of it has had its callback.
template <class D>
typename D::template Of<bool> huge_entries_go_inside_windows(const model::State<D>& s,
                                                             const typename D::Arguments& a,
                                                             const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Page>([&](const auto& p) {
    return !s.huge(p) || t.huge(p) || D::template all_in<Page>(D::huge_of(p), [&](const auto& q) {
      return !s.published(D::mm_of(q)) ||
             (s.phase(a.window) == WindowPhase::kStarted && s.owner(a.window) == a.task &&
              D::contains(s.window_pages(a.window), q) &&
              D::template all<Mirror>([&](const auto& m) {
                return s.registration(m) == Registration::kOut || s.mirror_mm(m) != D::mm_of(q) ||
                       !D::contains(s.mirror_pages(m), q) || s.acked(a.window, m);
              }));
    });
  });
}

// F13: while it is a part of a huge entry, an entry names what it did, and what it allows changes
// in all parts at once.
template <class D>
typename D::template Of<bool> parts_change_together(const model::State<D>& s,
                                                    const typename D::Arguments&,
                                                    const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Page>([&](const auto& p) {
    return !s.huge(p) ||
           (t.cpu_frame(p) == s.cpu_frame(p) && t.cpu_kind(p) == s.cpu_kind(p) &&
            D::template all_in<Page>(D::huge_of(p), [&](const auto& q) {
              return t.cpu_read(p) == t.cpu_read(q) && t.cpu_write(p) == t.cpu_write(q);
            }));
  });
}

// F13: a walk says of no entry that it is larger than it is.
template <class D>
typename D::template Of<bool> walks_report_the_map_order(const model::State<D>& s,
                                                         const typename D::Arguments& a,
                                                         const model::State<D>& t) {
  return !t.walked_huge(a.task, a.page) || s.huge(a.page);
}

// S16: a translation becomes large where all of it was walked so, in a section that is undisturbed,
// and inside the subscription's interval.
template <class D>
typename D::template Of<bool> large_translations_were_walked(const model::State<D>& s,
                                                             const typename D::Arguments& a,
                                                             const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Mirror>([&](const auto& m) {
    return D::template all<Page>([&](const auto& p) {
      return !t.device_huge(m, p) || s.device_huge(m, p) ||
             D::template all_in<Page>(D::huge_of(p), [&](const auto& q) {
               return s.section(a.task) == Section::kPassed && s.section_mirror(a.task) == m &&
                      s.saved(a.task) == s.sub_epoch(m) && s.walked_huge(a.task, q) &&
                      s.walked_frame(a.task, q) == t.device_frame(m, q) &&
                      D::contains(s.mirror_pages(m), q);
             });
    });
  });
}

// S16: who takes a part of a large translation away takes all of it.
template <class D>
typename D::template Of<bool> large_translations_go_whole(const model::State<D>& s,
                                                          const typename D::Arguments&,
                                                          const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Mirror>([&](const auto& m) {
    return D::template all<Page>([&](const auto& p) {
      const auto kept = t.device_huge(m, p) && t.device_frame(m, p) == s.device_frame(m, p);
      return !s.device_huge(m, p) || kept ||
             D::template all_in<Page>(D::huge_of(p),
                                      [&](const auto& q) { return !t.device_huge(m, q); });
    });
  });
}

// S16 with S1: where a device goes through a large translation, it gets to the frames that the huge
// entry maps, which lie in memory as they should.
template <class D>
typename D::template Of<bool> large_translations_are_contiguous(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Mirror>([&](const auto& m) {
    return D::template all<Page>([&](const auto& p) {
      return !s.device_huge(m, p) || D::template all_in<Page>(D::huge_of(p), [&](const auto& q) {
        return D::in_place(p, s.device_frame(m, p), q, s.device_frame(m, q));
      });
    });
  });
}

struct Huge {
  static constexpr Group kGroup{
      .name = "huge",
      .title = "huge entries, and translations that are as large",
      .says =
          "the parts of a huge entry are one entry (F13), and a device has no translation that is "
          "larger than the entry of the CPU (S16)",
      .does_not_say =
          "how large: runs of pages are any parts into which all pages are cut, and that frames "
          "are in place is any relation",
      .assumes = "a huge entry is made, split and walked in one step each",
  };
  template <class D, class F>
  static void each_conjunct(F&& f) {
    using namespace mirrorcheck::model;
    f("WholeEntry", "S16", &WholeEntry<D>::holds);
    f("LargeTranslation", "S16", &LargeTranslation<D>::holds);
    f("large_walks_are_current", "S16", &large_walks_are_current<D>);
  }
  template <class D, class F>
  static void each_step(F&& f) {
    using Step = StepProperty<D>;
    f(Step{"huge_entries_go_inside_windows", "S16", "S1'", "M1.split/2",
           &huge_entries_go_inside_windows<D>});
    f(Step{"parts_change_together", "S16", "",
           "M1.zap/6 M1.write_protect/4 M4.upgrade/10 M3.hide/6 A6.move_entry/11 A6.discard/6",
           &parts_change_together<D>});
    f(Step{"walks_report_the_map_order", "S16", "", "F6.walk_page/8",
           &walks_report_the_map_order<D>, model::Rule::kWalkPage});
    f(Step{"large_translations_were_walked", "S16", "", "D1.install/6",
           &large_translations_were_walked<D>});
    f(Step{"large_translations_go_whole", "S16", "", "D2.invalidate/11 D1.install/7 P6.program/8",
           &large_translations_go_whole<D>});
  }
  template <class D, class F>
  static void each_consequence(F&& f) {
    using Fact = Consequence<D>;
    f(Fact{"large_translations_are_contiguous", "S16", "S1",
           "LargeTranslation WholeEntry StaleTranslation", &large_translations_are_contiguous<D>});
  }
};

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_GROUPS_HUGE_H_
