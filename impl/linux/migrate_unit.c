// The kernel's mm/migrate_device.c as it is. Its windows go through the world's.

#include "impl/linux/migrate_shim.h"

#include <linux/hmm.h>
#include <linux/memremap.h>
#include <linux/migrate.h>
#include <linux/mmu_notifier.h>
#include <linux/pagewalk.h>

static void range_start(const struct mmu_notifier_range* range) {
  BUG_ON(range->event != MMU_NOTIFY_MIGRATE);
  mc_memory_window_start(range->start, range->end, range->owner);
}
static void range_end(const struct mmu_notifier_range* range) {
  (void)range;
  mc_memory_window_end();
}
#define mmu_notifier_invalidate_range_start(range) range_start(range)
#define mmu_notifier_invalidate_range_end(range) range_end(range)
#define mmu_notifier_invalidate_range_only_end(range) range_end(range)

// Of coherent memory, which nobody has here.
#define alloc_page(flags) mc_not_here((struct page*)NULL)

#include "mm/migrate_device.c"
