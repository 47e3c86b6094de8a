// What a userfaultfd does to an address space.
//
// Thread safety: any task, holding no lock.

#ifndef MIRRORCHECK_IMPL_REFERENCE_USERFAULT_H_
#define MIRRORCHECK_IMPL_REFERENCE_USERFAULT_H_

#include "impl/operation.h"
#include "impl/reference/current.h"

namespace mirrorcheck::impl::reference {

// UFFDIO_MOVE: private pages go elsewhere, one after the other; Result::pages says how many did.
// -EINVAL: not two areas of writable private memory alike. -ENOENT: nothing is there. -EEXIST:
// something is where it should go. -EBUSY: others map the page, or somebody has it pinned.
int uffdio_move(Current& current, const Operation& operation, Result& result);

// UFFDIO_WRITEPROTECT: what is mapped of anonymous memory may not be written until it is given up
// again. Under mmap_lock for reading: faults go on meanwhile.
enum class UffdMode { kProtect, kGiveUp };
int uffdio_writeprotect(Current& current, const Operation& operation, UffdMode mode);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_USERFAULT_H_
