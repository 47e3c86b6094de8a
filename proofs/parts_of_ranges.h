// One page against a range.
//
// The rules that speak of a range of pages do to each page what they would do to it alone: what
// such a step does to a page does not depend on what else is in the range, what may be done to a
// range may be done to any part of it and then to the rest, and one part after the other is the
// whole. What is proved of one page is therefore proved of ranges, and a driver that goes through a
// range page by page does what the contract does at once.
//
// Every rule is looked at: those that read no range fall out because their terms do not mention it.
//
// Thread safety: each call is on its own.

#ifndef MIRRORCHECK_PROOFS_PARTS_OF_RANGES_H_
#define MIRRORCHECK_PROOFS_PARTS_OF_RANGES_H_

#include <vector>

#include "proofs/prove.h"

namespace mirrorcheck::proofs {

inline constexpr Group kPartsOfRangesGroup{
    .name = "parts_of_ranges",
    .title = "what is done to a range is done to each of its pages",
    .says =
        "mmap, munmap, mprotect, the teardown in a callback, install and the steps of truncate "
        "are what their parts are, page by page and one after the other",
    .does_not_say =
        "that a window, the interval of a subscription or a hole can be split: two halves of a "
        "window may reach fewer subscriptions each, and obligations say that, too",
    .assumes = "nothing",
};

std::vector<Obligation> prove_parts_of_ranges(const ProveOptions& options);

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_PARTS_OF_RANGES_H_
