#include "impl/reference/userfault.h"

#include <cerrno>

#include "impl/reference/huge.h"
#include "impl/reference/locks.h"
#include "impl/reference/machine.h"
#include "impl/reference/migrate.h"
#include "impl/reference/page_table.h"
#include "impl/reference/window.h"
#include "impl/sync/mutex.h"

namespace mirrorcheck::impl::reference {

using model::Area;
using model::kPagesPerMm;
using model::kZeroFrame;
using model::Rule;

namespace {

// validate_move_areas. REQUIRES: mmap_lock.
bool areas_allow(const AddressSpace& mm, const Operation& operation) {
  const auto covers = [&](unsigned first) {
    return first + operation.count <= static_cast<int>(kPagesPerMm) &&
           mm.area_end(first, kPagesPerMm - 1) >= first + operation.count - 1u;
  };
  const AreaPage& area = mm.state.areas[operation.page];
  return area.area == Area::kAnon && area.write && area == mm.state.areas[operation.target] &&
         covers(operation.page) && covers(operation.target);
}

// What keeps the page from moving, or 0; -EAGAIN: somebody moves it just now. REQUIRES: the
// page-table lock.
int refusal(Current& current, const AddressSpace& mm, unsigned from, unsigned to) {
  const PageTableEntry& entry = mm.state.entries[from];
  if (!mm.state.entries[to].empty()) return -EEXIST;
  if (entry.empty()) return -ENOENT;
  if (entry.kind == model::EntryKind::kMigration) return -EAGAIN;
  // What a device has stays where it is; what is in swap is not looked at.
  if (!entry.present() && entry.kind != model::EntryKind::kSwap) return -EFAULT;
  // move_zeropage_pte.
  if (entry.frame == kZeroFrame) return 0;
  // Whoever else maps or pins the page knows it at its old place only.
  return !entry.exclusive || current.machine.memory.pins(entry.frame) != 0 ? -EBUSY : 0;
}

// move_pages_pte.
int move_page(Current& current, AddressSpace& mm, unsigned from, unsigned to) {
  {
    // Nobody is told for nothing.
    const sync::MutexLock guard(mm.page_table_lock);
    if (const int error = refusal(current, mm, from, to)) return error;
  }
  split_huge(current, mm, from, from);
  NotifierRange range{.mm = mm, .first = from, .last = from, .event = model::WindowEvent::kClear};
  invalidate_range_start(current, range);
  int error;
  {
    const sync::MutexLock guard(mm.page_table_lock);
    error = refusal(current, mm, from, to);
    if (error == 0) move_entry(current, mm, from, to, range.window);
  }
  invalidate_range_end(current, range);
  return error;
}

// change_pte_range with MM_CP_UFFD_WP, or with MM_CP_UFFD_WP_RESOLVE. The latter leaves it to the
// next fault that the entry may be written. pte_modify: what was a NUMA hint is none any more.
void change_entry(Current& current, const NotifierRange& range, unsigned page, UffdMode mode) {
  AddressSpace& mm = range.mm;
  PageTableEntry& entry = mm.state.entries[page];
  if (entry.empty()) return;
  const AreaPage& area = mm.state.areas[page];
  entry.accessible = area.read || area.write;
  if (!entry.read && area.read) {
    entry.read = true;
    current.step(Rule::kUpgrade, {.page = mm.page(page), .flag = true});
  }
  const bool protects = mode == UffdMode::kProtect;
  if (protects && entry.write) {
    entry.write = false;
    current.step(Rule::kWriteProtect, {.window = range.window, .page = mm.page(page)});
  }
  if (entry.uffd_wp == protects) return;
  entry.uffd_wp = protects;
  current.step(Rule::kUffdWp, {.page = mm.page(page), .flag = protects});
}

// uffd_wp_range. REQUIRES: mmap_lock; anonymous memory of one VMA from `first` to `last`.
void change_protection(Current& current, AddressSpace& mm, unsigned first, unsigned last,
                       UffdMode mode) {
  bool populated = false;
  {
    const sync::MutexLock guard(mm.page_table_lock);
    for (unsigned page = first; page <= last; ++page) {
      populated = populated || mm.table_populated(page);
    }
  }
  // What others fault in from now on they fault in later than this.
  if (!populated) return;
  split_huge(current, mm, first, last);
  NotifierRange range{
      .mm = mm, .first = first, .last = last, .event = model::WindowEvent::kProtectionVma};
  invalidate_range_start(current, range);
  {
    const sync::MutexLock guard(mm.page_table_lock);
    for (unsigned page = first; page <= last; ++page) change_entry(current, range, page, mode);
  }
  invalidate_range_end(current, range);
}

}  // namespace

// mwriteprotect_range: gaps are passed over.
int uffdio_writeprotect(Current& current, const Operation& operation, UffdMode mode) {
  if (operation.page + operation.count > static_cast<int>(kPagesPerMm)) return -EINVAL;
  AddressSpace& mm = current.machine.mm(current.mm);
  const unsigned last = operation.page + operation.count - 1u;
  int error = -ENOENT;
  const MmapRead mmap_lock(current, mm);
  for (unsigned page = operation.page; page <= last;) {
    const unsigned end = mm.area_end(page, last);
    const Area kind = mm.state.areas[page].area;
    if (kind == Area::kAnon) {
      change_protection(current, mm, page, end, mode);
      error = 0;
    } else if (kind != Area::kNone) {
      return -ENOENT;  // nobody has it registered
    }
    page = end + 1;
  }
  return error;
}

int uffdio_move(Current& current, const Operation& operation, Result& result) {
  AddressSpace& mm = current.machine.mm(current.mm);
  const MmapRead mmap_lock(current, mm);
  if (!areas_allow(mm, operation)) return -EINVAL;
  for (unsigned i = 0; i < operation.count; ++i) {
    int error;
    while ((error = move_page(current, mm, operation.page + i, operation.target + i)) == -EAGAIN) {
      migration_entry_wait(current, mm, operation.page + i);
    }
    if (error != 0) return error;
    ++result.pages;
  }
  return 0;
}

}  // namespace mirrorcheck::impl::reference
