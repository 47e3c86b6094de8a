// S13: a mirror holds no references, so nobody but its own driver can be made to wait for it.
//
// For every rule that is not a driver's, whether it may be taken does not depend on what any device
// has mapped, nor on any section: two states that differ in nothing else allow the same steps. The
// callback in a window that has begun is where the core mm waits for a driver, and the only place.
//
// Thread safety: each call is on its own.

#ifndef MIRRORCHECK_PROOFS_INDEPENDENCE_H_
#define MIRRORCHECK_PROOFS_INDEPENDENCE_H_

#include <vector>

#include "proofs/prove.h"

namespace mirrorcheck::proofs {

inline constexpr Group kIndependenceGroup{
    .name = "independence",
    .title = "nobody waits for a mirror",
    .says =
        "zap, free, truncate, fork, locks, windows: whether such a step may be taken does not "
        "depend on what a device has mapped or on a section that is open (S13); a driver's own "
        "steps do depend on it",
    .does_not_say = "that a callback returns: a started window waits for all of them",
    .assumes = "nothing",
};

std::vector<Obligation> prove_independence(const ProveOptions& options);

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_INDEPENDENCE_H_
