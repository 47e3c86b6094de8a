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

// The callback of the mirror's subscription, for a window that hits it. False: it would have had to
// sleep in a non-blockable window (D7), and nothing has changed.
bool driver_invalidate(Current& current, DeviceMirror& mirror, const NotifierRange& range,
                       std::uint64_t sequence);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_DRIVER_H_
