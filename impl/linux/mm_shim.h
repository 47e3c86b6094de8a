// shim.h continued for mm/hmm.c and mm/pagewalk.c: areas and page tables.
//
// Three levels of tables are folded into the world's two: what a pmd stands for is a table of two
// pages, or a huge entry that maps as many. There is no hugetlb, and nothing huge is the zero page
// or on its way: what the kernel's code would ask about that has one answer, and what it would do
// then is compiled and never reached.

#ifndef MIRRORCHECK_IMPL_LINUX_MM_SHIM_H_
#define MIRRORCHECK_IMPL_LINUX_MM_SHIM_H_

#include "impl/linux/kernel_walk.h"
#include "impl/linux/shim.h"

// ---- The compiler, arithmetic.

#define __always_unused __attribute__((unused))
#define __bitwise
#define __force
#define __init
#define __exit
#define BITS_PER_LONG 64
#define BIT(n) (1UL << (n))
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))
typedef unsigned long pgoff_t;
typedef u64 resource_size_t;

// Only what the world does not have would be met here.
#define mc_not_here(result)                                             \
  ({                                                                    \
    mc_bug("what the world does not have is used", __FILE__, __LINE__); \
    result;                                                             \
  })

// ---- Pages. A page is the cells that the world has of it.

#define PAGE_SHIFT kMcPageShift
#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define PMD_SHIFT (PAGE_SHIFT + kMcTableShift)
#define PMD_SIZE (1UL << PMD_SHIFT)
#define PMD_MASK (~(PMD_SIZE - 1))
#define PUD_SHIFT 40
#define PUD_SIZE (1UL << PUD_SHIFT)
#define PUD_MASK (~(PUD_SIZE - 1))
#define PGDIR_SHIFT PUD_SHIFT
#define P4D_SHIFT PUD_SHIFT
#define PTRS_PER_PMD 1
#define PTRS_PER_PUD 1
#define PTRS_PER_P4D 1
#define TASK_SIZE (~0UL)

// Memory of devices: its types are those of the kernel's memremap.h.
struct percpu_ref {
  char marker;
};
struct completion {
  char marker;
};
struct vm_fault;
#define percpu_ref_put(ref) ((void)(ref))
#define is_zone_device_page(page) ((page)->kind == kMcDevicePage)
#define DECLARE_FLEX_ARRAY(type, name) \
  struct {                             \
    struct {                           \
    } empty_##name;                    \
    type name[];                       \
  }
#define CONFIG_ZONE_DEVICE 1

struct folio {
  struct page page;
  void* mapping;
};
extern struct page mc_pages[];
static inline struct page* pfn_to_page(unsigned long pfn) {
  return pfn < kMcFirstDevicePage ? &mc_pages[pfn] : mc_device_page((unsigned)pfn);
}
static inline unsigned long page_to_pfn(const struct page* page) {
  return page->kind == kMcSystemPage ? (unsigned long)(page - mc_pages) : page->frame;
}
#define nth_page(page, n) ((page) + (n))
#define page_folio(page) ((struct folio*)(page))
#define is_zero_pfn(pfn) ((pfn) == kMcZeroFrame)

// ---- Areas.

#define VM_READ kMcVmRead
#define VM_WRITE kMcVmWrite
#define VM_IO kMcVmSpecial
#define VM_PFNMAP kMcVmSpecial
#define vma_pages(vma) (((vma)->vm_end - (vma)->vm_start) >> PAGE_SHIFT)
#define find_vma(mm, address) ((void)(mm), mc_find_vma(address))
#define is_vm_hugetlb_page(vma) ((vma)->hugetlb)
#define vma_pgtable_walk_begin(vma) ((void)(vma))
#define vma_pgtable_walk_end(vma) ((void)(vma))
#define vma_interval_tree_foreach(vma, root, first, last) \
  for ((vma) = mc_not_here((struct vm_area_struct*)NULL); (vma) != NULL;)
struct rw_semaphore {
  void* lock;
};
struct address_space {
  struct rw_semaphore i_mmap_rwsem;
  int i_mmap;
};
static inline void mmap_assert_locked(const struct mm_struct* mm) {
  (void)mm;
  WARN_ON(!mc_mmap_is_held());
}
#define VM_WARN_ON_ONCE(condition) WARN_ON(condition)
#define VM_BUG_ON(condition) BUG_ON(condition)

// ---- Faults.

typedef unsigned vm_fault_t;
#define FAULT_FLAG_WRITE 1U
#define FAULT_FLAG_REMOTE 2U
#define VM_FAULT_SIGBUS 2U
#define VM_FAULT_ERROR VM_FAULT_SIGBUS
#define handle_mm_fault(vma, address, flags, regs) \
  (mc_handle_mm_fault(address, ((flags) & FAULT_FLAG_WRITE) != 0) ? 0U : VM_FAULT_ERROR)

// ---- The upper levels: one entry each, always there.

typedef struct {
  char marker;
} pgd_t, p4d_t, pud_t;
extern pgd_t mc_pgd;
static struct mm_struct init_mm __maybe_unused;
#define pgd_offset(mm, address) (&mc_pgd)
#define pgd_index(address) 0
#define p4d_offset(pgd, address) ((p4d_t*)(pgd))
#define pud_offset(p4d, address) ((pud_t*)(p4d))
#define pgd_addr_end(address, end) (end)
#define p4d_addr_end(address, end) (end)
#define pud_addr_end(address, end) (end)
#define pgd_none_or_clear_bad(pgd) false
#define p4d_none_or_clear_bad(p4d) false
#define pud_none(pud) ((void)(pud), false)
#define pud_present(pud) ((void)(pud), true)
#define pud_leaf(pud) ((void)(pud), false)
#define pud_devmap(pud) ((void)(pud), false)
#define pud_special(pud) ((void)(pud), false)
#define pud_page(pud) ((void)(pud), mc_not_here((struct page*)NULL))
#define pudp_get(pudp) (*(pudp))
#define pud_lock(mm, pudp) ((void)(pudp), mc_not_here((spinlock_t*)NULL))
#define split_huge_pud(vma, pud, address) ((void)(pud))

// ---- A table, a huge entry, or none. The pmd is what the walk was told of it.

typedef unsigned pmd_t;
static inline unsigned long pmd_addr_end(unsigned long address, unsigned long end) {
  const unsigned long boundary = (address + PMD_SIZE) & PMD_MASK;
  const unsigned long next = boundary - 1 < end - 1 ? boundary : end;
  mc_look_at_table(address, next);
  return next;
}
#define pmd_offset(pud, address) ((void)(pud), (pmd_t*)mc_table(address))
#define pmdp_get(pmdp) READ_ONCE(*(pmdp))
#define pmdp_get_lockless(pmdp) READ_ONCE(*(pmdp))
#define pmd_read_atomic(pmdp) READ_ONCE(*(pmdp))
#define pmd_none(pmd) ((pmd) == 0)
#define pmd_present(pmd) ((pmd) != 0)
#define pmd_bad(pmd) ((void)(pmd), false)
#define pmd_leaf(pmd) ((void)(pmd), false)
#define pmd_devmap(pmd) ((void)(pmd), false)
#define pmd_trans_huge(pmd) (((pmd) & kMcPmdHuge) != 0)
#define pmd_protnone(pmd) (((pmd) & kMcPmdAccessible) == 0)
#define pmd_write(pmd) (((pmd) & kMcPmdWrite) != 0)
#define pmd_pfn(pmd) ((unsigned long)((pmd) >> kMcPmdFrameShift))
#define is_huge_zero_pmd(pmd) ((void)(pmd), false)
#define thp_migration_supported() false
#define is_pmd_migration_entry(pmd) ((void)(pmd), false)
#define pmd_migration_entry_wait(mm, pmdp) ((void)mc_not_here(0))
#define pmd_to_swp_entry(pmd) ((void)(pmd), mc_not_here((swp_entry_t){0}))
#define pmd_lock(mm, pmdp) ((void)(pmdp), mc_not_here((spinlock_t*)NULL))
#define vm_normal_page_pmd(vma, address, pmd) ((void)(pmd), mc_not_here((struct page*)NULL))
#define split_huge_pmd(vma, pmd, address) ((void)(pmd))
// 6.1
#define pmd_trans_unstable(pmdp) false
#define is_hugepd(entry) false
#define __hugepd(value) 0
#define pmd_val(pmd) (pmd)
#define pud_val(pud) 0
#define p4d_val(p4d) 0
#define pgd_val(pgd) 0
typedef int hugepd_t;

// ---- Entries. A walk without a lock reads them one by one, and others run in between.

typedef struct mc_pte pte_t;
#define pte_offset_map(pmdp, address) ((void)(pmdp), mc_entries(address))
#define pte_offset_kernel(pmdp, address) ((void)(pmdp), mc_not_here((pte_t*)NULL))
#define pte_offset_map_lock(mm, pmdp, address, ptlp) \
  ((void)(pmdp), *(ptlp) = NULL, mc_not_here((pte_t*)NULL))
#define pte_unmap(ptep) ((void)(ptep))
#define pte_unmap_unlock(ptep, ptl) ((void)(ptep), (void)(ptl))
static inline pte_t ptep_get(pte_t* ptep) {
  mc_look_at_entry(ptep);
  return *ptep;
}
#define pte_none(pte) ((pte).frame == kMcNoFrame)
#define pte_none_mostly(pte) pte_none(pte)
#define pte_present(pte) (!pte_none(pte) && (pte).kind == kMcPresent)
#define pte_protnone(pte) (pte_present(pte) && !(pte).accessible)
#define pte_write(pte) ((pte).write)
#define pte_pfn(pte) ((unsigned long)(pte).frame)
#define pte_devmap(pte) ((pte).frame >= kMcFirstBlock && (pte).frame < kMcFirstDevicePage)
// The zero page and blocks have no page that the kernel's mm would call normal.
#define vm_normal_page(vma, address, pte) \
  (pte_devmap(pte) || is_zero_pfn(pte_pfn(pte)) ? (struct page*)NULL : pfn_to_page(pte_pfn(pte)))
#define pte_special(pte) ((void)(pte), false)

// ---- hugetlb, in huge pages of one size, which are as large as what a pmd maps. A walk reads the
// entry of the first of its pages under a lock: nobody runs between that and the answer, so there
// is none to take.

struct hstate;
#define hstate_vma(vma) ((void)(vma), (struct hstate*)NULL)
#define huge_page_mask(h) ((void)(h), PMD_MASK)
#define huge_page_size(h) ((void)(h), PMD_SIZE)
#define huge_page_order(h) ((void)(h), kMcTableShift)
#define hugetlb_vma_lock_read(vma) ((void)(vma))
#define hugetlb_vma_unlock_read(vma) ((void)(vma))
static inline pte_t* mc_huge_entry(unsigned long address, unsigned long first, unsigned long next) {
  mc_look_at_table(first, next);
  return *mc_table(address) == 0 ? (pte_t*)NULL : mc_entries(address);
}
// Of what is walked these are the ends (walk_hugetlb_range).
#define hugetlb_walk(vma, address, size) ((void)(size), mc_huge_entry(address, addr, next))
#define huge_pte_offset(mm, address, size) ((void)(size), mc_huge_entry(address, addr, next))
#define huge_pte_lock(h, mm, ptep) ((void)(h), (spinlock_t*)NULL)
// 6.12 passes the address, too.
#define MC_THIRD_OR_FIRST(one, two, three, pick, ...) pick
#define MC_OF_THREE(mm, address, ptep) (*(ptep))
#define MC_OF_ONE(ptep) (*(ptep))
#define huge_ptep_get(...) \
  MC_THIRD_OR_FIRST(__VA_ARGS__, MC_OF_THREE, none, MC_OF_ONE, )(__VA_ARGS__)

// ---- Special entries: those of pages that move, or that a device has.

typedef struct {
  unsigned long val;
} swp_entry_t;
static inline swp_entry_t mc_special_entry(unsigned kind, bool write, unsigned long frame) {
  return (swp_entry_t){kind | (write ? 0x100UL : 0) | frame << 16};
}
#define pte_to_swp_entry(pte) mc_special_entry((pte).kind, (pte).write, (pte).frame)
#define non_swap_entry(entry) (((entry).val & 0xff) != kMcSwap)
#define is_device_private_entry(entry) (((entry).val & 0xff) == kMcDevicePrivate)
#define is_writable_device_private_entry(entry) \
  (is_device_private_entry(entry) && ((entry).val & 0x100) != 0)
#define is_device_exclusive_entry(entry) (((entry).val & 0xff) == kMcDeviceExclusive)
#define is_migration_entry(entry) (((entry).val & 0xff) == kMcMigration)
#define swp_offset_pfn(entry) ((entry).val >> 16)
#define pfn_swap_entry_to_page(entry) pfn_to_page(swp_offset_pfn(entry))
#define migration_entry_wait(mm, pmdp, address) mc_migration_entry_wait(address)

#endif  // MIRRORCHECK_IMPL_LINUX_MM_SHIM_H_
