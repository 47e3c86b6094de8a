// Why a run does not come to its end, and which property says that it should.
//
// Thread safety: pure functions. They are called when something is wrong, and allocate.

#ifndef MIRRORCHECK_FUZZ_HARNESS_PROGRESS_H_
#define MIRRORCHECK_FUZZ_HARNESS_PROGRESS_H_

#include <string>

#include "fuzz/harness/judge.h"
#include "fuzz/scheduler/deadlock.h"
#include "impl/operation.h"
#include "impl/sync/controller.h"
#include "model/vocabulary.h"

namespace mirrorcheck::fuzz {

// A wait queue has no holder; what its waiters wait for, a window or a pin, has.
void name_holders(Deadlock& deadlock, const Judge& judge);

// L1, L2, L3, L4, L6: the clause that is broken when an operation goes on for ever although every
// task has its turns; null: the end of the run.
const Clause* never_ends(const impl::Operation* operation);

// The same when it waits in a queue from which nobody will wake it.
const Clause* never_woken(sync::LockClass queue, const impl::Operation* operation);

// A12: what a step against the lock order waits for and what its task holds; empty: it is in order.
std::string lock_order_detail(const Judge& judge, model::Rule rule, model::Task task);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_HARNESS_PROGRESS_H_
