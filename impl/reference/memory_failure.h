// memory_failure: the hardware reports that what a page maps cannot be relied on
// (mm/memory-failure.c).
//
// Thread safety: any task.

#ifndef MIRRORCHECK_IMPL_REFERENCE_MEMORY_FAILURE_H_
#define MIRRORCHECK_IMPL_REFERENCE_MEMORY_FAILURE_H_

#include "impl/operation.h"
#include "impl/reference/current.h"

namespace mirrorcheck::impl::reference {

// 0: nobody maps it any more, and nobody gets it again; a block when it was freed. -ENXIO: the page
// maps nothing that the CPU reaches. -EHWPOISON: it has failed before. -EBUSY: it was left alone.
int memory_failure(Current& current, const Operation& operation);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_MEMORY_FAILURE_H_
