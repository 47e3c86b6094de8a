// shim.h continued for lib/test_hmm.c: files, user memory, the update lock, the device page table,
// device memory.

#ifndef MIRRORCHECK_IMPL_LINUX_DRIVER_SHIM_H_
#define MIRRORCHECK_IMPL_LINUX_DRIVER_SHIM_H_

#include <string.h>

#include "impl/linux/kernel_device.h"
#include "impl/linux/migrate_shim.h"

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
#define vma_lookup(mm, address) ((void)(mm), mc_vma_lookup(address))

// ---- Memory of the kernel's own.

#define GFP_ATOMIC 0
#define GFP_HIGHUSER 1
#define GFP_HIGHUSER_MOVABLE 2
#define __GFP_NOFAIL 4
#define __GFP_ZERO 8
#define kfree(memory) mc_free((void*)(memory))
#define vmalloc(size) mc_bounce_buffer(size)
#define vfree(memory) ((void)(memory))
#define kvcalloc(count, size, flags) mc_array((count) * (size))
#define kvfree(memory) ((void)(memory))
#define krealloc(memory, size, flags) ((void)(memory), mc_chunk_list(size))
#define IS_ERR_OR_NULL(pointer) ((pointer) == NULL || IS_ERR(pointer))
#define PTR_ERR(pointer) ((long)(pointer))

// ---- The update lock U, and a second mutex for device memory.

struct mutex {
  bool is_update_lock;
};
// In the order in which the driver makes them: that of a mirror when it is opened.
#define mutex_init(mutex) ((void)((mutex)->is_update_lock = true))
static inline void mutex_lock(struct mutex* mutex) {
  might_sleep();
  if (mutex->is_update_lock) {
    mc_update_lock();
  } else {
    mc_lock_device_memory();
  }
}
static inline bool mutex_trylock(struct mutex* mutex) {
  BUG_ON(!mutex->is_update_lock);
  return mc_update_trylock();
}
static inline void mutex_unlock(struct mutex* mutex) {
  if (mutex->is_update_lock) {
    mc_update_unlock();
  } else {
    mc_unlock_device_memory();
  }
}

// Its spinlock: that of the list of free pages.
#define spin_lock(lock) ((void)(lock), mc_lock_free_pages())
#define spin_unlock(lock) ((void)(lock), mc_unlock_free_pages())

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
  mc_entry_stored(index, mc_memory_of((const struct page*)xa_untag_pointer(entry)),
                  xa_pointer_tag(entry));
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

// ---- Pages that the device reads and writes, as memory that the CPU reaches. Its own has no
// address: what simulates it has.

static inline unsigned mc_address_of(const struct page* page) {
  WARN_ON(is_zone_device_page(page));
  return mc_memory_of(page);
}
#define memcpy_from_page(to, page, offset, size) \
  ((void)(offset), (void)(size), mc_device_load(mc_address_of(page), to))
#define memcpy_to_page(page, offset, from, size) \
  ((void)(offset), (void)(size), mc_device_store(mc_address_of(page), from))
#define kmap(page) mc_device_map(mc_address_of(page))
#define kunmap(page) mc_device_unmap(mc_address_of(page))

// ---- Device memory. Its pages are the world's; a region has as many as there are of one device.

struct resource {
  u64 start, end;
};
struct vm_fault {
  struct vm_area_struct* vma;
  struct page* page;
  unsigned long address;
};
#define iomem_resource (*(struct resource*)NULL)
static inline struct resource* request_free_mem_region(struct resource* base, unsigned long size,
                                                       const char* name) {
  static struct resource regions[kMcFrames];
  (void)base, (void)size, (void)name;
  if (!mc_take_region()) return NULL;
  const unsigned first = mc_first_device_page();
  // The same each time.
  struct resource* const region = &regions[first];
  __atomic_store_n(&region->start, (u64)first << PAGE_SHIFT, __ATOMIC_RELAXED);
  __atomic_store_n(&region->end, ((u64)(first + kMcDeviceMemoryPages) << PAGE_SHIFT) - 1,
                   __ATOMIC_RELAXED);
  return region;
}
#define release_mem_region(start, size) ((void)(start), mc_give_region_back())
#define numa_node_id() 0
static inline struct page* alloc_page(gfp_t flags) {
  if (flags == GFP_HIGHUSER) return mc_alloc_backing_page();
  if (flags == (GFP_HIGHUSER_MOVABLE | __GFP_NOFAIL)) return mc_alloc_reserved_page();
  return mc_not_here((struct page*)NULL);
}
#define alloc_page_vma(flags, vma, address) ((void)(vma), (void)(address), mc_alloc_system_page())
#define __free_page(page) mc_free_backing_page(page)
#undef copy_highpage
#define copy_highpage(to, from) mc_copy_page(mc_address_of(to), mc_address_of(from))
// A page of device memory comes zeroed.
#define clear_highpage(page) ((void)mc_address_of(page))
#define vm_insert_page(vma, address, page) mc_not_here(0)
#define cdev_init(cdev, operations) ((void)(operations))
#define device_initialize(device) ((void)(device))
#define dev_set_name(device, ...) mc_not_here(0)
#define cdev_device_add(cdev, device) mc_not_here(0)
#define cdev_device_del(cdev, device) ((void)mc_not_here(0))
#define alloc_chrdev_region(device, first, count, name) mc_not_here(0)
#define unregister_chrdev_region(device, count) ((void)mc_not_here(0))

#endif  // MIRRORCHECK_IMPL_LINUX_DRIVER_SHIM_H_
