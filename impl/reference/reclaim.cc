#include "impl/reference/reclaim.h"

#include <cerrno>

#include "impl/reference/machine.h"
#include "impl/reference/migrate.h"
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

// The swap entries that name `from` name `to` from now on. REQUIRES: there are some; `to` is the
// caller's own and holds the same; the caller has a reference on `from`.
void rename_entries(Current& current, Frame from, Frame to) {
  Memory& memory = current.machine.memory;
  model::Page any{};
  each_swap_entry(current, from, [&](PageTableEntry& entry, model::Page page) {
    entry.frame = to;
    memory.get_page(to);
    memory.drop_reference(from);
    any = page;
  });
  memory.move_dirty(from, to);
  current.step(Rule::kMove, {.page = any, .frame = to});
}

// pageout, and __remove_mapping: false, the page stays where it is, behind swap entries. REQUIRES:
// the page is locked and has swap entries only, as far as somebody maps it.
bool write_out(Current& current, Frame frame, Frame slot) {
  Memory& memory = current.machine.memory;
  // Nobody can write it: who faults an entry in again waits for its lock.
  memory.copy(frame, slot);
  // Both, so that no fork is half way.
  AddressSpace& lower = current.machine.mms[0];
  AddressSpace& higher = current.machine.mms[1];
  const sync::MutexLock of_lower(lower.page_table_lock);
  const sync::MutexLock of_higher(higher.page_table_lock);
  const unsigned entries =
      each_swap_entry(current, frame, [](const PageTableEntry&, model::Page) {});
  // One more reference is a pin, or somebody's who is about to use the page as it is.
  if (entries == 0 || !memory.only_references(frame, entries + 1)) return false;
  rename_entries(current, frame, slot);
  return true;
}

// How many entries name `frame`: those that map it, and swap entries. REQUIRES: both page-table
// locks.
unsigned entries_of(Current& current, Frame frame) {
  unsigned entries = 0;
  for (const AddressSpace& mm : current.machine.mms) {
    for (const PageTableEntry& entry : mm.state.entries) entries += entry.frame == frame ? 1 : 0;
  }
  return entries;
}

// try_to_unmap_one, for a page that is lazily free. Whether that was the last entry. What was
// written since MADV_FREE, and what somebody else has a reference on, stays.
bool discard_mapping(Current& current, AddressSpace& mm, unsigned page, Frame frame) {
  Memory& memory = current.machine.memory;
  Gather gather;
  NotifierRange range{.mm = mm, .first = page, .last = page, .event = model::WindowEvent::kClear};
  bool last = false;
  // D6: a device's writes are known when its callback has returned.
  invalidate_range_start(current, range);
  {
    AddressSpace& lower = current.machine.mms[0];
    AddressSpace& higher = current.machine.mms[1];
    const sync::MutexLock of_lower(lower.page_table_lock);
    const sync::MutexLock of_higher(higher.page_table_lock);
    PageTableEntry& entry = mm.state.entries[page];
    const unsigned entries = entries_of(current, frame);
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

// shrink_folio_list, one page.
bool reclaim_page(Current& current, AddressSpace& mm, unsigned page) {
  Memory& memory = current.machine.memory;
  const Frame frame = isolate_page(current, mm, page);
  if (frame == kNoFrame) return false;
  if (memory.discardable(frame)) {
    const bool discarded = discard(current, frame);
    release_page(current, frame);
    return discarded;
  }
  const Frame slot = memory.allocate_swap_slot(current);
  bool reclaimed = false;
  if (slot != kNoFrame) {
    hide_mappings(current, frame, EntryKind::kSwap);
    reclaimed = write_out(current, frame, slot);
    memory.put_page(current, slot);
  }
  release_page(current, frame);
  return reclaimed;
}

// The page was read into `to`, which is the caller's own: its swap entries name it there.
void arrive(Current& current, AddressSpace& mm, unsigned page, Frame slot, Frame to) {
  AddressSpace& lower = current.machine.mms[0];
  AddressSpace& higher = current.machine.mms[1];
  const sync::MutexLock of_lower(lower.page_table_lock);
  const sync::MutexLock of_higher(higher.page_table_lock);
  if (!is_swap_entry(mm.state.entries[page], slot)) return;
  rename_entries(current, slot, to);
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

FaultResult swap_in(Current& current, AddressSpace& mm, unsigned page, Frame frame) {
  Memory& memory = current.machine.memory;
  FaultResult result = FaultResult::kDone;
  if (!model::is_swap(frame)) {
    const sync::MutexLock guard(mm.page_table_lock);
    PageTableEntry& entry = mm.state.entries[page];
    if (is_swap_entry(entry, frame)) {
      entry.kind = EntryKind::kPresent;
      current.step(Rule::kReveal, {.page = mm.page(page)});
    }
  } else if (const Frame to = memory.allocate_page(current); to != kNoFrame) {
    memory.copy(frame, to);
    arrive(current, mm, page, frame, to);
    memory.put_page(current, to);
  } else {
    result = FaultResult::kOutOfMemory;
  }
  release_page(current, frame);
  return result;
}

}  // namespace mirrorcheck::impl::reference
