// Where the kernel's migration of device memory meets the world: kernel.h continued for
// mm/migrate_device.c, and for what lib/test_hmm.c does with pages.
//
// A page is told by its frame, as the world numbers it.
//
// Thread safety: as the kernel's functions; entered inside a MemoryEntry (memory_entry.h), which
// says for which task, which mirror and which address space.

#ifndef MIRRORCHECK_IMPL_LINUX_KERNEL_MEMORY_H_
#define MIRRORCHECK_IMPL_LINUX_KERNEL_MEMORY_H_

#include "impl/linux/kernel_walk.h"

#ifdef __cplusplus
extern "C" {
#endif

// NOLINTBEGIN(readability-identifier-naming): names are the kernel's, or C's.

// ---- Windows of the kernel's own, one at a time: pages [start, end) in bytes, for the device
// `owner`.

void mc_memory_window_start(unsigned long start, unsigned long end, const void* owner);
void mc_memory_window_end(void);

// ---- The page table, under its lock. An entry that is cleared has another value set right
// afterwards, or else it is gone when the lock is given back.

struct mc_pte* mc_lock_entries(unsigned long address);
void mc_unlock_entries(void);
struct mc_pte mc_clear_entry(struct mc_pte* entry);
void mc_set_entry(struct mc_pte* entry, struct mc_pte value);
bool mc_is_private_memory(unsigned long address);

// ---- Pages: references, locks, entries that map them.

void mc_get_page(unsigned frame);
bool mc_try_get_page(unsigned frame);
void mc_put_page(unsigned frame);
bool mc_try_lock_page(unsigned frame);
void mc_unlock_page(unsigned frame);
int mc_references(unsigned frame);
int mc_map_count(unsigned frame);
bool mc_is_pinned(unsigned frame);
// No other entry of this address space maps it, nor one of another (PageAnonExclusive).
bool mc_is_exclusive(unsigned frame);
void mc_hide_mappings(unsigned frame);    // try_to_migrate
void mc_reveal_mappings(unsigned frame);  // remove_migration_ptes
void mc_move_mappings(unsigned from, unsigned to);

// ---- For the driver. A null page: there is none.

struct vm_area_struct* mc_vma_lookup(unsigned long address);
struct page* mc_alloc_system_page(void);
// Pages that were set aside for what is bound to get one. False: none is left.
bool mc_reserve_page(void);
struct page* mc_alloc_reserved_page(void);
void mc_unreserve_pages(void);
struct page* mc_alloc_backing_page(void);
void mc_free_backing_page(struct page* page);
// The frame that is behind a page of either kind.
unsigned mc_memory_of(const struct page* page);
void mc_copy_page(unsigned to, unsigned from);
void mc_take_device_page(unsigned frame);
// The memory of the mirror's device: whether its region is to be had, until nobody uses a page of
// it.
bool mc_take_region(void);
void mc_give_region_back(void);
// A page that was taken from the driver's list is about to be handed out.
void mc_use_device_page(void);
unsigned mc_first_device_page(void);
void mc_wait_for_device_pages(void);
void* mc_chunk_list(size_t size);
void* mc_array(size_t size);
// The locks of a device's memory.
void mc_lock_device_memory(void);
void mc_unlock_device_memory(void);
void mc_lock_free_pages(void);
void mc_unlock_free_pages(void);
// make_device_exclusive_range: the frames, locked, or none. Their number, or a negative errno.
// `owned`: the windows say for whom they are.
int mc_make_exclusive(unsigned long start, unsigned long end, bool owned, unsigned* frames);

// NOLINTEND(readability-identifier-naming)

#ifdef __cplusplus
}
#endif

#endif  // MIRRORCHECK_IMPL_LINUX_KERNEL_MEMORY_H_
