// The kernel's mm/pagewalk.c and mm/hmm.c as they are, and beside them what the world needs of the
// structures of <linux/hmm.h>.

#include "impl/linux/mm_shim.h"

#include <linux/hmm.h>
#include <linux/memremap.h>
#include <linux/mmu_notifier.h>

// What both make of hugetlb. 6.1 has no lock that it gives back for a fault.
#define CONFIG_HUGETLB_PAGE 1
#include "mm/pagewalk.c"

// F8: the world sees that each walk begins with a look, and what it says.
static bool check_retry(struct mmu_interval_notifier* notifier, unsigned long sequence) {
  const bool collided = mmu_interval_check_retry(notifier, sequence);
  mc_looked_for_collision(collided);
  return collided;
}
#define mmu_interval_check_retry(notifier, sequence) check_retry(notifier, sequence)

// What it makes of a huge pmd.
#define CONFIG_TRANSPARENT_HUGEPAGE 1
#define spin_unlock(lock) ((void)(lock))
#include "mm/hmm.c"
#undef spin_unlock

_Static_assert(HMM_PFN_VALID == 1UL << 63 && HMM_PFN_WRITE == 1UL << 62 &&
                   HMM_PFN_ERROR == 1UL << 61 && HMM_PFN_FLAGS == 0xffUL << 56 &&
                   HMM_PFN_ORDER_SHIFT == 56,
               "kernel_walk.h names them for C++");

// The kernel asks whether a page is somebody's.
struct page mc_pages[kMcFirstDevicePage] = {[0 ... kMcFirstDevicePage - 1] = {.mapping = mc_pages}};
pgd_t mc_pgd;

int mc_range_fault(struct mmu_interval_notifier* notifier, unsigned long sequence,
                   const struct mc_range* range) {
  struct hmm_range kernel_range = {
      .notifier = notifier,
      .notifier_seq = sequence,
      .start = range->start,
      .end = range->end,
      .hmm_pfns = range->pfns,
      .default_flags = range->default_flags,
      .pfn_flags_mask = range->pfn_flags_mask,
      .dev_private_owner = range->owner,
  };
  return hmm_range_fault(&kernel_range);
}

int mc_range_fault_of(struct hmm_range* range) { return hmm_range_fault(range); }
