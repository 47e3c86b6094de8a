// Reflink: pages of files that share blocks (X9).
//
// Thread safety: any task.

#ifndef MIRRORCHECK_IMPL_REFERENCE_REFLINK_H_
#define MIRRORCHECK_IMPL_REFERENCE_REFLINK_H_

#include "impl/operation.h"
#include "impl/reference/current.h"
#include "impl/reference/inode.h"
#include "model/vocabulary.h"

namespace mirrorcheck::impl::reference {

// FICLONERANGE of what the pages map of a DAX file to other pages of it, or of another file of its
// filesystem; Result::pages says how many share a block now. Returns 0 or a negative errno: -EBUSY
// where a page is pinned, for which XFS waits.
int sys_clone(Current& current, const Operation& operation, Result& result);

// The block of a page that is about to be written: its own, if need be a copy (IOMAP_F_SHARED).
// kNoFrame: there is none left. REQUIRES: the page has a block; the entry lock, and either
// invalidate_lock or i_rwsem for write.
model::Frame own_block(Current& current, Inode& inode, unsigned index);

// Whether the page in which a DAX file of `cells` ends, if it ends inside one, is in a block that
// has failed (dax_truncate_page). REQUIRES: i_rwsem for write; invalidate_lock likewise, or the
// entry lock.
bool fails_at_tail(Current& current, const Inode& inode, unsigned cells);

// own_block() of that page. 0, -ENOSPC, or -EIO: its block has failed. REQUIRES: i_rwsem for write,
// and no claims.
int own_tail(Current& current, Inode& inode, unsigned cells);

// Whether that page shares its block. REQUIRES: i_rwsem for write.
bool shares_tail(Current& current, const Inode& inode, unsigned cells);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_REFLINK_H_
