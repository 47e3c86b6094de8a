// Runs of blocks: files whose filesystem gives them so, and huge entries that map them (X6, F13).
//
// Thread safety: any task.

#ifndef MIRRORCHECK_IMPL_REFERENCE_DAX_HUGE_H_
#define MIRRORCHECK_IMPL_REFERENCE_DAX_HUGE_H_

#include <cstdint>

#include "impl/reference/address_space.h"
#include "impl/reference/current.h"
#include "impl/reference/inode.h"

namespace mirrorcheck::impl::reference {

// The holes of the run that `index` lies in get an aligned run of blocks. False: nothing is done,
// it is no run of holes that nobody maps and all inside the file, or no such blocks are free.
// REQUIRES: the entry lock.
bool fill_run(Current& current, Inode& inode, unsigned index);

enum class HugeFault : std::uint8_t {
  kDone,
  kNeedsSync,  // VM_FAULT_NEEDDSYNC: blocks have to be committed before they are mapped (X7)
  kFallback,   // VM_FAULT_FALLBACK: to a small entry
};
// dax_iomap_pmd_fault: one entry for the whole run, where the area, the file, the page table and
// the blocks allow it. REQUIRES: invalidate_lock, shared; the entry lock; `index` is inside the
// file.
HugeFault fault_huge(Current& current, AddressSpace& mm, unsigned page, Inode& inode,
                     unsigned index, bool write);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_DAX_HUGE_H_
