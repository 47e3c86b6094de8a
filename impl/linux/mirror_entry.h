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

#include "impl/linux/entry.h"
#include "impl/linux/kernel_device.h"
#include "impl/operation.h"
#include "impl/reference/address_space.h"
#include "impl/reference/current.h"
#include "impl/reference/locks.h"
#include "impl/reference/mirror.h"
#include "impl/reference/window.h"

namespace mirrorcheck::impl::linux_kernel {

// What callbacks and file operations have in common. mirror().state.entries is the device page
// table as the harness compares it: xa_store and xa_erase bring it up to date.
class MirrorEntry : public Entry {
 public:
  MirrorEntry(reference::Current& current, reference::DeviceMirror& mirror);

  MirrorEntry& at_mirror() override { return *this; }
  void lock() ABSL_NO_THREAD_SAFETY_ANALYSIS;
  bool try_lock() ABSL_NO_THREAD_SAFETY_ANALYSIS;
  void unlock() ABSL_NO_THREAD_SAFETY_ANALYSIS;
  virtual void stored(unsigned page, reference::DeviceEntry entry);
  virtual void erased(unsigned page);

 protected:
  ~MirrorEntry() = default;
  // With the update lock held, right after it was taken and right before it goes.
  virtual void begin_update() {}
  virtual void end_update() {}

  reference::Current& current_;
  reference::DeviceMirror& mirror_;
};

// Inside a window: dmirror_interval_invalidate.
class CallbackEntry final : public MirrorEntry {
 public:
  CallbackEntry(reference::Current& current, reference::DeviceMirror& mirror,
                const reference::NotifierRange& range)
      : MirrorEntry(current, mirror), range_(range) {}

  // The driver forgets one page more than it was told to. The contract's device keeps that one, and
  // so does what is compared with it: nothing goes through it any more, and the next window over it
  // takes it away. To forget any other is a complaint.
  void erased(unsigned page) override;

 private:
  void begin_update() override ABSL_NO_THREAD_SAFETY_ANALYSIS;
  void end_update() override ABSL_NO_THREAD_SAFETY_ANALYSIS;

  const reference::NotifierRange& range_;
};

// A file operation, for one operation of the world.
class FileEntry final : public MirrorEntry {
 public:
  FileEntry(reference::Current& current, reference::DeviceMirror& mirror,
            const Operation& operation)
      : MirrorEntry(current, mirror), operation_(operation) {}

  FileEntry& file() override { return *this; }
  void* allocate(std::size_t size) override;
  void* bounce_buffer(std::size_t size);
  unsigned long jiffies() const { return jiffies_; }

  bool get_mm();
  void put_mm();
  void mmap_read_lock() { mmap_lock_.emplace(current_, space()); }
  void mmap_read_unlock() { mmap_lock_.reset(); }

  // `start` and `length` in bytes.
  int insert(unsigned long start, unsigned long length, const mmu_interval_notifier_ops* ops);
  void remove();
  mmu_interval_notifier* notifier() const { return mirror_.subscription.notifier.get(); }
  std::uint64_t read_begin();
  bool read_retry(std::uint64_t sequence);
  int range_fault(const mc_range& range, hmm_range* kernel_range);

  void stored(unsigned page, reference::DeviceEntry entry) override;
  void load(model::Frame frame, void* to);
  void store(model::Frame frame, const void* from);
  void* map(model::Frame frame);
  void unmap(model::Frame frame);

 private:
  void end_update() override;
  reference::AddressSpace& space() const;

  const Operation& operation_;
  std::optional<reference::MmapRead> mmap_lock_;
  unsigned long jiffies_ = 0;
  unsigned accesses_ = 0;  // pages that were loaded or stored
  // Pages that were installed since the update lock was taken.
  unsigned first_stored_ = model::kPagesPerMm;
  unsigned last_stored_ = 0;
  alignas(8) std::array<std::byte, kMcDevicePages << kMcPageShift> bounce_{};
  alignas(8) std::array<std::byte, 1u << kMcPageShift> mapped_{};
};

// The callback of a mirror's notifier. False: it would have had to sleep.
bool device_invalidate(reference::Current& current, reference::DeviceMirror& mirror,
                       const reference::NotifierRange& range,
                       const mmu_notifier_range& kernel_range, std::uint64_t sequence);

}  // namespace mirrorcheck::impl::linux_kernel

#endif  // MIRRORCHECK_IMPL_LINUX_MIRROR_ENTRY_H_
