// What is known to be broken in the kernel's notifiers and in its test driver (corpus/linux).
//
// Thread safety: pure.

#ifndef MIRRORCHECK_TESTS_LINUX_KNOWN_H_
#define MIRRORCHECK_TESTS_LINUX_KNOWN_H_

#include <cstddef>
#include <string>

#include "fuzz/harness/clauses.h"
#include "fuzz/harness/verdict.h"
#include "model/rules.h"
#include "model/rules/clauses.h"

namespace mirrorcheck::fuzz {

using model::Concrete;
using model::Rule;

// I5: a start that a classic notifier refuses leaves the interval side open. Told by the sequence
// where a subscription was hit, by the number of open windows where none was.
inline bool is_refused_start(const Verdict& verdict) {
  return verdict.breach.rule == Rule::kStartFailed &&
         (verdict.breach.clause == &model::StartFailed<Concrete>::kBalanced ||
          verdict.breach.clause == &kActiveDiffers);
}

// P3, P4: the test driver ignores the windows of its own migrations to the device, and lets go of
// nothing instead; nor does it disturb the sections that have walked what moves.
inline bool is_kept_translation(const Verdict& verdict) {
  const model::Clause* const clause = verdict.breach.clause;
  return clause == &model::Zap<Concrete>::kLetGo || clause == &model::Move<Concrete>::kLetGo ||
         clause == &model::Move<Concrete>::kNotWalked;
}

// P6: it programs what it has moved, or made exclusive, without a section.
inline bool is_programmed_blindly(const Verdict& verdict) {
  const model::Clause* const clause = verdict.breach.clause;
  return clause == &model::Program<Concrete>::kItsOwn ||
         clause == &model::Program<Concrete>::kNotTold;
}

// D1: what it brings back to RAM it takes from the device without the update lock, under which the
// device may be using it.
inline bool is_taken_without_lock(const Verdict& verdict) {
  return verdict.breach.clause == &model::DeviceAccess<Concrete>::kPresent;
}

// F6: hmm_range_fault calls a page in the driver's own memory valid that may not be written,
// whatever was asked for.
inline bool is_read_only_device_page(const Verdict& verdict) {
  const std::string& state = verdict.contract_state;
  const std::size_t entry = state.find("device-private memory");
  return verdict.breach.clause == &model::WalkPage<Concrete>::kDecision &&
         entry != std::string::npos &&
         state.substr(entry, state.find(',', entry) - entry).ends_with(" ro");
}

// F5: what hmm_range_fault finds in its own memory it takes for memory that has an address.
inline bool is_page_without_address(const Verdict& verdict) {
  return verdict.breach.clause == &kComplaint &&
         verdict.detail.find("is_zone_device_page(page)") != std::string::npos;
}

// L4: HMM_DMIRROR_RELEASE waits for pages that it could not move, which nobody frees.
inline bool is_release_for_ever(const Verdict& verdict) {
  return verdict.detail.find("waits for driver lock") != std::string::npos;
}

// D6: the driver lets go of what its device has written without having marked it dirty.
inline bool is_unmarked(const Verdict& verdict) { return verdict.breach.clause == &model::kMarked; }

inline bool is_known(const Verdict& verdict) {
  return verdict.kind == VerdictKind::kViolated &&
         (is_refused_start(verdict) || is_kept_translation(verdict) ||
          is_programmed_blindly(verdict) || is_taken_without_lock(verdict) ||
          is_read_only_device_page(verdict) || is_page_without_address(verdict) ||
          is_release_for_ever(verdict) || is_unmarked(verdict));
}

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_TESTS_LINUX_KNOWN_H_
