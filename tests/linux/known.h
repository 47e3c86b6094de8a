// What is known to be broken in the kernel's notifiers and in its test driver (corpus/linux).
//
// Each is recognised by what led to it, not by the rule alone that was broken: another way to break
// the same rule is not known.
//
// Thread safety: pure.

#ifndef MIRRORCHECK_TESTS_LINUX_KNOWN_H_
#define MIRRORCHECK_TESTS_LINUX_KNOWN_H_

#include "fuzz/harness/history.h"
#include "fuzz/harness/verdict.h"
#include "fuzz/scenario/scenario.h"

namespace mirrorcheck::fuzz {

// A run that broke the contract, with all of its steps.
struct BrokenRun {
  const Scenario& scenario;
  const Verdict& verdict;
  const History& history;
};

// I5: a start that a classic notifier refuses leaves the interval side open. Told by the sequence
// where a subscription was hit, by the number of open windows where none was.
bool is_refused_start(const BrokenRun& run);

// P3, P4: the test driver ignores the windows of its own migrations to the device, and lets go of
// nothing instead; nor does it disturb the sections that have walked what moves.
bool is_kept_translation(const BrokenRun& run);

// P3 again: by the time when the page moves it has let go for another reason; what the device
// stored after the page was copied is lost.
bool is_lost_store(const BrokenRun& run);

// P6: it programs what it has moved, or made exclusive, without a section.
bool is_programmed_blindly(const BrokenRun& run);

// D1: what it brings back to RAM it takes from the device without the update lock, under which the
// device may be using it.
bool is_taken_without_lock(const BrokenRun& run);

// F6: hmm_range_fault calls a page in the driver's own memory valid that may not be written,
// whatever was asked for.
bool is_read_only_device_page(const BrokenRun& run);

// F5: what hmm_range_fault finds in its own memory it takes for memory that has an address.
bool is_page_without_address(const BrokenRun& run);

// L4: HMM_DMIRROR_RELEASE waits for pages that it could not move, which nobody frees.
bool is_release_for_ever(const BrokenRun& run);

// L1: those who touch a page in a device's memory at once keep it there with their references.
bool is_fault_for_ever(const BrokenRun& run);

// P1: the driver hands out pages of a chunk that another task has freed meanwhile.
bool is_freed_chunk(const BrokenRun& run);

// D6: the driver lets go of what its device has written without having marked it dirty.
bool is_unmarked(const BrokenRun& run);

bool is_known(const BrokenRun& run);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_TESTS_LINUX_KNOWN_H_
