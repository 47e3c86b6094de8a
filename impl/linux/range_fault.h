// The kernel's hmm_range_fault in an Entry of its own, which reports the steps of it.
//
// Thread safety: any task. REQUIRES: as the kernel's function does; pages of the mirror's mm.

#ifndef MIRRORCHECK_IMPL_LINUX_RANGE_FAULT_H_
#define MIRRORCHECK_IMPL_LINUX_RANGE_FAULT_H_

#include <cstdint>

#include "impl/linux/kernel_walk.h"
#include "impl/reference/current.h"
#include "impl/reference/mirror.h"

namespace mirrorcheck::impl::linux_kernel {

// 0 or a negative errno, as the kernel's. `range.pfns` are requests, and answers afterwards.
int range_fault(reference::Current& current, reference::DeviceMirror& mirror,
                std::uint64_t sequence, const mc_range& range);

// For a struct hmm_range that the kernel's driver has made; `range` says what is in it.
int range_fault_of(reference::Current& current, reference::DeviceMirror& mirror,
                   const mc_range& range, hmm_range* kernel_range);

}  // namespace mirrorcheck::impl::linux_kernel

#endif  // MIRRORCHECK_IMPL_LINUX_RANGE_FAULT_H_
