// umount(2) of a DAX filesystem (fs/super.c: generic_shutdown_super, fs/inode.c: evict_inodes;
// fs/dax.c: dax_break_layout_final; X12).
//
// Pages that somebody has pinned are the device's memory, not the kernel's: a pin does not keep a
// filesystem mounted. So whoever unmounts it waits for all pins before the device is anybody's.
//
// Thread safety: any task.

#ifndef MIRRORCHECK_IMPL_REFERENCE_UNMOUNT_H_
#define MIRRORCHECK_IMPL_REFERENCE_UNMOUNT_H_

#include "impl/operation.h"
#include "impl/reference/current.h"

namespace mirrorcheck::impl::reference {

// Files whose blocks are of one kind are of one filesystem. Returns 0; -EBUSY if one of them is
// mapped, in an operation or unlinked and still there, or pinned by who can not be expected to go
// on (pins.h): nothing has changed then, but that nobody has found a file meanwhile; -EINVAL if the
// file is not on DAX.
int sys_unmount(Current& current, const Operation& operation);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_UNMOUNT_H_
