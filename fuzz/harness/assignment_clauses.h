// What can be wrong with an operation, other than its steps being against the contract's rules:
// they are not those that were asked for, or its answer does not fit them (assignment.h).
//
// Thread safety: constants.

#ifndef MIRRORCHECK_FUZZ_HARNESS_ASSIGNMENT_CLAUSES_H_
#define MIRRORCHECK_FUZZ_HARNESS_ASSIGNMENT_CLAUSES_H_

#include "model/properties.h"

namespace mirrorcheck::fuzz {

using model::Clause;
using model::Property;

// Steps that are not those of the operation.
inline constexpr Clause kOtherAccess{
    "S6", Property::kS6,
    "an access goes elsewhere, or stores something else, than it was asked to"};
inline constexpr Clause kOtherRequest{
    "F3", Property::kS10, "the range fault asks more or less of a page than it was asked to"};
inline constexpr Clause kOtherRange{
    "F1", Property::kS10, "a driver works on other pages, or another mirror, than it was asked to"};
inline constexpr Clause kOtherArea{"A6", Property::kS17,
                                   "an area changes in another way than it was asked to"};
inline constexpr Clause kOtherNotifier{"N8", Property::kS8,
                                       "another notifier comes or goes than was asked to"};
inline constexpr Clause kOtherHint{
    "A6", Property::kS10,
    "an entry is closed to the CPU that nobody asked to be closed, or to be a NUMA hint"};
inline constexpr Clause kNotReleased{
    "X1", Property::kL6,
    "exit takes pages or areas away before it has told that the address space ends (RELEASE)"};
inline constexpr Clause kOtherPin{
    "X13", Property::kS13, "a page is pinned, or a reference dropped, that nobody asked for"};
inline constexpr Clause kPinnedForLong{
    "X17", Property::kL3,
    "a page of a DAX file, or for writing one of the page cache, is pinned for long: truncates and "
    "write-back would wait for ever"};
inline constexpr Clause kNotRefused{
    "X17", Property::kS12,
    "a driver is given what none may have: memory that does not move to devices (DAX, special, a "
    "gap), or for itself what is no private memory"};
inline constexpr Clause kOtherSize{"X12.4", Property::kS5,
                                   "a file gets another size than it was asked to"};
inline constexpr Clause kOtherMove{
    "P1", Property::kS12,
    "a page is moved, or a migration entry resolved, that is not the task's to move"};
inline constexpr Clause kNotAlone{
    "A6", Property::kS6,
    "UFFDIO_MOVE takes a page away from somebody who has pinned it, or maps it, too"};
inline constexpr Clause kOtherHuge{"F13", Property::kS16,
                                   "an entry becomes huge outside a collapse, a move or a fault of "
                                   "its pages, or small by a call that changes no part of it"};
inline constexpr Clause kPartOfHugePage{
    "A6", Property::kS16, "an area of hugetlb comes, goes or changes in a part of a huge page"};
inline constexpr Clause kOtherMerge{
    "A6", Property::kS4,
    "a page becomes one with another that it was not to be joined with, or is pinned"};
inline constexpr Clause kOtherFailure{
    "A6", Property::kS6,
    "memory is given up for failed that nobody has called so, or that is not what the page maps"};
inline constexpr Clause kDataLost{"A6", Property::kS6,
                                  "data are thrown away that nobody asked to be thrown away"};

// A12: a lock is taken out of order (model/lock_order.h). A window counts as a lock, from its start
// to its end, since others wait for it (N6). An inversion between ranks is seen here without the
// schedule in which two tasks meet.
inline constexpr Clause kLockOrder{"A12", Property::kL1,
                                   "a lock is taken, or waited for, while one is held that "
                                   "comes after it",
                                   true};

// What an operation leaves undone when it gives its last lock back.
inline constexpr Clause kStillMapped{
    "M1", Property::kS1Prime,
    "munmap or mremap returns while the CPU page table still maps a "
    "page that is gone"};
inline constexpr Clause kStillWritable{
    "M1", Property::kS3, "mprotect returns while an entry still allows what the area does not"};
inline constexpr Clause kStillReadable{
    "M1", Property::kS1, "mprotect returns while an entry may still be read that the area forbids"};
inline constexpr Clause kStillDirty{
    "X11", Property::kS6Prime,
    "fsync returns while a page may be written through an entry that was writable before"};
inline constexpr Clause kStillUncommitted{
    "X7", Property::kS6Prime,
    "fsync returns while it is not on stable storage that the file has a block"};
inline constexpr Clause kStillUntracked{
    "A6", Property::kS6Prime,
    "soft-dirty is cleared while a page may be written through an entry, and will not show"};
inline constexpr Clause kNotTracked{"A6", Property::kS6Prime,
                                    "a page may be written because it was read: soft-dirty was "
                                    "cleared, and the write will not show"};
inline constexpr Clause kStillReached{
    "A6", Property::kS1,
    "memory_failure returns while an entry still maps what has failed, or a device translates to "
    "it"};
inline constexpr Clause kOtherBreakpoint{
    "A6", Property::kS6,
    "a breakpoint is set, or an instruction put back, that nobody asked for, or another one"};
inline constexpr Clause kOtherMark{"F7", Property::kS3,
                                   "a userfaultfd write-protects, or gives up, a page that nobody "
                                   "has asked for"};
inline constexpr Clause kUnresolved{
    "L7", Property::kL7,
    "an operation returns while a migration entry that it made is still there"};
inline constexpr Clause kTailKept{
    "X15", Property::kS5, "the file ends in the middle of a page whose tail keeps its data"};

// Answers.
inline constexpr Clause kNotDone{"A6", Property::kS10,
                                 "an operation returns success without having done its work"};
inline constexpr Clause kErrorUnexplained{
    "A6", Property::kS10, "an operation returns an error that it had no reason for"};
inline constexpr Clause kOtherCount{
    "F10", Property::kS10, "an operation returns other numbers of pages or faults than there were"};
inline constexpr Clause kOtherSnapshot{
    "F10", Property::kS10,
    "a snapshot or device fault says something else of a page than hmm_range_fault made of it"};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_HARNESS_ASSIGNMENT_CLAUSES_H_
