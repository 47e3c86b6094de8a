// impl/reference/migrate_device.h on the kernel's driver: what do_swap_page does at a page in the
// memory of a device, and what becomes of one that nobody uses any more.

#include "impl/reference/migrate_device.h"

#include "impl/linux/memory_entry.h"
#include "impl/reference/machine.h"
#include "impl/sync/check.h"

namespace mirrorcheck::impl::reference {

using model::Frame;

namespace {

// Whose page it is stands in the page behind it.
DeviceMirror& mirror_of(Current& current, Frame frame) {
  const dmirror* const driver =
      mc_device_mirror_of(linux_kernel::page_of_device(current, static_cast<unsigned>(frame)));
  for (DeviceMirror& mirror : current.machine.mirrors) {
    if (mirror.subscription.room.get() == driver) return mirror;
  }
  sync::check(false, "a page in the memory of a device is some mirror's");
  return current.machine.mirrors[0];
}

}  // namespace

// As in 6.12, with a reference and without the page's lock, which migrate_vma_setup wants itself.
FaultResult migrate_to_ram(Current& current, AddressSpace& mm, unsigned page, Frame frame) {
  current.machine.memory.unlock_page(frame);
  current.machine.migrations.wake_all();
  FaultResult result;
  {
    linux_kernel::FaultEntry entry(current, mirror_of(current, frame), mm);
    result = entry.fault(page, frame);
  }
  current.machine.memory.put_page(current, frame);
  return result;
}

void page_free(Current& current, Frame frame) {
  linux_kernel::PageEntry entry(current, current.machine.mirror(model::owner_of(frame)));
  mc_device_page_free(entry.device_page(static_cast<unsigned>(frame)));
  entry.device().idle.wake_all();
}

}  // namespace mirrorcheck::impl::reference
