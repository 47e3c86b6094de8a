// F6: what hmm_range_fault makes of one page, as a table without gaps and without choice.
//
// Thread safety: each call is on its own.

#ifndef MIRRORCHECK_PROOFS_DECISION_TABLE_H_
#define MIRRORCHECK_PROOFS_DECISION_TABLE_H_

#include <vector>

#include "proofs/prove.h"

namespace mirrorcheck::proofs {

inline constexpr Group kDecisionTableGroup{
    .name = "decision_table",
    .title = "the walk's decision table has no gaps and leaves no choice",
    .says =
        "whatever the entry, the area and the request, the table has one answer, but for a page "
        "of a hole that nobody asked for, which may be faulted with one that was (S10)",
    .does_not_say = "that the fault succeeds",
    .assumes = "nothing",
};

std::vector<Obligation> prove_decision_table(const ProveOptions& options);

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_DECISION_TABLE_H_
