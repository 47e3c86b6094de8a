// That exit (L6) and migration (L7) can go on, whatever others do.
//
// A measure that falls (groups/liveness.h) is half of the argument that something ends; the other
// half is that the step which makes it fall can be taken. For each such step: in every state with
// the invariant in which it is due, its guard holds.
//
//   exit                                          what it needs
//   mm_users is 0: nobody can come any more       nothing
//   RELEASE: start, callbacks, started, end       the update lock of each mirror, for a callback
//   UNMAP: start, callbacks, started              the same
//   zap each entry                                nothing: such a window lets nobody keep anything
//   end                                           nothing
//   its drivers: quiesce, remove                  that windows close; then at once
//
//   migration                                     what it needs
//   present -> migration entry, in a window
//   move                                          that nobody has it pinned; may be left out
//   migration entry -> present                    nothing
//
// Thread safety: each call is on its own.

#ifndef MIRRORCHECK_PROOFS_PROGRESS_H_
#define MIRRORCHECK_PROOFS_PROGRESS_H_

#include <string_view>
#include <vector>

#include "proofs/prove.h"

namespace mirrorcheck::proofs {

inline constexpr Group kProgressGroup{
    .name = "progress",
    .title = "exit and migration can go on",
    .says =
        "in an mm that nobody uses RELEASE can begin and no fault, walk or subscription can; a "
        "window goes on to its end by its own task, given update locks, and its entries can be "
        "zapped; a subscription can be removed at once when no window is open (L4, L6); a "
        "migration entry can be resolved whoever holds what, and who waits at it finds it present "
        "(L7). What has to wait, and for what, stands beside it",
    .does_not_say = "that whoever can go on does: schedulers are taken to be fair",
    .assumes = "the invariant of the other groups",
};

// How obligations end that what is said is said of something.
inline constexpr std::string_view kThereAreSuchStates = ": there are such states";

// With `options.spare`, of a contract from which something was dropped, under its own invariant.
std::vector<Obligation> prove_progress(const ProveOptions& options);

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_PROGRESS_H_
