// The invariant of one page, found by a machine from nothing.
//
// The invariant of groups/ was found by people, who could have bent it to fit the rules. Here
// Spacer, Z3's engine for systems of Horn clauses, gets the core of the contract over a world of
// one page (one_page.h) and the property, and nothing else. It answers with an invariant of its
// own, or with a run that breaks the property. Neither is believed: that the invariant is one is an
// obligation, and so is that the run is one, and any solver can decide them.
//
// Thread safety: each call is on its own.

#ifndef MIRRORCHECK_PROOFS_REDISCOVERY_H_
#define MIRRORCHECK_PROOFS_REDISCOVERY_H_

#include <vector>

#include "proofs/prove.h"

namespace mirrorcheck::proofs {

inline constexpr Group kRediscoveryGroup{
    .name = "rediscovery",
    .title = "the invariant of one page, found from nothing",
    .says =
        "Spacer finds an invariant of windows, callbacks, sections, faults and punches over one "
        "page, block, mirror and window and two tasks that implies S1 and S2, without being told "
        "any; without one of the rules it finds a run to harm instead",
    .does_not_say =
        "anything about more pages, windows or mirrors, about write permission, or about rules "
        "outside that core: that is what the other groups are for",
    .assumes =
        "what a task does under a lock that keeps the other out is one step; the mirror stays "
        "registered, and both tasks hold mmap_lock for reading",
};

std::vector<Obligation> prove_rediscovery(const ProveOptions& options);

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_REDISCOVERY_H_
