#include "impl/reference/file_fault.h"

#include <optional>

#include "impl/reference/dax_huge.h"
#include "impl/reference/huge.h"
#include "impl/reference/locks.h"
#include "impl/reference/machine.h"
#include "impl/reference/numa.h"
#include "impl/reference/page_table.h"
#include "impl/reference/reflink.h"
#include "impl/reference/write_back.h"
#include "impl/reference/zap.h"
#include "impl/sync/mutex.h"

namespace mirrorcheck::impl::reference {

using model::Frame;
using model::kNoFrame;
using model::kZeroFrame;
using model::Rule;

namespace {

// The page at `index` of `inode`, or what stands for a hole. REQUIRES: its entry lock.
FaultResult map(Current& current, AddressSpace& mm, unsigned page, Inode& inode, unsigned index,
                Frame frame, bool write) {
  const sync::MutexLock guard(mm.page_table_lock);
  const PageTableEntry& entry = mm.state.entries[page];
  // do_numa_page. What else was asked for has to be asked once more.
  if (open_hint(current, mm, page)) return FaultResult::kDone;
  // X11: an entry that may be written makes the page dirty, by whom and when it is written does not
  // show.
  if (write) inode.set_dirty(index);
  if (entry.empty()) {
    Memory& memory = current.machine.memory;
    // pmem_direct_access: -EHWPOISON.
    if (memory.failed(frame)) return FaultResult::kBusError;
    if (memory.counts_entries(frame)) memory.map(frame);
    populate(current, mm, page, frame, write);
  } else if (write && !entry.write && entry.frame == frame) {
    upgrade(current, mm, page);
  }
  return FaultResult::kDone;
}

// do_cow_fault, dax_fault_cow_page: a private mapping is to be written. A page of the page cache is
// read in first; a block is not given to a hole for this.
// REQUIRES: as fill().
FaultResult map_copy(Current& current, AddressSpace& mm, unsigned page, Inode& inode,
                     unsigned index) {
  Memory& memory = current.machine.memory;
  Frame frame = inode.state.dax ? inode.state.backing[index] : fill(current, inode, index);
  if (frame == kNoFrame) {
    if (!inode.state.dax) return FaultResult::kOutOfMemory;
    frame = kZeroFrame;
  }
  const Frame copy = memory.allocate_page(current);
  if (copy == kNoFrame) return FaultResult::kOutOfMemory;
  copy_file_page(current, mm, page, frame, copy);
  {
    const sync::MutexLock guard(mm.page_table_lock);
    if (mm.state.entries[page].empty()) {
      populate(current, mm, page, copy, true, true);
      return FaultResult::kDone;
    }
  }
  // Another fault was faster, and what it put there may already be on its way to another frame.
  memory.put_page(current, copy);
  return FaultResult::kDone;
}

// The fault under the entry lock. Nothing: VM_FAULT_NEEDDSYNC, the block has to be committed before
// it is mapped (X7). REQUIRES: invalidate_lock, shared.
std::optional<FaultResult> fault_locked(Current& current, AddressSpace& mm, unsigned page,
                                        Inode& inode, unsigned index, bool write) {
  const AreaPage& area = mm.state.areas[page];
  const EntryLock entry(current, inode, index);
  if (index >= Inode::pages_of(inode.size())) return FaultResult::kBusError;
  if (current.machine.memory.failed(inode.state.backing[index])) return FaultResult::kBusError;

  if (inode.state.huge) {
    switch (fault_huge(current, mm, page, inode, index, write)) {
      case HugeFault::kDone:
        return FaultResult::kDone;
      case HugeFault::kNeedsSync:
        return std::nullopt;
      case HugeFault::kFallback:
        split_huge(current, mm, page, page);
        break;
    }
  }
  if (write && area.is_private) return map_copy(current, mm, page, inode, index);
  const bool dax = inode.state.dax;
  if (dax && !write && inode.state.backing[index] == kNoFrame) {
    // X8: reading a hole maps the zero page, and the entry remembers it.
    inode.state.zero_entry[index] = true;
    return map(current, mm, page, inode, index, kZeroFrame, false);
  }
  Frame frame = fill(current, inode, index);
  if (write && dax && frame != kNoFrame) frame = own_block(current, inode, index);
  if (frame == kNoFrame) return dax ? FaultResult::kBusError : FaultResult::kOutOfMemory;
  if (write && area.sync && inode.state.uncommitted[index]) return std::nullopt;
  return map(current, mm, page, inode, index, frame, write);
}

}  // namespace

void copy_file_page(Current& current, AddressSpace& mm, unsigned page, Frame frame, Frame copy) {
  current.machine.memory.copy(frame, copy, [&] {
    current.step(
        Rule::kCopyPage,
        {.page = mm.page(page), .file_page = mm.state.areas[page].file_page, .frame = copy});
  });
}

Frame fill(Current& current, Inode& inode, unsigned index) {
  Inode::State& state = inode.state;
  if (state.backing[index] != kNoFrame) return state.backing[index];
  if (state.huge && fill_run(current, inode, index)) return state.backing[index];
  Memory& memory = current.machine.memory;
  const Frame frame =
      state.dax ? memory.allocate_block(current, state.counted) : memory.allocate_page(current);
  if (frame == kNoFrame) return kNoFrame;
  if (state.zero_entry[index]) {
    // X8: whoever has mapped the hole sees zeros for ever unless every mm and mirror lets go of the
    // zero page first. The entry lock, which the caller holds, keeps it from being mapped again.
    unmap_mapping(current, inode, index, index + 1, false);
    state.zero_entry[index] = false;
  }
  if (state.on_disk[index]) memory.write_to(frame, inode.disk[index]);
  state.backing[index] = frame;
  state.uncommitted[index] = state.dax;
  current.step(Rule::kFill, {.file_page = inode.page(index), .frame = frame});
  return frame;
}

FaultResult file_fault(Current& current, AddressSpace& mm, unsigned page, bool write) {
  const model::FilePage file_page = mm.state.areas[page].file_page;
  Inode& inode = current.machine.inode(model::file_of(file_page));
  const unsigned index = model::index_of(file_page);

  // X6: what i_size says under invalidate_lock holds until the entry is made: truncate and punch
  // take the lock exclusively.
  const InvalidateShared invalidate(current, inode);
  for (;;) {
    if (const auto result = fault_locked(current, mm, page, inode, index, write)) return *result;
    // X7: without the entry lock, which write-back takes; somebody may be faster.
    const EntryLock entry(current, inode, index);
    sync_entry(current, inode, index);
  }
}

}  // namespace mirrorcheck::impl::reference
