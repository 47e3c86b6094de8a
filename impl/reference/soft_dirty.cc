#include "impl/reference/soft_dirty.h"

#include "impl/reference/huge.h"
#include "impl/reference/locks.h"
#include "impl/reference/machine.h"
#include "impl/reference/window.h"
#include "impl/sync/mutex.h"

namespace mirrorcheck::impl::reference {

using model::kPagesPerMm;
using model::Rule;
using model::WindowEvent;

namespace {

// clear_soft_dirty. Special entries keep what the present one will have that comes in their place.
void clear_one(Current& current, const NotifierRange& range, unsigned page) {
  PageTableEntry& entry = range.mm.state.entries[page];
  if (!entry.present() || !entry.write) return;
  // pte_is_pinned: who has it pinned writes without an entry.
  if (range.mm.maps_private_memory(page) && current.machine.memory.pins(entry.frame) != 0) return;
  entry.write = false;
  current.step(Rule::kWriteProtect, {.window = range.window, .page = range.mm.page(page)});
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
  split_huge(current, mm, 0, kPagesPerMm - 1);
  {
    const sync::MutexLock guard(mm.page_table_lock);
    for (unsigned page = 0; page < kPagesPerMm; ++page) clear_one(current, range, page);
  }
  invalidate_range_end(current, range);
  return 0;
}

}  // namespace mirrorcheck::impl::reference
