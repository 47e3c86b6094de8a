// Entries of the CPU page table that go on as entries of another page (fork, M5; mremap), and pages
// of files that go on as private memory (X10).

#ifndef MIRRORCHECK_MODEL_RULES_COPIES_H_
#define MIRRORCHECK_MODEL_RULES_COPIES_H_

#include "model/rules/pages.h"

namespace mirrorcheck::model {

inline constexpr Clause kTaken{
    "M3", Property::kS1Prime, "puts an entry where there is one, or where a copy of it comes next"};

// fork, one page of a private mapping: the child's `page` gets what the parent's `source` has,
// either the frame itself, which neither may write from now on, or a new frame with a copy in it.
// What a file has stays what it is. A special entry becomes one of the same kind:
// whoever resolves it finds both.
template <class D>
struct CopyEntry {
  static constexpr Rule kRule = Rule::kCopyEntry;
  static constexpr std::string_view kName = "M5.copy_entry";
  static constexpr Clause kFresh{"M5", Property::kS8,
                                 "copies into an address space that has notifiers already"};
  static constexpr Clause kPrivate{"M5", Property::kS4,
                                   "copies an entry that is not there, or one of a shared mapping"};
  static constexpr Clause kExclusive{"P5", Property::kS12Prime,
                                     "copies an entry that a device has for itself"};
  static constexpr Clause kReadOnly{
      "M5", Property::kS4, "parent and child share a frame that one of them may still write"};
  static constexpr Clause kPinned{"X13", Property::kS4,
                                  "parent and child share a frame that somebody has pinned"};
  static constexpr Clause kOwn{"M3", Property::kS4,
                               "the copy is in a frame that is free or somebody else's"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    const auto frame = s.cpu_frame(a.source);
    const auto shared = a.frame == frame;
    c.require(kMmapForWrite, s.mmap_lock(a.task, D::mm_of(a.page)) == Hold::kExclusive &&
                                 s.mmap_lock(a.task, D::mm_of(a.source)) == Hold::kExclusive);
    c.require(kFresh, !s.published(D::mm_of(a.page)));
    // A child's pages have no marks, since nobody has asked for any (F7).
    c.require(kTaken,
              s.cpu_frame(a.page) == kNoFrame && !s.replacing(a.page) && !s.uffd_wp(a.page));
    const auto own_memory = maps_private_memory<D>(s, a.source);
    c.require(kPrivate, frame != kNoFrame && s.slot(a.source) == s.slot(a.page) &&
                            (s.slot(a.source) == kNoFilePage || s.area_private(a.source)));
    c.require(kExclusive, s.cpu_kind(a.source) != EntryKind::kDeviceExclusive);
    c.require(kInArea, s.area(a.page) == Area::kAnon || s.area(a.page) == Area::kHugetlb ||
                           (s.area(a.page) != Area::kNone && s.area_private(a.page)));
    c.require(kWriteAllowed, !a.write || s.area_write(a.page));
    c.require(kReadOnly, !shared || (!s.cpu_write(a.source) && !a.write));
    // Who has pinned what has failed finds no copy of it anywhere.
    c.require(kPinned, !shared || !own_memory || frame == kZeroFrame || s.pins(frame) == 0u ||
                           s.cpu_kind(a.source) == EntryKind::kPoisoned);
    c.require(kOwn, D::implies(!shared, [&] {
                return own_memory && a.frame != kNoFrame && a.frame != kZeroFrame &&
                       s.used(a.frame) && !D::is_device(a.frame) && own_frame(s, a.frame);
              }));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.cpu_kind.set(a.page,
                   D::template choose<EntryKind>(a.frame == s.cpu_frame(a.source),
                                                 s.cpu_kind(a.source), EntryKind::kPresent));
    s.cpu_frame.set(a.page, a.frame);
    s.cpu_read.set(a.page, s.cpu_read(a.source) && s.area_read(a.page));
    s.cpu_write.set(a.page, a.write);
    s.copied.set(a.page, s.copied(a.source));
    s.replacing.set(a.page, false);
  }
};

// mremap and UFFDIO_MOVE, one page: `page` gets what `source` has, and that has nothing any more.
// For a device it is a loss at `source`, inside a window, and a gain at `page`, silent (M4). What a
// userfaultfd has asked for it has asked for at `source`: the mark stays behind, and is gone (F7).
template <class D>
struct MoveEntry {
  static constexpr Rule kRule = Rule::kMoveEntry;
  static constexpr std::string_view kName = "A6.move_entry";
  static constexpr Clause kPresent{"M1", Property::kS6, "moves an entry that is not there"};
  static constexpr Clause kAlike{
      "A6", Property::kS6, "moves an entry to another page of a file, or to another address space"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    const auto area = s.area(a.page);
    c.require(kMmapHeld, s.mmap_lock(a.task, D::mm_of(a.page)) != Hold::kNot);
    c.require(kPresent, s.cpu_frame(a.source) != kNoFrame);
    c.require(kTaken, s.cpu_frame(a.page) == kNoFrame && !s.replacing(a.page));
    c.require(kAlike, D::mm_of(a.page) == D::mm_of(a.source) &&
                          s.slot(a.page) == s.slot(a.source) &&
                          s.area_private(a.page) == s.area_private(a.source));
    c.require(kInArea, area != Area::kNone && area != Area::kSpecial);
    c.require(kWriteAllowed, !s.cpu_write(a.source) || s.area_write(a.page));
    c.require(kReadAllowed, !s.cpu_read(a.source) || s.area_read(a.page));
    c.require(kInsideWindow, inside_window<D>(s, a, a.source));
    c.require(kNotKept, nobody_kept<D>(s, a, a.source));
    c.require(kCommitted, !s.cpu_write(a.source) || committed_if_sync<D>(s, a.page));
    c.require(kNotPart, !s.huge(a.source));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    const auto frame = s.cpu_frame(a.source);
    const auto read = s.cpu_read(a.source);
    const auto write = s.cpu_write(a.source);
    const auto kind = s.cpu_kind(a.source);
    const auto copied = s.copied(a.source);
    s.cpu_frame.set(a.source, kNoFrame);
    s.cpu_kind.set(a.source, EntryKind::kPresent);
    s.cpu_read.set(a.source, false);
    s.cpu_write.set(a.source, false);
    s.copied.set(a.source, false);
    s.uffd_wp.set(a.source, false);
    s.uffd_wp.set(a.page, false);
    s.cpu_frame.set(a.page, frame);
    s.cpu_kind.set(a.page, kind);
    s.exclusive_to.set(a.page, s.exclusive_to(a.source));
    s.cpu_read.set(a.page, read);
    s.cpu_write.set(a.page, write);
    s.copied.set(a.page, copied);
    s.replacing.set(a.page, false);
  }
};

// KSM: the entry of `page`, which the task has cleared for this (M3), names the frame of `source`
// from here on, and nobody may write that. What they hold has to be the same, which is not the
// contract's business but that of the shadow memory beside it (S6).
template <class D>
struct MergeEntry {
  static constexpr Rule kRule = Rule::kMerge;
  static constexpr std::string_view kName = "A6.merge";
  static constexpr Clause kCleared{"M3", Property::kS1Prime,
                                   "joins a page without having cleared its entry first"};
  static constexpr Clause kThere{"A6", Property::kS4,
                                 "joins a page with what is not there, is no private memory, or "
                                 "lies in a DAX mapping or in hugetlb, as either of the two"};
  static constexpr Clause kNotWritten{"M3", Property::kS4,
                                      "joins a page with one that may still be written"};
  static constexpr Clause kUnpinned{"X13", Property::kS4,
                                    "joins a page with one that somebody has pinned"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    const auto frame = s.cpu_frame(a.source);
    c.require(kMmapHeld, s.mmap_lock(a.task, D::mm_of(a.page)) != Hold::kNot);
    c.require(kCleared, s.cpu_frame(a.page) == kNoFrame && s.replacing(a.page));
    c.require(kThere, present<D>(s, a.source) && maps_private_memory<D>(s, a.source) &&
                          frame != kZeroFrame && D::nowhere(s.backing, frame) &&
                          s.area(a.source) != Area::kDax && s.area(a.page) != Area::kDax &&
                          s.area(a.source) != Area::kHugetlb);
    c.require(kNotWritten, !s.cpu_write(a.source));
    c.require(kUnpinned, s.pins(frame) == 0u);
    c.require(kInArea, s.area(a.page) == Area::kAnon ||
                           (s.area(a.page) != Area::kNone && s.area_private(a.page)));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.cpu_frame.set(a.page, s.cpu_frame(a.source));
    s.cpu_kind.set(a.page, EntryKind::kPresent);
    s.cpu_read.set(a.page, s.area_read(a.page));
    s.cpu_write.set(a.page, false);
    s.copied.set(a.page, s.area_private(a.page));
    s.replacing.set(a.page, false);
    // Whoever gave it up had it for himself (S15').
    s.discardable.set(s.cpu_frame(a.page), false);
  }
};

// X10: a write fault in a private mapping reads what file_page, that of `page`, holds into a frame
// that is nobody's yet. What is written to the file from now on does not follow. Where the file
// page is comes from the file, by way of its locks, or from the entry, which stays while it is
// read.
template <class D>
struct CopyPage {
  static constexpr Rule kRule = Rule::kCopyPage;
  static constexpr std::string_view kName = "X10.copy_page";
  static constexpr Clause kPrivate{"X10", Property::kS6,
                                   "copies a page of a file for a mapping that is to follow it"};
  static constexpr Clause kFresh{"X10", Property::kS4,
                                 "copies a page of a file into a frame that is free or in use"};
  static constexpr Clause kSource{"X10", Property::kS6,
                                  "copies another page of the file than the one that is mapped"};
  static constexpr Clause kHeld{
      "X10", Property::kS6,
      "copies a page of a file that it neither maps nor has locked: its block may be another's",
      true};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    const auto slot = s.slot(a.page);
    c.require(kPrivate, s.area_private(a.page));
    c.require(kFresh, a.frame != kNoFrame && a.frame != kZeroFrame && s.used(a.frame) &&
                          !D::is_device(a.frame) && own_frame(s, a.frame));
    c.require(kSource, a.file_page == slot);
    c.require(kHeld, (present<D>(s, a.page) && !s.copied(a.page)) ||
                         (s.invalidate_lock(a.task, D::file_of(a.file_page)) == Hold::kShared &&
                          s.entry_lock(a.file_page, a.task) && s.within(a.file_page)));
  }
  static void apply(State<D>&, const Args<D>&) {}
};

}  // namespace mirrorcheck::model

#endif  // MIRRORCHECK_MODEL_RULES_COPIES_H_
