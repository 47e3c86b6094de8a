// One visit of a task to the kernel's code, and what it has to say meanwhile.
//
// The kernel's functions know nothing of observers. Whoever calls one makes an Entry first; the
// primitives that the function then uses (the lock it takes, the locks of the mm) tell the entry,
// and the entry reports the step of the contract that just happened: from outside, inside the very
// critical section, without a change to the source.
//
// Thread safety: an entry is its task's own.

#ifndef MIRRORCHECK_IMPL_LINUX_ENTRY_H_
#define MIRRORCHECK_IMPL_LINUX_ENTRY_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "impl/linux/kernel.h"
#include "impl/linux/kernel_mm.h"

struct page;  // NOLINT(readability-identifier-naming): the kernel's

namespace mirrorcheck::impl::linux_kernel {

class Entry {
 public:
  explicit Entry(KernelMm& kernel_mm);
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;

  // The entry of the calling task. REQUIRES: there is one.
  static Entry& current();
  // A run may have been cut off inside the kernel's code.
  static void forget_all();
  // Where those of this thread's tasks are noted.
  static std::span<std::byte> memory();

  // It has the subscriptions lock. / It is about to give it back.
  virtual void locked() {}
  virtual void unlocking() {}
  // A walk of the list of classic notifiers and what it reports are one (KernelMm::section).
  virtual bool walks_list() const { return false; }

  // Callbacks. Only those who open and close windows hear of them.
  virtual bool invalidate(mmu_interval_notifier& notifier, const mmu_notifier_range& range,
                          bool blockable, std::uint64_t sequence);
  virtual bool classic_start(const mmu_notifier& notifier, bool blockable);
  virtual void classic_end(const mmu_notifier& notifier);

  // The driver that this is a visit to, and whether it is one of its file operations.
  virtual class MirrorEntry& at_mirror();
  virtual class FileEntry& file();
  // The walk that this is; of one that holds mmap_lock.
  virtual class WalkEntry& walk();
  virtual class PageTables& tables();
  // Whoever moves pages; a page of device memory.
  virtual class MemoryEntry& memory_entry();
  virtual page* device_page(unsigned frame);

  // kzalloc: by default an mm's subscriptions.
  virtual void* allocate(std::size_t size);

  // Only registration asks for these.
  virtual unsigned users();
  virtual void mmap_write_lock();
  virtual void mmap_write_unlock();
  virtual bool mmap_write_held();
  virtual void take_all_locks();
  virtual void drop_all_locks();

  // What lockdep would say of invalidate_range_start as a lock: that this task has it already, or
  // has a lock that callbacks take inside it.
  void acquire_start_map();
  void release_start_map() { --start_map_; }

  KernelMm& mm;
  int non_block = 0;           // depth of non_block_start
  bool update_locked = false;  // it holds an update lock

 protected:
  ~Entry();

 private:
  int start_map_ = 0;
  Entry*& slot_;
  Entry* const outer_;  // a callback may enter the kernel again for another mm
};

}  // namespace mirrorcheck::impl::linux_kernel

#endif  // MIRRORCHECK_IMPL_LINUX_ENTRY_H_
