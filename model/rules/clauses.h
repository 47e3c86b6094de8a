// What the rules share: where a guard puts its clauses, and the words it is written in.
//
// A rule is a struct template over a Domain with
//   kRule, kName   the step it describes, and its name: contract id, dot, what happens
//   guard(c, s, a) calls c.require(clause, condition) once for each condition, always in the same
//                  order, whether or not an earlier one failed
//   apply(s, a)    changes s to the state after the step. REQUIRES: nothing; when the guard fails
//                  the result is the damage done
//
// Thread safety: pure functions of their arguments.

#ifndef MIRRORCHECK_MODEL_RULES_CLAUSES_H_
#define MIRRORCHECK_MODEL_RULES_CLAUSES_H_

#include "model/properties.h"
#include "model/state.h"
#include "model/vocabulary.h"

namespace mirrorcheck::model {

template <class D>
using Args = typename D::Arguments;

// The CPU, a walk and GUP can go through the page's entry: it is there, and no special entry.
template <class D>
auto present(const State<D>& s, const typename D::template Of<Page>& page) {
  return s.cpu_frame(page) != kNoFrame && s.cpu_kind(page) == EntryKind::kPresent;
}

// The device of mirror `m` can go through it, too: the page is present, or in its own memory (F5).
template <class D>
auto valid_for(const State<D>& s, const typename D::template Of<Mirror>& m,
               const typename D::template Of<Page>& page) {
  return s.cpu_frame(page) != kNoFrame &&
         (s.cpu_kind(page) == EntryKind::kPresent ||
          (s.cpu_kind(page) == EntryKind::kDevicePrivate && D::owns(m, s.cpu_frame(page))));
}

// P3: while a page is on its way to another frame, a device may keep the one that it leaves, or has
// come to. One in the memory of a device only that device.
template <class D>
auto on_its_way_for(const State<D>& s, const typename D::template Of<Mirror>& m,
                    const typename D::template Of<Page>& page) {
  return s.cpu_frame(page) != kNoFrame && s.cpu_kind(page) == EntryKind::kMigration &&
         (!D::is_device(s.cpu_frame(page)) || D::owns(m, s.cpu_frame(page)));
}

// The device of mirror `m` may go through the page's entry; atomically, if that is exclusive to it.
template <class D>
auto usable_by(const State<D>& s, const typename D::template Of<Mirror>& m,
               const typename D::template Of<Page>& page) {
  return valid_for<D>(s, m, page) || on_its_way_for<D>(s, m, page) ||
         (s.cpu_frame(page) != kNoFrame && s.cpu_kind(page) == EntryKind::kDeviceExclusive &&
          s.exclusive_to(page) == m);
}

// The device of mirror `m` has no translation of the page, and no section of it that could still
// install one.
template <class D>
auto let_go(const State<D>& s, const typename D::template Of<Mirror>& m,
            const typename D::template Of<Page>& page) {
  return s.device_frame(m, page) == kNoFrame && D::template all<Task>([&](const auto& t) {
           return s.section(t) == Section::kNone || s.section_mirror(t) != m ||
                  s.sub_epoch(m) != s.saved(t) || s.walked_frame(t, page) == kNoFrame;
         });
}

// Some window of `mm` is open: active_invalidate_ranges != 0.
template <class D>
auto any_window_open(const State<D>& s, const typename D::template Of<Mm>& mm) {
  return !D::template all_but<WindowPhase::kClosed>(
      s.phase, [&](const auto& w) { return s.window_mm(w) != mm; });
}

// The window's callbacks are done: those the tree walk reached, or excused by N4.
template <class D>
auto all_acked(const State<D>& s, const typename D::template Of<Window>& w) {
  return D::template all<Mirror>([&](const auto& m) { return !s.hit(w, m) || s.acked(w, m); });
}

// `task` is in a callback, or between start and end, of a window of `mm`. What waits for callbacks
// or for windows to close would wait for itself there (N6).
template <class D>
auto inside_own_window(const State<D>& s, const typename D::template Of<Task>& task,
                       const typename D::template Of<Mm>& mm) {
  return !D::template all_but<WindowPhase::kClosed>(
      s.phase, [&](const auto& w) { return s.owner(w) != task || s.window_mm(w) != mm; });
}

// D1: `task` holds the update lock of no mirror at all.
template <class D>
auto holds_no_update_lock(const State<D>& s, const typename D::template Of<Task>& task) {
  return D::template all<Mirror>([&](const auto& m) { return !s.update_lock(task, m); });
}

// Pages p and q of one run may be parts of one huge entry (F13): present, in the same place of
// their runs as their frames, and good for the same.
template <class D>
auto alike(const State<D>& s, const typename D::template Of<Page>& p,
           const typename D::template Of<Page>& q) {
  return present<D>(s, p) && present<D>(s, q) && D::mm_of(p) == D::mm_of(q) &&
         D::in_place(p, s.cpu_frame(p), q, s.cpu_frame(q)) && s.cpu_read(p) == s.cpu_read(q) &&
         s.cpu_write(p) == s.cpu_write(q);
}

// What hugetlb maps it maps whole: who takes its entry apart to change it, or to take it away, does
// so under one page-table lock, and nobody sees the parts.
template <class D>
auto whole_if_hugetlb(const State<D>& s, const typename D::template Of<Page>& p) {
  return s.area(p) != Area::kHugetlb || s.huge(p);
}

inline constexpr Clause kNotPart{"F13", Property::kS16,
                                 "changes a part of a huge entry, which has not been split"};
// Of who says whether he changes all of a huge entry.
inline constexpr Clause kAllOfIt{
    "F13", Property::kS16,
    "changes a part of a huge entry, which has not been split, or takes a small one for huge"};

// f of each page whose entry the step changes: a.page and, if it is about a huge entry, all that
// this maps.
template <class D, class F>
auto each_changed(const Args<D>& a, F f) {
  return f(a.page) &&
         D::implies(a.huge, [&] { return D::template all_in<Page>(D::huge_of(a.page), f); });
}

// What `map` says of each of them becomes f of it. REQUIRES: f(f(x)) is f(x).
template <class D, class M, class F>
void change_each(M& map, const Args<D>& a, F f) {
  map.set(a.page, f(map(a.page)));
  D::when(a.huge, [&] {
    map.template set_in<Page>(D::huge_of(a.page), [&](const auto&, const auto& old) {
      return D::template choose<bool>(a.huge, f(old), old);
    });
  });
}

// Of what changes a part of a huge translation, and leaves the rest of it.
inline constexpr Clause kWholeTranslation{
    "S16", Property::kS16, "changes a part of a huge translation, and leaves the rest of it"};

// The pages have either all of each huge translation of mirror `m`, or nothing.
template <class D>
auto whole_translations(const State<D>& s, const typename D::template Of<Mirror>& m,
                        const typename D::template Of<PageRange>& pages) {
  return D::template all_in<Page>(pages, [&](const auto& p) {
    return D::implies(s.device_huge(m, p), [&] {
      return D::template all_in<Page>(D::huge_of(p),
                                      [&](const auto& q) { return D::contains(pages, q); });
    });
  });
}

inline constexpr Clause kMarked{
    "D6", Property::kS15Prime,
    "lets go of a page that the device has written without having marked it dirty"};

}  // namespace mirrorcheck::model

#endif  // MIRRORCHECK_MODEL_RULES_CLAUSES_H_
