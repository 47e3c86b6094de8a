// The answer of a run.
//
// Thread safety: plain values.

#ifndef MIRRORCHECK_FUZZ_HARNESS_VERDICT_H_
#define MIRRORCHECK_FUZZ_HARNESS_VERDICT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/harness/clauses.h"
#include "fuzz/scenario/scenario.h"
#include "model/oracle.h"

namespace mirrorcheck::fuzz {

enum class VerdictKind : std::uint8_t {
  kHolds,
  kViolated,
  kInconclusive,  // a bound was hit before the run came to its end
};

struct Verdict {
  VerdictKind kind = VerdictKind::kHolds;
  // kViolated: what was broken, at which step of the run (counted from 0), by which task in which
  // operation. Where harm came of a broken step of the protocol, `breach` is the harm and `cause`
  // that step.
  model::Breach breach;
  std::uint32_t step = 0;
  model::Task task{};
  Place place = 0;
  model::Breach cause;
  std::uint32_t cause_step = 0;
  // kViolated: the two states of what the step touched, a line each; kDeadlock: the cycle.
  // kInconclusive: which bound.
  std::string contract_state;
  std::string implementation_state;
  std::string detail;
  // kViolated: the folder of corpus/linux that explains it; empty: none does, or nobody has asked
  // (fuzz/explain/known.h).
  std::string_view known = {};

  // What makes two findings the same: the property and the clause, and of the implementation's own
  // warnings, which share one, which it is; and what is known of it.
  bool same_finding(const Verdict& other) const {
    return kind == other.kind && breach.clause == other.breach.clause && known == other.known &&
           (breach.clause != &kComplaint || detail == other.detail);
  }
};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_HARNESS_VERDICT_H_
