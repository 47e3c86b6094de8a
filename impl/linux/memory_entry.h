// A visit to the kernel's driver that may move pages: mm/migrate_device.c on the world's page
// tables.
//
// The kernel's code opens its window, takes the page-table lock, changes entries and drops
// references by itself; the primitives that it uses for that are the world's, and report the steps.
//
// Thread safety: an entry is its task's own.

#ifndef MIRRORCHECK_IMPL_LINUX_MEMORY_ENTRY_H_
#define MIRRORCHECK_IMPL_LINUX_MEMORY_ENTRY_H_

#include <absl/base/thread_annotations.h>

#include <array>
#include <optional>

#include "impl/linux/driver_entry.h"
#include "impl/linux/kernel_memory.h"
#include "impl/linux/tables.h"
#include "impl/reference/address_space.h"
#include "impl/reference/fault.h"
#include "impl/reference/machine.h"
#include "impl/reference/window.h"
#include "impl/reference/zap.h"

namespace mirrorcheck::impl::linux_kernel {

class MemoryEntry : public MirrorEntry, public PageTables {
 public:
  // `space`: where pages move. That of the mirror, or of whoever touches a page of its device.
  MemoryEntry(reference::Current& current, reference::DeviceMirror& mirror,
              reference::AddressSpace& space)
      : MirrorEntry(current, mirror), PageTables(space) {}

  MemoryEntry& memory_entry() override { return *this; }
  PageTables& tables() override { return *this; }
  // Its walks hold the lock of the table, and nothing huge is left there when they begin.
  void look_at_table(unsigned long address, unsigned long) override {
    *table(address) = space_.table_populated(page_of(address)) ? kMcPmdTable : 0u;
  }
  void look_at_entry() override {}
  void erased(unsigned page) override;

  reference::Current& task() { return current_; }
  reference::AddressSpace& space() { return space_; }
  reference::Memory& memory() { return current_.machine.memory; }

  void window_start(unsigned long start, unsigned long end, const dmirror_device* owner);
  void window_end();
  mc_pte* lock_entries(unsigned long address) ABSL_NO_THREAD_SAFETY_ANALYSIS;
  void unlock_entries() ABSL_NO_THREAD_SAFETY_ANALYSIS;
  mc_pte clear(mc_pte* entry);
  void set(mc_pte* entry, mc_pte value);
  bool is_private_memory(unsigned long address) const;
  bool is_exclusive(model::Frame frame) const;
  unsigned map_count(model::Frame frame);

  vm_area_struct* vma_lookup(unsigned long address) {
    return fill(address, vma_) && vma_.vm_start <= address ? &vma_ : nullptr;
  }
  page* alloc_page();
  bool reserve_page();
  page* alloc_reserved_page();
  void unreserve_pages();
  int make_exclusive(unsigned long start, unsigned long end, bool owned, unsigned* frames);

 protected:
  ~MemoryEntry() = default;
  // Some page did not move because there was none to go to.
  bool out_of_memory_ = false;

 private:
  unsigned index_of(const mc_pte* entry) const;
  void clear_now();
  void open_for_reading(unsigned page);

  std::optional<reference::NotifierRange> window_;
  // What takes an entry away without a window of its own.
  reference::NotifierRange no_window_{.mm = space_};
  bool cleared_ = false;  // the entry of cleared_page_, but for what comes in its place
  unsigned cleared_page_ = 0;
  reference::Gather gather_;
  vm_area_struct vma_{};
  std::array<model::Frame, kMcDeviceMemoryPages> reserved_{};
  unsigned reserved_count_ = 0;
};

// pgmap->ops->migrate_to_ram.
class FaultEntry final : public MemoryEntry {
 public:
  using MemoryEntry::MemoryEntry;
  reference::FaultResult fault(unsigned page_index, model::Frame frame);
};

}  // namespace mirrorcheck::impl::linux_kernel

#endif  // MIRRORCHECK_IMPL_LINUX_MEMORY_ENTRY_H_
