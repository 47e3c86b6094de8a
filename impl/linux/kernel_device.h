// Where the kernel's test driver meets the world: kernel.h continued for lib/test_hmm.c.
//
// The world opens, uses and closes it as a file, and hears of everything that it does through the
// primitives that it uses.
//
// Thread safety: as the driver's; entered inside a FileEntry or CallbackEntry (mirror_entry.h),
// which says for which task and which mirror.

#ifndef MIRRORCHECK_IMPL_LINUX_KERNEL_DEVICE_H_
#define MIRRORCHECK_IMPL_LINUX_KERNEL_DEVICE_H_

#include "impl/linux/kernel.h"
#include "impl/linux/kernel_walk.h"

#ifdef __cplusplus
extern "C" {
#endif

// NOLINTBEGIN(readability-identifier-naming): names are the kernel's, or C's.

struct dmirror;
struct dmirror_device;
struct dmirror_chunk;

// Room for struct dmirror, as kzalloc gives it.
enum { kMcMirrorBytes = 512 };
// For struct dmirror_device and struct dmirror_chunk, and for the pages of one device.
enum { kMcDeviceBytes = 112, kMcChunkBytes = 168, kMcDeviceMemoryPages = 4 };
// As many pages as an operation asks for at most.
enum { kMcDevicePages = 8 };

// ---- What the world calls: file operations. 0 or a negative errno.

// As the module's initialisation leaves a device, but for its memory, which comes when it is asked
// for.
void mc_device_init(struct dmirror_device* device);
int mc_device_open(struct dmirror_device* device);
void mc_device_release(struct dmirror* dmirror);

enum mc_device_command {
  kMcDeviceRead,
  kMcDeviceWrite,
  kMcDeviceSnapshot,
  kMcDeviceMigrateToDevice,
  kMcDeviceMigrateToSystem,
  kMcDeviceExclusiveAccess,
  kMcDeviceCheckExclusive,
  kMcDeviceRelease,
};
// `user` is what the ioctl reads from and writes to. The counts are changed on success only.
int mc_device_ioctl(struct dmirror* dmirror, enum mc_device_command command, unsigned long address,
                    unsigned long pages, void* user, unsigned long* pages_done,
                    unsigned long* faults);

// What its pages call: nobody uses one any more; the CPU touches one, 0 or a negative errno; and
// whose such a page is.
void mc_device_page_free(struct page* page);
int mc_device_migrate_to_ram(struct vm_area_struct* vma, unsigned long address, struct page* page);
struct dmirror* mc_device_mirror_of(struct page* page);

// Its interval notifier, inside the room for it; the callback that it was inserted with.
struct mmu_interval_notifier* mc_device_notifier(struct dmirror* dmirror);
bool mc_device_invalidate(const struct mmu_interval_notifier_ops* ops,
                          struct mmu_interval_notifier* notifier,
                          const struct mmu_notifier_range* range, unsigned long sequence);

// For who asks of hmm_range_fault what no ioctl asks: the driver's lock, and its page table under
// it.
void mc_device_lock(struct dmirror* dmirror);
void mc_device_unlock(struct dmirror* dmirror);
void mc_device_install(struct dmirror* dmirror, unsigned page, unsigned frame, bool write);

// ---- What the driver's primitives call.

struct mm_struct* mc_current_mm(void);
void mc_free(void* memory);
void* mc_bounce_buffer(size_t size);
unsigned long mc_jiffies(void);

bool mc_mmget_not_zero(struct mm_struct* mm);
void mc_mmput(struct mm_struct* mm);
void mc_mmap_read_lock(void);
void mc_mmap_read_unlock(void);
void mc_update_lock(void);
bool mc_update_trylock(void);
void mc_update_unlock(void);

int mc_observed_insert(unsigned long start, unsigned long length,
                       const struct mmu_interval_notifier_ops* ops);
void mc_observed_remove(struct mmu_interval_notifier* notifier);
// The notifier of the mirror that is being used.
struct mmu_interval_notifier* mc_own_notifier(void);
unsigned long mc_observed_read_begin(void);
bool mc_observed_read_retry(unsigned long sequence);
int mc_observed_range_fault(const struct mc_range* range, struct hmm_range* kernel_range);

// The device page table has, or no longer has, an entry.
// `tag`: the driver's own, see driver_unit.c.
void mc_entry_stored(unsigned long page, unsigned frame, unsigned long tag);
void mc_entry_erased(unsigned long page);
// The device goes to a page, through the entry of the next page that it was asked for.
void mc_device_load(unsigned frame, void* to);
void mc_device_store(unsigned frame, const void* from);
// 6.1: it maps the page and copies by itself.
void* mc_device_map(unsigned frame);
void mc_device_unmap(unsigned frame);

// NOLINTEND(readability-identifier-naming)

#ifdef __cplusplus
}
#endif

#endif  // MIRRORCHECK_IMPL_LINUX_KERNEL_DEVICE_H_
