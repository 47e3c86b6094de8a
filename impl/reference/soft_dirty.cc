#include "impl/reference/soft_dirty.h"

#include "impl/reference/huge.h"
#include "impl/reference/locks.h"
#include "impl/reference/machine.h"
#include "impl/reference/window.h"
#include "impl/sync/mutex.h"

namespace mirrorcheck::impl::reference {

using model::EntryKind;
using model::kPagesPerMm;
using model::Rule;
using model::WindowEvent;

namespace {

// Whether the entry may be written all the same. pte_is_pinned: who has it pinned writes without an
// entry. Special entries other than those of swap keep what the present one will have that comes in
// their place (remove_migration_pte, restore_exclusive_pte).
bool stays_writable(Current& current, const AddressSpace& mm, unsigned page) {
  const PageTableEntry& entry = mm.state.entries[page];
  if (!entry.write || entry.kind == EntryKind::kSwap) return false;
  return !entry.present() ||
         (mm.maps_private_memory(page) && current.machine.memory.pins(entry.frame) != 0);
}

// clear_soft_dirty, clear_soft_dirty_pmd; the latter asks for no pins. An entry that may not be
// written just now must not become writable by a read, either, as those of NUMA hints and of swap
// do (pte_needs_soft_dirty_wp).
void clear_one(Current& current, const NotifierRange& range, unsigned page) {
  // hugetlb does not know what is soft-dirty (clear_refs_walk_ops has no hugetlb_entry).
  if (range.mm.state.areas[page].area == model::Area::kHugetlb) return;
  const PageTableEntry& entry = range.mm.state.entries[page];
  if (entry.empty() || (!entry.huge && stays_writable(current, range.mm, page))) return;
  const bool was_writable = entry.write;
  each_part(range.mm, page, [](PageTableEntry& part) {
    part.tracked = true;
    part.write = false;
  });
  if (!was_writable) return;
  current.step(Rule::kWriteProtect, {.window = range.window,
                                     .page = range.mm.page(page),
                                     .huge = range.mm.state.entries[page].huge});
}

}  // namespace

// I8: one window over the whole address space, whatever is mapped there. Its event is none of those
// that D3 allows a device to keep reading in.
int clear_refs(Current& current) {
  AddressSpace& mm = current.machine.mm(current.mm);
  const MmapWrite mmap_lock(current, mm);
  NotifierRange range{
      .mm = mm, .first = 0, .last = kPagesPerMm - 1, .event = WindowEvent::kSoftDirty};
  invalidate_range_start(current, range);
  {
    const sync::MutexLock guard(mm.page_table_lock);
    for (unsigned page = 0; page < kPagesPerMm; page = last_of_entry(mm, page) + 1) {
      clear_one(current, range, page);
    }
  }
  invalidate_range_end(current, range);
  return 0;
}

}  // namespace mirrorcheck::impl::reference
