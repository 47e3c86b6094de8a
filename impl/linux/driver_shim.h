// shim.h continued for lib/test_hmm.c: files, user memory, the update lock, the device page table.
//
// Its device memory, migration and exclusive access are compiled and never entered.

#ifndef MIRRORCHECK_IMPL_LINUX_DRIVER_SHIM_H_
#define MIRRORCHECK_IMPL_LINUX_DRIVER_SHIM_H_

#include <string.h>

#include "impl/linux/kernel_device.h"
#include "impl/linux/mm_shim.h"

// ---- Modules.

struct module;
#define THIS_MODULE ((struct module*)NULL)
#define module_param(name, type, mode) _Static_assert(1, "")
#define MODULE_PARM_DESC(name, text) _Static_assert(1, "")
#define MODULE_DESCRIPTION(text) _Static_assert(1, "")
#define MODULE_LICENSE(text) _Static_assert(1, "")
#define module_init(function) _Static_assert(1, "")
#define module_exit(function) _Static_assert(1, "")
#define pr_debug(...) ((void)0)
#define WARN(condition, ...) WARN_ON(condition)

// ---- Time goes on with read_begin (mirror_entry.h), so that a second is so many rounds.

#define jiffies mc_jiffies()
#define msecs_to_jiffies(milliseconds) ((unsigned long)(milliseconds))
#define time_after(a, b) ((long)((b) - (a)) < 0)

// ---- Files and user memory: user space is this process.

typedef uint64_t __u64;
typedef unsigned dev_t;
#define MKDEV(major, minor) ((major) << 20 | (minor))
#define MAJOR(device) ((device) >> 20)
#define MINOR(device) ((device) & 0xfffffU)
struct cdev {
  struct module* owner;
  dev_t dev;
};
struct device {
  dev_t devt;
};
struct inode {
  struct cdev* i_cdev;
};
struct file {
  void* private_data;
};
struct file_operations {
  struct module* owner;
  int (*open)(struct inode*, struct file*);
  int (*release)(struct inode*, struct file*);
  int (*mmap)(struct file*, struct vm_area_struct*);
  long (*unlocked_ioctl)(struct file*, unsigned, unsigned long);
  void* llseek;
};
#define default_llseek NULL
static inline unsigned long copy_from_user(void* to, const void* from, size_t size) {
  memcpy(to, from, size);
  return 0;
}
static inline unsigned long copy_to_user(void* to, const void* from, size_t size) {
  memcpy(to, from, size);
  return 0;
}
#define u64_to_user_ptr(value) ((void*)(uintptr_t)(value))

// ---- The task and its mm.

struct mc_task {
  struct mm_struct* mm;
};
#define current (&(struct mc_task){.mm = mc_current_mm()})
#define mmget_not_zero(mm) mc_mmget_not_zero(mm)
#define mmput(mm) mc_mmput(mm)
#define mmap_read_lock(mm) ((void)(mm), mc_mmap_read_lock())
#define mmap_read_unlock(mm) ((void)(mm), mc_mmap_read_unlock())
#define vma_lookup(mm, address) mc_not_here((struct vm_area_struct*)NULL)

// ---- Memory of the kernel's own.

#define GFP_ATOMIC 0
#define GFP_HIGHUSER 0
#define GFP_HIGHUSER_MOVABLE 0
#define __GFP_NOFAIL 0
#define __GFP_ZERO 0
#define kfree(memory) mc_free((void*)(memory))
#define vmalloc(size) mc_bounce_buffer(size)
#define vfree(memory) ((void)(memory))
#define kvcalloc(count, size, flags) mc_not_here((void*)NULL)
#define kvfree(memory) ((void)(memory))
#define krealloc(memory, size, flags) mc_not_here((void*)NULL)
#define IS_ERR_OR_NULL(pointer) ((pointer) == NULL || IS_ERR(pointer))
#define PTR_ERR(pointer) ((long)(pointer))

// ---- The update lock U. The driver has a second mutex, for device memory.

struct mutex {
  bool is_update_lock;
};
// In the order in which the driver makes them: that of a mirror when it is opened.
#define mutex_init(mutex) ((void)((mutex)->is_update_lock = true))
static inline void mutex_lock(struct mutex* mutex) {
  might_sleep();
  BUG_ON(!mutex->is_update_lock);
  mc_update_lock();
}
static inline bool mutex_trylock(struct mutex* mutex) {
  BUG_ON(!mutex->is_update_lock);
  return mc_update_trylock();
}
static inline void mutex_unlock(struct mutex* mutex) {
  BUG_ON(!mutex->is_update_lock);
  mc_update_unlock();
}

// ---- The device page table: an xarray with a slot for each page of an mm.

#define kMcSlots 16
struct xarray {
  void* slots[kMcSlots];
};
static inline void xa_init(struct xarray* xa) { memset(xa, 0, sizeof(*xa)); }
static inline void xa_destroy(struct xarray* xa) { memset(xa, 0, sizeof(*xa)); }
#define xa_tag_pointer(pointer, tag) ((void*)((uintptr_t)(pointer) | (tag)))
#define xa_untag_pointer(entry) ((void*)((uintptr_t)(entry) & ~3UL))
#define xa_pointer_tag(entry) ((uintptr_t)(entry) & 3UL)
#define xa_is_err(entry) ((void)(entry), false)
#define xa_err(entry) ((void)(entry), 0)
static inline void* xa_load(struct xarray* xa, unsigned long index) {
  return index < kMcSlots ? xa->slots[index] : NULL;
}
static inline void* xa_store(struct xarray* xa, unsigned long index, void* entry, gfp_t flags) {
  (void)flags;
  BUG_ON(index >= kMcSlots);
  void* const old = xa->slots[index];
  xa->slots[index] = entry;
  mc_entry_stored(index, (unsigned)page_to_pfn((struct page*)xa_untag_pointer(entry)),
                  xa_pointer_tag(entry) == 3);
  return old;
}
static inline void* xa_erase(struct xarray* xa, unsigned long index) {
  void* const old = xa_load(xa, index);
  if (old != NULL) {
    xa->slots[index] = NULL;
    mc_entry_erased(index);
  }
  return old;
}
#define xa_for_each_range(xa, index, entry, first, last)                                    \
  for ((index) = (first); (index) <= min((unsigned long)(last), kMcSlots - 1UL); ++(index)) \
    if (((entry) = xa_load(xa, index)) != NULL)

// ---- Pages that the device reads and writes.

#define memcpy_from_page(to, page, offset, size) \
  ((void)(offset), (void)(size), mc_device_load((unsigned)page_to_pfn(page), to))
#define memcpy_to_page(page, offset, from, size) \
  ((void)(offset), (void)(size), mc_device_store((unsigned)page_to_pfn(page), from))
#define kmap(page) mc_device_map((unsigned)page_to_pfn(page))
#define kunmap(page) mc_device_unmap((unsigned)page_to_pfn(page))

// ---- What is never entered.

struct resource {
  u64 start, end;
};
struct vm_fault {
  struct vm_area_struct* vma;
  struct page* page;
  unsigned long address;
};
#define iomem_resource (*(struct resource*)NULL)
#define request_free_mem_region(base, size, name) mc_not_here((struct resource*)NULL)
#define release_mem_region(start, size) ((void)mc_not_here(0))
#define numa_node_id() 0
#define alloc_page(flags) mc_not_here((struct page*)NULL)
#define alloc_page_vma(flags, vma, address) mc_not_here((struct page*)NULL)
#define __free_page(page) ((void)mc_not_here(0))
#define put_page(page) ((void)mc_not_here(0))
#define lock_page(page) ((void)mc_not_here(0))
#define unlock_page(page) ((void)mc_not_here(0))
#define copy_highpage(to, from) ((void)mc_not_here(0))
#define clear_highpage(page) ((void)mc_not_here(0))
#define vm_insert_page(vma, address, page) mc_not_here(0)
#define make_device_exclusive_range(mm, start, end, pages, owner) mc_not_here(0)
#define cdev_init(cdev, operations) ((void)(operations))
#define device_initialize(device) ((void)(device))
#define dev_set_name(device, ...) mc_not_here(0)
#define cdev_device_add(cdev, device) mc_not_here(0)
#define cdev_device_del(cdev, device) ((void)mc_not_here(0))
#define alloc_chrdev_region(device, first, count, name) mc_not_here(0)
#define unregister_chrdev_region(device, count) ((void)mc_not_here(0))

// For the kernel's own migrate.h.
#define CONFIG_MIGRATION 1
#define __releases(lock)
#define MR_TYPES 1
#define PAGE_MAPPING_MOVABLE 2UL
#define __folio_test_movable(folio) ((void)(folio), false)
#define __PageMovable(page) ((void)(page), false)
typedef unsigned isolate_mode_t;
enum migrate_mode { kMcMigrateMode };
enum migrate_reason { kMcMigrateReason };

#endif  // MIRRORCHECK_IMPL_LINUX_DRIVER_SHIM_H_
