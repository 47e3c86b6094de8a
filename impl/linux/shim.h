// The kernel's primitives in user space, for its notifier code and nothing else.
//
// Included before every file of the kernel, in place of the headers that CMakeLists.txt lists
// as replaced. Types and names are the kernel's; what they do is in seam.cc. Where a primitive does
// less than the kernel's, README.md says what follows from that.

#ifndef MIRRORCHECK_IMPL_LINUX_SHIM_H_
#define MIRRORCHECK_IMPL_LINUX_SHIM_H_

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "impl/linux/kernel.h"

#define __KERNEL__ 1
#define CONFIG_MMU_NOTIFIER 1

// ---- The compiler.

#define __always_inline inline __attribute__((always_inline))
#define __must_check __attribute__((warn_unused_result))
#define __maybe_unused __attribute__((unused))
#define __rcu
#define __user
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define typeof __typeof__
#define typeof_member(type, member) typeof(((type*)0)->member)
#define container_of(pointer, type, member) ((type*)((char*)(pointer) - offsetof(type, member)))
#define static_assert _Static_assert
#define BUILD_BUG_ON(condition) _Static_assert(!(condition), #condition)
// An option that is set is 1; any other one is its own name.
#define CONFIG_DEVICE_PRIVATE 1
#define mc_text(name) #name
#define mc_text_of(name) mc_text(name)
#define IS_ENABLED(option) (mc_text_of(option)[0] == '1')
#define EXPORT_SYMBOL(name) _Static_assert(1, "")
#define EXPORT_SYMBOL_GPL(name) _Static_assert(1, "")
#define check_add_overflow(a, b, sum) __builtin_add_overflow(a, b, sum)

typedef uint32_t u32;
typedef uint64_t u64;
typedef unsigned gfp_t;

// ---- Memory order. Tasks under a controller are sequentially consistent; on threads these are
// what the names say.

#define READ_ONCE(x) __atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, value) __atomic_store_n(&(x), (value), __ATOMIC_RELAXED)
#define smp_load_acquire(p) __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define smp_store_release(p, value) __atomic_store_n((p), (value), __ATOMIC_RELEASE)
#define barrier() __asm__ __volatile__("" ::: "memory")

// ---- Lists: the structs; the code is the kernel's own list.h and rculist.h.

struct list_head {
  struct list_head *next, *prev;
};
struct hlist_node {
  struct hlist_node *next, **pprev;
};
struct hlist_head {
  struct hlist_node* first;
};
struct callback_head {
  struct callback_head* next;
  void (*func)(struct callback_head*);
};
#define rcu_head callback_head

// ---- RCU and SRCU: one domain for each mm (README.md).

#define rcu_dereference_raw(p) READ_ONCE(p)
#define rcu_dereference_raw_check(p) READ_ONCE(p)
#define rcu_dereference_check(p, condition) READ_ONCE(p)
#define rcu_dereference(p) READ_ONCE(p)
#define rcu_assign_pointer(p, value) smp_store_release(&(p), (value))
#define RCU_INIT_POINTER(p, value) WRITE_ONCE(p, value)
#define RCU_LOCKDEP_WARN(condition, text) ((void)0)

struct srcu_struct {
  char marker;
};
#define DEFINE_STATIC_SRCU(name) static struct srcu_struct name
static inline int srcu_read_lock(struct srcu_struct* srcu) {
  (void)srcu;
  mc_srcu_read_lock();
  return 0;
}
static inline void srcu_read_unlock(struct srcu_struct* srcu, int index) {
  (void)srcu;
  (void)index;
  mc_srcu_read_unlock();
}
static inline int srcu_read_lock_held(struct srcu_struct* srcu) {
  (void)srcu;
  return 1;
}
static inline void synchronize_srcu(struct srcu_struct* srcu) {
  (void)srcu;
  mc_synchronize_srcu();
}
static inline void call_srcu(struct srcu_struct* srcu, struct callback_head* head,
                             void (*function)(struct callback_head*)) {
  synchronize_srcu(srcu);
  function(head);
}

// ---- Checks.

#define WARN_ON(condition)                                         \
  ({                                                               \
    bool fires_ = !!(condition);                                   \
    if (unlikely(fires_)) mc_warn(#condition, __FILE__, __LINE__); \
    unlikely(fires_);                                              \
  })
#define WARN_ON_ONCE(condition) WARN_ON(condition)
#define BUG_ON(condition)                                            \
  do {                                                               \
    if (unlikely(condition)) mc_bug(#condition, __FILE__, __LINE__); \
  } while (0)
#define pr_info(...) ((void)0)
#define might_sleep() mc_might_sleep(__FILE__, __LINE__)
#define non_block_start() mc_non_block(true)
#define non_block_end() mc_non_block(false)
#define might_lock(lock) mc_might_sleep(__FILE__, __LINE__)
// There is one map: invalidate_range_start as a lock (N6).
#define lock_map_acquire(map) mc_lock_map(true)
#define lock_map_release(map) mc_lock_map(false)
#define lockdep_assert_held(spinlock) WARN_ON(!lockdep_is_held(spinlock))
#define lockdep_is_held(spinlock) mc_spin_is_held((spinlock)->lock)
#define ASSERT_EXCLUSIVE_ACCESS(variable) ((void)0)
#define ASSERT_EXCLUSIVE_WRITER(variable) ((void)0)

// ---- Locks and wait queues.

typedef struct spinlock {
  void* lock;
} spinlock_t;
static inline void spin_lock_init(spinlock_t* lock) { lock->lock = mc_bind_spin_lock(); }
static inline void spin_lock(spinlock_t* lock) { mc_spin_lock(lock->lock); }
static inline void spin_unlock(spinlock_t* lock) { mc_spin_unlock(lock->lock); }

typedef struct wait_queue_head {
  void* queue;
} wait_queue_head_t;
static inline void init_waitqueue_head(wait_queue_head_t* head) {
  head->queue = mc_bind_wait_queue();
}
static inline void wake_up_all(wait_queue_head_t* head) { mc_wake_up_all(head->queue); }
#define wait_event(head, condition)                             \
  do {                                                          \
    might_sleep();                                              \
    mc_wait_arrive((head).queue);                               \
    for (;;) {                                                  \
      const unsigned long wakes_ = mc_wait_wakes((head).queue); \
      if (condition) break;                                     \
      mc_wait_sleep((head).queue, wakes_);                      \
    }                                                           \
  } while (0)

// ---- Memory, errors.

#define GFP_KERNEL 0
static inline void* kzalloc(size_t size, gfp_t flags) {
  (void)flags;
  return mc_zalloc(size);
}
// Only subscriptions whose registration failed are freed, and no registration fails here.
static inline void kfree(const void* memory) {
  if (memory != NULL) mc_bug("kfree of subscriptions", __FILE__, __LINE__);
}
static inline void* ERR_PTR(long error) { return (void*)error; }
static inline bool IS_ERR(const void* pointer) { return (unsigned long)pointer >= -4095UL; }

// ---- mm_struct.

static inline int mc_read_count(const int* count) {
  return __atomic_load_n(count, __ATOMIC_RELAXED);
}
#define atomic_read(counter) \
  _Generic((counter), struct mc_users *: mc_mm_users, int*: mc_read_count)(counter)
static inline void mmgrab(struct mm_struct* mm) {
  __atomic_fetch_add(&mm->mm_count, 1, __ATOMIC_RELAXED);
}
static inline void mmdrop(struct mm_struct* mm) {
  if (__atomic_fetch_sub(&mm->mm_count, 1, __ATOMIC_ACQ_REL) <= 1) {
    mc_bug("the last reference on an mm is the address space's own", __FILE__, __LINE__);
  }
}
static inline void mmap_write_lock(struct mm_struct* mm) {
  (void)mm;
  mc_mmap_write_lock();
}
static inline void mmap_write_unlock(struct mm_struct* mm) {
  (void)mm;
  mc_mmap_write_unlock();
}
static inline void mmap_assert_write_locked(const struct mm_struct* mm) {
  (void)mm;
  WARN_ON(!mc_mmap_is_write_held());
}
static inline int mm_take_all_locks(struct mm_struct* mm) {
  (void)mm;
  mc_take_all_locks();
  return 0;
}
static inline void mm_drop_all_locks(struct mm_struct* mm) {
  (void)mm;
  mc_drop_all_locks();
}

#endif  // MIRRORCHECK_IMPL_LINUX_SHIM_H_
