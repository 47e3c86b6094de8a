// The kernel's lib/test_hmm.c as it is, and beside it the way in: its file operations.
//
// What it uses of the notifiers and of hmm_range_fault goes through the functions below, which tell
// the world.

#include "impl/linux/driver_shim.h"

#include <linux/hmm.h>
#include <linux/memremap.h>
#include <linux/migrate.h>
#include <linux/mmu_notifier.h>

// A mirror is of the pages that it is opened for. Another notifier is the one that a snapshot
// brings for its own time: the mirror's own stands in for it.
static int insert(struct mmu_interval_notifier* notifier, struct mm_struct* mm, unsigned long start,
                  unsigned long length, const struct mmu_interval_notifier_ops* ops) {
  if (notifier == mc_own_notifier()) return mc_observed_insert(start, length, ops);
  notifier->mm = mm;
  return 0;
}
static void remove_notifier(struct mmu_interval_notifier* notifier) {
  if (notifier == mc_own_notifier()) mc_observed_remove(notifier);
}

// Where no page is asked for on its own, what is in the array before has no meaning: the worst is
// put there.
static int range_fault(struct hmm_range* range) {
  struct mmu_interval_notifier* const notifier = range->notifier;
  const unsigned long pages = (range->end - range->start) >> PAGE_SHIFT;
  for (unsigned long i = 0; range->pfn_flags_mask == 0 && i < pages; ++i) {
    range->hmm_pfns[i] = HMM_PFN_REQ_FAULT | HMM_PFN_REQ_WRITE;
  }
  const struct mc_range observed = {
      .start = range->start,
      .end = range->end,
      .default_flags = range->default_flags,
      .pfn_flags_mask = range->pfn_flags_mask,
      .pfns = range->hmm_pfns,
  };
  range->notifier = mc_own_notifier();
  const int error = mc_observed_range_fault(&observed, range);
  range->notifier = notifier;
  return error;
}

#define mmu_interval_notifier_insert(notifier, mm, start, length, ops) \
  insert(notifier, mm, start, length, ops)
#define mmu_interval_notifier_remove(notifier) remove_notifier(notifier)
#define mmu_interval_read_begin(notifier) ((void)(notifier), mc_observed_read_begin())
#define mmu_interval_read_retry(notifier, sequence) \
  ((void)(notifier), mc_observed_read_retry(sequence))
#define hmm_range_fault(range) range_fault(range)

// A page of device memory that is handed out has a reference, and is locked.
static void page_init(struct page* page) {
  mc_use_device_page();
  mc_take_device_page((unsigned)page_to_pfn(page));
  lock_page(page);
}
static void* map_pages(struct dev_pagemap* map) {
  for (unsigned long pfn = map->range.start >> PAGE_SHIFT; pfn <= map->range.end >> PAGE_SHIFT;
       ++pfn) {
    pfn_to_page(pfn)->pgmap = map;
  }
  return map;
}
// What cannot get a page of RAM does not move.
static void device_range(unsigned long* src_pfns, unsigned long start, unsigned long pages) {
  migrate_device_range(src_pfns, start, pages);
  for (unsigned long i = 0; i < pages; ++i) {
    if ((src_pfns[i] & MIGRATE_PFN_MIGRATE) != 0 && !mc_reserve_page()) {
      src_pfns[i] &= ~MIGRATE_PFN_MIGRATE;
    }
  }
}
static void device_finalize(unsigned long* src_pfns, unsigned long* dst_pfns, unsigned long pages) {
  migrate_device_finalize(src_pfns, dst_pfns, pages);
  mc_unreserve_pages();
}
// make_device_exclusive_range, of mm/rmap.c.
static int exclusive_range(unsigned long start, unsigned long end, struct page** pages,
                           const void* owner) {
  unsigned frames[kMcDevicePages];
  const int found = mc_make_exclusive(start, end, owner != NULL, frames);
  for (int i = 0; i < found; ++i)
    pages[i] = frames[i] == kMcNoFrame ? NULL : pfn_to_page(frames[i]);
  return found;
}
#define zone_device_page_init(page) page_init(page)
#define memremap_pages(map, node) map_pages(map)
#define memunmap_pages(map) ((void)(map), mc_wait_for_device_pages())
#define migrate_device_range(pfns, start, pages) device_range(pfns, start, pages)
#define migrate_device_finalize(from, to, pages) device_finalize(from, to, pages)
#define make_device_exclusive_range(mm, start, end, pages, owner) \
  exclusive_range(start, end, pages, owner)

#include "lib/test_hmm.c"

_Static_assert(sizeof(struct dmirror) <= kMcMirrorBytes, "room in kernel_device.h");
_Static_assert(sizeof(struct dmirror_device) <= kMcDeviceBytes, "room in kernel_device.h");
_Static_assert(sizeof(struct dmirror_chunk) <= kMcChunkBytes, "room in kernel_device.h");
_Static_assert(DPT_XA_TAG_WRITE == 3 && DPT_XA_TAG_ATOMIC == 1, "mirror_entry.cc knows the tags");

void mc_device_init(struct dmirror_device* device) {
  device->zone_device_type = HMM_DMIRROR_MEMORY_DEVICE_PRIVATE;
}

int mc_device_open(struct dmirror_device* device) {
  struct inode inode = {.i_cdev = &device->cdevice};
  struct file file = {NULL};
  return dmirror_fops.open(&inode, &file);
}

void mc_device_release(struct dmirror* dmirror) {
  struct inode inode = {&dmirror->mdevice->cdevice};
  struct file file = {dmirror};
  dmirror_fops.release(&inode, &file);
}

int mc_device_ioctl(struct dmirror* dmirror, enum mc_device_command command, unsigned long address,
                    unsigned long pages, void* user, unsigned long* pages_done,
                    unsigned long* faults) {
  static const unsigned commands[] = {HMM_DMIRROR_READ,
                                      HMM_DMIRROR_WRITE,
                                      HMM_DMIRROR_SNAPSHOT,
                                      HMM_DMIRROR_MIGRATE_TO_DEV,
                                      HMM_DMIRROR_MIGRATE_TO_SYS,
                                      HMM_DMIRROR_EXCLUSIVE,
                                      HMM_DMIRROR_CHECK_EXCLUSIVE,
                                      HMM_DMIRROR_RELEASE};
  struct hmm_dmirror_cmd argument = {.addr = address, .ptr = (uintptr_t)user, .npages = pages};
  struct file file = {dmirror};
  const long error =
      dmirror_fops.unlocked_ioctl(&file, commands[command], (unsigned long)&argument);
  *pages_done = argument.cpages;
  *faults = argument.faults;
  return (int)error;
}

void mc_device_page_free(struct page* page) { page->pgmap->ops->page_free(page); }

int mc_device_migrate_to_ram(struct vm_area_struct* vma, unsigned long address, struct page* page) {
  struct vm_fault fault = {.vma = vma, .page = page, .address = address};
  return page->pgmap->ops->migrate_to_ram(&fault) == 0 ? 0 : -EFAULT;
}

struct dmirror* mc_device_mirror_of(struct page* page) {
  return ((struct page*)page->zone_device_data)->zone_device_data;
}

struct mmu_interval_notifier* mc_device_notifier(struct dmirror* dmirror) {
  return &dmirror->notifier;
}

bool mc_device_invalidate(const struct mmu_interval_notifier_ops* ops,
                          struct mmu_interval_notifier* notifier,
                          const struct mmu_notifier_range* range, unsigned long sequence) {
  return ops->invalidate(notifier, range, sequence);
}

void mc_device_lock(struct dmirror* dmirror) { mutex_lock(&dmirror->mutex); }
void mc_device_unlock(struct dmirror* dmirror) { mutex_unlock(&dmirror->mutex); }

void mc_device_install(struct dmirror* dmirror, unsigned page, unsigned frame, bool write) {
  void* const entry = BACKING_PAGE(pfn_to_page(frame));
  xa_store(&dmirror->pt, page, write ? xa_tag_pointer(entry, DPT_XA_TAG_WRITE) : entry, GFP_ATOMIC);
}
