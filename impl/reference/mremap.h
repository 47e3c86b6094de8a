// mremap: an area moves, grows or shrinks.
//
// Thread safety: any task, holding no lock.

#ifndef MIRRORCHECK_IMPL_REFERENCE_MREMAP_H_
#define MIRRORCHECK_IMPL_REFERENCE_MREMAP_H_

#include "impl/operation.h"
#include "impl/reference/current.h"

namespace mirrorcheck::impl::reference {

// In place where the target is where the area begins (no flags), elsewhere with
// MREMAP_MAYMOVE | MREMAP_FIXED. -EFAULT: no area there, or not one for all of it, or a special one
// that was to grow. -EINVAL: the target overlaps, or ends behind the address space or the file.
// -ENOMEM: no room to grow in place.
int sys_mremap(Current& current, const Operation& operation);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_MREMAP_H_
