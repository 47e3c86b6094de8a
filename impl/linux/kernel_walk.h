// Where the kernel's range fault and page walk meet the world: kernel.h continued for mm/hmm.c and
// mm/pagewalk.c.
//
// Thread safety: as the kernel's functions; entered inside a WalkEntry (range_fault.cc), which
// says for which task, and which walk.

#ifndef MIRRORCHECK_IMPL_LINUX_KERNEL_WALK_H_
#define MIRRORCHECK_IMPL_LINUX_KERNEL_WALK_H_

#include "impl/linux/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

// NOLINTBEGIN(readability-identifier-naming): names are the kernel's, or C's.

// An entry of the page table, as the world keeps it. range_fault.cc checks that it is the same.
struct mc_pte {
  unsigned char frame;
  unsigned char kind;  // of an entry that names a frame: see kMcPresent
  bool read;
  bool write;
  bool accessible;
  bool exclusive;  // of no interest to the walk, nor are those that follow
  bool copied;
  bool merged;
  bool huge;
  bool tracked;
  bool uffd_wp;
};

// What a pmd is: nothing; a table; or a huge entry, with the first of its frames from bit 8 on.
static const unsigned kMcPmdTable = 1;
static const unsigned kMcPmdHuge = 2;
static const unsigned kMcPmdWrite = 4;
static const unsigned kMcPmdAccessible = 8;
static const unsigned kMcPmdFrameShift = 8;

// What of an area the range fault asks for, in the bits of vm_flags.
static const unsigned long kMcVmRead = 1;
static const unsigned long kMcVmWrite = 2;
static const unsigned long kMcVmShared = 8;
static const unsigned long kMcVmSpecial = 0x400;
struct vm_area_struct {
  struct mm_struct* vm_mm;
  unsigned long vm_start;
  unsigned long vm_end;
  unsigned long vm_flags;
  unsigned long vm_pgoff;
  bool anonymous;
  bool hugetlb;
  bool dax;
};

// What the kernel's code knows of a page. Those of RAM and blocks are told apart by their place in
// mc_pages; a page of device memory has a number; a backing page, which the driver takes to be the
// memory behind it, has the number of the one that it was last linked to.
enum mc_page_kind { kMcSystemPage = 0, kMcDevicePage, kMcBackingPage };
struct dev_pagemap;
struct page {
  void* mapping;
  struct dev_pagemap* pgmap;
  void* zone_device_data;
  unsigned char kind;
  unsigned char frame;
};

// Kinds of entries.
enum {
  kMcPresent = 0,
  kMcMigration = 1,
  kMcDevicePrivate = 2,
  kMcDeviceExclusive = 3,
  kMcSwap = 4,
  kMcPoisoned = 5,
};

// Frames that are none, and the zero page; where blocks of the DAX device begin, the memory of
// devices behind them, and the slots of the swap device, which are no memory, behind that.
enum {
  kMcNoFrame = 0,
  kMcZeroFrame = 1,
  kMcFirstBlock = 32,
  kMcFirstDevicePage = 48,
  kMcFirstSwapSlot = 64,
};

// Bits of hmm_pfns[]. The last is no bit of the kernel's: a page number that there cannot be. The
// world sets it in what goes in; where it is missing, the kernel has answered.
static const unsigned long kMcPfnValid = 1UL << 63;
static const unsigned long kMcPfnWrite = 1UL << 62;
static const unsigned long kMcPfnError = 1UL << 61;
static const unsigned long kMcPfnOrder = 0x1fUL << 56;
static const unsigned long kMcPfnFlags = 0xffUL << 56;
static const unsigned long kMcPfnUnanswered = 1UL << 55;

// What of struct hmm_range an observer needs.
struct mc_range {
  unsigned long start;
  unsigned long end;
  unsigned long default_flags;
  unsigned long pfn_flags_mask;
  unsigned long* pfns;
  void* owner;  // whose device memory is as good as present
};
struct hmm_range;

// ---- What the world calls.

// hmm_range_fault for the pages of `range`, or for a range that somebody else has made.
int mc_range_fault(struct mmu_interval_notifier* notifier, unsigned long sequence,
                   const struct mc_range* range);
int mc_range_fault_of(struct hmm_range* range);

// ---- What the kernel's primitives call.

// A page of device memory.
struct page* mc_device_page(unsigned frame);
bool mc_mmap_is_held(void);
void mc_looked_for_collision(bool collided);
struct vm_area_struct* mc_find_vma(unsigned long address);
// The pmd for [address, next) is about to be looked at, and where it is.
void mc_look_at_table(unsigned long address, unsigned long next);
unsigned* mc_table(unsigned long address);
// The entries of a table, from that of `address` on. / One of them is about to be read.
struct mc_pte* mc_entries(unsigned long address);
void mc_look_at_entry(const struct mc_pte* entry);
// False: VM_FAULT_ERROR.
bool mc_handle_mm_fault(unsigned long address, bool write);
void mc_migration_entry_wait(unsigned long address);

// NOLINTEND(readability-identifier-naming)

#ifdef __cplusplus
}
#endif

#endif  // MIRRORCHECK_IMPL_LINUX_KERNEL_WALK_H_
