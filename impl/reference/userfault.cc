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

}  // namespace

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
