// What the harness itself can find wrong, beyond the rules' guards: the implementation's own tables
// differ from the contract's, a datum or a return code is wrong, something is left over, nobody can
// go on.
//
// Thread safety: constants.

#ifndef MIRRORCHECK_FUZZ_HARNESS_CLAUSES_H_
#define MIRRORCHECK_FUZZ_HARNESS_CLAUSES_H_

#include "model/properties.h"

namespace mirrorcheck::fuzz {

using model::Clause;
using model::Property;

// State: what the implementation's tables say against what its steps said.
inline constexpr Clause kDeviceEntryDiffers{
    "D2", Property::kS1, "the device page table holds another entry than the contract says"};
inline constexpr Clause kCpuEntryDiffers{
    "M1", Property::kS6, "the CPU page table holds another entry than the contract says"};
inline constexpr Clause kBackingDiffers{
    "X12", Property::kS5Prime, "a file page has another frame or block than the contract says"};
inline constexpr Clause kFreeDiffers{
    "M2", Property::kS2, "a frame is free where the contract says it is used, or the reverse"};
inline constexpr Clause kPinsDiffer{"F12", Property::kS13,
                                    "a frame has another number of references than were taken"};
inline constexpr Clause kSizeDiffers{"X12", Property::kS5,
                                     "a file has another size than it was given"};
inline constexpr Clause kUsersDiffer{"X2", Property::kS17,
                                     "an address space has another number of users"};
inline constexpr Clause kSequenceDiffers{"Q1", Property::kS9,
                                         "invalidate_seq differs from what the protocol says"};
inline constexpr Clause kActiveDiffers{
    "I6", Property::kS7, "active_invalidate_ranges is not the number of open windows"};
inline constexpr Clause kSubscriptionDiffers{"N4", Property::kS8Prime,
                                             "a subscription is not where the contract says it is"};
inline constexpr Clause kSubscriptionSequenceDiffers{
    "Q6", Property::kS9, "a subscription's sequence differs from the one its callback stored"};

// Data.
inline constexpr Clause kStaleLoad{"S6", Property::kS6,
                                   "a load returns something else than the newest store"};
inline constexpr Clause kCopyGivenUp{
    "A6", Property::kS6,
    "a private copy is given up for the page of the file, which does not hold the same"};
inline constexpr Clause kNotAtomic{
    "P5", Property::kS12Prime,
    "a device's atomic operation writes what it makes of a datum that is not the newest any more: "
    "somebody has stored between its read and its write"};
inline constexpr Clause kNotForItself{
    "P5", Property::kS12Prime,
    "a device does an atomic operation on a page that it has not for itself", true};
inline constexpr Clause kMemoryDiffers{"S6", Property::kS6,
                                       "memory does not hold what was just stored or loaded"};

// Results.
inline constexpr Clause kResultUnearned{
    "F10", Property::kS10, "an operation returns success without having done what it returns"};
inline constexpr Clause kErrorUnearned{
    "F10", Property::kS10, "an operation returns an error that nothing in its course explains"};
inline constexpr Clause kResultData{"S6", Property::kS6,
                                    "an operation returns other data than it loaded"};
inline constexpr Clause kUnexpectedResult{
    "F10", Property::kS10, "an operation returns something else than the scenario expects"};

// The end of a run.
inline constexpr Clause kLeakedFrame{"M2", Property::kS2, "a frame or block is never freed"};
inline constexpr Clause kLeakedPin{"F12", Property::kS13, "a reference is never dropped"};
inline constexpr Clause kLeakedWindow{"I6", Property::kS7, "a window is never closed"};
inline constexpr Clause kLeakedNotifier{"N5", Property::kS8, "a notifier is never removed"};
inline constexpr Clause kLeakedSection{"Q7", Property::kS9Prime,
                                       "a read section is never closed by a deciding read_retry"};
inline constexpr Clause kLeakedLock{"A12", Property::kL1, "a lock is never released"};
inline constexpr Clause kLeakedUser{"X2", Property::kS17,
                                    "an address space is never left by all of its users"};

// Progress.
inline constexpr Clause kDeadlock{"A12", Property::kL1, "tasks wait for each other"};
inline constexpr Clause kStuckAtMigration{"L7", Property::kL7,
                                          "a task waits at a migration entry that nobody resolves"};
inline constexpr Clause kStuck{"Q4", Property::kL4, "a task waits for an event that cannot come"};
inline constexpr Clause kPinsNeverGo{
    "X12.3", Property::kL3, "a truncate waits for references that nobody will drop any more"};
inline constexpr Clause kExitNeverEnds{"X1", Property::kL6,
                                       "the end of an address space never comes to its end"};
inline constexpr Clause kFaultNeverEnds{
    "D9", Property::kL2, "a device fault goes on for ever although every task has had its turns"};
inline constexpr Clause kTruncateNeverEnds{
    "X12", Property::kL3, "a truncate goes on for ever although every task has had its turns"};
inline constexpr Clause kRemovalNeverEnds{
    "N5", Property::kL4,
    "a notifier's removal goes on for ever although every task has had its turns"};
inline constexpr Clause kNeverEnds{
    "A6", Property::kL1, "an operation goes on for ever although every task has had its turns"};
inline constexpr Clause kSelfInvalidation{
    "F9", Property::kL2, "a fault loop goes on although nobody else invalidates its range"};
inline constexpr Clause kSleepsNonBlockable{"I3", Property::kL5,
                                            "a task sleeps inside a non-blockable start"};

// What the implementation says of itself: a WARN_ON of kernel code stands for a broken pairing, a
// lock not held, or a sleep where none is allowed.
inline constexpr Clause kComplaint{"N6", Property::kS7,
                                   "a warning of the implementation's own fires"};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_HARNESS_CLAUSES_H_
