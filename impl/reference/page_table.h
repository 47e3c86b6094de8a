// The ways an entry gains: all silent (M4).
//
// Thread safety: REQUIRES the page-table lock of `mm`.

#ifndef MIRRORCHECK_IMPL_REFERENCE_PAGE_TABLE_H_
#define MIRRORCHECK_IMPL_REFERENCE_PAGE_TABLE_H_

#include <cstdint>

#include "impl/reference/address_space.h"
#include "impl/reference/current.h"
#include "impl/reference/huge.h"
#include "impl/reference/machine.h"
#include "model/vocabulary.h"

namespace mirrorcheck::impl::reference {

// What populate() does before it says so.
inline void make_entry(AddressSpace& mm, unsigned page, model::Frame frame, bool write,
                       bool copied) {
  const AreaPage& area = mm.state.areas[page];
  mm.state.entries[page] = {.frame = frame,
                            .kind = model::is_device(frame) ? model::EntryKind::kDevicePrivate
                                                            : model::EntryKind::kPresent,
                            .read = area.read,
                            .write = write,
                            .accessible = area.read || area.write,
                            .exclusive = true,
                            .copied = copied};
  mm.state.populated[AddressSpace::table_of(page)] = true;
}

// none -> present, or device-private. `copied`: a copy of what the file has (X10). REQUIRES: the
// entry is absent; the caller's reference on a page goes to the entry.
inline void populate(Current& current, AddressSpace& mm, unsigned page, model::Frame frame,
                     bool write, bool copied = false) {
  make_entry(mm, page, frame, write, copied);
  current.step(model::Rule::kPopulate,
               {.page = mm.page(page), .frame = frame, .write = write, .flag = copied});
}

// The same of a copy for uprobes, whose cell holds value. REQUIRES: as populate(); the area is a
// private mapping of a file.
inline void populate_probed(Current& current, AddressSpace& mm, unsigned page, model::Frame copy,
                            std::uint8_t cell, std::uint32_t value) {
  make_entry(mm, page, copy, false, true);
  current.step(model::Rule::kPopulate, {.page = mm.page(page),
                                        .frame = copy,
                                        .flag = true,
                                        .required = true,
                                        .cell = cell,
                                        .value = value});
}

// fork: none -> present in the child, for what the parent has there. REQUIRES: both page-table
// locks; the caller's reference on a page goes to the child's entry.
inline void fork_entry(Current& current, AddressSpace& parent, AddressSpace& child, unsigned page,
                       const PageTableEntry& entry) {
  child.state.entries[page] = entry;
  child.state.populated[AddressSpace::table_of(page)] = true;
  current.step(model::Rule::kCopyEntry, {.page = child.page(page),
                                         .source = parent.page(page),
                                         .frame = entry.frame,
                                         .write = entry.write});
}

// mremap, UFFDIO_MOVE: what `from` has goes to `to`. REQUIRES: `to` is absent; `window`, over
// `from`, has started.
inline void move_entry(Current& current, AddressSpace& mm, unsigned from, unsigned to,
                       model::Window window) {
  mm.state.entries[to] = mm.state.entries[from];
  mm.state.entries[from] = {};
  // move_soft_dirty_pte: what is new at an address counts as written. And a userfaultfd has asked
  // for what was at the old one (vma_has_uffd_without_event_remap, move_present_pte).
  mm.state.entries[to].tracked = false;
  mm.state.entries[to].uffd_wp = false;
  mm.state.populated[AddressSpace::table_of(to)] = true;
  current.step(model::Rule::kMoveEntry,
               {.window = window, .page = mm.page(to), .source = mm.page(from)});
}

// move_huge_pmd: the run from `page` on, page by page, and nobody sees it in parts. REQUIRES:
// `range`, over it, has started; `to` begins a run that maps nothing.
inline void move_huge_entry(Current& current, const NotifierRange& range, unsigned page,
                            unsigned to) {
  split_huge_entry(current, range, page);
  for (unsigned i = 0; i < model::kPagesPerHuge; ++i) {
    move_entry(current, range.mm, page + i, to + i, range.window);
  }
  join_huge(current, range.mm, to);
}

// Read-only -> writable, same frame, all of a huge entry; or of one that is writable only what goes
// with it: the page is dirty. REQUIRES: the entry is present, not the zero page; nobody else maps a
// page of private memory.
inline void upgrade(Current& current, AddressSpace& mm, unsigned page) {
  Memory& memory = current.machine.memory;
  each_part(mm, page, [&](PageTableEntry& entry) {
    if (memory.may_be_clean(entry.frame)) memory.set_dirty(entry.frame);
    entry.write = true;
    entry.exclusive = true;
    entry.tracked = false;
  });
  current.step(model::Rule::kUpgrade, {.page = mm.page(page), .huge = mm.state.entries[page].huge});
}

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_PAGE_TABLE_H_
