#include "impl/reference/fault.h"

#include <cerrno>

#include "impl/reference/exclusive.h"
#include "impl/reference/file_fault.h"
#include "impl/reference/hugetlb.h"
#include "impl/reference/machine.h"
#include "impl/reference/migrate.h"
#include "impl/reference/migrate_device.h"
#include "impl/reference/numa.h"
#include "impl/reference/page_table.h"
#include "impl/reference/reclaim.h"
#include "impl/reference/zap.h"
#include "impl/sync/mutex.h"

namespace mirrorcheck::impl::reference {

using model::Frame;
using model::kNoFrame;
using model::kZeroFrame;
using model::WindowEvent;

namespace {

// Whether a fault takes a reference on the memory behind the entry: not on the zero page, nor on a
// block, even where blocks count the entries that map them.
bool counted(const PageTableEntry& entry) {
  return entry.frame != kZeroFrame && !model::is_block(entry.frame);
}

// M3: the entry names another frame afterwards, so the old one is cleared first, inside a window.
// The lock was dropped to open it; if the entry has changed meanwhile, nothing is left to do.
//
// No lock of the file is held here, and a block has no references. So what a file has is copied
// while the entry cannot go away, by what it names then (X10): the same number may have been
// another file's in between. REQUIRES: a reference on the page that `old` names is the caller's, if
// it is counted; it is dropped.
FaultResult copy_page(Current& current, AddressSpace& mm, unsigned page, const PageTableEntry& old,
                      bool write) {
  Memory& memory = current.machine.memory;
  const bool zero = old.frame == kZeroFrame;
  const bool of_file = mm.state.areas[page].is_private;
  const Frame copy = memory.allocate_page(current);
  if (copy != kNoFrame) {
    const bool of_others = of_file && !old.copied;
    // Nobody can write what several entries map, and this one is among them while it does not
    // change.
    if (!of_others && !zero) memory.copy(old.frame, copy);
    Gather gather;
    NotifierRange range{.mm = mm, .first = page, .last = page, .event = WindowEvent::kClear};
    invalidate_range_start(current, range);
    bool used = false;
    {
      const sync::MutexLock guard(mm.page_table_lock);
      if (mm.state.entries[page] == old) {
        if (of_others) copy_file_page(current, mm, page, old.frame, copy);
        clear_entry(current, range, page, gather, !zero || of_file);
        populate(current, mm, page, copy, write, of_file);
        mm.state.entries[page].tracked = old.tracked && !write;
        mm.state.entries[page].uffd_wp = old.uffd_wp;  // wp_page_copy to unshare
        used = true;
      }
    }
    invalidate_range_end(current, range);
    gather.finish(current);
    if (!used) memory.put_page(current, copy);
  }
  if (counted(old)) memory.put_page(current, old.frame);
  return copy == kNoFrame ? FaultResult::kOutOfMemory : FaultResult::kDone;
}

FaultResult map_new_page(Current& current, AddressSpace& mm, unsigned page) {
  const Frame frame = current.machine.memory.allocate_page(current);
  if (frame == kNoFrame) return FaultResult::kOutOfMemory;
  {
    const sync::MutexLock guard(mm.page_table_lock);
    if (mm.state.entries[page].empty()) {
      populate(current, mm, page, frame, true);
      return FaultResult::kDone;
    }
  }
  // Another fault was faster.
  current.machine.memory.put_page(current, frame);
  return FaultResult::kDone;
}

// wp_can_reuse_anon_folio: the page is this mm's alone, also when all who shared it have let go,
// but for KSM.
// REQUIRES: the page-table lock is held; the entry maps a page of private memory.
bool may_reuse(Current& current, const PageTableEntry& entry) {
  return entry.exclusive || (!entry.merged && current.machine.memory.only_reference(entry.frame));
}

// do_swap_page: what the special entry stands for is made present, or waited for. `locked`: a page
// that a device has or swap, of which the caller has the lock and a reference, which go.
FaultResult special_fault(Current& current, AddressSpace& mm, unsigned page,
                          const PageTableEntry& entry, bool locked, bool write) {
  switch (entry.kind) {
    case model::EntryKind::kPresent:
      break;
    case model::EntryKind::kMigration:
      migration_entry_wait(current, mm, page);
      break;
    case model::EntryKind::kDevicePrivate:
      if (locked) return migrate_to_ram(current, mm, page, entry.frame);
      page_lock_wait(current, mm, page, entry);
      break;
    case model::EntryKind::kDeviceExclusive:
      if (locked) {
        remove_exclusive(current, mm, page, entry.frame);
      } else {
        page_lock_wait(current, mm, page, entry);
      }
      break;
    case model::EntryKind::kSwap:
      if (locked) return swap_in(current, mm, page, entry.frame, write);
      page_lock_wait(current, mm, page, entry);
      break;
    case model::EntryKind::kPoisoned:
      // VM_FAULT_HWPOISON.
      return FaultResult::kBusError;
  }
  return FaultResult::kDone;
}

// Whether the page is what a device has, in its memory or for itself, or what is in swap, and the
// caller has its lock now. The reference keeps the page from being freed before it is looked at.
// None while another one has the lock: whoever moves the page counts references. REQUIRES: the
// page-table lock.
bool lock_special(Current& current, const PageTableEntry& entry) {
  if (entry.empty() || entry.present() || !counts(entry.kind)) return false;
  Memory& memory = current.machine.memory;
  const bool locked = memory.try_lock_page(entry.frame);
  if (locked) memory.get_page(entry.frame);
  return locked;
}

FaultResult anonymous_fault(Current& current, AddressSpace& mm, unsigned page, bool write) {
  PageTableEntry old;
  bool locked = false;
  {
    const sync::MutexLock guard(mm.page_table_lock);
    const PageTableEntry& entry = mm.state.entries[page];
    if (entry.empty() && !write) {
      populate(current, mm, page, kZeroFrame, false);
      return FaultResult::kDone;
    }
    if (entry.present()) {
      if (open_hint(current, mm, page)) return FaultResult::kDone;
      // do_wp_page: handle_userfault.
      if (write && entry.uffd_wp) return FaultResult::kBusError;
      if (!write || entry.write) return FaultResult::kDone;
      // do_huge_pmd_wp_page, too: what is huge is this mm's alone, since who shares a page of it
      // has split it before (fork, KSM).
      if (entry.frame != kZeroFrame) {
        if (may_reuse(current, entry)) {
          upgrade(current, mm, page);
          return FaultResult::kDone;
        }
        current.machine.memory.get_page(entry.frame);
      }
    }
    locked = lock_special(current, entry);
    old = entry;
  }
  if (old.empty()) return map_new_page(current, mm, page);
  return old.present() ? copy_page(current, mm, page, old, true)
                       : special_fault(current, mm, page, old, locked, write);
}

// X10. do_wp_page, and otherwise the file is asked: by a read for the page itself, by a write for
// what is in it.
FaultResult private_file_fault(Current& current, AddressSpace& mm, unsigned page, bool write) {
  PageTableEntry old;
  bool locked = false;
  {
    const sync::MutexLock guard(mm.page_table_lock);
    const PageTableEntry& entry = mm.state.entries[page];
    if (entry.present()) {
      if (open_hint(current, mm, page)) return FaultResult::kDone;
      if (!write || entry.write) return FaultResult::kDone;
      if (entry.copied && may_reuse(current, entry)) {
        upgrade(current, mm, page);
        return FaultResult::kDone;
      }
      if (counted(entry)) current.machine.memory.get_page(entry.frame);
    }
    locked = lock_special(current, entry);
    old = entry;
  }
  if (old.empty()) return file_fault(current, mm, page, write);
  return old.present() ? copy_page(current, mm, page, old, true)
                       : special_fault(current, mm, page, old, locked, write);
}

}  // namespace

int errno_of(FaultResult result) {
  switch (result) {
    case FaultResult::kDone:
      return 0;
    case FaultResult::kBusError:
      return -EFAULT;
    case FaultResult::kOutOfMemory:
      return -ENOMEM;
  }
  return -EFAULT;
}

FaultResult handle_mm_fault(Current& current, AddressSpace& mm, unsigned page, bool write) {
  switch (mm.state.areas[page].area) {
    case model::Area::kAnon:
      return anonymous_fault(current, mm, page, write);
    case model::Area::kHugetlb:
      return hugetlb_fault(current, mm, page, write);
    case model::Area::kFile:
    case model::Area::kDax:
      return mm.state.areas[page].is_private ? private_file_fault(current, mm, page, write)
                                             : file_fault(current, mm, page, write);
    case model::Area::kNone:
    case model::Area::kSpecial:
      // A device's registers: their driver has mapped what there is, and has no fault handler.
      return FaultResult::kBusError;
  }
  return FaultResult::kBusError;
}

FaultResult unshare(Current& current, AddressSpace& mm, unsigned page) {
  if (mm.state.areas[page].area == model::Area::kHugetlb) return hugetlb_unshare(current, mm, page);
  PageTableEntry old;
  {
    const sync::MutexLock guard(mm.page_table_lock);
    PageTableEntry& entry = mm.state.entries[page];
    if (!entry.present() || !mm.maps_private_memory(page)) return FaultResult::kDone;
    if (may_reuse(current, entry)) {
      entry.exclusive = true;
      return FaultResult::kDone;
    }
    current.machine.memory.get_page(entry.frame);
    old = entry;
  }
  return copy_page(current, mm, page, old, false);
}

}  // namespace mirrorcheck::impl::reference
