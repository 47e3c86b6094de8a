// What the kernel's driver keeps of one device's memory: its own structs, and the pages.
//
// Thread safety: as noted at each field.

#ifndef MIRRORCHECK_IMPL_LINUX_DEVICE_MEMORY_H_
#define MIRRORCHECK_IMPL_LINUX_DEVICE_MEMORY_H_

#include <array>
#include <cstdint>

#include "impl/linux/kernel_device.h"
#include "impl/linux/kernel_mm.h"
#include "impl/sync/mutex.h"
#include "impl/sync/section.h"
#include "impl/sync/wait_queue.h"
#include "model/vocabulary.h"

namespace mirrorcheck::impl::reference {
struct Current;
}  // namespace mirrorcheck::impl::reference

namespace mirrorcheck::impl::linux_kernel {

struct DeviceMemory {
  explicit DeviceMemory(std::uint8_t instance)
      : lock({sync::LockClass::kDriver, instance}), idle({sync::LockClass::kDriver, instance}) {}

  void reset();

  sync::Mutex lock;             // devmem_lock
  sync::WaitQueue idle;         // somebody has let go of a page for good
  sync::Section free_section;   // the driver's spinlock: the list of free pages
  sync::Section pages_section;  // on threads, backing pages and their links

  struct State {
    Opaque<dmirror_device, kMcDeviceBytes> device;
    Opaque<dmirror_chunk, kMcChunkBytes> chunk;
    std::array<void*, 16> chunks{};
    std::array<page, kMcDeviceMemoryPages> pages{};
    // One for each page, and one that is allocated before it is known that no page is left.
    std::array<page, kMcDeviceMemoryPages + 1> backing{};
    // Which region the device has now, of those that it has asked for; 0: it has given it back.
    unsigned region = 0;
    unsigned regions = 0;  // that it has asked for
    bool used = false;     // since reset()
  } state;
};

// Of any device of the world.
page* page_of_device(reference::Current& current, unsigned frame);

}  // namespace mirrorcheck::impl::linux_kernel

#endif  // MIRRORCHECK_IMPL_LINUX_DEVICE_MEMORY_H_
