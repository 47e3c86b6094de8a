// handle_mm_fault: makes a page accessible, or says why it cannot be.
//
// Thread safety: any task.

#ifndef MIRRORCHECK_IMPL_REFERENCE_FAULT_H_
#define MIRRORCHECK_IMPL_REFERENCE_FAULT_H_

#include "impl/reference/address_space.h"
#include "impl/reference/current.h"

namespace mirrorcheck::impl::reference {

enum class FaultResult : std::uint8_t {
  kDone,         // look at the entry again: it may have changed since
  kBusError,     // VM_FAULT_SIGBUS: beyond the end of the file, no block left, nothing to map
  kOutOfMemory,  // VM_FAULT_OOM
};

// vm_fault_to_errno.
int errno_of(FaultResult result);

// REQUIRES: mmap_lock is held; the page lies in an area, which is writable if `write`.
FaultResult handle_mm_fault(Current& current, AddressSpace& mm, unsigned page, bool write);

// Makes a page of private memory this mm's own without making it writable (FAULT_FLAG_UNSHARE): for
// a pin, which must see what is written later (X13). REQUIRES: mmap_lock is held.
FaultResult unshare(Current& current, AddressSpace& mm, unsigned page);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_FAULT_H_
