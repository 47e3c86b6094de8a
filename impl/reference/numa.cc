#include "impl/reference/numa.h"

#include <cerrno>
#include <optional>

#include "impl/reference/huge.h"
#include "impl/reference/locks.h"
#include "impl/reference/machine.h"
#include "impl/reference/page_table.h"
#include "impl/reference/window.h"
#include "impl/sync/mutex.h"
#include "impl/sync/section.h"

namespace mirrorcheck::impl::reference {

using model::Area;
using model::kPagesPerMm;
using model::Rule;
using model::WindowEvent;

namespace {

// What task_numa_work leaves alone: what does not migrate, what nobody may touch, and files that
// are only read. Areas that may be written but not read, too, though Linux scans them: their
// entries are no different from hints.
bool is_scanned(const AreaPage& area) {
  return area.read && (area.area == Area::kAnon || (area.area == Area::kFile && area.write));
}

// change_pte_range with MM_CP_PROT_NUMA. Not the zero page, nor what KSM has joined; nor, of what
// is copied when it is written, also where that is still the file's page, what several entries map
// or what somebody has pinned. What is dirty of a file is asked besides. REQUIRES: of a page that a
// private mapping has from its file, the page-table locks of all address spaces.
bool is_hinted(Current& current, const AddressSpace& mm, unsigned page) {
  const PageTableEntry& entry = mm.state.entries[page];
  if (!entry.present() || !entry.accessible || entry.frame == model::kZeroFrame) return false;
  if (mm.maps_private_memory(page)) {
    return entry.exclusive && current.machine.memory.pins(entry.frame) == 0;
  }
  return !mm.state.areas[page].is_private || (current.machine.entries_of(entry.frame) == 1 &&
                                              current.machine.memory.pins(entry.frame) == 0);
}

void close_entry(Current& current, const NotifierRange& range, unsigned page) {
  PageTableEntry& entry = range.mm.state.entries[page];
  const auto lost = [&](bool read) {
    current.step(Rule::kWriteProtect,
                 {.window = range.window, .page = range.mm.page(page), .flag = read});
  };
  entry.accessible = false;
  if (entry.write) {
    entry.write = false;
    lost(false);
  }
  entry.read = false;
  lost(true);
}

bool close_unless_in_use(Current& current, const NotifierRange& range, unsigned page) {
  if (!is_hinted(current, range.mm, page)) return false;
  // Whether a page of a file is dirty does not change meanwhile.
  std::optional<sync::SectionLock> dirty;
  if (!range.mm.maps_private_memory(page)) {
    const model::FilePage slot = range.mm.state.areas[page].file_page;
    Inode& inode = current.machine.inode(model::file_of(slot));
    dirty.emplace(inode.section);
    if (inode.state.dirty[model::index_of(slot)]) return false;
  }
  close_entry(current, range, page);
  return true;
}

// change_prot_numa. REQUIRES: mmap_lock; one VMA from `first` to `last`.
unsigned close_entries(Current& current, AddressSpace& mm, unsigned first, unsigned last) {
  unsigned closed = 0;
  split_huge(current, mm, first, last);
  NotifierRange range{.mm = mm, .first = first, .last = last, .event = WindowEvent::kProtectionVma};
  invalidate_range_start(current, range);
  {
    // Others may map what a private mapping has from its file, and must not begin to meanwhile.
    AddressSpace& lower = current.machine.mms[0];
    AddressSpace& higher = current.machine.mms[1];
    const bool shares = mm.state.areas[first].is_private;
    std::optional<sync::MutexLock> of_lower;
    std::optional<sync::MutexLock> of_higher;
    if (shares && &mm == &higher) of_lower.emplace(lower.page_table_lock);
    const sync::MutexLock guard(mm.page_table_lock);
    if (shares && &mm == &lower) of_higher.emplace(higher.page_table_lock);
    for (unsigned page = first; page <= last; ++page) {
      if (close_unless_in_use(current, range, page)) ++closed;
    }
  }
  invalidate_range_end(current, range);
  return closed;
}

}  // namespace

int numa_scan(Current& current, const Operation& operation, Result& result) {
  if (operation.page + operation.count > kPagesPerMm) return -EINVAL;
  AddressSpace& mm = current.machine.mm(current.mm);
  const unsigned last = operation.page + operation.count - 1u;
  const MmapRead mmap_lock(current, mm);
  for (unsigned page = operation.page; page <= last;) {
    const unsigned end = mm.area_end(page, last);
    if (is_scanned(mm.state.areas[page])) {
      result.pages =
          static_cast<std::uint8_t>(result.pages + close_entries(current, mm, page, end));
    }
    page = end + 1;
  }
  return 0;
}

bool open_hint(Current& current, AddressSpace& mm, unsigned page) {
  PageTableEntry& entry = mm.state.entries[page];
  const AreaPage& area = mm.state.areas[page];
  if (entry.empty() || entry.accessible || !(area.read || area.write)) return false;
  entry.accessible = true;
  entry.read = true;
  current.step(Rule::kUpgrade, {.page = mm.page(page), .flag = true});
  // can_change_pte_writable.
  if (entry.present() && area.write && mm.maps_private_memory(page) && entry.exclusive &&
      !entry.tracked && !entry.uffd_wp) {
    upgrade(current, mm, page);
  }
  return true;
}

}  // namespace mirrorcheck::impl::reference
