// KSM: pages of private memory that hold the same become one, which nobody may write; who writes
// one of them gets a copy again.
//
// Linux finds them by content, in the background. Here a call names the pairs, and what ksmd does
// with a pair that it has found is done.
//
// Thread safety: any task, for its own mm or, like ksmd, for any.

#ifndef MIRRORCHECK_IMPL_REFERENCE_KSM_H_
#define MIRRORCHECK_IMPL_REFERENCE_KSM_H_

#include "impl/operation.h"
#include "impl/reference/current.h"

namespace mirrorcheck::impl::reference {

// Each page behind `target` is joined to the one that is as far behind `page`, if both hold the
// same; Result::pages says how many were. Returns 0, or -EINVAL beyond the end of the address
// space.
int ksm_merge(Current& current, const Operation& operation, Result& result);

// The same with pages of the other address space behind `target`: what it has there is replaced.
// Of one that nobody uses any more none is.
int ksm_merge_across(Current& current, const Operation& operation, Result& result);

// madvise(MADV_UNMERGEABLE): what was joined becomes its own again. Returns 0, -ENOMEM (also where
// nothing is mapped).
int ksm_unmerge(Current& current, const Operation& operation);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_KSM_H_
