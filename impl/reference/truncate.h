// Making a file shorter, punching holes, evicting an inode: the order of X12.
//
// Thread safety: any task. REQUIRES: the caller has a reference on the inode, or that of its name
// (unmount).

#ifndef MIRRORCHECK_IMPL_REFERENCE_TRUNCATE_H_
#define MIRRORCHECK_IMPL_REFERENCE_TRUNCATE_H_

#include "impl/reference/current.h"
#include "impl/reference/inode.h"

namespace mirrorcheck::impl::reference {

// ftruncate to `cells`. 0, or -EINTR: interrupted while it waited for pins, nothing has changed.
int truncate(Current& current, Inode& inode, unsigned cells);

// fallocate(PUNCH_HOLE | KEEP_SIZE) of whole pages [first, end). 0 or -EINTR.
int punch_hole(Current& current, Inode& inode, unsigned first, unsigned end);

// The last reference on an unlinked inode, which is handed over, is gone: its pages and blocks go.
// If somebody has a block pinned, the last one to drop such a pin has the reference.
void evict(Current& current, Inode& inode);

// X15: what the page with the cell `cells` holds from there on becomes zeros. Nothing to do at the
// beginning of a page, and in a hole. REQUIRES: i_rwsem for write.
void zero_tail(Current& current, Inode& inode, unsigned cells);

// Unmount, of a file that nobody finds or maps: waits until nobody has a block of it pinned, which
// then stays so. False: who has can not be expected to go on; a signal does not end the wait.
// REQUIRES: its name is kUnmounted, so that its pages and blocks stay as they are; no lock is held.
bool wait_for_pins(Current& current, Inode& inode);
// What was in the file is gone, its blocks are nobody's. REQUIRES: the same, and that has returned
// true.
void remove_file(Current& current, Inode& inode);

// Unmaps one page in every mm. REQUIRES: i_rwsem and invalidate_lock for write.
void unmap_page(Current& current, Inode& inode, unsigned index);

// False: a block of the file is in use otherwise than by entries, by a pin. True: those of pages
// [first, end) that are shared are claimed (Memory::look), until release_claims() or until they are
// removed. Whoever is kept from leaving such a block waits for that, with locks of other files and
// of an mm: so nobody who has claims waits for these, or for pins. REQUIRES: i_rwsem and
// invalidate_lock for write.
bool claim_idle(Current& current, Inode& inode, unsigned first, unsigned end);
void release_claims(Current& current, Inode& inode);

// The page is a hole afterwards. REQUIRES: the same, and that it is unmapped and claimed.
void remove_page(Current& current, Inode& inode, unsigned index);

// Writes i_size and says which pages came inside or went outside.
// REQUIRES: i_rwsem for write, and to make it smaller invalidate_lock exclusively.
void set_size(Current& current, Inode& inode, unsigned cells);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_TRUNCATE_H_
