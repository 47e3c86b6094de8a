// A device driver in the role of lib/test_hmm.c, written as Documentation/mm/hmm.rst tells drivers
// to (D1-D9). Each call returns 0 or a negative errno.
//
// Thread safety: any task.

#ifndef MIRRORCHECK_IMPL_REFERENCE_DRIVER_H_
#define MIRRORCHECK_IMPL_REFERENCE_DRIVER_H_

#include <cstdint>

#include "impl/operation.h"
#include "impl/reference/current.h"
#include "impl/reference/mirror.h"
#include "impl/reference/window.h"

namespace mirrorcheck::impl::reference {

int device_read(Current& current, const Operation& operation, Result& result);
int device_write(Current& current, const Operation& operation, Result& result);
int device_fault(Current& current, const Operation& operation, Result& result);
int device_snapshot(Current& current, const Operation& operation, Result& result);

// Pages of private memory go into the memory of the device, and are read through it: -ENOENT, one
// of them has no translation. / Back to RAM: Result::pages of them have gone. / All of the device's
// memory is emptied.
int device_migrate_to_device(Current& current, const Operation& operation, Result& result);
int device_migrate_to_ram(Current& current, const Operation& operation, Result& result);
int device_release(Current& current, const Operation& operation);
// The device has the pages for itself, and reads them. -EBUSY, -EFAULT, -ENOMEM: it has not got
// all; -ENOENT: it has lost one already. / -EPERM: it still has one of them.
int device_exclusive(Current& current, const Operation& operation, Result& result);
// Fetch-and-add through a page that the device has for itself, or gets now, with the codes of
// device_exclusive(). -EBUSY also: it has lost it again each time.
int device_atomic(Current& current, const Operation& operation, Result& result);
int device_check_exclusive(Current& current, const Operation& operation);

// The callback of the mirror's subscription, for a window that hits it. False: it would have had to
// sleep in a non-blockable window (D7), and nothing has changed.
bool driver_invalidate(Current& current, DeviceMirror& mirror, const NotifierRange& range,
                       std::uint64_t sequence);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_DRIVER_H_
