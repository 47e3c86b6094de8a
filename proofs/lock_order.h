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
    .title = "the lock order of A12 leaves no cycle of waiters",
    .says =
        "a rule takes no lock but the one that the table of ranks says; if each task wants only "
        "what ranks after all that it holds, each waiter wants something of a lower rank than "
        "the one it waits for does, so that no cycle closes (L1); a start that must not block "
        "can be refused and end whatever locks others hold (L5)",
    .does_not_say =
        "that tasks want only what ranks after what they hold: the harness holds them to "
        "it; two locks of one rank have no order, and an obligation shows the cycle",
    .assumes = "a task waits for one lock at a time",
};

std::vector<Obligation> prove_lock_order(const ProveOptions& options);

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_LOCK_ORDER_H_
