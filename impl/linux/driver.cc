// impl/reference/driver.h on the kernel's lib/test_hmm.c: each call is a file operation of it.

#include "impl/reference/driver.h"

#include <array>
#include <cerrno>

#include "impl/linux/mirror_entry.h"
#include "impl/linux/range_fault.h"
#include "impl/reference/life.h"
#include "impl/reference/machine.h"
#include "impl/reference/open_mirror.h"

namespace mirrorcheck::impl::reference {

using linux_kernel::FileEntry;
using model::Rule;
using UserBuffer = std::array<std::uint32_t, kMcDevicePages * model::kCellsPerPage>;

namespace {

constexpr int kMostRounds = 16;

int ioctl(Current& current, const Operation& operation, mc_device_command command, void* user,
          Result& result) {
  const OpenMirror open(current, operation);
  if (const int error = open.check(operation)) return error;
  DeviceMirror& mirror = *open;
  FileEntry entry(current, mirror, operation);
  unsigned long pages = 0;
  unsigned long faults = 0;
  const int error = mc_device_ioctl(mirror.subscription.room.get(), command,
                                    static_cast<unsigned long>(operation.page) << kMcPageShift,
                                    operation.count, user, &pages, &faults);
  result.pages = static_cast<std::uint8_t>(pages);
  result.faults = static_cast<std::uint8_t>(faults);
  return error;
}

// One that hands out what the device has read.
int read_ioctl(Current& current, const Operation& operation, mc_device_command command,
               Result& result) {
  UserBuffer user{};
  const int error = ioctl(current, operation, command, user.data(), result);
  if (error != 0) return error;
  for (unsigned i = 0; i < operation.count; ++i) {
    result.data[i] = user[i * model::kCellsPerPage + operation.cell];
  }
  return 0;
}

}  // namespace

int attach(Current& current, DeviceMirror& mirror) {
  static constexpr Operation kOpen{.call = Call::kMirrorOpen};
  FileEntry entry(current, mirror, kOpen);
  return mc_device_open(entry.device().state.device.get());
}

// The last file descriptor is gone, and with it every way to make the device do something: what
// follows happens to a device at rest (D2).
void detach(Current& current, DeviceMirror& mirror) {
  static constexpr Operation kClose{.call = Call::kMirrorClose};
  {
    const UpdateLock update(current, mirror);
    mirror.state.entries = {};
    current.step(Rule::kQuiesce, {.mirror = mirror.id});
  }
  FileEntry entry(current, mirror, kClose);
  mc_device_release(mirror.subscription.room.get());
}

int device_read(Current& current, const Operation& operation, Result& result) {
  return read_ioctl(current, operation, kMcDeviceRead, result);
}

int device_write(Current& current, const Operation& operation, Result& result) {
  UserBuffer user{};
  for (unsigned i = 0; i < operation.count; ++i) {
    user[i * model::kCellsPerPage + operation.cell] = operation.value;
  }
  return ioctl(current, operation, kMcDeviceWrite, user.data(), result);
}

int device_migrate_to_device(Current& current, const Operation& operation, Result& result) {
  return read_ioctl(current, operation, kMcDeviceMigrateToDevice, result);
}
int device_migrate_to_ram(Current& current, const Operation& operation, Result& result) {
  return ioctl(current, operation, kMcDeviceMigrateToSystem, nullptr, result);
}
int device_exclusive(Current& current, const Operation& operation, Result& result) {
  return read_ioctl(current, operation, kMcDeviceExclusiveAccess, result);
}
// No ioctl writes through what the device has for itself: the one that gets it does not do more
// than read. This does, under the driver's lock and by its page table, and asks again for what is
// gone.
int device_atomic(Current& current, const Operation& operation, Result& result) {
  for (int round = 0;; ++round) {
    {
      const OpenMirror open(current, operation);
      if (const int error = open.check(operation)) return error;
      DeviceMirror& mirror = *open;
      FileEntry entry(current, mirror, operation);
      mc_device_lock(mirror.subscription.room.get());
      const DeviceEntry mapped = mirror.state.entries[operation.page];
      if (mapped.atomic) result.data[0] = entry.fetch_and_add(mapped.frame, kAtomicAddend);
      mc_device_unlock(mirror.subscription.room.get());
      if (mapped.atomic) {
        result.pages = 1;
        return 0;
      }
    }
    if (round == kMostRounds) return -EBUSY;
    const int error = read_ioctl(current, operation, kMcDeviceExclusiveAccess, result);
    if (error != 0 && error != -ENOENT) return error;
  }
}
int device_check_exclusive(Current& current, const Operation& operation) {
  Result result;
  return ioctl(current, operation, kMcDeviceCheckExclusive, nullptr, result);
}
// Of no pages.
int device_release(Current& current, const Operation& operation) {
  const OpenMirror open(current, operation);
  if (!open) return -EBADF;
  FileEntry entry(current, *open, operation);
  unsigned long unused = 0;
  return mc_device_ioctl((*open).subscription.room.get(), kMcDeviceRelease, 0, 1, nullptr, &unused,
                         &unused);
}

int device_snapshot(Current& current, const Operation& operation, Result& result) {
  std::array<std::uint8_t, kMcDevicePages> user{};
  const int error = ioctl(current, operation, kMcDeviceSnapshot, user.data(), result);
  if (error != 0) return error;
  for (unsigned i = 0; i < operation.count; ++i) result.data[i] = user[i];
  return 0;
}

// No ioctl asks for single pages. This loop does, as hmm.rst has it, under the driver's lock and
// into its page table.
int device_fault(Current& current, const Operation& operation, Result& result) {
  const OpenMirror open(current, operation);
  if (const int error = open.check(operation)) return error;
  DeviceMirror& mirror = *open;
  FileEntry entry(current, mirror, operation);
  if (!entry.get_mm()) return -EFAULT;

  const auto bits = [](unsigned requests) {
    return ((requests & kRequestFault) != 0 ? kMcPfnValid : 0) |
           ((requests & kRequestWrite) != 0 ? kMcPfnWrite : 0);
  };
  std::array<unsigned long, kMcDevicePages> pfns{};
  const mc_range range{.start = static_cast<unsigned long>(operation.page) << kMcPageShift,
                       .end = static_cast<unsigned long>(operation.page + operation.count)
                              << kMcPageShift,
                       .default_flags = bits(operation.flags & 3u),
                       .pfn_flags_mask = bits(operation.flags >> 2 & 3u),
                       .pfns = pfns.data(),
                       .owner = entry.device().state.device.get()};
  int error = -EBUSY;
  for (int round = 0; round < kMostRounds && error == -EBUSY; ++round) {
    // F4: what the last round left there is no request.
    for (unsigned i = 0; i < operation.count; ++i) {
      pfns[i] = bits(static_cast<unsigned>(operation.requests) >> 2 * i & 3u);
    }
    const std::uint64_t sequence = entry.read_begin();
    {
      const MmapRead mmap_lock(current, current.machine.mm(mirror.state.mm));
      error = linux_kernel::range_fault(current, mirror, sequence, range);
    }
    if (error != 0) {
      current.step(Rule::kAbandon, {.mirror = mirror.id});
      continue;
    }
    mc_device_lock(mirror.subscription.room.get());
    if (entry.read_retry(sequence)) {
      error = -EBUSY;
    } else {
      for (unsigned i = 0; i < operation.count; ++i) {
        result.data[i] = static_cast<std::uint32_t>(((pfns[i] & kMcPfnValid) != 0 ? 1 : 0) |
                                                    ((pfns[i] & kMcPfnWrite) != 0 ? 2 : 0) |
                                                    ((pfns[i] & kMcPfnError) != 0 ? 4 : 0));
        if ((pfns[i] & kMcPfnValid) == 0) continue;
        mc_device_install(mirror.subscription.room.get(), operation.page + i,
                          static_cast<unsigned>(pfns[i] & ~kMcPfnFlags),
                          (pfns[i] & kMcPfnWrite) != 0);
      }
    }
    mc_device_unlock(mirror.subscription.room.get());
  }
  entry.put_mm();
  if (error != 0) return error;
  result.pages = operation.count;
  result.faults = 1;
  return 0;
}

}  // namespace mirrorcheck::impl::reference
