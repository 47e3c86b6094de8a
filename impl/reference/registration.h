// Publishing notifiers in an mm (N2), interval notifiers coming (N4), and classic ones coming and
// going (N8).
// Each call returns 0 or a negative errno.
//
// Thread safety: any task.

#ifndef MIRRORCHECK_IMPL_REFERENCE_REGISTRATION_H_
#define MIRRORCHECK_IMPL_REFERENCE_REGISTRATION_H_

#include "impl/operation.h"
#include "impl/reference/address_space.h"
#include "impl/reference/current.h"
#include "impl/reference/mirror.h"

namespace mirrorcheck::impl::reference {

// Subscribes `mirror` to its pages of `mm`; the first one of an mm publishes its notifiers.
// REQUIRES: the mm has a user (N1); no lock is held.
int interval_insert(Current& current, AddressSpace& mm, DeviceMirror& mirror);

int notifier_register(Current& current, const Operation& operation);
int notifier_unregister(Current& current, const Operation& operation);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_REGISTRATION_H_
