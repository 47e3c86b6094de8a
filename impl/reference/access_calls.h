// What a task does to its own memory: CPU loads and stores, GUP pins.
// Each call returns 0 or a negative errno.
//
// Thread safety: any task, for itself.

#ifndef MIRRORCHECK_IMPL_REFERENCE_ACCESS_CALLS_H_
#define MIRRORCHECK_IMPL_REFERENCE_ACCESS_CALLS_H_

#include "impl/operation.h"
#include "impl/reference/current.h"

namespace mirrorcheck::impl::reference {

int cpu_load(Current& current, const Operation& operation, Result& result);
int cpu_store(Current& current, const Operation& operation, Result& result);
int sys_pin(Current& current, const Operation& operation, bool longterm);
int sys_unpin(Current& current);

// Drops every pin of the task.
void unpin_all(Current& current);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_ACCESS_CALLS_H_
