// System calls on files. Each returns 0 or a negative errno.
//
// Thread safety: any task.

#ifndef MIRRORCHECK_IMPL_REFERENCE_FILE_CALLS_H_
#define MIRRORCHECK_IMPL_REFERENCE_FILE_CALLS_H_

#include "impl/operation.h"
#include "impl/reference/current.h"

namespace mirrorcheck::impl::reference {

int sys_pread(Current& current, const Operation& operation, Result& result);
int sys_pwrite(Current& current, const Operation& operation, Result& result);
int sys_ftruncate(Current& current, const Operation& operation);
int sys_punch_hole(Current& current, const Operation& operation);
int sys_create(Current& current, const Operation& operation);
int sys_fsync(Current& current, const Operation& operation);
int sys_unlink(Current& current, const Operation& operation);
// kill: ends the waits for pins on the file's blocks that are going on.
int send_signal(Current& current, const Operation& operation);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_FILE_CALLS_H_
