// The locks that other rules speak of (A12). Each step is an acquisition or a release.

#ifndef MIRRORCHECK_MODEL_RULES_LOCKS_H_
#define MIRRORCHECK_MODEL_RULES_LOCKS_H_

#include "model/rules/clauses.h"

namespace mirrorcheck::model {

inline constexpr Clause kReadersExcludeWriter{"A12", Property::kL1,
                                              "a reader and a writer hold the lock at once"};
inline constexpr Clause kWriterAlone{"A12", Property::kL1, "two tasks hold the lock exclusively"};
inline constexpr Clause kReleaseOfOwn{"A12", Property::kL1,
                                      "a task releases a lock that it does not hold"};

template <class D>
struct MmapRead {
  static constexpr Rule kRule = Rule::kMmapRead;
  static constexpr std::string_view kName = "A12.mmap_read";
  static constexpr Clause kInsideUpdate{
      "I10", Property::kL1, "mmap_lock is taken while a driver's update lock is held", true};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kReadersExcludeWriter, D::template all<Task>([&](const auto& t) {
                return s.mmap_lock(t, a.mm) != Hold::kExclusive;
              }));
    c.require(kInsideUpdate, holds_no_update_lock<D>(s, a.task));
  }
  static void apply(State<D>& s, const Args<D>& a) { s.mmap_lock.set(a.task, a.mm, Hold::kShared); }
};

template <class D>
struct MmapWrite {
  static constexpr Rule kRule = Rule::kMmapWrite;
  static constexpr std::string_view kName = "A12.mmap_write";
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kWriterAlone, D::template all<Task>(
                                [&](const auto& t) { return s.mmap_lock(t, a.mm) == Hold::kNot; }));
    c.require(MmapRead<D>::kInsideUpdate, holds_no_update_lock<D>(s, a.task));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.mmap_lock.set(a.task, a.mm, Hold::kExclusive);
  }
};

// munmap goes on as a reader once the areas are detached.
template <class D>
struct MmapDowngrade {
  static constexpr Rule kRule = Rule::kMmapDowngrade;
  static constexpr std::string_view kName = "A12.mmap_downgrade";
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kReleaseOfOwn, s.mmap_lock(a.task, a.mm) == Hold::kExclusive);
  }
  static void apply(State<D>& s, const Args<D>& a) { s.mmap_lock.set(a.task, a.mm, Hold::kShared); }
};

template <class D>
struct MmapUnlock {
  static constexpr Rule kRule = Rule::kMmapUnlock;
  static constexpr std::string_view kName = "A12.mmap_unlock";
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kReleaseOfOwn, s.mmap_lock(a.task, a.mm) != Hold::kNot);
  }
  static void apply(State<D>& s, const Args<D>& a) { s.mmap_lock.set(a.task, a.mm, Hold::kNot); }
};

// Truncate and punch call callbacks with both locks of a file held (I10).
inline constexpr Clause kFileLockInsideUpdate{
    "I10", Property::kL1, "a lock of a file is taken while a driver's update lock is held", true};

template <class D>
struct InodeLock {
  static constexpr Rule kRule = Rule::kInodeLock;
  static constexpr std::string_view kName = "A12.inode_lock";
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kWriterAlone,
              D::template all<Task>([&](const auto& t) { return !s.inode_lock(t, a.file); }));
    c.require(kFileLockInsideUpdate, holds_no_update_lock<D>(s, a.task));
  }
  static void apply(State<D>& s, const Args<D>& a) { s.inode_lock.set(a.task, a.file, true); }
};

template <class D>
struct InodeUnlock {
  static constexpr Rule kRule = Rule::kInodeUnlock;
  static constexpr std::string_view kName = "A12.inode_unlock";
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kReleaseOfOwn, s.inode_lock(a.task, a.file));
  }
  static void apply(State<D>& s, const Args<D>& a) { s.inode_lock.set(a.task, a.file, false); }
};

// X6: a fault holds invalidate_lock shared from before the i_size check until the entry is in.
template <class D>
struct InvalidateShared {
  static constexpr Rule kRule = Rule::kInvalidateShared;
  static constexpr std::string_view kName = "X6.invalidate_lock_shared";
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kReadersExcludeWriter, D::template all<Task>([&](const auto& t) {
                return s.invalidate_lock(t, a.file) != Hold::kExclusive;
              }));
    c.require(kFileLockInsideUpdate, holds_no_update_lock<D>(s, a.task));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.invalidate_lock.set(a.task, a.file, Hold::kShared);
  }
};

// X12 step 2: from here on no fault can insert an entry of this file.
template <class D>
struct InvalidateExclusive {
  static constexpr Rule kRule = Rule::kInvalidateExclusive;
  static constexpr std::string_view kName = "X12.invalidate_lock_exclusive";
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kWriterAlone, D::template all<Task>([&](const auto& t) {
                return s.invalidate_lock(t, a.file) == Hold::kNot;
              }));
    c.require(kFileLockInsideUpdate, holds_no_update_lock<D>(s, a.task));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.invalidate_lock.set(a.task, a.file, Hold::kExclusive);
  }
};

template <class D>
struct InvalidateUnlock {
  static constexpr Rule kRule = Rule::kInvalidateUnlock;
  static constexpr std::string_view kName = "X12.invalidate_unlock";
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kReleaseOfOwn, s.invalidate_lock(a.task, a.file) != Hold::kNot);
  }
  static void apply(State<D>& s, const Args<D>& a) {
    // What was unmapped may be mapped again from here on.
    s.unmapped.template keep_in_row<FilePage>(
        a.task, [&](const auto& slot) { return D::file_of(slot) != a.file; });
    s.invalidate_lock.set(a.task, a.file, Hold::kNot);
  }
};

// The DAX entry lock (bit 0 of the entry) or, for the page cache, the folio lock.
template <class D>
struct EntryLock {
  static constexpr Rule kRule = Rule::kEntryLock;
  static constexpr std::string_view kName = "X6.entry_lock";
  static constexpr Clause kInsideUpdate{
      "I10", Property::kL1, "the entry or folio lock is taken while a driver's update lock is held",
      true};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kWriterAlone,
              D::template all<Task>([&](const auto& t) { return !s.entry_lock(a.file_page, t); }));
    c.require(kInsideUpdate, holds_no_update_lock<D>(s, a.task));
  }
  static void apply(State<D>& s, const Args<D>& a) { s.entry_lock.set(a.file_page, a.task, true); }
};

template <class D>
struct EntryUnlock {
  static constexpr Rule kRule = Rule::kEntryUnlock;
  static constexpr std::string_view kName = "X6.entry_unlock";
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kReleaseOfOwn, s.entry_lock(a.file_page, a.task));
  }
  static void apply(State<D>& s, const Args<D>& a) { s.entry_lock.set(a.file_page, a.task, false); }
};

// D1: the one lock of a driver that protects its page table, read_retry and set_seq.
template <class D>
struct UpdateLock {
  static constexpr Rule kRule = Rule::kUpdateLock;
  static constexpr std::string_view kName = "D1.update_lock";
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kWriterAlone,
              D::template all<Task>([&](const auto& t) { return !s.update_lock(t, a.mirror); }));
  }
  static void apply(State<D>& s, const Args<D>& a) { s.update_lock.set(a.task, a.mirror, true); }
};

// Q7: a section that passed its retry check is only good while the lock is held.
template <class D>
struct UpdateUnlock {
  static constexpr Rule kRule = Rule::kUpdateUnlock;
  static constexpr std::string_view kName = "D1.update_unlock";
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kReleaseOfOwn, s.update_lock(a.task, a.mirror));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.update_lock.set(a.task, a.mirror, false);
    s.section.set(a.task, D::template choose<Section>(s.section(a.task) == Section::kPassed &&
                                                          s.section_mirror(a.task) == a.mirror,
                                                      Section::kNone, s.section(a.task)));
  }
};

}  // namespace mirrorcheck::model

#endif  // MIRRORCHECK_MODEL_RULES_LOCKS_H_
