// What is known to be broken in the kernel's notifiers (corpus/linux).
//
// Thread safety: pure.

#ifndef MIRRORCHECK_TESTS_LINUX_KNOWN_H_
#define MIRRORCHECK_TESTS_LINUX_KNOWN_H_

#include "fuzz/harness/clauses.h"
#include "fuzz/harness/verdict.h"
#include "model/rules.h"

namespace mirrorcheck::fuzz {

// I5: a start that a classic notifier refuses leaves the interval side open. Told by the sequence
// where a subscription was hit, by the number of open windows where none was.
inline bool is_known(const Verdict& verdict) {
  return verdict.kind == VerdictKind::kViolated &&
         verdict.breach.rule == model::Rule::kStartFailed &&
         (verdict.breach.clause == &model::StartFailed<model::Concrete>::kBalanced ||
          verdict.breach.clause == &kActiveDiffers);
}

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_TESTS_LINUX_KNOWN_H_
