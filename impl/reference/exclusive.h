// Device-exclusive access (mm/rmap.c: make_device_exclusive_range, mm/memory.c:
// remove_device_exclusive_entry; P5).
//
// An exclusive entry names the page that was mapped, and has its reference on it: the page is where
// it was, and only the device may use it, until somebody else touches it.
//
// Thread safety: any task.

#ifndef MIRRORCHECK_IMPL_REFERENCE_EXCLUSIVE_H_
#define MIRRORCHECK_IMPL_REFERENCE_EXCLUSIVE_H_

#include <array>
#include <cstdint>

#include "impl/reference/address_space.h"
#include "impl/reference/current.h"
#include "impl/reference/page_set.h"
#include "impl/reference/window.h"
#include "model/vocabulary.h"

namespace mirrorcheck::impl::reference {

// GUP with FOLL_WRITE, without the reference: the page can be made exclusive, if nobody changes it
// any more. 0, -EFAULT or -ENOMEM. REQUIRES: mmap_lock is held.
int fault_in_for_write(Current& current, AddressSpace& mm, unsigned page);

// page_make_device_exclusive_one: what the page maps, exclusive to `owner` now, locked and with a
// reference, which release_page() gives back. kNoFrame if it is not private memory that may be
// written where it is, or if somebody else has its lock. `owned`: the window says for whom it is.
// REQUIRES: as above.
model::Frame make_exclusive(Current& current, AddressSpace& mm, unsigned page, model::Mirror owner,
                            bool owned = true);

// Pages that were made exclusive, each locked and with a reference until this is gone: by then the
// driver has programmed its device.
class ExclusivePages {
 public:
  explicit ExclusivePages(Current& current) : current_(current) {}
  ~ExclusivePages();
  ExclusivePages(const ExclusivePages&) = delete;
  ExclusivePages& operator=(const ExclusivePages&) = delete;

  // As make_exclusive(). The entry may change as soon as this returns: what counts is the frame,
  // which is locked.
  model::Frame add(AddressSpace& mm, unsigned page, model::Mirror owner);

 private:
  Current& current_;
  std::array<model::Frame, kRoomForPages> frames_{};
  unsigned count_ = 0;
};

// The CPU, or another device, touches a page that a device has for itself. REQUIRES: mmap_lock is
// held; the caller has locked the page and has a reference on it: both are given back.
void remove_exclusive(Current& current, AddressSpace& mm, unsigned page, model::Frame frame);

// The entry is present again. REQUIRES: it is exclusive; the page-table lock is held; `range` has
// started, and every device has let go.
void restore_exclusive(Current& current, const NotifierRange& range, unsigned page);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_EXCLUSIVE_H_
