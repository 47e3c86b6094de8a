// Private memory between RAM and the memory of a device (mm/migrate_device.c, Documentation/mm/
// hmm.rst; P1, P2).
//
// What is in the memory of a device has a device-private entry, which has a reference on its page
// as a present one has.
//
// Thread safety: any task.

#ifndef MIRRORCHECK_IMPL_REFERENCE_MIGRATE_DEVICE_H_
#define MIRRORCHECK_IMPL_REFERENCE_MIGRATE_DEVICE_H_

#include <array>
#include <cstdint>

#include "impl/reference/address_space.h"
#include "impl/reference/current.h"
#include "impl/reference/fault.h"
#include "impl/reference/page_set.h"
#include "impl/reference/window.h"
#include "model/vocabulary.h"

namespace mirrorcheck::impl::reference {

// One round of migrate_vma_setup, the driver's allocation and copies, migrate_vma_pages and
// migrate_vma_finalize over pages of one VMA. REQUIRES: mmap_lock is held from before the first to
// after the last call, which are made in this order; private memory.
class DeviceMigration {
 public:
  enum class Into : std::uint8_t { kDevice, kRam };
  // `owner`: whose memory it is (pgmap->owner).
  DeviceMigration(Current& current, AddressSpace& mm, model::Mirror owner, unsigned first,
                  unsigned last, Into into)
      : current_(current), mm_(mm), owner_(owner), first_(first), last_(last), into_(into) {}

  // Selected pages are hidden, and stay so until finalize(). Those that cannot move are restored.
  void setup();
  // A page for each that was selected, with what it held; as far as there are pages.
  void copy();
  // Where there was no page, the new one is put.
  void pages();
  // Migration entries are resolved. How many pages are in another frame than before.
  unsigned finalize();

 private:
  struct Page {
    model::Frame from = model::kNoFrame;  // locked, with a reference, and hidden
    model::Frame to = model::kNoFrame;
    bool hole = false;  // nothing was there, or the zero page
  };
  void collect();
  void collect_one(const NotifierRange& range, unsigned page);
  void unmap(Page& page);
  bool put_into_hole(const NotifierRange& range, unsigned index);

  Current& current_;
  AddressSpace& mm_;
  const model::Mirror owner_;
  const unsigned first_;
  const unsigned last_;
  const Into into_;
  std::array<Page, kRoomForPages> pages_{};
  unsigned moved_ = 0;
};

// pgmap->ops->migrate_to_ram: the CPU, or another device, touches a page in the memory of a device.
// REQUIRES: mmap_lock is held; the caller has locked the page and has a reference on it: both are
// given back.
FaultResult migrate_to_ram(Current& current, AddressSpace& mm, unsigned page, model::Frame frame);

// All that is in the memory of a device, whoever's it is, goes back to RAM, as far as there is any.
// REQUIRES: no lock is held.
void evict(Current& current, model::Mirror owner);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_MIGRATE_DEVICE_H_
