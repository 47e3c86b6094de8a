// Huge entries: one entry that maps an aligned run of pages to an aligned run of frames (F13), and
// translations of a device that are as large (S16).
//
// In the state every page of the run has its entry, and each of them says that it is a part of a
// huge one. What the parts have in common is a property (WholeEntry in safety.h). So an entry that
// is to change by itself has to become a small one first, and who tells a device that its
// translation can be large has to tell it when that is over, for all of it:
//
//   task 0                                   task 1, the driver
//                                            walks q: it is part of a huge entry of p and q
//                                            installs one translation of p and q
//   munmap p: a window over p
//                                            callback: p is to go, q stays mapped
//   a window over p and q: split
//                                            callback: drops the translation, which is one
//   zaps p
//
// Who changes what all of it allows, and no more, changes it as a whole, in one step: it is as
// large as before, and so may a translation be that a device keeps to read (D3).
//
// Thread safety: pure functions of their arguments.

#ifndef MIRRORCHECK_MODEL_RULES_HUGE_H_
#define MIRRORCHECK_MODEL_RULES_HUGE_H_

#include "model/rules/clauses.h"
#include "model/rules/pages.h"

namespace mirrorcheck::model {

// The entries of the run that a.page lies in become one. Nothing is taken away, so it is silent
// (D5): what a collapse replaces it has zapped in its window before. What a DAX file has nobody
// collapses: a fault that finds nothing there maps all of it, and the entry lock is one for all
// (dax_iomap_pmd_fault). Or mremap, which no fault comes between, has moved it there as a whole
// (move_huge_pmd); that splits it at its old place, page by page it goes, and is one entry again.
template <class D>
struct Join {
  static constexpr Rule kRule = Rule::kJoin;
  static constexpr std::string_view kName = "M4.join";
  static constexpr Clause kAlike{"F13", Property::kS16,
                                 "makes a huge entry of pages that are not all there, do not lie "
                                 "in memory as they do in the address space, or allow different "
                                 "things"};
  static constexpr Clause kOneArea{
      "F13", Property::kS16, "makes a huge entry of what is neither anonymous memory nor DAX"};
  static constexpr Clause kInFault{"X16", Property::kS6,
                                   "makes a huge entry of a DAX file outside a fault, with its "
                                   "invalidate_lock held shared and the entry lock of all that it "
                                   "maps, and outside a move, with mmap_lock held for write",
                                   true};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    const auto all = D::huge_of(a.page);
    c.require(kMmapHeld, s.mmap_lock(a.task, D::mm_of(a.page)) != Hold::kNot);
    c.require(kAlike, D::template all_in<Page>(all, [&](const auto& p) {
                return D::template all_in<Page>(all,
                                                [&](const auto& q) { return alike<D>(s, p, q); });
              }));
    c.require(kOneArea, D::template all_in<Page>(all, [&](const auto& p) {
                return !s.copied(p) && s.cpu_frame(p) != kZeroFrame &&
                       s.area(p) == s.area(a.page) &&
                       (s.area(p) == Area::kAnon || s.area(p) == Area::kHugetlb ||
                        s.area(p) == Area::kDax);
              }));
    c.require(kInFault, D::implies(s.area(a.page) == Area::kDax, [&] {
                return D::template all_in<Page>(all, [&](const auto& p) {
                  const auto slot = s.slot(p);
                  return (s.invalidate_lock(a.task, D::file_of(slot)) == Hold::kShared &&
                          s.entry_lock(slot, a.task)) ||
                         s.mmap_lock(a.task, D::mm_of(a.page)) == Hold::kExclusive;
                });
              }));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.huge.template set_in<Page>(D::huge_of(a.page), [](const auto&, const auto&) { return true; });
  }
};

// The huge entry becomes small ones, which map what it did: __split_huge_pmd, or the first half of
// clearing it as a whole, which is what Linux always does with one of a file. Devices lose what
// they have of it, in a window over all of it.
template <class D>
struct Split {
  static constexpr Rule kRule = Rule::kSplit;
  static constexpr std::string_view kName = "M1.split";
  static constexpr Clause kHuge{"F13", Property::kS16, "splits an entry that is not huge"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    const auto all = D::huge_of(a.page);
    c.require(kHuge, s.huge(a.page));
    c.require(kInsideWindow, D::template all_in<Page>(
                                 all, [&](const auto& p) { return inside_window<D>(s, a, p); }));
    c.require(kNotKept, nobody_kept<D>(s, a, a.page));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.huge.template set_in<Page>(D::huge_of(a.page),
                                 [](const auto&, const auto&) { return false; });
  }
};

// A driver lets go of the huge translation that a.page is a part of. It may at any time, and must
// before a part of it changes.
template <class D>
struct DropHuge {
  static constexpr Rule kRule = Rule::kDropHuge;
  static constexpr std::string_view kName = "S16.drop";
  static constexpr Clause kLocked{"D1", Property::kS1,
                                  "the device page table changes without the update lock", true};
  static constexpr Clause kHuge{"S16", Property::kS16,
                                "drops a huge translation that is not there"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kLocked, s.update_lock(a.task, a.mirror));
    c.require(kHuge, s.device_huge(a.mirror, a.page));
    c.require(kMarked, D::template all_in<Page>(D::huge_of(a.page), [&](const auto& p) {
                return !s.unmarked(a.mirror, p);
              }));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    const auto all = D::huge_of(a.page);
    s.device_frame.template set_in<Page>(a.mirror, all,
                                         [](const auto&, const auto&) { return kNoFrame; });
    s.device_write.template set_in<Page>(a.mirror, all,
                                         [](const auto&, const auto&) { return false; });
    s.device_huge.template set_in<Page>(a.mirror, all,
                                        [](const auto&, const auto&) { return false; });
  }
};

}  // namespace mirrorcheck::model

#endif  // MIRRORCHECK_MODEL_RULES_HUGE_H_
