#include "impl/reference/fork.h"

#include <cerrno>

#include "impl/reference/areas.h"
#include "impl/reference/exclusive.h"
#include "impl/reference/huge.h"
#include "impl/reference/hugetlb.h"
#include "impl/reference/life.h"
#include "impl/reference/locks.h"
#include "impl/reference/machine.h"
#include "impl/reference/page_table.h"
#include "impl/reference/window.h"
#include "impl/reference/zap.h"
#include "impl/sync/mutex.h"

namespace mirrorcheck::impl::reference {

using model::Area;
using model::Frame;
using model::kZeroFrame;
using model::Rule;
using model::WindowEvent;

namespace {

constexpr unsigned kLastPage = model::kPagesPerMm - 1;

// vma_needs_copy: what files have is found again by faults, and so is the zero page.
bool has_private_pages(AddressSpace& mm, unsigned first, unsigned last) {
  const sync::MutexLock guard(mm.page_table_lock);
  for (unsigned page = first; page <= last; ++page) {
    if (!mm.state.entries[page].empty() && mm.maps_private_memory(page)) return true;
  }
  return false;
}

// copy_present_pte, and copy_nonpresent_pte: migration entries are resolved together, what has
// failed has failed for the child, too.
// False: out of memory. REQUIRES: both page-table locks are held; `range`, the parent's, has
// started; the parent's entry is not empty.
bool copy_entry(Current& current, const NotifierRange& range, AddressSpace& child, unsigned page) {
  AddressSpace& parent = range.mm;
  Memory& memory = current.machine.memory;
  PageTableEntry& entry = parent.state.entries[page];
  // P5: nobody copies what a device has for itself. The window has taken it from the device.
  if (entry.kind == model::EntryKind::kDeviceExclusive) restore_exclusive(current, range, page);
  PageTableEntry copied = entry;
  if (!parent.maps_private_memory(page)) {
    // A page of a file, in a private mapping: read-only as it is.
    if (memory.counts_entries(entry.frame)) memory.map(entry.frame);
  } else if (memory.pins(entry.frame) != 0 && entry.kind != model::EntryKind::kPoisoned) {
    // Whoever has pinned the page goes on with the parent's (X13): the child gets a copy at once.
    copied.kind = model::EntryKind::kPresent;
    copied.frame = memory.allocate_page(current);
    if (copied.frame == model::kNoFrame) return false;
    memory.copy(entry.frame, copied.frame);
    copied.write = parent.state.areas[page].write;
    copied.exclusive = true;
    copied.tracked = false;
  } else {
    // S4: from now on neither may write it where it is. The device was told by the window.
    if (counts(entry.kind)) memory.get_page(entry.frame);
    entry.exclusive = false;
    if (entry.write) {
      entry.write = false;
      current.step(Rule::kWriteProtect, {.window = range.window, .page = parent.page(page)});
    }
    copied = entry;
  }
  // The child has no userfaultfd without UFFD_FEATURE_EVENT_FORK.
  copied.uffd_wp = false;
  fork_entry(current, parent, child, page, copied);
  return true;
}

// copy_page_range. False: out of memory.
bool copy_entries(Current& current, AddressSpace& parent, AddressSpace& child, unsigned first,
                  unsigned last) {
  bool done = true;
  NotifierRange range{
      .mm = parent, .first = first, .last = last, .event = WindowEvent::kProtectionPage};
  invalidate_range_start(current, range);
  split_huge(current, parent, first, last);
  {
    // In one order, whoever is whose child: as with mmap_lock below.
    AddressSpace& lower = current.machine.mms[0];
    AddressSpace& higher = current.machine.mms[1];
    const sync::MutexLock of_lower(lower.page_table_lock);
    const sync::MutexLock of_higher(higher.page_table_lock);
    for (unsigned page = first; page <= last && done; ++page) {
      if (parent.state.entries[page].empty()) continue;
      done = copy_entry(current, range, child, page);
    }
  }
  invalidate_range_end(current, range);
  return done;
}

// dup_mmap. REQUIRES: mmap_lock of both for write.
int copy_areas(Current& current, AddressSpace& parent, AddressSpace& child) {
  if (child.any_area(0, kLastPage) || child.state.notifiers_published) return -EAGAIN;
  for (unsigned page = 0; page <= kLastPage;) {
    const unsigned end = parent.area_end(page, kLastPage);
    const AreaPage area = parent.state.areas[page];
    if (area.area != Area::kNone) {
      if (area.file_page != model::kNoFilePage) {
        link_file(current, child, page, end, area.file_page, true);
      }
      add_area(current, child, page, end, area);
      // is_cow_mapping
      if ((area.area == Area::kAnon || area.is_private) && has_private_pages(parent, page, end) &&
          !copy_entries(current, parent, child, page, end)) {
        return -ENOMEM;
      }
      if (area.area == Area::kHugetlb && has_private_pages(parent, page, end)) {
        if (const int error = copy_hugetlb(current, parent, child, page, end)) return error;
      }
    }
    page = end + 1;
  }
  return 0;
}

// exit_mmap of a child that came to nothing. It has no notifiers to be told (M5).
Detached undo(Current& current, AddressSpace& child) {
  Detached detached = detach_areas(current, child, 0, kLastPage);
  Gather gather;
  const NotifierRange nobody_told{
      .mm = child, .first = 0, .last = kLastPage, .event = WindowEvent::kUnmap};
  zap_entries(current, nobody_told, gather);
  forget_areas(current, child, 0, kLastPage, detached);
  gather.finish(current);
  return detached;
}

}  // namespace

int sys_fork(Current& current) {
  Machine& machine = current.machine;
  AddressSpace& parent = machine.mm(current.mm);
  AddressSpace& child = machine.mm(model::other_mm(current.mm));
  if (!mmget_not_zero(current, child)) return -EAGAIN;
  int error;
  Detached detached;
  {
    // Linux takes the parent's first: nobody else knows the child's. Here its tasks may fork, too.
    const MmapWrite lower(current, machine.mms[0]);
    const MmapWrite higher(current, machine.mms[1]);
    error = copy_areas(current, parent, child);
    if (error == -ENOMEM || error == -ENOSPC) detached = undo(current, child);
  }
  put_files(current, detached);
  mmput(current, child);
  return error;
}

}  // namespace mirrorcheck::impl::reference
