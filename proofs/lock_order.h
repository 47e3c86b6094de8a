// L1, L5: model/lock_order.h against the rules, and what follows from it.
//
// Thread safety: each call is on its own.

#ifndef MIRRORCHECK_PROOFS_LOCK_ORDER_H_
#define MIRRORCHECK_PROOFS_LOCK_ORDER_H_

#include <vector>

#include "proofs/prove.h"

namespace mirrorcheck::proofs {

inline constexpr Group kLockOrderGroup{
    .name = "lock_order",
    .title = "who waits for a lock waits for a holder of its rank",
    .says =
        "a rule takes no lock but the one that the table of ranks says, and waits for a task that "
        "holds one of that rank (L1); for each two ranks, a cycle closes when one task takes them "
        "the other way round, or a clause forbids it; a start that must not block can be refused "
        "and end whatever locks others hold (L5)",
    .does_not_say =
        "that tasks want only what ranks after what they hold: that is assumed, and the harness "
        "holds each step to it; that no cycle closes then is an argument in words; "
        "the clauses forbid only some of what A12 forbids under an update lock; two locks of one "
        "rank have no order, and an obligation shows the cycle",
    .assumes =
        "that tasks keep the order of model/lock_order.h; a task waits for one lock at a time",
};

std::vector<Obligation> prove_lock_order(const ProveOptions& options);

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_LOCK_ORDER_H_
