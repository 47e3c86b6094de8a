#include "impl/reference/access_calls.h"

#include <cerrno>

#include "impl/reference/fault.h"
#include "impl/reference/locks.h"
#include "impl/reference/machine.h"
#include "impl/sync/mutex.h"

namespace mirrorcheck::impl::reference {

using model::Area;
using model::Rule;

namespace {

// The hardware's part: through the page table or not at all. It holds the page-table lock, as if
// the TLB was flushed before the lock of a zap is given back.
bool try_access(Current& current, AddressSpace& mm, const Operation& operation, bool write,
                Result& result) {
  const auto report = [&](std::uint32_t value) {
    current.step(
        Rule::kCpuAccess,
        {.page = mm.page(operation.page), .write = write, .cell = operation.cell, .value = value});
  };
  const sync::MutexLock guard(mm.page_table_lock);
  const PageTableEntry& entry = mm.state.entries[operation.page];
  if (!entry.allows(write)) return false;
  Memory& memory = current.machine.memory;
  if (write) {
    if (memory.may_be_clean(entry.frame)) memory.set_dirty(entry.frame);
    memory.store(entry.frame, operation.cell, operation.value, report);
  } else {
    result.data[0] = memory.load(entry.frame, operation.cell, report);
  }
  result.pages = 1;
  return true;
}

int cpu_access(Current& current, const Operation& operation, bool write, Result& result) {
  AddressSpace& mm = current.machine.mm(current.mm);
  while (!try_access(current, mm, operation, write, result)) {
    const MmapRead mmap_lock(current, mm);
    const AreaPage& area = mm.state.areas[operation.page];
    // SIGSEGV. Writable memory can be read, too, as on most CPUs.
    if (area.area == Area::kNone || !(area.write || (area.read && !write))) return -EFAULT;
    const FaultResult fault = handle_mm_fault(current, mm, operation.page, write);
    if (fault != FaultResult::kDone) return errno_of(fault);
  }
  return 0;
}

enum class TryPin { kDone, kFault, kUnshare };

// Takes a reference on what the page maps now, if that is enough.
TryPin try_pin(Current& current, AddressSpace& mm, unsigned page, bool write, bool longterm) {
  const sync::MutexLock guard(mm.page_table_lock);
  const PageTableEntry& entry = mm.state.entries[page];
  if (!entry.allows(write)) return TryPin::kFault;
  // gup_must_unshare: a pin must see what is written later, so it is taken on a page that a write
  // does not copy.
  if (mm.maps_private_memory(page) && !entry.exclusive) return TryPin::kUnshare;
  current.machine.pins.add(current.task, entry.frame);
  if (entry.frame != model::kZeroFrame) {
    current.machine.memory.pin(current, mm.page(page), entry.frame, write, longterm);
  }
  return TryPin::kDone;
}

// False if there was none.
bool unpin_oldest(Current& current) {
  const model::Frame frame = current.machine.pins.oldest(current.task);
  if (frame == model::kNoFrame) return false;
  const unsigned evicted =
      frame != model::kZeroFrame ? current.machine.memory.unpin(current, frame) : 0;
  // Truncates look again only now, and find the reference gone.
  current.machine.pins.remove_oldest(current.task);
  for (unsigned file = 0; evicted >> file != 0; ++file) {
    if ((evicted >> file & 1) != 0) {
      Inode::put(current, current.machine.inode(model::File(file)), 1);
    }
  }
  return true;
}

}  // namespace

int cpu_load(Current& current, const Operation& operation, Result& result) {
  return cpu_access(current, operation, false, result);
}

int cpu_store(Current& current, const Operation& operation, Result& result) {
  return cpu_access(current, operation, true, result);
}

int sys_pin(Current& current, const Operation& operation, bool longterm) {
  AddressSpace& mm = current.machine.mm(current.mm);
  const bool write = (operation.prot & kProtWrite) != 0;
  if (current.machine.pins.full(current.task)) return -ENOMEM;
  const MmapRead mmap_lock(current, mm);
  const AreaPage& area = mm.state.areas[operation.page];
  if (area.area == Area::kNone || area.area == Area::kSpecial) return -EFAULT;
  // X17: a truncate would wait for ever. And who writes for long to a page of a file does so behind
  // the back of its write-back.
  if (longterm && area.area == Area::kDax) return -EOPNOTSUPP;
  if (longterm && write && area.area == Area::kFile && !area.is_private) return -EFAULT;
  if (write ? !area.write : !area.read) return -EFAULT;
  for (;;) {
    const TryPin tried = try_pin(current, mm, operation.page, write, longterm);
    if (tried == TryPin::kDone) return 0;
    const FaultResult fault = tried == TryPin::kUnshare
                                  ? unshare(current, mm, operation.page)
                                  : handle_mm_fault(current, mm, operation.page, write);
    if (fault != FaultResult::kDone) return errno_of(fault);
  }
}

int sys_unpin(Current& current) { return unpin_oldest(current) ? 0 : -EINVAL; }

void unpin_all(Current& current) {
  while (unpin_oldest(current)) {
  }
}

}  // namespace mirrorcheck::impl::reference
