// System calls that change areas: mmap, munmap, mprotect, madvise; and the end of an mm's areas.
// Each call returns 0 or a negative errno.
//
// Thread safety: any task, for its own mm.

#ifndef MIRRORCHECK_IMPL_REFERENCE_MAPPING_CALLS_H_
#define MIRRORCHECK_IMPL_REFERENCE_MAPPING_CALLS_H_

#include <cstdint>

#include "impl/operation.h"
#include "impl/reference/address_space.h"
#include "impl/reference/current.h"

namespace mirrorcheck::impl::reference {

int sys_mmap_anonymous(Current& current, const Operation& operation);
enum class Sharing : std::uint8_t { kShared, kPrivate, kSync };  // MAP_SHARED, _PRIVATE, _SYNC
int sys_mmap_file(Current& current, const Operation& operation, Sharing sharing);
int sys_mmap_special(Current& current, const Operation& operation);
int sys_munmap(Current& current, const Operation& operation);
int sys_mprotect(Current& current, const Operation& operation);
int sys_madvise_free(Current& current, const Operation& operation);
int sys_madvise_dontneed(Current& current, const Operation& operation);
// Through the mapping, the pages are punched out of the file that it maps.
int sys_madvise_remove(Current& current, const Operation& operation);

// Every area goes, as at the end of exit_mmap. REQUIRES: the mm has no users any more.
void unmap_everything(Current& current, AddressSpace& mm);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_MAPPING_CALLS_H_
