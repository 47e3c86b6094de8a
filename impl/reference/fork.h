// fork: the areas and the private pages of an address space, again in another one.
//
// Thread safety: any task.

#ifndef MIRRORCHECK_IMPL_REFERENCE_FORK_H_
#define MIRRORCHECK_IMPL_REFERENCE_FORK_H_

#include "impl/reference/current.h"

namespace mirrorcheck::impl::reference {

// The other address space becomes that of a child of the caller. Its tasks are the child's threads,
// which exist already and have nothing until then. 0; -EAGAIN: it is not a new one, for it has
// areas, has had a notifier (M5), or has no task left; -ENOMEM: nothing was forked.
int sys_fork(Current& current);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_FORK_H_
