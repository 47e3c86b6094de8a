// Faults on mappings of files, and how a hole of a file gets a page or block (X6-X8, X10).
//
// Thread safety: any task.

#ifndef MIRRORCHECK_IMPL_REFERENCE_FILE_FAULT_H_
#define MIRRORCHECK_IMPL_REFERENCE_FILE_FAULT_H_

#include "impl/reference/address_space.h"
#include "impl/reference/current.h"
#include "impl/reference/fault.h"
#include "impl/reference/inode.h"
#include "model/vocabulary.h"

namespace mirrorcheck::impl::reference {

// A shared mapping gets the page itself; a private one, too, to be read, and a copy to be written.
// REQUIRES: as handle_mm_fault(); the page maps a file; it has no entry in a private mapping.
FaultResult file_fault(Current& current, AddressSpace& mm, unsigned page, bool write);

// X10: `copy` gets what `frame`, which `page` maps of its file, holds now. REQUIRES: mmap_lock is
// held; the copy is the caller's own.
void copy_file_page(Current& current, AddressSpace& mm, unsigned page, model::Frame frame,
                    model::Frame copy);

// The page or block of a file page; a hole gets one. kNoFrame: there is none left.
// REQUIRES: the entry lock, and either invalidate_lock shared and the page inside i_size, or
// i_rwsem for write.
model::Frame fill(Current& current, Inode& inode, unsigned index);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_FILE_FAULT_H_
