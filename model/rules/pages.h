// Areas and CPU page tables: what the core mm owes a mirror (A6, M1-M4).

#ifndef MIRRORCHECK_MODEL_RULES_PAGES_H_
#define MIRRORCHECK_MODEL_RULES_PAGES_H_

#include "model/rules/clauses.h"

namespace mirrorcheck::model {

inline constexpr Clause kMmapForWrite{"A12", Property::kS17,
                                      "areas change without mmap_lock held for write", true};

// The pages are those of one mm, whose mmap_lock is held.
template <class D>
auto mmap_held_for_write(const State<D>& s, const Args<D>& a) {
  return s.mmap_lock(a.task, a.mm) == Hold::kExclusive &&
         D::template all_in<Page>(a.pages, [&](const auto& p) { return D::mm_of(p) == a.mm; });
}

// A new area in a gap. Its page-table entries start empty. file_page is that of the first page;
// flag: MAP_PRIVATE, of a file. required: MAP_SYNC, of a DAX file.
template <class D>
struct MapArea {
  static constexpr Rule kRule = Rule::kMap;
  static constexpr std::string_view kName = "A6.mmap";
  static constexpr Clause kGap{"A6", Property::kS17, "maps over an area or an entry that is there"};
  static constexpr Clause kFilePages{"X16", Property::kS6,
                                     "maps a file where the file has no page"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kMmapForWrite, mmap_held_for_write<D>(s, a));
    c.require(kGap, D::template all_in<Page>(a.pages, [&](const auto& p) {
                return s.area(p) == Area::kNone && s.cpu_frame(p) == kNoFrame && !s.replacing(p);
              }));
    c.require(kFilePages, D::implies(a.area == Area::kFile || a.area == Area::kDax, [&] {
                return D::template all_in<Page>(
                    a.pages, [&](const auto& p) { return D::file_page_at(a, p) != kNoFilePage; });
              }));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    const auto of_file = a.area == Area::kFile || a.area == Area::kDax;
    s.area.template set_in<Page>(a.pages, [&](const auto&, const auto&) { return a.area; });
    s.area_read.template set_in<Page>(a.pages, [&](const auto&, const auto&) { return a.read; });
    s.area_write.template set_in<Page>(a.pages, [&](const auto&, const auto&) { return a.write; });
    s.slot.template set_in<Page>(a.pages, [&](const auto& p, const auto&) {
      return D::template choose<FilePage>(of_file, D::file_page_at(a, p), kNoFilePage);
    });
    s.area_private.template set_in<Page>(
        a.pages, [&](const auto&, const auto&) { return of_file && a.flag; });
    s.area_sync.template set_in<Page>(a.pages, [&](const auto&, const auto&) {
      return a.area == Area::kDax && a.required && !a.flag;
    });
  }
};

// munmap, first half: find_vma no longer finds the area. rmap still does (slot stays) until the
// entries are zapped, so that a truncate in between cannot miss them.
template <class D>
struct UnmapArea {
  static constexpr Rule kRule = Rule::kUnmap;
  static constexpr std::string_view kName = "A6.munmap";
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kMmapForWrite, mmap_held_for_write<D>(s, a));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.area.template set_in<Page>(a.pages, [](const auto&, const auto&) { return Area::kNone; });
    s.area_read.template set_in<Page>(a.pages, [](const auto&, const auto&) { return false; });
    s.area_write.template set_in<Page>(a.pages, [](const auto&, const auto&) { return false; });
  }
};

template <class D>
struct ProtectArea {
  static constexpr Rule kRule = Rule::kProtect;
  static constexpr std::string_view kName = "A6.mprotect";
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kMmapForWrite, mmap_held_for_write<D>(s, a));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.area_read.template set_in<Page>(a.pages, [&](const auto&, const auto&) { return a.read; });
    s.area_write.template set_in<Page>(a.pages, [&](const auto&, const auto&) { return a.write; });
  }
};

inline constexpr Clause kInsideWindow{
    "M1", Property::kS1Prime,
    "takes an entry or a permission away outside a window that covers it and has started"};

// M1: nothing is taken away except inside the task's own window, callbacks done. Where no notifier
// was ever published there is nobody to tell (N2 makes sure that this cannot change under way).
template <class D, class P>
auto inside_window(const State<D>& s, const Args<D>& a, const P& p) {
  return !s.published(D::mm_of(p)) ||
         (s.phase(a.window) == WindowPhase::kStarted && s.owner(a.window) == a.task &&
          s.window_mm(a.window) == D::mm_of(p) && D::contains(s.window_pages(a.window), p));
}

// A window whose event promised to take no more than write permission cannot take the entry, nor
// the right to read it.
inline constexpr Clause kNotKept{"D3", Property::kS1Prime,
                                 "takes an entry, or the right to read it, away inside a window in "
                                 "which a device was allowed to keep reading"};

template <class D, class P>
auto no_callback_kept(const State<D>& s, const Args<D>& a, const P& p) {
  return !s.published(D::mm_of(p)) ||
         D::template all<Mirror>([&](const auto& m) { return !s.kept(a.window, m); });
}

template <class D, class P>
auto nobody_kept(const State<D>& s, const Args<D>& a, const P& p) {
  return no_callback_kept<D>(s, a, p) && (!s.published(D::mm_of(p)) || !s.owned(a.window));
}

// Nor can a window that its owner may ignore take anything (P4).
template <class D, class P>
auto nobody_ignores(const State<D>& s, const Args<D>& a, const P& p) {
  return !s.published(D::mm_of(p)) || !s.owned(a.window);
}

// Nothing is there any more. `copied`: what was there goes on in another frame, which comes next,
// and is as a userfaultfd has marked it.
template <class D>
void clear_entry(State<D>& s, const typename D::template Of<Page>& page,
                 const typename D::template Of<bool>& copied) {
  s.cpu_frame.set(page, kNoFrame);
  s.cpu_kind.set(page, EntryKind::kPresent);
  s.cpu_read.set(page, false);
  s.cpu_write.set(page, false);
  s.copied.set(page, false);
  s.uffd_wp.set(page, s.uffd_wp(page) && copied);
  s.replacing.set(page, copied);
}

// An entry is cleared. flag: what it held goes on in another frame, which the same task puts there
// next (M3, copy on write).
template <class D>
struct Zap {
  static constexpr Rule kRule = Rule::kZap;
  static constexpr std::string_view kName = "M1.zap";
  static constexpr Clause kPresent{"M1", Property::kS6, "zaps an entry that is not there"};
  static constexpr Clause kAreaStays{
      "A12", Property::kS17,
      "clears an entry to replace it without mmap_lock: the area may be gone before its copy comes",
      true};
  static constexpr Clause kLeftBehind{
      "X13", Property::kS12,
      "private memory goes on in another frame, and leaves behind who has pinned it"};
  static constexpr Clause kLetGo{"P3", Property::kS1,
                                 "clears an entry inside a window that a mirror may ignore, and "
                                 "that mirror still has the page"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kPresent, s.cpu_frame(a.page) != kNoFrame);
    c.require(kInsideWindow, inside_window<D>(s, a, a.page));
    c.require(kNotKept, no_callback_kept<D>(s, a, a.page));
    c.require(kAreaStays, !a.flag || s.mmap_lock(a.task, D::mm_of(a.page)) != Hold::kNot);
    c.require(kLetGo, D::implies(s.published(D::mm_of(a.page)) && s.owned(a.window),
                                 [&] { return let_go<D>(s, s.window_mirror(a.window), a.page); }));
    c.require(kNotPart, !s.huge(a.page));
    c.require(kLeftBehind,
              !a.flag || !maps_private_memory<D>(s, a.page) || s.pins(s.cpu_frame(a.page)) == 0u);
  }
  static void apply(State<D>& s, const Args<D>& a) { clear_entry<D>(s, a.page, a.flag); }
};

// The entry loses its write permission. flag: it is the right to read it that mprotect takes.
// huge: all of a huge entry does, and it stays one (change_huge_pmd).
template <class D>
struct WriteProtect {
  static constexpr Rule kRule = Rule::kWriteProtect;
  static constexpr std::string_view kName = "M1.write_protect";
  static constexpr Clause kPermitted{"M1", Property::kS6,
                                     "takes a permission from an entry that does not have it"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kPermitted,
              s.cpu_frame(a.page) != kNoFrame &&
                  D::template choose<bool>(a.flag, s.cpu_read(a.page), s.cpu_write(a.page)));
    c.require(kInsideWindow,
              each_changed<D>(a, [&](const auto& p) { return inside_window<D>(s, a, p); }));
    c.require(kNotKept, each_changed<D>(a, [&](const auto& p) {
                return D::template choose<bool>(a.flag, nobody_kept<D>(s, a, p),
                                                nobody_ignores<D>(s, a, p));
              }));
    c.require(kAllOfIt, s.huge(a.page) == a.huge);
  }
  static void apply(State<D>& s, const Args<D>& a) {
    change_each<D>(s.cpu_read, a, [&](const auto& old) { return old && !a.flag; });
    change_each<D>(s.cpu_write, a, [&](const auto& old) { return old && a.flag; });
  }
};

inline constexpr Clause kMmapHeld{
    "A12", Property::kS17, "an entry is made without mmap_lock, areas may go away under it", true};
inline constexpr Clause kInArea{"F6", Property::kS17, "an entry is made where no area is"};
inline constexpr Clause kWriteAllowed{"F6", Property::kS3,
                                      "a writable entry is made where the area does not allow it"};
inline constexpr Clause kReadAllowed{"F6", Property::kS1,
                                     "an entry becomes readable where the area does not allow it"};
inline constexpr Clause kSharedFrame{
    "M3", Property::kS4,
    "a private page becomes writable while another entry still maps its frame"};
inline constexpr Clause kInsideFile{"X6", Property::kS5,
                                    "maps a page that lies beyond the end of the file"};
inline constexpr Clause kFaultExcludesTruncate{
    "X12.2", Property::kS5Prime,
    "makes an entry of a file without holding its invalidate_lock shared", true};
inline constexpr Clause kEntryLocked{
    "X6", Property::kS6, "makes an entry of a file page without holding its entry lock", true};

inline constexpr Clause kFilesOwn{"X10", Property::kS4,
                                  "lets a private mapping write a page of the file where it is"};

// The page's entry names memory of the mm's own: anonymous, or its copy of a file page (X10).
template <class D, class P>
auto maps_private_memory(const State<D>& s, const P& page) {
  return s.slot(page) == kNoFilePage || s.copied(page);
}

// The page is one of a file, mapped so that what is written there is the file's.
template <class D, class P>
auto maps_file_memory(const State<D>& s, const P& page) {
  return s.slot(page) != kNoFilePage && !s.copied(page);
}

inline constexpr Clause kDirty{
    "D6", Property::kS6Prime,
    "a page of a file is written that is not dirty: write-back will not see it"};

// X7, MAP_SYNC: what is written is in the file after a crash, too, as soon as the cache line is
// flushed. So that the file has the block is on stable storage before anybody can write it.
//
//   a write fault                           power fails
//   page i of f gets a block
//   commits that f has it
//   the entry is writable
//   the CPU, or a device, stores
//                                           f has the block, and what was stored
inline constexpr Clause kCommitted{
    "X7", Property::kS6Prime,
    "a page of a synchronous mapping may be written whose block the file may not have after a "
    "crash"};

template <class D, class P>
auto committed_if_sync(const State<D>& s, const P& page) {
  return !s.area_sync(page) || s.committed(s.slot(page));
}

// F7: while the mark stands the handler alone says when the page may be written again, and no
// fault, no mprotect and no copy on write does.
//
//   the handler                             a device
//   a window over p: p is read-only, marked
//                                           callback: may not write p
//   saves what p holds                      faults p for writing: -EFAULT
//   the mark goes
//                                           faults p, which may be written
inline constexpr Clause kNotMarked{
    "F7", Property::kS3, "an entry becomes writable that a userfaultfd has write-protected"};

// The frame is nobody's yet: no entry names it, no file page has it.
template <class D>
auto own_frame(const State<D>& s, const typename D::template Of<Frame>& frame) {
  return !D::is_block(frame) && !D::is_swap(frame) && !s.broken(frame) &&
         D::nowhere(s.cpu_frame, frame) && D::nowhere(s.backing, frame);
}

// No other page's entry names the frame that this one names. A domain with more than a few pages
// knows without a look at each of them.
template <class D, class P>
auto maps_alone(const State<D>& s, const P& page) {
  if constexpr (requires { D::alone(s.cpu_frame, page); }) {
    return D::alone(s.cpu_frame, page);
  } else {
    return D::template all<Page>(
        [&](const auto& q) { return q == page || s.cpu_frame(q) != s.cpu_frame(page); });
  }
}

// X9: what lets a block be written that another file page has, too.
inline constexpr Clause kBlockIsOwn{
    "X9", Property::kS6, "a block is written, or may be, that another page of a file has, too"};

// No other file page has the frame or block that this one has.
template <class D>
auto has_alone(const State<D>& s, const typename D::template Of<FilePage>& page) {
  if constexpr (requires { D::alone(s.backing, page); }) {
    return D::alone(s.backing, page);
  } else {
    return D::template all<FilePage>(
        [&](const auto& f) { return f == page || s.backing(f) != s.backing(page); });
  }
}

// The entry of a page that is in `frame`.
template <class D, class F>
auto kind_for(const F& frame) {
  return D::template choose<EntryKind>(D::is_device(frame), EntryKind::kDevicePrivate,
                                       EntryKind::kPresent);
}

// D6: who makes an entry of a file's page writable makes the page dirty, for nobody will ask when
// it is written.
template <class D>
void make_dirty(State<D>& s, const typename D::template Of<Page>& page,
                const typename D::template Of<bool>& writable) {
  const auto slot = s.slot(page);
  s.dirty.set(slot, s.dirty(slot) || (writable && maps_file_memory<D>(s, page)));
}

// S15': who writes private memory by way of an entry, or makes that writable, makes the page dirty:
// reclaim will not throw it away, nor leave it to what its slot of the swap device holds.
template <class D>
void make_needed(State<D>& s, const typename D::template Of<Frame>& frame,
                 const typename D::template Of<bool>& writes) {
  s.discardable.set(frame, s.discardable(frame) && !writes);
  s.stored.set(frame, s.stored(frame) && !writes);
}

// M4: none -> present is silent. For a file this is the end of X6. flag: a private mapping gets a
// copy of the file page (X10). Where it replaces an entry, the page-table lock alone has kept
// truncates away since that was cleared. For memory of a device, which is never present, it is the
// end of P1 where there was no page before.
template <class D>
struct Populate {
  static constexpr Rule kRule = Rule::kPopulate;
  static constexpr std::string_view kName = "M4.populate";
  static constexpr Clause kAbsent{"M3", Property::kS1Prime,
                                  "replaces an entry without clearing it first"};
  static constexpr Clause kLive{"S2", Property::kS2, "maps a frame that is free, or has failed"};
  static constexpr Clause kOwn{"M3", Property::kS4,
                               "maps a block, or a frame that is somebody else's, as private "
                               "memory"};
  static constexpr Clause kZeroReadOnly{"X8", Property::kS4, "maps the zero page writable"};
  static constexpr Clause kBacking{"X8", Property::kS6,
                                   "maps another frame than the one that backs the file page"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    const auto slot = s.slot(a.page);
    const auto hugetlb = s.area(a.page) == Area::kHugetlb;
    const auto anonymous = s.area(a.page) == Area::kAnon || hugetlb;
    const auto of_file = s.area(a.page) == Area::kFile || s.area(a.page) == Area::kDax;
    const auto copy = of_file && s.area_private(a.page) && a.flag;
    const auto found = of_file && !(copy && s.replacing(a.page));
    c.require(kAbsent, s.cpu_frame(a.page) == kNoFrame);
    c.require(kLive, a.frame != kNoFrame && s.used(a.frame) && !s.broken(a.frame));
    c.require(kMmapHeld, s.mmap_lock(a.task, D::mm_of(a.page)) != Hold::kNot);
    c.require(kInArea, anonymous || of_file);
    c.require(kWriteAllowed, !a.write || s.area_write(a.page));
    c.require(kZeroReadOnly, a.frame != kZeroFrame || !a.write);
    c.require(kOwn, D::implies((anonymous && a.frame != kZeroFrame) || hugetlb || copy, [&] {
                return a.frame != kZeroFrame &&
                       ((anonymous && !hugetlb) || !D::is_device(a.frame)) && own_frame(s, a.frame);
              }));
    c.require(kInsideFile, !found || s.within(slot));
    c.require(kBacking, D::implies(of_file && !copy, [&] {
                return (a.frame == kZeroFrame && s.area(a.page) == Area::kDax &&
                        s.backing(slot) == kNoFrame) ||
                       (a.frame != kZeroFrame && s.backing(slot) == a.frame &&
                        !D::is_device(a.frame) && !D::is_swap(a.frame));
              }));
    c.require(kFaultExcludesTruncate, D::implies(found, [&] {
                return s.invalidate_lock(a.task, D::file_of(slot)) == Hold::kShared;
              }));
    c.require(kEntryLocked, D::implies(found, [&] { return s.entry_lock(slot, a.task); }));
    c.require(kFilesOwn, !of_file || !s.area_private(a.page) || copy || !a.write);
    c.require(kBlockIsOwn, D::implies(a.write && of_file && !copy && D::is_block(a.frame),
                                      [&] { return has_alone<D>(s, slot); }));
    c.require(kCommitted, !a.write || committed_if_sync<D>(s, a.page));
    c.require(kNotMarked, !a.write || !s.uffd_wp(a.page));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.cpu_frame.set(a.page, a.frame);
    s.cpu_kind.set(a.page, kind_for<D>(a.frame));
    s.cpu_read.set(a.page, s.area_read(a.page));
    s.cpu_write.set(a.page, a.write);
    s.copied.set(a.page, s.area_private(a.page) && a.flag);
    s.replacing.set(a.page, false);
    make_dirty<D>(s, a.page, a.write);
  }
};

// M4, D5: a permission gained is silent, too. flag: it is the right to read that mprotect
// gives back. huge: all of a huge entry gains it, and it stays one (insert_pfn_pmd,
// do_huge_pmd_wp_page).
template <class D>
struct Upgrade {
  static constexpr Rule kRule = Rule::kUpgrade;
  static constexpr std::string_view kName = "M4.upgrade";
  static constexpr Clause kReadOnly{
      "M4", Property::kS4, "makes an entry writable that is not present, or the zero page"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    const auto each = [&](auto f) { return each_changed<D>(a, f); };
    c.require(kReadOnly, each([&](const auto& p) {
                return D::template choose<bool>(a.flag, s.cpu_frame(p) != kNoFrame,
                                                present<D>(s, p) && s.cpu_frame(p) != kZeroFrame);
              }));
    c.require(kMmapHeld, s.mmap_lock(a.task, D::mm_of(a.page)) != Hold::kNot);
    c.require(kInArea, each([&](const auto& p) { return s.area(p) != Area::kNone; }));
    c.require(kWriteAllowed, each([&](const auto& p) { return a.flag || s.area_write(p); }));
    c.require(kReadAllowed, each([&](const auto& p) { return !a.flag || s.area_read(p); }));
    c.require(kSharedFrame, each([&](const auto& p) {
                return D::implies(!a.flag && maps_private_memory<D>(s, p),
                                  [&] { return maps_alone<D>(s, p); });
              }));
    c.require(kFilesOwn,
              each([&](const auto& p) { return a.flag || !s.area_private(p) || s.copied(p); }));
    c.require(kBlockIsOwn, each([&](const auto& p) {
                return D::implies(
                    !a.flag && maps_file_memory<D>(s, p) && D::is_block(s.cpu_frame(p)),
                    [&] { return has_alone<D>(s, s.slot(p)); });
              }));
    c.require(kCommitted,
              each([&](const auto& p) { return a.flag || committed_if_sync<D>(s, p); }));
    c.require(kAllOfIt, s.huge(a.page) == a.huge);
    c.require(kNotMarked, each([&](const auto& p) { return a.flag || !s.uffd_wp(p); }));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    change_each<D>(s.cpu_read, a, [&](const auto& old) { return old || a.flag; });
    change_each<D>(s.cpu_write, a, [&](const auto& old) { return old || !a.flag; });
    make_dirty<D>(s, a.page, !a.flag);
    make_needed<D>(s, s.cpu_frame(a.page), !a.flag);
    D::when(a.huge && !a.flag, [&] { make_rest_dirty(s, a); });
  }

 private:
  // make_dirty() and make_needed() of all that a huge entry maps. REQUIRES: nothing changes unless
  // it is huge and becomes writable.
  static void make_rest_dirty(State<D>& s, const Args<D>& a) {
    const auto some_page = [&](auto f) {
      return a.huge && !a.flag &&
             !D::template all_in<Page>(D::huge_of(a.page), [&](const auto& p) { return !f(p); });
    };
    s.dirty.template set_row<FilePage>([&](const auto& slot, const auto& old) {
      return old || some_page([&](const auto& p) {
               return s.slot(p) == slot && maps_file_memory<D>(s, p);
             });
    });
    const auto unless_mapped = [&](const auto& frame, const auto& old) {
      return old && !some_page([&](const auto& p) { return s.cpu_frame(p) == frame; });
    };
    s.discardable.template set_row<Frame>(unless_mapped);
    s.stored.template set_row<Frame>(unless_mapped);
  }
};

// A load or store of the CPU, through its page table. Its datum is not the contract's business but
// that of the shadow memory beside it (S6).
template <class D>
struct CpuAccess {
  static constexpr Rule kRule = Rule::kCpuAccess;
  static constexpr std::string_view kName = "M4.cpu_access";
  static constexpr Clause kPresent{"M4", Property::kS6,
                                   "the CPU goes through an entry that is not present, or through "
                                   "a part of a huge page of hugetlb that is not mapped whole"};
  static constexpr Clause kWritable{"M4", Property::kS3,
                                    "the CPU writes through a read-only entry"};
  static constexpr Clause kReadable{"M4", Property::kS1,
                                    "the CPU reads through an entry that PROT_NONE has closed"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kPresent, present<D>(s, a.page) && whole_if_hugetlb<D>(s, a.page));
    c.require(kWritable, !a.write || s.cpu_write(a.page));
    c.require(kReadable, a.write || s.cpu_read(a.page) || open_to_reads(s, a));
    c.require(kDirty, !a.write || !maps_file_memory<D>(s, a.page) || s.dirty(s.slot(a.page)));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    make_needed<D>(s, s.cpu_frame(a.page), a.write);
  }

 private:
  // A CPU that may write may also read. cpu_read is VM_READ, which is what hmm_range_fault and GUP
  // go by; a write-only area has entries without it, and without write permission, that the CPU
  // reads nevertheless (the zero page, a page that is clean). In an area that may be read, such an
  // entry is a NUMA hint (protnone), and the CPU faults. Two things cannot be told from here:
  // whether a mprotect, which holds mmap_lock for write to its end, has come to the entry yet; and
  // what the entries of an area that is gone, but not yet zapped, still allow.
  static auto open_to_reads(const State<D>& s, const Args<D>& a) {
    const auto mm = D::mm_of(a.page);
    return s.cpu_write(a.page) || (s.area_write(a.page) && !s.area_read(a.page)) ||
           s.area(a.page) == Area::kNone || !D::template all<Task>([&](const auto& t) {
             return s.mmap_lock(t, mm) != Hold::kExclusive;
           });
  }
};

}  // namespace mirrorcheck::model

#endif  // MIRRORCHECK_MODEL_RULES_PAGES_H_
