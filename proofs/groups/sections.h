// The collision-retry protocol: S9, and Q3, on which all of it rests.
//
// Thread safety: pure functions of their arguments.

#ifndef MIRRORCHECK_PROOFS_GROUPS_SECTIONS_H_
#define MIRRORCHECK_PROOFS_GROUPS_SECTIONS_H_

#include "model/safety.h"
#include "model/state.h"
#include "proofs/group.h"

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
              s.cpu_frame(p) == s.walked_frame(t, p) && s.cpu_read(p) &&
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
  }
};

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_GROUPS_SECTIONS_H_
