// Where the kernel's code and the world around it meet: C on one side, C++ on the other.
//
// Two lists. What the world calls is implemented in notifier_unit.c, next to the kernel's code,
// because the kernel keeps its structures to itself. What the kernel's primitives call (shim.h) is
// implemented in seam.cc on the sync seam.
//
// Thread safety: as the kernel's functions; the world calls them inside an Entry (entry.h), which
// says for which task.

#ifndef MIRRORCHECK_IMPL_LINUX_KERNEL_H_
#define MIRRORCHECK_IMPL_LINUX_KERNEL_H_

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct mmu_notifier_subscriptions;
struct mmu_interval_notifier;
struct mmu_interval_notifier_ops;
struct mmu_notifier;
struct mmu_notifier_range;

// NOLINTBEGIN(readability-identifier-naming): names are the kernel's, or C's.

// The part of mm_struct that the notifiers look at. mm_users and mmap_lock are those of the world's
// address space: markers only, to be asked for through the functions below.
struct mc_users {
  char marker;
};
struct mc_mmap_lock {
  char marker;
};
struct mm_struct {
  struct mmu_notifier_subscriptions* notifier_subscriptions;
  int mm_count;
  struct mc_users mm_users;
  struct mc_mmap_lock mmap_lock;
};

// A page is the cells that the world has of it; a page table has 1 << kMcTableShift entries, as
// many as a huge entry maps in its place. Those of the world are larger, and are shown in parts.
enum { kMcPageShift = 4, kMcTableShift = 1, kMcFrames = 68 };

// How much room the kernel's structures get in the world's; notifier_unit.c checks that it is
// enough.
enum { kMcNotifierBytes = 128, kMcClassicBytes = 96, kMcSubscriptionsBytes = 192 };

// ---- What the world calls.

// enum mmu_notifier_event.
enum mc_event {
  kMcUnmap,
  kMcClear,
  kMcProtectionVma,
  kMcProtectionPage,
  kMcSoftDirty,
  kMcRelease,
  kMcMigrate,
  kMcExclusive,
};
// mmu_notifier_invalidate_range_start(_nonblock) and _end over the bytes [start, end).
int mc_range_start(struct mm_struct* mm, unsigned long start, unsigned long end,
                   enum mc_event event, bool blockable, const void* owner);
void mc_range_end(struct mm_struct* mm, unsigned long start, unsigned long end, enum mc_event event,
                  bool blockable, const void* owner);
void mc_release(struct mm_struct* mm);

int mc_interval_insert(struct mmu_interval_notifier* notifier, struct mm_struct* mm,
                       unsigned long start, unsigned long length);
void mc_interval_remove(struct mmu_interval_notifier* notifier);
unsigned long mc_read_begin(struct mmu_interval_notifier* notifier);
bool mc_read_retry(struct mmu_interval_notifier* notifier, unsigned long sequence);
bool mc_check_retry(struct mmu_interval_notifier* notifier, unsigned long sequence);
void mc_set_seq(struct mmu_interval_notifier* notifier, unsigned long sequence);

int mc_classic_register(struct mmu_notifier* notifier, struct mm_struct* mm, bool can_fail);
void mc_classic_unregister(struct mmu_notifier* notifier, struct mm_struct* mm);
bool mc_classic_listed(const struct mmu_notifier* notifier);

// State, for observers that know that nobody changes it just now. The mm has subscriptions.
unsigned long mc_invalidate_seq(const struct mm_struct* mm);
unsigned long mc_active_ranges(const struct mm_struct* mm);
bool mc_has_itree(const struct mm_struct* mm);
unsigned long mc_notifier_seq(const struct mmu_interval_notifier* notifier);
bool mc_in_tree(const struct mm_struct* mm, const struct mmu_interval_notifier* notifier);
bool mc_is_deferred(const struct mm_struct* mm, const struct mmu_interval_notifier* notifier);

// ---- What the kernel's primitives call.

void mc_spin_lock(void* lock);
void mc_spin_unlock(void* lock);
bool mc_spin_is_held(void* lock);
void* mc_bind_spin_lock(void);   // spin_lock_init: the lock of the mm that is being registered in
void* mc_bind_wait_queue(void);  // init_waitqueue_head, likewise
void mc_wait_arrive(void* queue);
unsigned long mc_wait_wakes(void* queue);
void mc_wait_sleep(void* queue, unsigned long wakes);
void mc_wake_up_all(void* queue);
void mc_srcu_read_lock(void);
void mc_srcu_read_unlock(void);
void mc_synchronize_srcu(void);
void* mc_zalloc(size_t size);
int mc_mm_users(const struct mc_users* users);
void mc_mmap_write_lock(void);
void mc_mmap_write_unlock(void);
bool mc_mmap_is_write_held(void);
void mc_take_all_locks(void);
void mc_drop_all_locks(void);
void mc_might_sleep(const char* file, int line);
void mc_non_block(bool begins);
void mc_lock_map(bool acquires);
// A WARN_ON or an assertion of lockdep that fires: a finding. A BUG_ON ends the program.
void mc_warn(const char* what, const char* file, int line);
__attribute__((noreturn)) void mc_bug(const char* what, const char* file, int line);

// ---- Callbacks of notifiers. True: done, false: would have to block.

bool mc_invalidate(struct mmu_interval_notifier* notifier, const struct mmu_notifier_range* range,
                   bool blockable, unsigned long sequence);
bool mc_classic_start(struct mmu_notifier* notifier, bool blockable);
void mc_classic_end(struct mmu_notifier* notifier);

// NOLINTEND(readability-identifier-naming)

#ifdef __cplusplus
}
#endif

#endif  // MIRRORCHECK_IMPL_LINUX_KERNEL_H_
