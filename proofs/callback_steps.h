// The callback as one step against the callback as a driver runs it.
//
// The contract's D2.invalidate stores the sequence and takes all translations of the range away at
// once. A driver, holding its update lock, stores the sequence and then goes from page to page, and
// anybody may run in between:
//
//   driver's callback              everybody else
//   lock U
//   set_seq                        <- here the contract has its one step
//   page 1 is torn down
//                                  any step of any other task
//   page 2 is torn down
//   unlock U
//
// For each rule, a step of another task from the state in which some pages are left is the step
// from the state in which none is, and leaves the same pages; and what is left is what the CPU
// entries still say, so that nothing is stale in between (M1: they do not change before the window
// has started). Without the update lock this fails, and the solver says for which rules.
//
// Thread safety: each call is on its own.

#ifndef MIRRORCHECK_PROOFS_CALLBACK_STEPS_H_
#define MIRRORCHECK_PROOFS_CALLBACK_STEPS_H_

#include <vector>

#include "proofs/prove.h"

namespace mirrorcheck::proofs {

inline constexpr Group kCallbackStepsGroup{
    .name = "callback_steps",
    .title = "a callback under the update lock is one step to everybody else",
    .says =
        "set_seq first and then the pages one by one, with any steps of other tasks in between, "
        "is the contract's one step; what is not torn down yet is not stale",
    .does_not_say =
        "that a driver may let go of its update lock in between: without it, other tasks "
        "can tell, and these obligations are there, too",
    .assumes = "what is done to one page is one step",
};

std::vector<Obligation> prove_callback_steps(const ProveOptions& options);

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_CALLBACK_STEPS_H_
