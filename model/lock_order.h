// A12: the order of the locks, as ranks, and what each step of the contract does with them.
//
// The one table of the lock order. The harness holds each task to it (fuzz/harness), a deadlock is
// told by the edge of it that was broken (fuzz/scheduler/deadlock.h, which gives each lock class of
// impl/sync its rank), and a test holds the guards of the rules to it (tests/harness).
//
//   i_rwsem
//     mmap_lock
//       invalidate_lock                     truncate takes it without mmap_lock
//         DAX entry lock, folio lock
//           i_mmap_rwsem, anon_vma
//             invalidate_range_start .. end     a lock in that others wait for its end
//               U, the driver's update lock
//                 subscriptions->lock           a leaf
//             page table lock                   a leaf
//
// A task may take what comes after all that it holds. From U these edges are forbidden: to
// mmap_lock, invalidate_lock, i_mmap_rwsem, the folio lock, a window of its own, an allocation that
// may reclaim, mmput, read_begin, the removal of a notifier, and hmm_range_fault (I10, F1, N6, X5).
//
// Two locks of one rank (two inodes, two mirrors) have no order here: if tasks disagree about it, a
// schedule in which they wait for each other shows it.
//
// Thread safety: constants and pure functions.

#ifndef MIRRORCHECK_MODEL_LOCK_ORDER_H_
#define MIRRORCHECK_MODEL_LOCK_ORDER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "model/vocabulary.h"

namespace mirrorcheck::model {

// Outermost first.
enum class LockRank : std::uint8_t {
  kInode,
  kMmap,
  kInvalidate,
  kEntry,
  kImmap,
  kWindow,
  kUpdate,
  kSubscriptions,
  kPageTable,
};
inline constexpr std::array<std::string_view, 9> kLockRankNames{
    "i_rwsem",        "mmap_lock",           "invalidate_lock",
    "the entry lock", "i_mmap_rwsem",        "an open window",
    "an update lock", "subscriptions->lock", "the page table lock",
};
constexpr std::string_view name(LockRank rank) {
  return kLockRankNames[static_cast<std::size_t>(rank)];
}

enum class LockUse : std::uint8_t {
  kNone,
  kTakes,
  kGivesBack,
  // Holds nothing afterwards, but may have to wait for whoever holds a lock of this rank, or for
  // what they wait for: no such lock, and none after it, may be held.
  kWaits,
};
struct LockStep {
  LockUse use = LockUse::kNone;
  LockRank rank{};
};

// What a step does with locks. A downgrade keeps the lock; i_mmap_rwsem and the leaves have no
// step.
constexpr LockStep lock_step(Rule rule) {
  switch (rule) {
    case Rule::kInodeLock:
      return {LockUse::kTakes, LockRank::kInode};
    case Rule::kInodeUnlock:
      return {LockUse::kGivesBack, LockRank::kInode};
    case Rule::kMmapRead:
    case Rule::kMmapWrite:
      return {LockUse::kTakes, LockRank::kMmap};
    case Rule::kMmapUnlock:
      return {LockUse::kGivesBack, LockRank::kMmap};
    case Rule::kInvalidateShared:
    case Rule::kInvalidateExclusive:
      return {LockUse::kTakes, LockRank::kInvalidate};
    case Rule::kInvalidateUnlock:
      return {LockUse::kGivesBack, LockRank::kInvalidate};
    case Rule::kEntryLock:
      return {LockUse::kTakes, LockRank::kEntry};
    case Rule::kEntryUnlock:
      return {LockUse::kGivesBack, LockRank::kEntry};
    case Rule::kStart:
      return {LockUse::kTakes, LockRank::kWindow};
    case Rule::kEnd:
    case Rule::kStartFailed:
      return {LockUse::kGivesBack, LockRank::kWindow};
    case Rule::kUpdateLock:
      return {LockUse::kTakes, LockRank::kUpdate};
    case Rule::kUpdateUnlock:
      return {LockUse::kGivesBack, LockRank::kUpdate};
    // For windows to end (N6). Holding mmap_lock is not recommended, and may be in order.
    case Rule::kReadBegin:
    case Rule::kRemove:
      return {LockUse::kWaits, LockRank::kWindow};
    // Reclaim opens windows, whose callbacks take U.
    case Rule::kAllocate:
      return {LockUse::kWaits, LockRank::kUpdate};
    // The faults of hmm_range_fault take the locks of a file, from its invalidate_lock on (F1,
    // X14).
    case Rule::kWalkPage:
      return {LockUse::kWaits, LockRank::kInvalidate};
    // exit_mmap takes mmap_lock, and opens windows.
    case Rule::kPutMm:
      return {LockUse::kWaits, LockRank::kMmap};
    default:
      return {};
  }
}

}  // namespace mirrorcheck::model

#endif  // MIRRORCHECK_MODEL_LOCK_ORDER_H_
