// Publishing notifiers in an mm (N2), and classic notifiers coming and going (N8).
// Each call returns 0 or a negative errno.
//
// Thread safety: any task.

#ifndef MIRRORCHECK_IMPL_REFERENCE_REGISTRATION_H_
#define MIRRORCHECK_IMPL_REFERENCE_REGISTRATION_H_

#include "impl/operation.h"
#include "impl/reference/address_space.h"
#include "impl/reference/current.h"

namespace mirrorcheck::impl::reference {

// Before the first interval subscription of an mm: from here on every change of its page table
// opens a window. REQUIRES: the mm has a user (N1); no lock is held.
void publish_intervals(Current& current, AddressSpace& mm);

int notifier_register(Current& current, const Operation& operation);
int notifier_unregister(Current& current, const Operation& operation);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_REGISTRATION_H_
