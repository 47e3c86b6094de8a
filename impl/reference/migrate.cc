#include "impl/reference/migrate.h"

#include <cerrno>

#include "impl/reference/huge.h"
#include "impl/reference/locks.h"
#include "impl/reference/machine.h"
#include "impl/reference/window.h"
#include "impl/reference/zap.h"
#include "impl/sync/mutex.h"
#include "impl/sync/shared_mutex.h"

namespace mirrorcheck::impl::reference {

using model::EntryKind;
using model::Frame;
using model::kNoFrame;
using model::kPagesPerMm;
using model::Rule;
using model::WindowEvent;

namespace {

// Present, or device-private: it has a reference on the page.
bool maps(const PageTableEntry& entry, Frame frame) {
  return entry.frame == frame &&
         (entry.kind == EntryKind::kPresent || entry.kind == EntryKind::kDevicePrivate);
}

bool is_migration(const PageTableEntry& entry) {
  return !entry.empty() && entry.kind == EntryKind::kMigration;
}

// try_to_migrate_one, try_to_unmap_one.
void hide_mapping(Current& current, AddressSpace& mm, unsigned page, Frame frame, EntryKind kind) {
  split_huge_of(current, mm, page, frame);
  NotifierRange range{.mm = mm, .first = page, .last = page, .event = WindowEvent::kClear};
  invalidate_range_start(current, range);
  bool hidden = false;
  {
    const sync::MutexLock guard(mm.page_table_lock);
    // The lock was dropped to open the window.
    if (maps(mm.state.entries[page], frame)) {
      hide_entry(current, range, page, kind);
      hidden = true;
    }
  }
  invalidate_range_end(current, range);
  if (hidden && !counts(kind)) current.machine.memory.put_page(current, frame);
}

template <class Visit>
void each_migration_entry(Current& current, Frame frame, Visit&& visit) {
  for (AddressSpace& mm : current.machine.mms) {
    for (unsigned page = 0; page < kPagesPerMm; ++page) {
      PageTableEntry& entry = mm.state.entries[page];
      if (is_migration(entry) && entry.frame == frame) visit(mm, page, entry);
    }
  }
}

// __migrate_device_pages: what goes to a device leaves the swap cache first. REQUIRES: the folio
// lock of `from`; migration entries only name it.
void leave_swap_cache(Current& current, Frame from, Frame to) {
  if (model::is_device(to) && from != to) current.machine.memory.free_swap(current, from);
}

// REQUIRES: the page-table locks of all address spaces.
void rename(Current& current, Frame from, Frame to) {
  AddressSpace* first_mm = nullptr;
  unsigned first_page = 0;
  each_migration_entry(current, from, [&](AddressSpace& mm, unsigned page, PageTableEntry& entry) {
    entry.frame = to;
    if (first_mm == nullptr) {
      first_mm = &mm;
      first_page = page;
    }
  });
  if (first_mm != nullptr) {
    current.machine.memory.move_dirty(from, to);
    current.step(Rule::kMove, {.page = first_mm->page(first_page), .frame = to});
  }
}

// unmap_and_move. False: the page stayed where it was.
bool move_page(Current& current, AddressSpace& mm, unsigned page) {
  Memory& memory = current.machine.memory;
  const Frame from = isolate_page(current, mm, page);
  if (from == kNoFrame) return false;
  const Frame to = memory.allocate_page(current);
  bool moved = false;
  if (to != kNoFrame) {
    hide_mappings(current, from);
    // P1: one more reference is a pin, or somebody's who is about to use the page as it is.
    const bool movable = memory.only_reference(from);
    if (movable) memory.copy(from, to);
    moved = reveal_mappings(current, from, movable ? to : from) && movable;
  }
  release_page(current, from);
  if (to != kNoFrame) memory.put_page(current, to);
  return moved;
}

}  // namespace

Frame isolate_page(Current& current, AddressSpace& mm, unsigned page) {
  const MmapRead mmap_lock(current, mm);
  return isolate_page_locked(current, mm, page);
}

Frame isolate_page_locked(Current& current, AddressSpace& mm, unsigned page) {
  const model::Area kind = mm.state.areas[page].area;
  // Huge pages stay where they are, as where the architecture does not migrate them, and never go
  // to swap.
  if (kind == model::Area::kNone || kind == model::Area::kHugetlb) return kNoFrame;
  const sync::MutexLock guard(mm.page_table_lock);
  const PageTableEntry& entry = mm.state.entries[page];
  const bool cached = entry.kind == EntryKind::kSwap && !model::is_swap(entry.frame);
  if ((!entry.present() && !cached) || !mm.maps_private_memory(page)) return kNoFrame;
  Memory& memory = current.machine.memory;
  if (!memory.try_lock_page(entry.frame)) return kNoFrame;
  memory.get_page(entry.frame);
  return entry.frame;
}

void release_page(Current& current, Frame frame) {
  current.machine.memory.unlock_page(frame);
  current.machine.migrations.wake_all();
  current.machine.memory.put_page(current, frame);
}

void migration_entry_wait(Current& current, AddressSpace& mm, unsigned page) {
  current.machine.migrations.wait([&] {
    const sync::MutexLock guard(mm.page_table_lock);
    return !is_migration(mm.state.entries[page]);
  });
}

void page_lock_wait(Current& current, AddressSpace& mm, unsigned page,
                    const PageTableEntry& entry) {
  current.machine.migrations.wait([&] {
    const sync::MutexLock guard(mm.page_table_lock);
    return mm.state.entries[page] != entry || !current.machine.memory.page_locked(entry.frame);
  });
}

void hide_mappings(Current& current, Frame frame, EntryKind kind) {
  // N2: keeps the first notifier of an address space from coming in the middle of a window.
  const sync::SharedLock rmap(current.machine.anon_vma_lock);
  for (AddressSpace& mm : current.machine.mms) {
    PageSet mapped{};
    {
      const sync::MutexLock guard(mm.page_table_lock);
      for (unsigned page = 0; page < kPagesPerMm; ++page) {
        if (maps(mm.state.entries[page], frame)) mapped |= only(page);
      }
    }
    for (; ids::any(mapped); ids::drop_first(mapped)) {
      hide_mapping(current, mm, ids::first(mapped), frame, kind);
    }
  }
}

bool reveal_mappings(Current& current, Frame from, Frame to) {
  leave_swap_cache(current, from, to);
  // Both: fork may be about to copy an entry from one to the other, and what it copied after the
  // other was looked at would never be resolved (L7).
  AddressSpace& lower = current.machine.mms[0];
  AddressSpace& higher = current.machine.mms[1];
  const sync::MutexLock of_lower(lower.page_table_lock);
  const sync::MutexLock of_higher(higher.page_table_lock);
  if (from != to) rename(current, from, to);
  bool any = false;
  each_migration_entry(current, to, [&](AddressSpace& mm, unsigned page, PageTableEntry& entry) {
    entry.kind = model::is_device(to) ? EntryKind::kDevicePrivate : EntryKind::kPresent;
    current.machine.memory.get_page(to);
    current.step(Rule::kReveal, {.page = mm.page(page)});
    any = true;
  });
  return any;
}

void move_mappings(Current& current, Frame from, Frame to) {
  leave_swap_cache(current, from, to);
  AddressSpace& lower = current.machine.mms[0];
  AddressSpace& higher = current.machine.mms[1];
  const sync::MutexLock of_lower(lower.page_table_lock);
  const sync::MutexLock of_higher(higher.page_table_lock);
  rename(current, from, to);
}

int sys_move_pages(Current& current, const Operation& operation, Result& result) {
  if (operation.page + operation.count > kPagesPerMm) return -EINVAL;
  AddressSpace& mm = current.machine.mm(current.mm);
  for (unsigned page = operation.page; page < operation.page + operation.count; ++page) {
    if (move_page(current, mm, page)) ++result.pages;
  }
  return 0;
}

}  // namespace mirrorcheck::impl::reference
