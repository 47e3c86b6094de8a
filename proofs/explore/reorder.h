// The same attack in an order that tasks are likelier to take: what only prepares comes first.
//
// A shortest trace says little about the order of steps that have nothing to do with each other:
// it maps a page after the window over it has begun, as a single task that is driver and kernel in
// turn may. Steps next to each other change places where the run stays one of the contract without
// what was dropped, and ends in the same state.
//
// Thread safety: pure functions.

#ifndef MIRRORCHECK_PROOFS_EXPLORE_REORDER_H_
#define MIRRORCHECK_PROOFS_EXPLORE_REORDER_H_

#include <vector>

#include "proofs/explore/attack.h"

namespace mirrorcheck::proofs::explore {

// REQUIRES: the attack has a trace.
std::vector<ExploreStep> prepared_first(const Attack& attack);

}  // namespace mirrorcheck::proofs::explore

#endif  // MIRRORCHECK_PROOFS_EXPLORE_REORDER_H_
