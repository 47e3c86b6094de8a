#include "impl/reference/hugetlb.h"

#include <cerrno>
#include <utility>

#include "impl/reference/areas.h"
#include "impl/reference/huge.h"
#include "impl/reference/locks.h"
#include "impl/reference/machine.h"
#include "impl/reference/page_table.h"
#include "impl/reference/window.h"
#include "impl/reference/zap.h"
#include "impl/sync/mutex.h"

namespace mirrorcheck::impl::reference {

using model::Area;
using model::Frame;
using model::kNoFrame;
using model::kPagesPerHuge;
using model::kPagesPerMm;
using model::Rule;
using model::WindowEvent;

namespace {

// The frame of the huge page that begins with `first` which its page number `place` has.
Frame part_of(Frame first, unsigned place) { return Frame(static_cast<unsigned>(first) + place); }

void put_huge_page(Current& current, Frame first) {
  for (unsigned i = 0; i < kPagesPerHuge; ++i) {
    current.machine.memory.put_page(current, part_of(first, i));
  }
}

Frame& reserved(AddressSpace& mm, unsigned page) { return mm.state.reserved[page / kPagesPerHuge]; }

// False: so many huge pages are not there. REQUIRES: mmap_lock for write.
bool reserve(Current& current, AddressSpace& mm, unsigned first, unsigned last) {
  for (unsigned page = first; page <= last; page += kPagesPerHuge) {
    const Frame huge = current.machine.memory.allocate_huge(current);
    if (huge == kNoFrame) {
      for (unsigned taken = first; taken < page; taken += kPagesPerHuge) {
        release_reserved(current, mm, taken);
      }
      return false;
    }
    reserved(mm, page) = huge;
  }
  return true;
}

// REQUIRES: the page-table lock; nothing is mapped there; the caller's references on the huge page
// go to its entry.
void map_huge_page(Current& current, AddressSpace& mm, unsigned first, Frame huge, bool write) {
  for (unsigned i = 0; i < kPagesPerHuge; ++i) {
    populate(current, mm, first + i, part_of(huge, i), write);
  }
  join_huge(current, mm, first);
}

// hugetlb_no_page. A read fault maps it read-only, as private mappings do. The kernel has a mutex
// around this, so that of two tasks the second takes no huge page that it does not need; here it
// gives back what it took, and fails only where nobody was faster.
FaultResult map_new_huge_page(Current& current, AddressSpace& mm, unsigned first, bool write) {
  {
    const sync::MutexLock guard(mm.page_table_lock);
    if (!mm.state.entries[first].empty()) return FaultResult::kDone;
    if (reserved(mm, first) != kNoFrame) {
      map_huge_page(current, mm, first, std::exchange(reserved(mm, first), kNoFrame), write);
      return FaultResult::kDone;
    }
  }
  const Frame huge = current.machine.memory.allocate_huge(current);
  {
    const sync::MutexLock guard(mm.page_table_lock);
    if (mm.state.entries[first].empty()) {
      if (huge == kNoFrame) return FaultResult::kBusError;
      map_huge_page(current, mm, first, huge, write);
      return FaultResult::kDone;
    }
  }
  if (huge != kNoFrame) put_huge_page(current, huge);
  return FaultResult::kDone;
}

// Nobody else has any of it. REQUIRES: the page-table lock; `first` is mapped.
bool may_reuse_huge_page(Current& current, const AddressSpace& mm, unsigned first) {
  for (unsigned page = first; page <= huge_last(first); ++page) {
    const PageTableEntry& entry = mm.state.entries[page];
    if (!entry.exclusive && !current.machine.memory.only_reference(entry.frame)) return false;
  }
  return true;
}

// The rest of hugetlb_wp: a copy of all of it, in one window over all of it. REQUIRES: a reference
// on each page of it is the caller's; they are dropped.
FaultResult copy_huge_page(Current& current, AddressSpace& mm, unsigned first,
                           const PageTableEntry& old, bool write) {
  Memory& memory = current.machine.memory;
  const Frame copy = memory.allocate_huge(current);
  if (copy != kNoFrame) {
    // Nobody can write what several entries map, and this one is among them while it does not
    // change.
    for (unsigned i = 0; i < kPagesPerHuge; ++i) {
      memory.copy(part_of(old.frame, i), part_of(copy, i));
    }
    Gather gather;
    NotifierRange range{
        .mm = mm, .first = first, .last = huge_last(first), .event = WindowEvent::kClear};
    bool used = false;
    invalidate_range_start(current, range);
    {
      const sync::MutexLock guard(mm.page_table_lock);
      if (mm.state.entries[first] == old) {
        split_huge_entry(current, range, first);
        for (unsigned i = 0; i < kPagesPerHuge; ++i) {
          clear_entry(current, range, first + i, gather, true);
          populate(current, mm, first + i, part_of(copy, i), write);
        }
        join_huge(current, mm, first);
        used = true;
      }
    }
    invalidate_range_end(current, range);
    gather.finish(current);
    if (!used) put_huge_page(current, copy);
  }
  put_huge_page(current, old.frame);
  return copy == kNoFrame ? FaultResult::kBusError : FaultResult::kDone;
}

// hugetlb_wp. Who has mapped the memory is not preferred to his children: unmap_ref_private, which
// takes the huge page away from them when there is no other, is left out.
FaultResult break_sharing(Current& current, AddressSpace& mm, unsigned first, bool write) {
  PageTableEntry old;
  {
    const sync::MutexLock guard(mm.page_table_lock);
    old = mm.state.entries[first];
    if (old.empty() || (write && old.write)) return FaultResult::kDone;
    if (may_reuse_huge_page(current, mm, first)) {
      each_part(mm, first, [](PageTableEntry& entry) { entry.exclusive = true; });
      // set_huge_ptep_writable.
      if (write) upgrade(current, mm, first);
      return FaultResult::kDone;
    }
    for (unsigned i = 0; i < kPagesPerHuge; ++i) {
      current.machine.memory.get_page(part_of(old.frame, i));
    }
  }
  return copy_huge_page(current, mm, first, old, write);
}

// S4: parent and child may read it where it is. REQUIRES: `range`, the parent's, has started; the
// page-table lock.
void share_huge_page(Current& current, const NotifierRange& range, unsigned first) {
  AddressSpace& parent = range.mm;
  const bool was_writable = parent.state.entries[first].write;
  each_part(parent, first, [&](PageTableEntry& entry) {
    current.machine.memory.get_page(entry.frame);
    entry.exclusive = false;
    entry.write = false;
  });
  if (!was_writable) return;
  current.step(Rule::kWriteProtect,
               {.window = range.window, .page = parent.page(first), .huge = true});
}

// The child's huge page: the parent's, or a copy where somebody has pinned a part of that, and goes
// on with the parent's (X13). False: there is none for it. REQUIRES: as share_huge_page(); the
// page-table lock of the child.
bool copy_to_child(Current& current, const NotifierRange& range, AddressSpace& child,
                   unsigned first) {
  AddressSpace& parent = range.mm;
  Memory& memory = current.machine.memory;
  const Frame from = parent.state.entries[first].frame;
  bool pinned = false;
  for (unsigned i = 0; i < kPagesPerHuge; ++i) {
    pinned = pinned || memory.pins(part_of(from, i)) != 0;
  }
  const Frame to = pinned ? memory.allocate_huge(current) : from;
  if (to == kNoFrame) return false;
  if (!pinned) share_huge_page(current, range, first);
  for (unsigned i = 0; i < kPagesPerHuge; ++i) {
    PageTableEntry entry = parent.state.entries[first + i];
    entry.huge = false;
    if (pinned) {
      memory.copy(entry.frame, part_of(to, i));
      entry.frame = part_of(to, i);
      entry.write = parent.state.areas[first].write;
      entry.exclusive = true;
    }
    fork_entry(current, parent, child, first + i, entry);
  }
  join_huge(current, child, first);
  return true;
}

}  // namespace

int sys_mmap_hugetlb(Current& current, const Operation& operation) {
  const unsigned last = operation.page + operation.count - 1u;
  if (huge_first(operation.page) != operation.page || huge_last(last) != last) return -EINVAL;
  if (last >= kPagesPerMm) return -ENOMEM;
  AddressSpace& mm = current.machine.mm(current.mm);
  const MmapWrite mmap_lock(current, mm);
  if (mm.any_area(operation.page, last)) return -EEXIST;
  if (!reserve(current, mm, operation.page, last)) return -ENOMEM;
  add_area(current, mm, operation.page, last,
           {.area = Area::kHugetlb,
            .read = (operation.prot & kProtRead) != 0,
            .write = (operation.prot & kProtWrite) != 0});
  return 0;
}

bool splits_hugetlb(const AddressSpace& mm, unsigned first, unsigned last) {
  const auto inside = [&](unsigned page) { return mm.state.areas[page].area == Area::kHugetlb; };
  return (huge_first(first) != first && inside(first)) || (huge_last(last) != last && inside(last));
}

FaultResult hugetlb_fault(Current& current, AddressSpace& mm, unsigned page, bool write) {
  const unsigned first = huge_first(page);
  bool mapped = false;
  {
    const sync::MutexLock guard(mm.page_table_lock);
    mapped = !mm.state.entries[first].empty();
  }
  if (!mapped) return map_new_huge_page(current, mm, first, write);
  return write ? break_sharing(current, mm, first, true) : FaultResult::kDone;
}

FaultResult hugetlb_unshare(Current& current, AddressSpace& mm, unsigned page) {
  return break_sharing(current, mm, huge_first(page), false);
}

void release_reserved(Current& current, AddressSpace& mm, unsigned page) {
  const Frame huge = std::exchange(reserved(mm, page), kNoFrame);
  if (huge != kNoFrame) put_huge_page(current, huge);
}

int copy_hugetlb(Current& current, AddressSpace& parent, AddressSpace& child, unsigned first,
                 unsigned last) {
  bool done = true;
  NotifierRange range{.mm = parent, .first = first, .last = last, .event = WindowEvent::kClear};
  invalidate_range_start(current, range);
  {
    const PageTables guard(parent, child);
    for (unsigned page = first; page <= last && done; page += kPagesPerHuge) {
      if (parent.state.entries[page].empty()) continue;
      done = copy_to_child(current, range, child, page);
    }
  }
  invalidate_range_end(current, range);
  return done ? 0 : -ENOSPC;
}

void move_hugetlb(Current& current, AddressSpace& mm, unsigned from, unsigned to, unsigned count) {
  NotifierRange range{
      .mm = mm, .first = from, .last = from + count - 1, .event = WindowEvent::kClear};
  invalidate_range_start(current, range);
  {
    const sync::MutexLock guard(mm.page_table_lock);
    for (unsigned i = 0; i < count; i += kPagesPerHuge) {
      reserved(mm, to + i) = std::exchange(reserved(mm, from + i), kNoFrame);
      if (!mm.state.entries[from + i].empty()) move_huge_entry(current, range, from + i, to + i);
    }
  }
  invalidate_range_end(current, range);
}

}  // namespace mirrorcheck::impl::reference
