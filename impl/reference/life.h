// Users of an address space, its end, and the OOM reaper.
//
// Thread safety: any task.

#ifndef MIRRORCHECK_IMPL_REFERENCE_LIFE_H_
#define MIRRORCHECK_IMPL_REFERENCE_LIFE_H_

#include "impl/reference/address_space.h"
#include "impl/reference/current.h"

namespace mirrorcheck::impl::reference {

// False: the mm has no users any more (X2).
bool mmget_not_zero(Current& current, AddressSpace& mm);

// The last one tears the mm down. REQUIRES: no lock that a callback takes is held (X5, D9).
void mmput(Current& current, AddressSpace& mm);

// The task leaves its mm. 0.
int sys_exit(Current& current);

// 0, or -EAGAIN: some area was skipped because a notifier would have had to sleep.
int oom_reap(Current& current);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_LIFE_H_
