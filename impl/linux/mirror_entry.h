// A visit to the kernel's driver: what it does with its update lock and its page table, reported.
//
// Thread safety: an entry is its task's own.

#ifndef MIRRORCHECK_IMPL_LINUX_MIRROR_ENTRY_H_
#define MIRRORCHECK_IMPL_LINUX_MIRROR_ENTRY_H_

#include <absl/base/thread_annotations.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "impl/linux/kernel_device.h"
#include "impl/linux/memory_entry.h"
#include "impl/operation.h"
#include "impl/reference/address_space.h"
#include "impl/reference/current.h"
#include "impl/reference/locks.h"
#include "impl/reference/machine.h"
#include "impl/reference/mirror.h"
#include "impl/reference/window.h"

namespace mirrorcheck::impl::linux_kernel {

// Inside a window: dmirror_interval_invalidate.
class CallbackEntry final : public MirrorEntry {
 public:
  CallbackEntry(reference::Current& current, reference::DeviceMirror& mirror,
                const reference::NotifierRange& range)
      : MirrorEntry(current, mirror), range_(range) {}

  // The driver forgets one page more than it was told to, which it may (P6). To forget any other is
  // a complaint.
  void erased(unsigned page) override;
  bool has_updated() const { return has_updated_; }

 private:
  void begin_update() override ABSL_NO_THREAD_SAFETY_ANALYSIS;
  void end_update() override ABSL_NO_THREAD_SAFETY_ANALYSIS;

  const reference::NotifierRange& range_;
  bool has_updated_ = false;
  int forgotten_ = -1;  // the page beyond, if it was there
};

// A file operation, for one operation of the world.
class FileEntry final : public MemoryEntry {
 public:
  FileEntry(reference::Current& current, reference::DeviceMirror& mirror,
            const Operation& operation)
      : MemoryEntry(current, mirror, current.machine.mm(mirror.state.mm)), operation_(operation) {}
  FileEntry(const FileEntry&) = delete;
  FileEntry& operator=(const FileEntry&) = delete;
  ~FileEntry();

  FileEntry& file() override { return *this; }
  void* allocate(std::size_t size) override;
  // Two at a time, zeroed.
  void* array(std::size_t size);
  void* bounce_buffer(std::size_t size);
  unsigned long jiffies() const { return jiffies_; }

  bool get_mm();
  void put_mm();
  void mmap_read_lock() { mmap_lock_.emplace(current_, space_); }
  void mmap_read_unlock() { mmap_lock_.reset(); }

  // `start` and `length` in bytes.
  int insert(unsigned long start, unsigned long length, const mmu_interval_notifier_ops* ops);
  void remove();
  mmu_interval_notifier* notifier() const { return mirror_.subscription.notifier.get(); }
  std::uint64_t read_begin();
  bool read_retry(std::uint64_t sequence);
  int range_fault(const mc_range& range, hmm_range* kernel_range);

  void stored(unsigned page, reference::DeviceEntry entry) override;
  void erased(unsigned page) override;
  void load(model::Frame frame, void* to);
  void store(model::Frame frame, const void* from);
  // Two accesses, between which others run.
  std::uint32_t fetch_and_add(model::Frame frame, std::uint32_t addend);
  void* map(model::Frame frame);
  void unmap(model::Frame frame);

 private:
  void access(model::Frame frame, unsigned page, bool write, std::uint32_t& value);
  void end_update() override;
  bool takes_snapshot() const { return operation_.call == Call::kSnapshot; }
  IntervalSubscription::Snapshot& snapshot() {
    return mirror_.subscription.snapshots[static_cast<unsigned>(current_.task)];
  }
  // Whether it was not over before.
  bool ends_section();

  const Operation& operation_;
  std::optional<reference::MmapRead> mmap_lock_;
  unsigned long jiffies_ = 0;
  unsigned accesses_ = 0;  // pages that were loaded or stored
  // Pages that were installed since the update lock was taken.
  unsigned first_stored_ = model::kPagesPerMm;
  unsigned last_stored_ = 0;
  Opaque<dmirror_chunk, kMcChunkBytes> spare_chunk_;
  std::array<std::array<unsigned long, kMcDeviceMemoryPages>, 2> arrays_{};
  unsigned next_array_ = 0;
  alignas(8) std::array<std::byte, kMcDevicePages << kMcPageShift> bounce_{};
  alignas(8) std::array<std::byte, 1u << kMcPageShift> mapped_{};
};

// The callback of a mirror's notifier. False: it would have had to sleep.
bool device_invalidate(reference::Current& current, reference::DeviceMirror& mirror,
                       const reference::NotifierRange& range,
                       const mmu_notifier_range& kernel_range, std::uint64_t sequence);

}  // namespace mirrorcheck::impl::linux_kernel

#endif  // MIRRORCHECK_IMPL_LINUX_MIRROR_ENTRY_H_
