#include "impl/reference/mapping_calls.h"

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <optional>

#include "impl/reference/areas.h"
#include "impl/reference/huge.h"
#include "impl/reference/hugetlb.h"
#include "impl/reference/locks.h"
#include "impl/reference/machine.h"
#include "impl/reference/truncate.h"
#include "impl/reference/window.h"
#include "impl/reference/zap.h"
#include "impl/sync/mutex.h"
#include "impl/sync/shared_mutex.h"

namespace mirrorcheck::impl::reference {

using model::Area;
using model::Frame;
using model::kPagesPerMm;
using model::Rule;
using model::WindowEvent;

namespace {

AddressSpace& own_mm(Current& current) { return current.machine.mm(current.mm); }
bool fits(const Operation& operation) { return operation.page + operation.count <= kPagesPerMm; }
unsigned last_page(const Operation& operation) { return operation.page + operation.count - 1u; }

AreaPage area_of(Area kind, const Operation& operation) {
  return {.area = kind,
          .read = (operation.prot & kProtRead) != 0,
          .write = (operation.prot & kProtWrite) != 0};
}

int map_memory(Current& current, const Operation& operation, Area kind) {
  if (!fits(operation)) return -ENOMEM;
  AddressSpace& mm = own_mm(current);
  const unsigned last = last_page(operation);
  const MmapWrite mmap_lock(current, mm);
  if (mm.any_area(operation.page, last)) return -EEXIST;
  add_area(current, mm, operation.page, last, area_of(kind, operation));
  return 0;
}

// change_huge_pmd, or one entry of change_pte_range. What the entry has and the area no longer
// allows it loses. Write permission that was gained comes with the next write fault (M4). REQUIRES:
// the page-table lock is held; `range` has started, and covers all of the entry.
void change_entry(Current& current, const NotifierRange& range, unsigned page,
                  const AreaPage& area) {
  AddressSpace& mm = range.mm;
  const PageTableEntry old = mm.state.entries[page];
  const auto lost = [&](bool read) {
    current.step(Rule::kWriteProtect,
                 {.window = range.window, .page = mm.page(page), .flag = read, .huge = old.huge});
  };
  each_part(mm, page, [&](PageTableEntry& part) {
    part.accessible = area.read || area.write;
    part.write = old.write && area.write;
  });
  if (old.write && !area.write) lost(false);
  each_part(mm, page, [&](PageTableEntry& part) { part.read = area.read; });
  if (old.read && !area.read) lost(true);
  if (!old.read && area.read) {
    current.step(Rule::kUpgrade, {.page = mm.page(page), .flag = true, .huge = old.huge});
  }
}

// REQUIRES: mmap_lock for write; one VMA from `first` to `last`, which now has `area`'s protection.
void change_protection(Current& current, AddressSpace& mm, unsigned first, unsigned last,
                       const AreaPage& area) {
  // hugetlb_change_protection does not ask.
  bool populated = area.area == Area::kHugetlb;
  {
    const sync::MutexLock guard(mm.page_table_lock);
    for (unsigned page = first; page <= last; ++page) {
      populated = populated || mm.table_populated(page);
    }
  }
  // Nothing is mapped there, and mmap_lock keeps it so: nobody to tell.
  if (!populated) return;
  NotifierRange range{.mm = mm, .first = first, .last = last, .event = WindowEvent::kProtectionVma};
  invalidate_range_start(current, range);
  // D3: a device that keeps reading must not do so in a translation that is too large.
  split_huge_ends(current, mm, first, last);
  {
    const sync::MutexLock guard(mm.page_table_lock);
    for (unsigned page = first; page <= last; page = last_of_entry(mm, page) + 1) {
      if (!mm.state.entries[page].empty()) change_entry(current, range, page, area);
    }
  }
  invalidate_range_end(current, range);
}

// madvise_free_pte_range. What others map, too, or what moves is left alone; what has failed is
// given up like what is in swap. What is in the swap cache leaves it, under its folio lock
// (folio_free_swap). REQUIRES: the page-table lock; `range` has started.
void free_lazily(Current& current, const NotifierRange& range, unsigned page, Gather& gather) {
  AddressSpace& mm = range.mm;
  const PageTableEntry& entry = mm.state.entries[page];
  if (entry.empty()) return;
  if (entry.kind == model::EntryKind::kSwap || entry.kind == model::EntryKind::kPoisoned) {
    clear_entry(current, range, page, gather);
    return;
  }
  Memory& memory = current.machine.memory;
  if (!entry.present() || entry.frame == model::kZeroFrame ||
      !(entry.exclusive || memory.only_references(entry.frame, 1 + gather.count(entry.frame)))) {
    return;
  }
  if (memory.may_be_clean(entry.frame)) {
    if (!memory.try_lock_page(entry.frame)) return;
    if (const Frame slot = memory.take_slot(entry.frame); slot != model::kNoFrame) {
      gather.add(slot);
    }
    memory.unlock_page(entry.frame);
  }
  memory.free_lazily(entry.frame);
  current.step(Rule::kLazyFree, {.window = range.window, .page = mm.page(page)});
}

// madvise_free_single_vma.
void free_range_lazily(Current& current, AddressSpace& mm, unsigned first, unsigned last) {
  Gather gather;
  // D6: a device that may write what is dirty could go on, and nobody would hear of it.
  NotifierRange range{.mm = mm, .first = first, .last = last, .event = WindowEvent::kClear};
  invalidate_range_start(current, range);
  // madvise_free_huge_pmd.
  split_huge_ends(current, mm, first, last);
  {
    const sync::MutexLock guard(mm.page_table_lock);
    for (unsigned page = first; page <= last; ++page) free_lazily(current, range, page, gather);
  }
  invalidate_range_end(current, range);
  gather.finish(current);
}

}  // namespace

int sys_mmap_anonymous(Current& current, const Operation& operation) {
  return map_memory(current, operation, Area::kAnon);
}

int sys_mmap_special(Current& current, const Operation& operation) {
  return map_memory(current, operation, Area::kSpecial);
}

int sys_mmap_file(Current& current, const Operation& operation, Sharing sharing) {
  if (!fits(operation)) return -ENOMEM;
  if (operation.index + operation.count > static_cast<int>(model::kPagesPerFile)) return -EOVERFLOW;
  AddressSpace& mm = own_mm(current);
  Inode& inode = current.machine.inode(operation.file);
  const unsigned last = last_page(operation);
  // The reference for the call becomes one for each page.
  if (!inode.get_by_name()) return -ENOENT;
  int error = 0;
  if (sharing == Sharing::kSync && !inode.state.dax) {
    error = -EOPNOTSUPP;
  } else {
    const MmapWrite mmap_lock(current, mm);
    if (mm.any_area(operation.page, last)) {
      error = -EEXIST;
    } else {
      AreaPage area = area_of(inode.state.dax ? Area::kDax : Area::kFile, operation);
      area.file_page = inode.page(operation.index);
      area.is_private = sharing == Sharing::kPrivate;
      area.sync = sharing == Sharing::kSync;
      link_file(current, mm, operation.page, last, area.file_page);
      add_area(current, mm, operation.page, last, area);
    }
  }
  Inode::put(current, inode, 1);
  return error;
}

int sys_munmap(Current& current, const Operation& operation) {
  if (!fits(operation)) return -EINVAL;
  AddressSpace& mm = own_mm(current);
  unsigned first = operation.page;
  unsigned last = last_page(operation);
  Detached detached;
  {
    MmapWrite mmap_lock(current, mm);
    while (first <= last && mm.state.areas[first].area == Area::kNone) ++first;
    if (first > last) return 0;
    while (mm.state.areas[last].area == Area::kNone) --last;
    if (splits_hugetlb(mm, first, last)) return -EINVAL;
    detached = detach_areas(current, mm, first, last);
    // Faults elsewhere may go on: nobody finds these areas any more, except through rmap.
    mmap_lock.downgrade();
    unmap_detached(current, mm, first, last, detached);
  }
  put_files(current, detached);
  return 0;
}

void unmap_everything(Current& current, AddressSpace& mm) {
  constexpr unsigned kLast = kPagesPerMm - 1;
  Detached detached;
  Gather gather;
  {
    const MmapRead mmap_lock(current, mm);
    if (!mm.any_area(0, kLast)) return;
    NotifierRange range{.mm = mm, .first = 0, .last = kLast, .event = WindowEvent::kUnmap};
    invalidate_range_start(current, range);
    zap_entries(current, range, gather);
    invalidate_range_end(current, range);
  }
  {
    const MmapWrite mmap_lock(current, mm);
    detached = detach_areas(current, mm, 0, kLast);
    forget_areas(current, mm, 0, kLast, detached);
    gather.finish(current);
  }
  put_files(current, detached);
}

int sys_mprotect(Current& current, const Operation& operation) {
  if (!fits(operation)) return -ENOMEM;
  AddressSpace& mm = own_mm(current);
  const unsigned last = last_page(operation);
  const MmapWrite mmap_lock(current, mm);
  for (unsigned page = operation.page; page <= last;) {
    const unsigned end = mm.area_end(page, last);
    // As far as the first gap it is done.
    if (mm.state.areas[page].area == Area::kNone) return -ENOMEM;
    const AreaPage wanted = area_of(mm.state.areas[page].area, operation);
    if (mm.state.areas[page].read != wanted.read || mm.state.areas[page].write != wanted.write) {
      if (splits_hugetlb(mm, page, end)) return -EINVAL;
      for (unsigned i = page; i <= end; ++i) {
        mm.state.areas[i].read = wanted.read;
        mm.state.areas[i].write = wanted.write;
      }
      current.step(
          Rule::kProtect,
          {.mm = mm.id, .pages = mm.pages(page, end), .write = wanted.write, .read = wanted.read});
      change_protection(current, mm, page, end, wanted);
    }
    page = end + 1;
  }
  return 0;
}

int sys_madvise_free(Current& current, const Operation& operation) {
  if (!fits(operation)) return -ENOMEM;
  AddressSpace& mm = own_mm(current);
  const unsigned last = last_page(operation);
  int error = 0;
  const MmapRead mmap_lock(current, mm);
  for (unsigned page = operation.page; page <= last;) {
    const unsigned end = mm.area_end(page, last);
    const Area kind = mm.state.areas[page].area;
    if (kind == Area::kNone) {
      error = -ENOMEM;
    } else if (kind == Area::kAnon) {
      free_range_lazily(current, mm, page, end);
    } else {
      return -EINVAL;
    }
    page = end + 1;
  }
  return error;
}

int sys_madvise_dontneed(Current& current, const Operation& operation) {
  if (!fits(operation)) return -ENOMEM;
  AddressSpace& mm = own_mm(current);
  const unsigned last = last_page(operation);
  int error = 0;
  const MmapRead mmap_lock(current, mm);
  for (unsigned page = operation.page; page <= last;) {
    const unsigned end = mm.area_end(page, last);
    const Area kind = mm.state.areas[page].area;
    if (kind == Area::kSpecial) return -EINVAL;
    if (kind == Area::kNone) {
      error = -ENOMEM;
    } else if (kind == Area::kHugetlb) {
      // madvise_dontneed_free_valid_vma: of what is asked for, whole huge pages.
      if (huge_first(page) != page) return -EINVAL;
      const unsigned behind = huge_first(end + 1);
      if (behind != page) zap_page_range(current, mm, page, behind - 1);
    } else {
      zap_page_range(current, mm, page, end);
    }
    page = end + 1;
  }
  return error;
}

int sys_madvise_remove(Current& current, const Operation& operation) {
  if (!fits(operation)) return -ENOMEM;
  AddressSpace& mm = own_mm(current);
  const unsigned last = last_page(operation);
  int error = 0;
  for (unsigned page = operation.page; page <= last;) {
    unsigned end;
    AreaPage area;
    {
      const MmapRead mmap_lock(current, mm);
      end = mm.area_end(page, last);
      area = mm.state.areas[page];
      if (area.file_page != model::kNoFilePage && !area.is_private) {
        current.machine.inode(model::file_of(area.file_page)).get(1);
      }
    }
    if (area.area == Area::kNone) {
      error = -ENOMEM;
    } else if (area.file_page == model::kNoFilePage && area.area != Area::kHugetlb) {
      return -EINVAL;
    } else if (area.is_private || area.area == Area::kHugetlb) {
      return -EACCES;
    } else {
      // A punch takes i_rwsem, which comes before mmap_lock (A12): so that is given back, and the
      // reference keeps the file although the mapping may go.
      Inode& inode = current.machine.inode(model::file_of(area.file_page));
      const unsigned index = model::index_of(area.file_page);
      const int punched = punch_hole(current, inode, index, index + end - page + 1);
      Inode::put(current, inode, 1);
      if (punched != 0) return punched;
    }
    page = end + 1;
  }
  return error;
}

}  // namespace mirrorcheck::impl::reference
