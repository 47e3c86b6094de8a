#include "impl/reference/memory_failure.h"

#include <algorithm>
#include <cerrno>

#include "impl/reference/locks.h"
#include "impl/reference/machine.h"
#include "impl/reference/migrate.h"
#include "impl/reference/zap.h"
#include "impl/sync/mutex.h"

namespace mirrorcheck::impl::reference {

using model::EntryKind;
using model::FilePage;
using model::Frame;
using model::kNoFilePage;
using model::kNoFrame;
using model::Rule;

namespace {

// What the page maps: private memory, locked and with a reference; or a page of a file, with a
// reference on its inode.
struct Target {
  int error = 0;
  Frame frame = kNoFrame;
  FilePage file_page = kNoFilePage;
};

Target find(Current& current, AddressSpace& mm, unsigned page) {
  const MmapRead mmap_lock(current, mm);
  const AreaPage& area = mm.state.areas[page];
  if (area.area == model::Area::kNone) return {.error = -ENXIO};
  const sync::MutexLock guard(mm.page_table_lock);
  const PageTableEntry& entry = mm.state.entries[page];
  if (!entry.empty() && entry.kind == EntryKind::kPoisoned) return {.error = -EHWPOISON};
  if (!entry.present()) return {.error = -ENXIO};
  if (entry.frame == model::kZeroFrame) return {.error = -EBUSY};
  // get_huge_page_for_hwpoison: huge pages of hugetlb that do not migrate are left alone.
  if (area.area == model::Area::kHugetlb) return {.error = -EBUSY};
  if (mm.maps_private_memory(page)) {
    Memory& memory = current.machine.memory;
    if (!memory.try_lock_page(entry.frame)) return {.error = -EBUSY};
    memory.get_page(entry.frame);
    return {.frame = entry.frame};
  }
  current.machine.inode(model::file_of(area.file_page)).get(1);
  return {.frame = entry.frame, .file_page = area.file_page};
}

// Whether some entry of that kind names the frame. REQUIRES: both page-table locks.
bool named(const Machine& machine, Frame frame, EntryKind kind) {
  return std::any_of(machine.mms.begin(), machine.mms.end(), [&](const AddressSpace& mm) {
    return std::any_of(
        mm.state.entries.begin(), mm.state.entries.end(),
        [&](const PageTableEntry& entry) { return entry.frame == frame && entry.kind == kind; });
  });
}

bool mapped(Machine& machine, Frame frame) {
  const PageTables guard(machine);
  return named(machine, frame, EntryKind::kPresent);
}

// TestSetPageHWPoison, of the page that is locked. False: it is gone, or in the swap cache, where
// Linux leaves it.
bool break_private_page(Current& current, const AddressSpace& mm, unsigned page, Frame frame) {
  Machine& machine = current.machine;
  const PageTables guard(machine);
  const PageTableEntry& entry = mm.state.entries[page];
  if (!entry.present() || entry.frame != frame || machine.memory.slot_of(frame) != kNoFrame ||
      named(machine, frame, EntryKind::kSwap)) {
    return false;
  }
  current.step(Rule::kBreak, {.frame = frame});
  return true;
}

// hwpoison_user_mappings. REQUIRES: the page is locked and has a reference of the caller's.
int fail_private_page(Current& current, const AddressSpace& mm, unsigned page, Frame frame) {
  if (!break_private_page(current, mm, page, frame)) {
    release_page(current, frame);
    return -EBUSY;
  }
  // fork and mremap may have passed the walk by. What they take along is not made present again.
  do {
    hide_mappings(current, frame, EntryKind::kPoisoned);
  } while (mapped(current.machine, frame));
  // The reference stays: nobody frees it.
  current.machine.memory.unlock_page(frame);
  current.machine.migrations.wake_all();
  return 0;
}

// me_pagecache_clean: whoever wants it reads it in again. What is dirty would be lost.
int fail_cached_page(Current& current, Inode& inode, unsigned index, Frame frame) {
  const EntryLock entry(current, inode, index);
  if (inode.state.backing[index] != frame) return -EBUSY;
  unmap_mapping(current, inode, index, index + 1, false);
  if (inode.state.dirty[index] || !current.machine.memory.only_reference(frame)) return -EBUSY;
  current.step(Rule::kBreak, {.frame = frame});
  inode.remove_from_cache(index);
  current.step(Rule::kEvict, {.file_page = inode.page(index)});
  // The reference of the page cache stays.
  return 0;
}

// mf_generic_kill_procs: the block has failed for all who map it from now on. False: the file page
// has it no longer. REQUIRES: its entry lock.
bool break_block(Current& current, const Inode& inode, unsigned index, Frame block) {
  if (inode.state.backing[index] != block) return false;
  Machine& machine = current.machine;
  // A fault looks under one of these, and makes its entry.
  const PageTables guard(machine);
  return machine.memory.fail_block(block, [&] { current.step(Rule::kBreak, {.frame = block}); });
}

// xfs_dax_failure_fn, for one more page that has the block.
void unmap_failed(Current& current, Inode& inode, unsigned index, Frame block) {
  const EntryLock entry(current, inode, index);
  if (inode.state.backing[index] == block) unmap_mapping(current, inode, index, index + 1, false);
}

int fail_block(Current& current, Inode& inode, unsigned index, Frame block) {
  {
    const EntryLock entry(current, inode, index);
    if (!break_block(current, inode, index, block)) return -EBUSY;
    unmap_mapping(current, inode, index, index + 1, false);
  }
  for (Inode& other : current.machine.inodes) {
    for (unsigned i = 0; i < model::kPagesPerFile; ++i) {
      if (&other != &inode || i != index) unmap_failed(current, other, i, block);
    }
  }
  return 0;
}

}  // namespace

int memory_failure(Current& current, const Operation& operation) {
  AddressSpace& mm = current.machine.mm(current.mm);
  const Target target = find(current, mm, operation.page);
  if (target.error != 0) return target.error;
  if (target.file_page == kNoFilePage) {
    return fail_private_page(current, mm, operation.page, target.frame);
  }
  Inode& inode = current.machine.inode(model::file_of(target.file_page));
  const unsigned index = model::index_of(target.file_page);
  const int error = inode.state.dax ? fail_block(current, inode, index, target.frame)
                                    : fail_cached_page(current, inode, index, target.frame);
  Inode::put(current, inode, 1);
  return error;
}

}  // namespace mirrorcheck::impl::reference
