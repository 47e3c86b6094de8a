#include "impl/reference/reclaim.h"

#include <cerrno>

#include "impl/reference/huge.h"
#include "impl/reference/locks.h"
#include "impl/reference/machine.h"
#include "impl/reference/migrate.h"
#include "impl/reference/page_table.h"
#include "impl/reference/window.h"
#include "impl/reference/write_back.h"
#include "impl/reference/zap.h"
#include "impl/sync/mutex.h"
#include "impl/sync/shared_mutex.h"

namespace mirrorcheck::impl::reference {

using model::EntryKind;
using model::Frame;
using model::kNoFrame;
using model::kPagesPerMm;
using model::Rule;

namespace {

bool is_swap_entry(const PageTableEntry& entry, Frame frame) {
  return entry.kind == EntryKind::kSwap && entry.frame == frame;
}

// Calls visit(entry, its page) for each swap entry that names `frame`. How many there are.
template <class Visit>
unsigned each_swap_entry(Current& current, Frame frame, Visit&& visit) {
  unsigned entries = 0;
  for (AddressSpace& mm : current.machine.mms) {
    for (unsigned page = 0; page < kPagesPerMm; ++page) {
      PageTableEntry& entry = mm.state.entries[page];
      if (!is_swap_entry(entry, frame)) continue;
      visit(entry, mm.page(page));
      ++entries;
    }
  }
  return entries;
}

// The swap entries that name `from` name `to` from now on. `in_slot`: the slot of the two held the
// same before, or goes on doing so. REQUIRES: there are some entries; `to` is the caller's own, or
// the slot of `from`, and holds the same; the caller has a reference on `from`.
void rename_entries(Current& current, Frame from, Frame to, bool in_slot) {
  Memory& memory = current.machine.memory;
  model::Page any{};
  each_swap_entry(current, from, [&](PageTableEntry& entry, model::Page page) {
    entry.frame = to;
    memory.get_page(to);
    memory.drop_reference(from);
    any = page;
  });
  memory.move_dirty(from, to);
  current.step(Rule::kMove, {.page = any, .frame = to, .flag = in_slot});
}

// pageout, and __remove_mapping: false, the page stays where it is, behind swap entries. REQUIRES:
// the page is locked and has swap entries only, as far as somebody maps it.
bool write_out(Current& current, Frame frame, Frame slot) {
  Memory& memory = current.machine.memory;
  // Nobody can write it: who faults an entry in again waits for its lock. A page that is clean
  // beside its slot needs no writing.
  const bool stored = memory.stored(frame);
  if (!stored) memory.copy(frame, slot);
  // Both, so that no fork is half way.
  AddressSpace& lower = current.machine.mms[0];
  AddressSpace& higher = current.machine.mms[1];
  const sync::MutexLock of_lower(lower.page_table_lock);
  const sync::MutexLock of_higher(higher.page_table_lock);
  const unsigned entries =
      each_swap_entry(current, frame, [](const PageTableEntry&, model::Page) {});
  // One more reference is a pin, or somebody's who is about to use the page as it is.
  if (entries == 0 || !memory.only_references(frame, entries + 1)) return false;
  rename_entries(current, frame, slot, stored);
  return true;
}

// try_to_unmap_one, for a page that is lazily free. Whether that was the last entry. What was
// written since MADV_FREE, and what somebody else has a reference on, stays.
bool discard_mapping(Current& current, AddressSpace& mm, unsigned page, Frame frame) {
  Memory& memory = current.machine.memory;
  Gather gather;
  NotifierRange range{.mm = mm, .first = page, .last = page, .event = model::WindowEvent::kClear};
  bool last = false;
  split_huge_of(current, mm, page, frame);
  // D6: a device's writes are known when its callback has returned.
  invalidate_range_start(current, range);
  {
    AddressSpace& lower = current.machine.mms[0];
    AddressSpace& higher = current.machine.mms[1];
    const sync::MutexLock of_lower(lower.page_table_lock);
    const sync::MutexLock of_higher(higher.page_table_lock);
    PageTableEntry& entry = mm.state.entries[page];
    const unsigned entries = current.machine.entries_of(frame);
    if (entry.present() && entry.frame == frame && memory.discardable(frame) &&
        memory.only_references(frame, entries + 1)) {
      entry = {};
      current.step(Rule::kDiscard, {.window = range.window, .page = mm.page(page)});
      gather.add(frame);
      last = entries == 1;
    }
  }
  invalidate_range_end(current, range);
  gather.finish(current);
  return last;
}

// try_to_unmap, for such a page. Whether nobody maps it any more.
bool discard(Current& current, Frame frame) {
  const sync::SharedLock rmap(current.machine.anon_vma_lock);
  bool gone = false;
  for (AddressSpace& mm : current.machine.mms) {
    for (unsigned page = 0; page < kPagesPerMm && !gone; ++page) {
      bool mapped = false;
      {
        const sync::MutexLock guard(mm.page_table_lock);
        mapped = mm.state.entries[page].present() && mm.state.entries[page].frame == frame;
      }
      if (mapped) gone = discard_mapping(current, mm, page, frame);
    }
  }
  return gone;
}

// shrink_folio_list, one page of private memory. REQUIRES: it is isolated; that is undone.
bool reclaim_private_page(Current& current, Frame frame) {
  Memory& memory = current.machine.memory;
  if (memory.discardable(frame)) {
    const bool discarded = discard(current, frame);
    release_page(current, frame);
    return discarded;
  }
  Frame slot = memory.slot_of(frame);
  if (slot != kNoFrame) {
    memory.get_page(slot);
  } else {
    slot = memory.allocate_swap_slot(current);
  }
  bool reclaimed = false;
  if (slot != kNoFrame) {
    hide_mappings(current, frame, EntryKind::kSwap);
    reclaimed = write_out(current, frame, slot);
    memory.put_page(current, slot);
  }
  release_page(current, frame);
  return reclaimed;
}

// The same of the page cache. The entry lock, which is the folio's, keeps faults away; what is
// mapped, and written while it was, is known when everybody has let go of it.
bool reclaim_cached_page(Current& current, Inode& inode, unsigned index) {
  Memory& memory = current.machine.memory;
  const EntryLock entry(current, inode, index);
  const Frame frame = inode.state.backing[index];
  if (frame == kNoFrame) return false;
  unmap_mapping(current, inode, index, index + 1, false);
  // One more reference is a pin, or somebody's who is about to copy the page.
  if (!memory.only_reference(frame)) return false;
  if (inode.state.dirty[index]) write_page(current, inode, index);
  inode.remove_from_cache(index);
  current.step(Rule::kEvict, {.file_page = inode.page(index)});
  memory.put_page(current, frame);
  return true;
}

// The page of the page cache that the entry maps, shared, with a reference on its inode.
model::FilePage get_cached_page(Current& current, AddressSpace& mm, unsigned page) {
  const AreaPage& area = mm.state.areas[page];
  const sync::MutexLock guard(mm.page_table_lock);
  if (area.area != model::Area::kFile || area.is_private || !mm.state.entries[page].present()) {
    return model::kNoFilePage;
  }
  current.machine.inode(model::file_of(area.file_page)).get(1);
  return area.file_page;
}

bool reclaim_page(Current& current, AddressSpace& mm, unsigned page) {
  model::FilePage cached = model::kNoFilePage;
  Frame frame = kNoFrame;
  {
    const MmapRead mmap_lock(current, mm);
    cached = get_cached_page(current, mm, page);
    if (cached == model::kNoFilePage) frame = isolate_page_locked(current, mm, page);
  }
  if (cached == model::kNoFilePage) {
    return frame != kNoFrame && reclaim_private_page(current, frame);
  }
  Inode& inode = current.machine.inode(model::file_of(cached));
  const bool reclaimed = reclaim_cached_page(current, inode, model::index_of(cached));
  Inode::put(current, inode, 1);
  return reclaimed;
}

// The page was read into `to`, which is the caller's own: its swap entries name it there. It stays
// clean beside its slot until somebody writes it, unless slots are scarce, or whose page it is
// alone is about to (should_try_to_free_swap).
void arrive(Current& current, AddressSpace& mm, unsigned page, Frame slot, Frame to, bool write) {
  AddressSpace& lower = current.machine.mms[0];
  AddressSpace& higher = current.machine.mms[1];
  const sync::MutexLock of_lower(lower.page_table_lock);
  const sync::MutexLock of_higher(higher.page_table_lock);
  if (!is_swap_entry(mm.state.entries[page], slot)) return;
  Memory& memory = current.machine.memory;
  const bool dirty = write && current.machine.entries_of(slot) == 1;
  const bool keeps = !dirty && !memory.swap_is_scarce();
  rename_entries(current, slot, to, keeps);
  if (keeps) {
    memory.get_page(slot);
    memory.keep_slot(to, slot);
  }
  mm.state.entries[page].kind = EntryKind::kPresent;
  current.step(Rule::kReveal, {.page = mm.page(page)});
}

}  // namespace

int sys_reclaim(Current& current, const Operation& operation, Result& result) {
  if (operation.page + operation.count > kPagesPerMm) return -EINVAL;
  AddressSpace& mm = current.machine.mm(current.mm);
  for (unsigned page = operation.page; page < operation.page + operation.count; ++page) {
    if (reclaim_page(current, mm, page)) ++result.pages;
  }
  return 0;
}

FaultResult swap_in(Current& current, AddressSpace& mm, unsigned page, Frame frame, bool write) {
  Memory& memory = current.machine.memory;
  FaultResult result = FaultResult::kDone;
  if (!model::is_swap(frame)) {
    const sync::MutexLock guard(mm.page_table_lock);
    PageTableEntry& entry = mm.state.entries[page];
    if (is_swap_entry(entry, frame)) {
      entry.kind = EntryKind::kPresent;
      current.step(Rule::kReveal, {.page = mm.page(page)});
      // pte_mkdirty, also where it may be written already.
      if (write && entry.write) upgrade(current, mm, page);
    }
  } else if (const Frame to = memory.allocate_page(current); to != kNoFrame) {
    memory.copy(frame, to);
    arrive(current, mm, page, frame, to, write);
    memory.put_page(current, to);
  } else {
    result = FaultResult::kOutOfMemory;
  }
  release_page(current, frame);
  return result;
}

}  // namespace mirrorcheck::impl::reference
