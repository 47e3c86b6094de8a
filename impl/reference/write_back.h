// Write-back of dirty pages of a file, as far as mirrors notice it: entries become read-only, so
// that the next store or device write is seen (X11, S6').
//
// Thread safety: any task.

#ifndef MIRRORCHECK_IMPL_REFERENCE_WRITE_BACK_H_
#define MIRRORCHECK_IMPL_REFERENCE_WRITE_BACK_H_

#include "impl/reference/current.h"
#include "impl/reference/inode.h"

namespace mirrorcheck::impl::reference {

// REQUIRES: no lock from mmap_lock inwards is held; a reference on the inode.
void write_back(Current& current, Inode& inode);

// vfs_fsync_range, the pages of one entry of the file (dax_writeback_one): they are written back,
// and that the file has their blocks is on stable storage (X7). REQUIRES: its entry lock.
void sync_entry(Current& current, Inode& inode, unsigned index);

// One page is clean from here on, and the disk has what it holds. REQUIRES: its entry lock; nobody
// can write it.
void write_page(Current& current, Inode& inode, unsigned index);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_WRITE_BACK_H_
