#include "impl/reference/uprobes.h"

#include <cerrno>

#include "impl/reference/fault.h"
#include "impl/reference/file_fault.h"
#include "impl/reference/locks.h"
#include "impl/reference/machine.h"
#include "impl/reference/page_table.h"
#include "impl/reference/window.h"
#include "impl/reference/zap.h"
#include "impl/sync/mutex.h"

namespace mirrorcheck::impl::reference {

using model::Area;
using model::FilePage;
using model::Frame;
using model::kCellsPerPage;
using model::kNoFilePage;
using model::kNoFrame;
using model::Rule;

namespace {

enum class Probe : std::uint8_t { kSet, kRemove };

// What is to be in which cell of which page, and of which page of the file that is a copy.
struct Opcode {
  Probe probe;
  Inode& inode;
  unsigned index;
  unsigned page;
  std::uint8_t cell;
  std::uint32_t value;
  Frame original;  // the page of the page cache, of which the caller has a reference
};

// The file page that the page maps, with a reference on its inode.
FilePage find_file_page(Current& current, AddressSpace& mm, unsigned page) {
  const MmapRead mmap_lock(current, mm);
  const AreaPage& area = mm.state.areas[page];
  if (area.area != Area::kFile && area.area != Area::kDax) return kNoFilePage;
  current.machine.inode(model::file_of(area.file_page)).get(1);
  return area.file_page;
}

// valid_vma, and that it still maps the page. What was probed and may be written since loses its
// breakpoints all the same.
bool is_for_probes(const AreaPage& area, FilePage file_page, Probe probe) {
  return area.area == Area::kFile && area.is_private && area.file_page == file_page &&
         (probe == Probe::kRemove || !area.write);
}

// copy_insn, and find_get_page. REQUIRES: nothing of the file is locked.
int read_original(Current& current, Opcode& opcode) {
  Inode& inode = opcode.inode;
  const unsigned index = opcode.index;
  const InvalidateShared invalidate(current, inode);
  const EntryLock entry(current, inode, index);
  if (index * kCellsPerPage + opcode.cell >= inode.size()) return -EIO;
  opcode.original = fill(current, inode, index);
  if (opcode.original == kNoFrame) return -ENOMEM;
  Memory& memory = current.machine.memory;
  memory.get_page(opcode.original);
  const std::uint32_t instruction =
      memory.load(opcode.original, opcode.cell, [&](std::uint32_t value) {
        current.step(Rule::kFileAccess,
                     {.file_page = inode.page(index), .cell = opcode.cell, .value = value});
      });
  opcode.value = opcode.probe == Probe::kSet ? kBreakpoint : instruction;
  return 0;
}

enum class Found : std::uint8_t {
  kAbsent,    // fault it in
  kAsWanted,  // verify_opcode: nothing is to be done
  kPinned,    // who has it pinned would not see what is written into a copy
  kOther,
};

// REQUIRES: the page-table lock.
Found look(Current& current, const AddressSpace& mm, const Opcode& opcode) {
  const PageTableEntry& entry = mm.state.entries[opcode.page];
  if (!entry.present()) return Found::kAbsent;
  Memory& memory = current.machine.memory;
  const bool probed = memory.load(entry.frame, opcode.cell, [](std::uint32_t) {}) == kBreakpoint;
  if (probed == (opcode.probe == Probe::kSet)) return Found::kAsWanted;
  return mm.maps_private_memory(opcode.page) && memory.pins(entry.frame) != 0 ? Found::kPinned
                                                                              : Found::kOther;
}

// A punch leaves the copy where it is, and takes the file's page away. REQUIRES: the entry lock.
bool is_original_there(const Opcode& opcode) {
  return opcode.inode.state.backing[opcode.index] == opcode.original;
}

// The entry names `copy` afterwards, or nothing, where the file has the same as that. False: the
// latter. What others may write meanwhile is copied when they cannot any more: the file's own page
// as it is at that moment, a private copy when its entry cannot be used.
// REQUIRES: look() says kOther; the page-table lock; the entry lock of the file's page; `range` has
// started.
bool replace_entry(Current& current, const NotifierRange& range, const Opcode& opcode, Frame copy,
                   Gather& gather) {
  AddressSpace& mm = range.mm;
  Memory& memory = current.machine.memory;
  PageTableEntry& entry = mm.state.entries[opcode.page];
  const PageTableEntry old = entry;
  if (mm.maps_private_memory(opcode.page)) {
    memory.copy(old.frame, copy);
  } else {
    copy_file_page(current, mm, opcode.page, old.frame, copy);
  }
  memory.store(copy, opcode.cell, opcode.value, [](std::uint32_t) {});
  const auto give_up = [&] {
    entry = {};
    current.step(Rule::kZap, {.window = range.window,
                              .page = mm.page(opcode.page),
                              .required = true,
                              .cell = opcode.cell,
                              .value = opcode.value});
    gather.add(old.frame);
  };
  if (opcode.probe == Probe::kRemove && is_original_there(opcode) &&
      memory.same(copy, opcode.original, give_up)) {
    return false;
  }
  clear_entry(current, range, opcode.page, gather, true);
  populate_probed(current, mm, opcode.page, copy, opcode.cell, opcode.value);
  entry.tracked = old.tracked;
  return true;
}

// __replace_page. The answer is what was found before.
Found replace_page(Current& current, AddressSpace& mm, const Opcode& opcode, Frame copy) {
  const InvalidateShared invalidate(current, opcode.inode);
  const EntryLock entry(current, opcode.inode, opcode.index);
  Gather gather;
  NotifierRange range{
      .mm = mm, .first = opcode.page, .last = opcode.page, .event = model::WindowEvent::kClear};
  invalidate_range_start(current, range);
  Found found;
  bool used = false;
  {
    const sync::MutexLock guard(mm.page_table_lock);
    found = look(current, mm, opcode);
    if (found == Found::kOther) used = replace_entry(current, range, opcode, copy, gather);
  }
  invalidate_range_end(current, range);
  gather.finish(current);
  if (!used) current.machine.memory.put_page(current, copy);
  return found;
}

// uprobe_write_opcode. REQUIRES: mmap_lock, for write.
int write_opcode(Current& current, AddressSpace& mm, const Opcode& opcode, Result& result) {
  for (;;) {
    Found found;
    {
      // Nobody is told for nothing.
      const sync::MutexLock guard(mm.page_table_lock);
      found = look(current, mm, opcode);
    }
    if (found == Found::kOther) {
      const Frame copy = current.machine.memory.allocate_page(current);
      if (copy == kNoFrame) return -ENOMEM;
      found = replace_page(current, mm, opcode, copy);
      if (found == Found::kOther) {
        result.pages = 1;
        return 0;
      }
    }
    if (found == Found::kAsWanted) return 0;
    if (found == Found::kPinned) return -EBUSY;
    const FaultResult fault = handle_mm_fault(current, mm, opcode.page, false);
    if (fault != FaultResult::kDone) return errno_of(fault);
  }
}

// register_for_each_vma, for the one that the operation names.
int probe_area(Current& current, AddressSpace& mm, Opcode& opcode, Result& result) {
  const MmapWrite mmap_lock(current, mm);
  const FilePage file_page = opcode.inode.page(opcode.index);
  if (!is_for_probes(mm.state.areas[opcode.page], file_page, opcode.probe)) return 0;
  if (const int error = read_original(current, opcode)) return error;
  const int error = write_opcode(current, mm, opcode, result);
  current.machine.memory.put_page(current, opcode.original);
  return error;
}

int change(Current& current, const Operation& operation, Probe probe, Result& result) {
  AddressSpace& mm = current.machine.mm(current.mm);
  const FilePage file_page = find_file_page(current, mm, operation.page);
  if (file_page == kNoFilePage) return -EINVAL;
  Inode& inode = current.machine.inode(model::file_of(file_page));
  const unsigned index = model::index_of(file_page);
  Opcode opcode{.probe = probe,
                .inode = inode,
                .index = index,
                .page = operation.page,
                .cell = operation.cell,
                .value = 0,
                .original = kNoFrame};
  // uprobe_register.
  const int error = inode.state.dax ? -EIO
                    : index * kCellsPerPage + operation.cell > inode.size()
                        ? -EINVAL
                        : probe_area(current, mm, opcode, result);
  Inode::put(current, inode, 1);
  return error;
}

}  // namespace

int uprobe_set(Current& current, const Operation& operation, Result& result) {
  return change(current, operation, Probe::kSet, result);
}

int uprobe_remove(Current& current, const Operation& operation, Result& result) {
  return change(current, operation, Probe::kRemove, result);
}

}  // namespace mirrorcheck::impl::reference
