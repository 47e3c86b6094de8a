// The kernel's mm/mmu_notifier.c as it is, and beside it what the world needs of the structures
// that it keeps to itself.

#include "impl/linux/mm_shim.h"

#include "mm/mmu_notifier.c"

_Static_assert(sizeof(struct mmu_interval_notifier) <= kMcNotifierBytes, "room in kernel.h");
_Static_assert(sizeof(struct mmu_notifier) <= kMcClassicBytes, "room in kernel.h");
_Static_assert(sizeof(struct mmu_notifier_subscriptions) <= kMcSubscriptionsBytes,
               "room in kernel.h");

// The world's events are numbered as the kernel's.
_Static_assert((int)MMU_NOTIFY_UNMAP == kMcUnmap && (int)MMU_NOTIFY_CLEAR == kMcClear &&
                   (int)MMU_NOTIFY_PROTECTION_VMA == kMcProtectionVma &&
                   (int)MMU_NOTIFY_PROTECTION_PAGE == kMcProtectionPage &&
                   (int)MMU_NOTIFY_RELEASE == kMcRelease && (int)MMU_NOTIFY_MIGRATE == kMcMigrate &&
                   (int)MMU_NOTIFY_EXCLUSIVE == kMcExclusive,
               "kernel.h names them for C++");

static struct mmu_notifier_range make_range(struct mm_struct* mm, unsigned long start,
                                            unsigned long end, enum mc_event event, bool blockable,
                                            const void* owner) {
  return (struct mmu_notifier_range){
      .mm = mm,
      .start = start,
      .end = end,
      .flags = blockable ? MMU_NOTIFIER_RANGE_BLOCKABLE : 0,
      .event = (enum mmu_notifier_event)event,
      .owner = (void*)owner,
  };
}

int mc_range_start(struct mm_struct* mm, unsigned long start, unsigned long end,
                   enum mc_event event, bool blockable, const void* owner) {
  struct mmu_notifier_range range = make_range(mm, start, end, event, blockable, owner);
  if (!blockable) return mmu_notifier_invalidate_range_start_nonblock(&range);
  mmu_notifier_invalidate_range_start(&range);
  return 0;
}

void mc_range_end(struct mm_struct* mm, unsigned long start, unsigned long end, enum mc_event event,
                  bool blockable, const void* owner) {
  struct mmu_notifier_range range = make_range(mm, start, end, event, blockable, owner);
  mmu_notifier_invalidate_range_end(&range);
}

void mc_release(struct mm_struct* mm) { mmu_notifier_release(mm); }

static bool interval_invalidate(struct mmu_interval_notifier* notifier,
                                const struct mmu_notifier_range* range, unsigned long sequence) {
  return mc_invalidate(notifier, range, mmu_notifier_range_blockable(range), sequence);
}
static const struct mmu_interval_notifier_ops interval_ops = {.invalidate = interval_invalidate};

int mc_interval_insert(struct mmu_interval_notifier* notifier, struct mm_struct* mm,
                       unsigned long start, unsigned long length) {
  return mmu_interval_notifier_insert(notifier, mm, start, length, &interval_ops);
}
void mc_interval_remove(struct mmu_interval_notifier* notifier) {
  mmu_interval_notifier_remove(notifier);
}
unsigned long mc_read_begin(struct mmu_interval_notifier* notifier) {
  return mmu_interval_read_begin(notifier);
}
bool mc_read_retry(struct mmu_interval_notifier* notifier, unsigned long sequence) {
  return mmu_interval_read_retry(notifier, sequence);
}
bool mc_check_retry(struct mmu_interval_notifier* notifier, unsigned long sequence) {
  return mmu_interval_check_retry(notifier, sequence);
}
void mc_set_seq(struct mmu_interval_notifier* notifier, unsigned long sequence) {
  mmu_interval_set_seq(notifier, sequence);
}

// N8: one that can fail has no end.
static int classic_start(struct mmu_notifier* notifier, const struct mmu_notifier_range* range) {
  return mc_classic_start(notifier, mmu_notifier_range_blockable(range)) ? 0 : -EAGAIN;
}
static void classic_end(struct mmu_notifier* notifier, const struct mmu_notifier_range* range) {
  (void)range;
  mc_classic_end(notifier);
}
static const struct mmu_notifier_ops steady_ops = {
    .invalidate_range_start = classic_start,
    .invalidate_range_end = classic_end,
};
static const struct mmu_notifier_ops fallible_ops = {.invalidate_range_start = classic_start};

int mc_classic_register(struct mmu_notifier* notifier, struct mm_struct* mm, bool can_fail) {
  notifier->ops = can_fail ? &fallible_ops : &steady_ops;
  return mmu_notifier_register(notifier, mm);
}
void mc_classic_unregister(struct mmu_notifier* notifier, struct mm_struct* mm) {
  mmu_notifier_unregister(notifier, mm);
}
bool mc_classic_listed(const struct mmu_notifier* notifier) {
  return !hlist_unhashed(&notifier->hlist);
}

unsigned long mc_invalidate_seq(const struct mm_struct* mm) {
  return mm->notifier_subscriptions->invalidate_seq;
}
unsigned long mc_active_ranges(const struct mm_struct* mm) {
  return mm->notifier_subscriptions->active_invalidate_ranges;
}
bool mc_has_itree(const struct mm_struct* mm) { return mm->notifier_subscriptions->has_itree; }
unsigned long mc_notifier_seq(const struct mmu_interval_notifier* notifier) {
  return READ_ONCE(notifier->invalidate_seq);
}

// By looking, because a node that was erased keeps its links.
bool mc_in_tree(const struct mm_struct* mm, const struct mmu_interval_notifier* notifier) {
  const struct rb_node* node = rb_first(&mm->notifier_subscriptions->itree.rb_root);
  while (node != NULL && node != &notifier->interval_tree.rb) node = rb_next(node);
  return node != NULL;
}

bool mc_is_deferred(const struct mm_struct* mm, const struct mmu_interval_notifier* notifier) {
  const struct hlist_node* node = mm->notifier_subscriptions->deferred_list.first;
  while (node != NULL && node != &notifier->deferred_item) node = node->next;
  return node != NULL;
}
