#include "impl/reference/dax_huge.h"

#include <algorithm>
#include <atomic>

#include "impl/reference/huge.h"
#include "impl/reference/machine.h"
#include "impl/reference/page_table.h"
#include "impl/sync/mutex.h"

namespace mirrorcheck::impl::reference {

using model::Frame;
using model::kNoFrame;
using model::kPagesPerHuge;
using model::Rule;

namespace {

Frame block_at(Frame first, unsigned place) { return Frame(static_cast<unsigned>(first) + place); }

// dax_fault_check_fallback: the run of the page table is a run of the file, one VMA maps all of it,
// and all of it lies inside the file.
bool covers_run(const AddressSpace& mm, unsigned page, Inode& inode, unsigned index) {
  const unsigned first = huge_first(page);
  return !mm.state.areas[page].is_private && index - inode.entry_first(index) == page - first &&
         mm.area_end(first, huge_last(page)) == huge_last(page) &&
         inode.entry_last(index) < Inode::pages_of(inode.size());
}

// The first of the blocks of the run, which lie on the device as the pages do in the file;
// kNoFrame: they do not. A page may have got one of its own (X9), or lost it.
Frame aligned_blocks(const Inode& inode, unsigned index) {
  const unsigned begin = inode.entry_first(index);
  const Frame first = inode.state.backing[begin];
  if (first == kNoFrame || model::place_of(first) != 0) return kNoFrame;
  for (unsigned i = 1; i < kPagesPerHuge; ++i) {
    if (inode.state.backing[begin + i] != block_at(first, i)) return kNoFrame;
  }
  return first;
}

// vmf_insert_pfn_pmd. A huge entry that is there becomes writable as it is, since the entry lock
// keeps it. False: small entries are there, or one of the blocks has failed.
bool map_run(Current& current, AddressSpace& mm, unsigned page, Inode& inode, unsigned index,
             Frame blocks, bool write) {
  const unsigned first = huge_first(page);
  const sync::MutexLock guard(mm.page_table_lock);
  const bool there = mm.state.entries[page].huge;
  if (there && (!write || mm.state.entries[page].write)) return true;
  const auto begin = mm.state.entries.begin() + first;
  if (!there && !std::all_of(begin, begin + kPagesPerHuge,
                             [](const PageTableEntry& entry) { return entry.empty(); })) {
    return false;
  }
  Memory& memory = current.machine.memory;
  for (unsigned i = 0; i < kPagesPerHuge; ++i) {
    if (memory.failed(block_at(blocks, i))) return false;
  }
  // X11: all of it may be written from here on.
  for (unsigned i = 0; write && i < kPagesPerHuge; ++i) {
    inode.set_dirty(inode.entry_first(index) + i);
  }
  if (there) {
    upgrade(current, mm, first);
    return true;
  }
  std::atomic_ref(mm.state.ever_huge).store(true, std::memory_order_relaxed);
  for (unsigned i = 0; i < kPagesPerHuge; ++i) {
    const Frame block = block_at(blocks, i);
    if (memory.counts_entries(block)) memory.map(block);
    populate(current, mm, first + i, block, write);
  }
  join_huge(current, mm, first);
  return true;
}

}  // namespace

bool fill_run(Current& current, Inode& inode, unsigned index) {
  Inode::State& state = inode.state;
  const unsigned first = inode.entry_first(index);
  const unsigned last = inode.entry_last(index);
  if (last >= Inode::pages_of(inode.size())) return false;
  for (unsigned i = first; i <= last; ++i) {
    if (state.backing[i] != kNoFrame || state.zero_entry[i]) return false;
  }
  const Frame blocks = current.machine.memory.allocate_huge_block(current, state.counted);
  if (blocks == kNoFrame) return false;
  for (unsigned i = first; i <= last; ++i) {
    state.backing[i] = block_at(blocks, i - first);
    state.uncommitted[i] = true;
    current.step(Rule::kFill, {.file_page = inode.page(i), .frame = state.backing[i]});
  }
  return true;
}

HugeFault fault_huge(Current& current, AddressSpace& mm, unsigned page, Inode& inode,
                     unsigned index, bool write) {
  if (!covers_run(mm, page, inode, index)) return HugeFault::kFallback;
  // A read maps holes by small entries of the zero page (X8).
  if (write && inode.state.backing[index] == kNoFrame) fill_run(current, inode, index);
  const Frame blocks = aligned_blocks(inode, index);
  if (blocks == kNoFrame) return HugeFault::kFallback;
  for (unsigned i = 0; write && i < kPagesPerHuge; ++i) {
    // X9: who writes gets a block of his own, and the run is none any more.
    if (current.machine.memory.is_shared(block_at(blocks, i))) return HugeFault::kFallback;
    if (mm.state.areas[page].sync && inode.state.uncommitted[inode.entry_first(index) + i]) {
      return HugeFault::kNeedsSync;
    }
  }
  return map_run(current, mm, page, inode, index, blocks, write) ? HugeFault::kDone
                                                                 : HugeFault::kFallback;
}

}  // namespace mirrorcheck::impl::reference
