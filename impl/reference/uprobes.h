// uprobes: breakpoints in private mappings of files (kernel/events/uprobes.c).
//
// Thread safety: any task.

#ifndef MIRRORCHECK_IMPL_REFERENCE_UPROBES_H_
#define MIRRORCHECK_IMPL_REFERENCE_UPROBES_H_

#include "impl/operation.h"
#include "impl/reference/current.h"

namespace mirrorcheck::impl::reference {

// `result` counts the cells that were written: none where the mapping is none that uprobes are for,
// or all is as it should be already. -EINVAL: no page of a file is mapped there, or the cell lies
// behind its end. -EIO: the file has no page cache (DAX), or nothing at that place. -EBUSY: the
// page is private memory, and somebody has it pinned.
int uprobe_set(Current& current, const Operation& operation, Result& result);
int uprobe_remove(Current& current, const Operation& operation, Result& result);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_UPROBES_H_
