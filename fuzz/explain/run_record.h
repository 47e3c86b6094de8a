// One run as the explanations see it: what was run, what happened, what it was found to be.
//
// Thread safety: refers to values that outlive it and do not change.

#ifndef MIRRORCHECK_FUZZ_EXPLAIN_RUN_RECORD_H_
#define MIRRORCHECK_FUZZ_EXPLAIN_RUN_RECORD_H_

#include <string>
#include <string_view>

#include "fuzz/harness/history.h"
#include "fuzz/harness/verdict.h"
#include "fuzz/scenario/scenario.h"

namespace mirrorcheck::fuzz {

struct RunRecord {
  const Scenario& scenario;
  const History& history;
  const Verdict& verdict;
  std::string implementation;  // its name
};

// "holds", "inconclusive: WHY", or "violated S5 (X12.2, in X12.truncated): what is the matter";
// with
// "; known: corpus/linux/ID", where that explains it.
std::string headline(const Verdict& verdict);

// The operation at `place` as its file writes it: "t1.2 ftruncate f0 0 cells".
std::string operation_at(const Scenario& scenario, Place place);

// What `expectations` say that `verdict` is not; empty: it is as expected, or nothing was.
std::string unexpected(const Expectations& expectations, const Verdict& verdict);

// The expectation that `verdict` meets.
Expectations expectation_of(const Verdict& verdict);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_EXPLAIN_RUN_RECORD_H_
