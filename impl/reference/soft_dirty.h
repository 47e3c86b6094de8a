// Soft-dirty tracking: who wants to know which pages are written from now on takes the permission
// to write away from all entries, and the write faults tell.
//
// Thread safety: any task, for its own mm.

#ifndef MIRRORCHECK_IMPL_REFERENCE_SOFT_DIRTY_H_
#define MIRRORCHECK_IMPL_REFERENCE_SOFT_DIRTY_H_

#include "impl/reference/current.h"

namespace mirrorcheck::impl::reference {

// 4 to /proc/self/clear_refs. Returns 0.
int clear_refs(Current& current);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_SOFT_DIRTY_H_
