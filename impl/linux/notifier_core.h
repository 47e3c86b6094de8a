// The notifier core of the kernel in the place of the reference's own: the same classes with the
// same functions as impl/reference/interval_notifier.h and classic_notifier.h, chosen at compile
// time by impl/reference/notifier_core.h. What opens windows and registers is in window.cc and
// registration.cc of this folder.
//
// Thread safety: every function may be called by several tasks at once, except reset_*().

#ifndef MIRRORCHECK_IMPL_LINUX_NOTIFIER_CORE_H_
#define MIRRORCHECK_IMPL_LINUX_NOTIFIER_CORE_H_

#include <absl/base/thread_annotations.h>

#include <array>
#include <cstdint>
#include <span>

#include "impl/linux/device_memory.h"
#include "impl/linux/entry.h"
#include "impl/linux/kernel.h"
#include "impl/linux/kernel_device.h"
#include "impl/linux/kernel_mm.h"
#include "impl/sync/section.h"
#include "impl/world.h"
#include "model/vocabulary.h"

namespace mirrorcheck::impl::linux_kernel {

struct IntervalSubscription {
  std::uint32_t owner = 0;
  sync::Section section;
  Opaque<dmirror, kMcMirrorBytes> room;  // for the driver's open file, while it is open
  // The interval notifier in there.
  struct Notifier {
    mmu_interval_notifier* get() const { return place; }
    mmu_interval_notifier* const place;
  };
  const Notifier notifier{mc_device_notifier(room.get())};
  DeviceMemory memory{0};  // of the device behind it
  KernelMm* mm = nullptr;  // where it was last inserted. Under the lock of that mm
  // What the driver inserted it with; the kernel has those of the border (notifier_unit.c) instead.
  const mmu_interval_notifier_ops* driver_ops = nullptr;
  // SNAPSHOT brings a notifier of its own, for which this one stands in. That one is over the pages
  // of the snapshot only, and ignores no window. Of each task, under section.
  struct Snapshot {
    unsigned first = 0;
    unsigned last = 0;
    std::uint64_t sequence = 0;  // its invalidate_seq; the sections that we see are this one's
    bool inserted = false;
    bool waits = false;  // read_begin does, for this one
    bool in_section = false;
    bool is_over =
        false;  // the section is, or will be when it begins: this one has ignored a window
  };
  std::array<Snapshot, model::kTasks> snapshots{};

  void reset() {
    room.clear();
    memory.reset();
    mm = nullptr;
    driver_ops = nullptr;
    snapshots = {};
  }
};

template <class Report>
class RemoveEntry final : public Entry {
 public:
  RemoveEntry(KernelMm& kernel_mm, Report& report) : Entry(kernel_mm), report_(report) {}
  // Later sections only look whether the wait is over.
  void unlocking() override {
    if (!reported_) report_();
    reported_ = true;
  }

 private:
  Report& report_;
  bool reported_ = false;
};

template <class Begun>
class ReadBeginEntry final : public Entry {
 public:
  ReadBeginEntry(KernelMm& kernel_mm, IntervalSubscription& subscription, Begun& begun)
      : Entry(kernel_mm), subscription_(subscription), begun_(begun) {}
  // n.s is written under U: on threads the section keeps it as it was read until it is reported.
  void locked() override ABSL_NO_THREAD_SAFETY_ANALYSIS { subscription_.section.lock(); }
  void unlocking() override ABSL_NO_THREAD_SAFETY_ANALYSIS {
    const std::uint64_t seen = mc_notifier_seq(subscription_.notifier.get());
    waits_ = seen == mc_invalidate_seq(&mm.mm);
    begun_(seen, waits_);
    subscription_.section.unlock();
  }
  bool waits() const { return waits_; }

 private:
  IntervalSubscription& subscription_;
  Begun& begun_;
  bool waits_ = false;
};

class IntervalSubscriptions {
 public:
  explicit IntervalSubscriptions(std::uint8_t instance) : kernel_(instance) {}

  void reset_state();
  void reset_locks() {
    kernel_.lock.reset();
    kernel_.queue.reset();
    kernel_.reader_queue.reset();
  }

  KernelMm& kernel() { return kernel_; }

  // As in the reference: N5 with report(), Q2-Q4 with begun(n.s, waits) and woken(), and so on.
  template <class Report>
  void remove(IntervalSubscription& subscription, Report&& report);
  template <class Begun, class Woken>
  std::uint64_t read_begin(IntervalSubscription& subscription, Begun&& begun, Woken&& woken);
  template <class Report>
  static bool read_retry(IntervalSubscription& subscription, std::uint64_t seen, Report&& report) {
    const sync::SectionLock section(subscription.section);
    const bool collided = mc_read_retry(subscription.notifier.get(), seen);
    report(collided, std::uint64_t{mc_notifier_seq(subscription.notifier.get())});
    return collided;
  }
  template <class Teardown>
  static void set_sequence(IntervalSubscription& subscription, std::uint64_t current,
                           Teardown&& teardown) {
    const sync::SectionLock section(subscription.section);
    mc_set_seq(subscription.notifier.get(), current);
    teardown();
  }

  std::uint64_t sequence() const;
  std::uint32_t active() const;
  const char* complaint() const {
    return kernel_.complaint[0] == '\0' ? nullptr : kernel_.complaint.data();
  }
  static std::uint64_t sequence_of(const IntervalSubscription& subscription) {
    return mc_notifier_seq(subscription.notifier.get());
  }
  static model::Registration registration_of(const IntervalSubscription& subscription);

 private:
  KernelMm kernel_;
};

template <class Report>
void IntervalSubscriptions::remove(IntervalSubscription& subscription, Report&& report) {
  RemoveEntry<Report> entry(kernel_, report);
  mc_interval_remove(subscription.notifier.get());
}

template <class Begun, class Woken>
std::uint64_t IntervalSubscriptions::read_begin(IntervalSubscription& subscription, Begun&& begun,
                                                Woken&& woken) {
  ReadBeginEntry<Begun> entry(kernel_, subscription, begun);
  const std::uint64_t seen = mc_read_begin(subscription.notifier.get());
  if (entry.waits()) {
    // The kernel looks at S without the lock. On threads the end that let us go may not have
    // reported yet; it does so before it leaves the section.
    kernel_.section.lock();
    kernel_.section.unlock();
    woken();
  }
  return seen;
}

// Their list is in the kernel's subscriptions: nothing is left to keep here.
class ClassicNotifiers {
 public:
  explicit ClassicNotifiers(std::uint8_t) {}
  void reset_state() {}
  void reset_locks() {}
};

inline constexpr CallMask kMoves = mask_of(Call::kMigrateToDevice) |
                                   mask_of(Call::kDeviceExclusive) | mask_of(Call::kDeviceAtomic);
inline constexpr CallMask kMaps = mask_of(Call::kDeviceRead) | mask_of(Call::kDeviceWrite) |
                                  mask_of(Call::kDeviceFault) | mask_of(Call::kDeviceAtomic);

// What corpus/linux tells of.
inline constexpr std::array kKnownTriggers{
    // P3, D1, F5, F6: the device uses pages that its driver moves, or has moved.
    KnownTrigger{mask_of(Call::kMigrateToDevice), kMaps},
    // P6: what the driver moves is taken away from under it.
    KnownTrigger{kMoves, mask_of(Call::kMadviseDontneed) | mask_of(Call::kOomReap) |
                             mask_of(Call::kFtruncate) | mask_of(Call::kPunchHole)},
    // L4, P1: its memory goes while it is being used.
    KnownTrigger{mask_of(Call::kMigrateToDevice), mask_of(Call::kDeviceRelease)},
    // I5: a start that a classic notifier refuses.
    KnownTrigger{mask_of(Call::kNotifierRegister), mask_of(Call::kOomReap)},
    // D6: the device writes what MADV_FREE has given up.
    KnownTrigger{mask_of(Call::kMadviseFree),
                 mask_of(Call::kDeviceWrite) | mask_of(Call::kDeviceAtomic)},
};

}  // namespace mirrorcheck::impl::linux_kernel

namespace mirrorcheck::impl::reference {

using linux_kernel::ClassicNotifiers;
using linux_kernel::IntervalSubscription;
using linux_kernel::IntervalSubscriptions;

void page_free(Current& current, model::Frame frame);
inline std::span<std::byte> further_memory() { return linux_kernel::Entry::memory(); }
inline std::span<const KnownTrigger> known_triggers() { return linux_kernel::kKnownTriggers; }

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_LINUX_NOTIFIER_CORE_H_
