// mm_shim.h continued for mm/migrate_device.c: pages that move, and their entries under the lock.
//
// Names of 6.12, and below them those that 6.1 has for the same.

#ifndef MIRRORCHECK_IMPL_LINUX_MIGRATE_SHIM_H_
#define MIRRORCHECK_IMPL_LINUX_MIGRATE_SHIM_H_

#include <string.h>

#include "impl/linux/kernel_memory.h"
#include "impl/linux/mm_shim.h"

// For the kernel's own migrate.h.
#define CONFIG_MIGRATION 1
#define __releases(lock)
#define MR_TYPES 1
#define PAGE_MAPPING_MOVABLE 2UL
#define __folio_test_movable(folio) ((void)(folio), false)
#define __PageMovable(page) ((void)(page), false)
typedef unsigned isolate_mode_t;
enum migrate_mode { MIGRATE_SYNC_NO_COPY };
enum migrate_reason { kMcMigrateReason };
#define MIGRATEPAGE_SUCCESS 0
#include <linux/list.h>
#include <linux/migrate.h>

// ---- Pages. All that are looked at are private memory, of one page each.

#define mc_frame(of) ((unsigned)page_to_pfn((const struct page*)(of)))
#define folio_get(folio) mc_get_page(mc_frame(folio))
#define folio_put(folio) mc_put_page(mc_frame(folio))
#define folio_trylock(folio) mc_try_lock_page(mc_frame(folio))
#define folio_unlock(folio) mc_unlock_page(mc_frame(folio))
#define folio_lock(folio) BUG_ON(!mc_try_lock_page(mc_frame(folio)))
#define folio_pfn(folio) ((unsigned long)mc_frame(folio))
#define folio_ref_count(folio) mc_references(mc_frame(folio))
#define folio_mapcount(folio) mc_map_count(mc_frame(folio))
#define folio_mapped(folio) (mc_map_count(mc_frame(folio)) != 0)
#define folio_test_large(folio) ((void)(folio), false)
#define folio_is_zone_device(folio) is_zone_device_page((const struct page*)(folio))
#define folio_mapping(folio) ((void)(folio), (struct address_space*)NULL)
#define folio_has_private(folio) ((void)(folio), 0)
#define folio_test_anon(folio) ((void)(folio), true)
#define folio_test_writeback(folio) ((void)(folio), false)
// Of what has a mapping only; the world frees the slot itself (mc_move_mappings).
#define folio_free_swap(folio) ((void)(folio), mc_not_here(false))
#define folio_mark_dirty(folio) ((void)(folio))
#define folio_migrate_flags(to, from) ((void)(to), (void)(from))
#define __folio_mark_uptodate(folio) ((void)(folio))
static inline struct folio* folio_get_nontail_page(struct page* page) {
  return mc_try_get_page(mc_frame(page)) ? page_folio(page) : NULL;
}
#define folio_alloc(flags, order) mc_not_here((struct folio*)NULL)
#define folio_copy(to, from) ((void)(to), (void)(from), (void)mc_not_here(0))
#define PageTransCompound(page) ((void)(page), false)
#define PageAnonExclusive(page) mc_is_exclusive(mc_frame(page))
#define try_to_migrate(folio, flags) mc_hide_mappings(mc_frame(folio))
// No turning back: from here on the page is where it goes to. Its entries know it at once.
static inline int mc_migrate_mapping(struct address_space* mapping, struct folio* to,
                                     struct folio* from, int extra) {
  (void)mapping;
  if (mc_references(mc_frame(from)) != 1 + extra) return -EAGAIN;
  mc_move_mappings(mc_frame(from), mc_frame(to));
  return MIGRATEPAGE_SUCCESS;
}
#define folio_migrate_mapping(mapping, to, from, extra) mc_migrate_mapping(mapping, to, from, extra)
#define remove_migration_ptes(from, to, flags) ((void)(from), mc_reveal_mappings(mc_frame(to)))

// The LRU has whatever it is asked for; whoever isolates a page has a reference on it.
#define lru_add_drain() ((void)0)
#define lru_add_drain_all() ((void)0)
#define folio_test_lru(folio) ((void)(folio), true)
#define folio_isolate_lru(folio) (mc_get_page(mc_frame(folio)), true)
#define folio_putback_lru(folio) mc_put_page(mc_frame(folio))
#define folio_add_lru(folio) ((void)(folio))
#define folio_add_lru_vma(folio, vma) ((void)(folio), (void)(vma))

// ---- Areas.

#define VM_SPECIAL kMcVmSpecial
#define vma_is_anonymous(vma) ((vma)->anonymous)
#define vma_is_dax(vma) ((vma)->dax)
#define check_stable_address_space(mm) ((void)(mm), 0)
#define userfaultfd_missing(vma) ((void)(vma), false)
#define anon_vma_prepare(vma) ((void)(vma), 0)
#define mem_cgroup_charge(folio, mm, flags) ((void)(folio), (void)(mm), 0)
#define inc_mm_counter(mm, counter) ((void)(mm))
#define pr_warn_once(...) ((void)0)

// ---- Entries, under the lock of their table.

#undef pte_offset_map_lock
#undef pte_unmap_unlock
#define pte_offset_map_lock(mm, pmdp, address, ptlp) \
  ((void)(mm), (void)(pmdp), *(ptlp) = NULL, mc_lock_entries(address))
#define pte_unmap_unlock(ptep, ptl) ((void)(ptep), (void)(ptl), mc_unlock_entries())
#define ptep_get(ptep) (*(ptep))
#define ptep_clear_flush(vma, address, ptep) ((void)(vma), (void)(address), mc_clear_entry(ptep))
#define ptep_get_and_clear(mm, address, ptep) ((void)(mm), (void)(address), mc_clear_entry(ptep))
#define set_pte_at(mm, address, ptep, pte) ((void)(mm), (void)(address), mc_set_entry(ptep, pte))
// A page of a file is none that could be looked at.
#undef vm_normal_page
#define vm_normal_page(vma, address, pte)                                                      \
  ((void)(vma), pte_devmap(pte) || is_zero_pfn(pte_pfn(pte)) || !mc_is_private_memory(address) \
                    ? (struct page*)NULL                                                       \
                    : pfn_to_page(pte_pfn(pte)))
static inline int folio_try_share_anon_rmap_pte(struct folio* folio, struct page* page) {
  (void)folio;
  return mc_is_pinned(mc_frame(page)) ? -EBUSY : 0;
}
#define folio_remove_rmap_pte(folio, page, vma) ((void)(folio), (void)(page), (void)(vma))
#define folio_add_new_anon_rmap(folio, vma, address, flags) ((void)(folio), (void)(vma))
#define pte_dirty(pte) ((void)(pte), false)
#define pte_young(pte) ((void)(pte), false)
#define pte_soft_dirty(pte) ((void)(pte), false)
#define pte_uffd_wp(pte) ((void)(pte), false)
#define pte_swp_soft_dirty(pte) ((void)(pte), false)
#define pte_swp_uffd_wp(pte) ((void)(pte), false)
#define pte_swp_mksoft_dirty(pte) (pte)
#define pte_swp_mkuffd_wp(pte) (pte)
#define make_migration_entry_young(entry) (entry)
#define make_migration_entry_dirty(entry) (entry)
#define make_writable_migration_entry(pfn) mc_special_entry(kMcMigration, true, pfn)
#define make_readable_migration_entry(pfn) mc_special_entry(kMcMigration, false, pfn)
#define make_readable_exclusive_migration_entry(pfn) make_readable_migration_entry(pfn)
#define make_writable_device_private_entry(pfn) mc_special_entry(kMcDevicePrivate, true, pfn)
#define make_readable_device_private_entry(pfn) mc_special_entry(kMcDevicePrivate, false, pfn)
static inline pte_t swp_entry_to_pte(swp_entry_t entry) {
  return (pte_t){.frame = (unsigned char)swp_offset_pfn(entry),
                 .kind = entry.val & 0xff,
                 .write = (entry.val & 0x100) != 0};
}
// What is put into a hole is memory of a device, and so no present entry.
#define mk_pte(page, protection) ((void)(page), mc_not_here((pte_t){0}))
#define pte_mkdirty(pte) (pte)
#define pte_mkwrite(pte, ...) (pte)
#define p4d_alloc(mm, pgd, address) ((void)(mm), p4d_offset(pgd, address))
#define pud_alloc(mm, p4d, address) ((void)(mm), pud_offset(p4d, address))
#define pmd_alloc(mm, pud, address) ((void)(mm), pmd_offset(pud, address))
// A table comes with its first entry.
#define pte_alloc(mm, pmd) ((void)(mm), (void)(pmd), 0)
#define flush_cache_page(vma, address, pfn) ((void)(vma))
#define flush_tlb_range(vma, start, end) ((void)(vma))
#define update_mmu_cache(vma, address, ptep) ((void)(vma))
#define arch_enter_lazy_mmu_mode() ((void)0)
#define arch_leave_lazy_mmu_mode() ((void)0)
#define pmd_folio(pmd) ((void)(pmd), mc_not_here((struct folio*)NULL))
#define is_huge_zero_folio(folio) ((void)(folio), false)
#define split_folio(folio) ((void)(folio), mc_not_here(0))

// ---- 6.1

#define get_page(page) mc_get_page(mc_frame(page))
#define put_page(page) mc_put_page(mc_frame(page))
#define trylock_page(page) mc_try_lock_page(mc_frame(page))
#define lock_page(page) BUG_ON(!mc_try_lock_page(mc_frame(page)))
#define unlock_page(page) mc_unlock_page(mc_frame(page))
#define get_page_unless_zero(page) mc_try_get_page(mc_frame(page))
#define page_count(page) mc_references(mc_frame(page))
#define page_mapcount(page) mc_map_count(mc_frame(page))
#define page_mapped(page) (mc_map_count(mc_frame(page)) != 0)
#define page_mapping(page) ((void)(page), (struct address_space*)NULL)
#define page_has_private(page) ((void)(page), 0)
#define PageCompound(page) ((void)(page), false)
#define PageAnon(page) ((void)(page), true)
#define PageLRU(page) ((void)(page), true)
#define isolate_lru_page(page) (mc_get_page(mc_frame(page)), 0)
#define putback_lru_page(page) mc_put_page(mc_frame(page))
#define lru_cache_add_inactive_or_unevictable(page, vma) ((void)(page), (void)(vma))
#define page_try_share_anon_rmap(page) (mc_is_pinned(mc_frame(page)) ? -EBUSY : 0)
#define page_remove_rmap(page, vma, compound) ((void)(page), (void)(vma))
#define page_add_new_anon_rmap(page, vma, address) ((void)(page), (void)(vma))
#define __SetPageUptodate(page) ((void)(page))
#define is_huge_zero_page(page) ((void)(page), false)
#define split_huge_page(page) ((void)(page), mc_not_here(0))
#undef pmd_page
#define pmd_page(pmd) ((void)(pmd), mc_not_here((struct page*)NULL))
#define ptep_clear_flush_notify(vma, address, ptep) ptep_clear_flush(vma, address, ptep)
#define set_pte_at_notify(mm, address, ptep, pte) set_pte_at(mm, address, ptep, pte)
#define migrate_folio(mapping, to, from, mode) folio_migrate_mapping(mapping, to, from, 0)
#define migrate_folio_extra(mapping, to, from, mode, extra) \
  folio_migrate_mapping(mapping, to, from, extra)
#define copy_highpage(to, from) ((void)(to), (void)(from), (void)mc_not_here(0))
#define GFP_USER 0
#define __GFP_NOWARN 0

#endif  // MIRRORCHECK_IMPL_LINUX_MIGRATE_SHIM_H_
