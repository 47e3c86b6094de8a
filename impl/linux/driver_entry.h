// What every visit to the kernel's driver has in common: for which mirror it is, its update lock,
// its page table, its device.
//
// Thread safety: an entry is its task's own.

#ifndef MIRRORCHECK_IMPL_LINUX_DRIVER_ENTRY_H_
#define MIRRORCHECK_IMPL_LINUX_DRIVER_ENTRY_H_

#include <absl/base/thread_annotations.h>

#include "impl/linux/device_memory.h"
#include "impl/linux/entry.h"
#include "impl/reference/current.h"
#include "impl/reference/mirror.h"

namespace mirrorcheck::impl::linux_kernel {

// mirror().state.entries is the device page
// table as the harness compares it: xa_store and xa_erase bring it up to date.
class MirrorEntry : public Entry {
 public:
  MirrorEntry(reference::Current& current, reference::DeviceMirror& mirror);

  MirrorEntry& at_mirror() override { return *this; }
  page* device_page(unsigned frame) override { return page_of_device(current_, frame); }
  // Of the mirror's device, which from now on has been used.
  DeviceMemory& device();
  void lock() ABSL_NO_THREAD_SAFETY_ANALYSIS;
  bool try_lock() ABSL_NO_THREAD_SAFETY_ANALYSIS;
  void unlock() ABSL_NO_THREAD_SAFETY_ANALYSIS;
  virtual void stored(unsigned page, reference::DeviceEntry entry);
  virtual void erased(unsigned page);

  // The region of a chunk's pages is there as long as they are used: it was asked for; its pages
  // go to the driver's list; one is taken from the list, and then used.
  void note_region();
  void add_pages();
  void take_page();
  void use_page();

 protected:
  ~MirrorEntry() = default;
  // With the update lock held, right after it was taken and right before it goes.
  virtual void begin_update() {}
  virtual void end_update() {}
  // What the task goes on with is no longer there: on a machine it ends here, or does harm that
  // nobody can foretell.
  void stop(const char* what);

  reference::Current& current_;
  reference::DeviceMirror& mirror_;

 private:
  unsigned added_ = 0;  // the region whose pages are still to go to the list
  unsigned taken_ = 0;  // the region when a page was taken from the list
};

// pgmap->ops->page_free: one page of the device's memory, wherever its last reference went.
class PageEntry final : public MirrorEntry {
 public:
  using MirrorEntry::MirrorEntry;
};

}  // namespace mirrorcheck::impl::linux_kernel

#endif  // MIRRORCHECK_IMPL_LINUX_DRIVER_ENTRY_H_
