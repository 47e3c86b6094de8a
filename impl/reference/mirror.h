// A device that mirrors an address space: its page table, its update lock U, its subscription.
//
// Opened, used and closed as a file is: operations under way hold references, and the last one to
// go releases it.
//
// Thread safety: the lock named at each field.

#ifndef MIRRORCHECK_IMPL_REFERENCE_MIRROR_H_
#define MIRRORCHECK_IMPL_REFERENCE_MIRROR_H_

#include <array>
#include <cstdint>

#include "impl/operation.h"
#include "impl/reference/notifier_core.h"
#include "impl/sync/atomic.h"
#include "impl/sync/mutex.h"
#include "impl/sync/section.h"
#include "model/vocabulary.h"

namespace mirrorcheck::impl::reference {

struct DeviceEntry {
  model::Frame frame = model::kNoFrame;
  bool write = false;
  bool atomic =
      false;  // the device has the page for itself (P5); a plain write faults nevertheless
  bool written = false;  // by the device, while it might be clean: to be marked dirty (D6)
  bool huge = false;     // part of a translation that is as large as a huge entry; all parts say so
};

struct DeviceMirror {
  explicit DeviceMirror(model::Mirror self)
      : id(self), update_lock({sync::LockClass::kUpdateLock, static_cast<std::uint8_t>(self)}) {
    subscription.owner = static_cast<std::uint32_t>(self);
  }

  const model::Mirror id;
  sync::Mutex update_lock;  // U (D1)
  sync::Section section;
  IntervalSubscription subscription;
  // The device's register: written under U when its page table has changed, and the write returns
  // when the device has taken note (a TLB flush, D2); between the two accesses of an atomic
  // operation, too. The one place where others run while U is held.
  sync::Atomic<std::uint32_t> doorbell;

  enum class Phase : std::uint8_t { kClosed, kOpening, kOpen, kClosing };
  struct State {
    // Under section.
    Phase phase = Phase::kClosed;
    std::uint8_t references = 0;
    // Constant while there are references.
    model::Mm mm{};
    PageIndex first = 0;
    PageIndex last = 0;
    // The device page table, under update_lock. It holds no references on frames (S13).
    std::array<DeviceEntry, model::kPagesPerMm> entries{};
    bool any_written = false;  // some entry may be
  } state;
};

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_MIRROR_H_
