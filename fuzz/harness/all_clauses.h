// All that the harness can find wrong beyond the guards of the rules.
//
// Thread safety: constants.

#ifndef MIRRORCHECK_FUZZ_HARNESS_ALL_CLAUSES_H_
#define MIRRORCHECK_FUZZ_HARNESS_ALL_CLAUSES_H_

#include "fuzz/harness/assignment_clauses.h"
#include "fuzz/harness/clauses.h"

namespace mirrorcheck::fuzz {

inline constexpr const Clause* kHarnessClauses[] = {
    // assignment_clauses.h
    &kOtherAccess,
    &kOtherRequest,
    &kOtherRange,
    &kOtherArea,
    &kOtherNotifier,
    &kOtherHint,
    &kNotReleased,
    &kOtherPin,
    &kPinnedForLong,
    &kNotRefused,
    &kOtherSize,
    &kOtherMove,
    &kNotAlone,
    &kOtherHuge,
    &kPartOfHugePage,
    &kOtherMerge,
    &kOtherFailure,
    &kDataLost,
    &kLockOrder,
    &kStillMapped,
    &kStillWritable,
    &kStillReadable,
    &kStillDirty,
    &kStillUncommitted,
    &kStillUntracked,
    &kNotTracked,
    &kStillReached,
    &kOtherBreakpoint,
    &kOtherMark,
    &kUnresolved,
    &kTailKept,
    &kNotDone,
    &kErrorUnexplained,
    &kOtherCount,
    &kOtherSnapshot,
    // clauses.h
    &kDeviceEntryDiffers,
    &kCpuEntryDiffers,
    &kBackingDiffers,
    &kFreeDiffers,
    &kPinsDiffer,
    &kSizeDiffers,
    &kUsersDiffer,
    &kSequenceDiffers,
    &kActiveDiffers,
    &kSubscriptionDiffers,
    &kSubscriptionSequenceDiffers,
    &kStaleLoad,
    &kCopyGivenUp,
    &kNotAtomic,
    &kNotForItself,
    &kMemoryDiffers,
    &kResultUnearned,
    &kErrorUnearned,
    &kResultData,
    &kUnexpectedResult,
    &kLeakedFrame,
    &kLeakedPin,
    &kLeakedWindow,
    &kLeakedNotifier,
    &kLeakedSection,
    &kLeakedLock,
    &kLeakedUser,
    &kDeadlock,
    &kStuckAtMigration,
    &kStuck,
    &kPinsNeverGo,
    &kExitNeverEnds,
    &kFaultNeverEnds,
    &kTruncateNeverEnds,
    &kRemovalNeverEnds,
    &kNeverEnds,
    &kSelfInvalidation,
    &kSleepsNonBlockable,
    &kComplaint,
};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_HARNESS_ALL_CLAUSES_H_
