#include "impl/reference/fault.h"

#include "impl/reference/file_fault.h"
#include "impl/reference/machine.h"
#include "impl/reference/page_table.h"
#include "impl/reference/zap.h"
#include "impl/sync/mutex.h"

namespace mirrorcheck::impl::reference {

using model::Frame;
using model::kNoFrame;
using model::kZeroFrame;
using model::WindowEvent;

namespace {

// M3: the entry names another frame afterwards, so the old one is cleared first, inside a window.
// The lock was dropped to open it; if the entry has changed meanwhile, nothing is left to do.
FaultResult copy_zero_page(Current& current, AddressSpace& mm, unsigned page) {
  const Frame copy = current.machine.memory.allocate_page(current);
  if (copy == kNoFrame) return FaultResult::kOutOfMemory;
  Gather gather;
  NotifierRange range{.mm = mm, .first = page, .last = page, .event = WindowEvent::kClear};
  invalidate_range_start(current, range);
  bool used = false;
  {
    const sync::MutexLock guard(mm.page_table_lock);
    if (mm.state.entries[page].frame == kZeroFrame) {
      clear_entry(current, range, page, gather);
      populate(current, mm, page, copy, true);
      used = true;
    }
  }
  invalidate_range_end(current, range);
  gather.finish(current);
  if (!used) current.machine.memory.put_page(current, copy);
  return FaultResult::kDone;
}

FaultResult map_new_page(Current& current, AddressSpace& mm, unsigned page) {
  const Frame frame = current.machine.memory.allocate_page(current);
  if (frame == kNoFrame) return FaultResult::kOutOfMemory;
  {
    const sync::MutexLock guard(mm.page_table_lock);
    if (!mm.state.entries[page].present()) {
      populate(current, mm, page, frame, true);
      return FaultResult::kDone;
    }
  }
  // Another fault was faster.
  current.machine.memory.put_page(current, frame);
  return FaultResult::kDone;
}

FaultResult anonymous_fault(Current& current, AddressSpace& mm, unsigned page, bool write) {
  bool copy = false;
  {
    const sync::MutexLock guard(mm.page_table_lock);
    const PageTableEntry& entry = mm.state.entries[page];
    if (!entry.present() && !write) {
      populate(current, mm, page, kZeroFrame, false);
      return FaultResult::kDone;
    }
    if (entry.present()) {
      if (!write || entry.write) return FaultResult::kDone;
      copy = entry.frame == kZeroFrame;
      if (!copy) {
        // The page is this mm's alone (there is no fork): it is reused, silently (M4).
        upgrade(current, mm, page);
        return FaultResult::kDone;
      }
    }
  }
  return copy ? copy_zero_page(current, mm, page) : map_new_page(current, mm, page);
}

}  // namespace

FaultResult handle_mm_fault(Current& current, AddressSpace& mm, unsigned page, bool write) {
  switch (mm.state.areas[page].area) {
    case model::Area::kAnon:
      return anonymous_fault(current, mm, page, write);
    case model::Area::kFile:
    case model::Area::kDax:
      return file_fault(current, mm, page, write);
    case model::Area::kNone:
    case model::Area::kSpecial:
      // A device's registers: their driver has mapped what there is, and has no fault handler.
      return FaultResult::kBusError;
  }
  return FaultResult::kBusError;
}

}  // namespace mirrorcheck::impl::reference
