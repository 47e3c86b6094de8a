// Classic notifiers that the kernel has taken out of its list since this was last asked (N8).
//
// Thread safety: REQUIRES the subscriptions lock.

#ifndef MIRRORCHECK_IMPL_LINUX_LISTED_H_
#define MIRRORCHECK_IMPL_LINUX_LISTED_H_

#include "impl/reference/address_space.h"
#include "impl/reference/current.h"

namespace mirrorcheck::impl::linux_kernel {

void report_unlinked(reference::Current& current, reference::AddressSpace& mm);

}  // namespace mirrorcheck::impl::linux_kernel

#endif  // MIRRORCHECK_IMPL_LINUX_LISTED_H_
