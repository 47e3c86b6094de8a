// NUMA hints: entries that are closed although their area is not (protnone), so that the next touch
// faults and tells which CPU it came from. To hmm_range_fault such an entry is none (A4).
//
// Thread safety: any task, for its own mm.

#ifndef MIRRORCHECK_IMPL_REFERENCE_NUMA_H_
#define MIRRORCHECK_IMPL_REFERENCE_NUMA_H_

#include "impl/operation.h"
#include "impl/reference/address_space.h"
#include "impl/reference/current.h"

namespace mirrorcheck::impl::reference {

// What task_numa_work does with the areas in the range; Result::pages says how many entries became
// hints. Returns 0, or -EINVAL beyond the end of the address space.
int numa_scan(Current& current, const Operation& operation, Result& result);

// do_numa_page: what the entry is a hint of is open again, at once also for writing where nobody
// shares it. False: it is no hint. REQUIRES: mmap_lock is held, and the page-table lock.
bool open_hint(Current& current, AddressSpace& mm, unsigned page);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_NUMA_H_
