#include "impl/reference/huge.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>

#include "impl/reference/fault.h"
#include "impl/reference/file_collapse.h"
#include "impl/reference/locks.h"
#include "impl/reference/machine.h"
#include "impl/reference/page_set.h"
#include "impl/reference/page_table.h"
#include "impl/reference/zap.h"
#include "impl/sync/check.h"
#include "impl/sync/mutex.h"
#include "impl/sync/shared_mutex.h"

namespace mirrorcheck::impl::reference {

using model::Area;
using model::Frame;
using model::kNoFrame;
using model::kPagesPerHuge;
using model::kPagesPerMm;
using model::kZeroFrame;
using model::Rule;
using model::WindowEvent;

namespace {

// Of the run that `page` is in, if it is one; of `frame` alone, if that is one.
void split_one(Current& current, AddressSpace& mm, unsigned page, Frame frame = kNoFrame) {
  const PageTableEntry& entry = mm.state.entries[page];
  const auto is_meant = [&] { return entry.huge && (frame == kNoFrame || entry.frame == frame); };
  {
    // Nobody is told for nothing.
    const sync::MutexLock guard(mm.page_table_lock);
    if (!is_meant()) return;
  }
  // Whoever walked a part of it may have a translation of all of it (S16).
  Gather gather;
  NotifierRange range{
      .mm = mm, .first = huge_first(page), .last = huge_last(page), .event = WindowEvent::kClear};
  invalidate_range_start(current, range);
  {
    const sync::MutexLock guard(mm.page_table_lock);
    // The lock was dropped to open the window.
    if (is_meant()) {
      const bool of_file = model::is_block(entry.frame);
      split_huge_entry(current, range, page);
      // __split_huge_pmd_locked: what is the file's is found again.
      for (unsigned i = range.first; of_file && i <= range.last; ++i) {
        clear_entry(current, range, i, gather);
      }
    }
  }
  invalidate_range_end(current, range);
  gather.finish(current);
}

// What keeps a page from being collapsed, or 0. REQUIRES: mmap_lock for write, the page-table lock.
int refusal(Current& current, const AddressSpace& mm, unsigned page) {
  const PageTableEntry& entry = mm.state.entries[page];
  if (entry.empty()) return 0;
  if (!entry.present() || !entry.accessible || entry.read != mm.state.areas[page].read ||
      entry.uffd_wp) {
    return -EINVAL;
  }
  if (entry.frame == kZeroFrame) return 0;
  // Who else maps the page, has it pinned or is about to move it knows it where it is.
  return current.machine.memory.only_reference(entry.frame) ? 0 : -EAGAIN;
}

// At least one page of the run is writable, as it is where somebody has written. REQUIRES: the
// page-table lock.
bool writable(const AddressSpace& mm, unsigned first) {
  const auto begin = mm.state.entries.begin();
  return std::any_of(begin + first, begin + huge_last(first) + 1,
                     [](const PageTableEntry& entry) { return entry.present() && entry.write; });
}

// __collapse_huge_page_isolate, of the run from `first` on.
int refusal_of_run(Current& current, const AddressSpace& mm, unsigned first) {
  for (unsigned page = first; page <= huge_last(first); ++page) {
    if (const int error = refusal(current, mm, page)) return error;
  }
  return writable(mm, first) ? 0 : -EINVAL;
}

// What hpage_collapse_scan_pmd finds of a run.
struct Scan {
  bool huge;
  PageSet elsewhere;  // pages in swap, or that a device has, where a collapse is worth it
};

Scan scan(AddressSpace& mm, unsigned first) {
  const sync::MutexLock guard(mm.page_table_lock);
  Scan found{.huge = mm.state.entries[first].huge, .elsewhere = {}};
  if (found.huge || !writable(mm, first)) return found;
  for (unsigned page = first; page <= huge_last(first); ++page) {
    const PageTableEntry& entry = mm.state.entries[page];
    if (!entry.empty() && !entry.present()) found.elsewhere |= only(page);
  }
  return found;
}

// __collapse_huge_page_swapin: these pages are brought back. Of those that cannot be the collapse
// is refused. REQUIRES: mmap_lock for write.
void bring_in(Current& current, AddressSpace& mm, PageSet pages) {
  for (; ids::any(pages); ids::drop_first(pages)) {
    handle_mm_fault(current, mm, ids::first(pages), false);
  }
}

// The pages of the run go to the frames from `to` on, whose references are the caller's, and become
// those of the entries. REQUIRES: refusal_of_run() is 0, under the same locks; `range` has started.
void collapse_entries(Current& current, const NotifierRange& range, Frame to, Gather& gather) {
  AddressSpace& mm = range.mm;
  for (unsigned page = range.first; page <= range.last; ++page) {
    const Frame frame = Frame(static_cast<unsigned>(to) + page - range.first);
    const PageTableEntry old = mm.state.entries[page];
    const bool copied = !old.empty() && old.frame != kZeroFrame;
    // Nobody else reaches it: no device since the window began, and no CPU under this lock.
    if (copied) current.machine.memory.copy(old.frame, frame);
    if (!old.empty()) clear_entry(current, range, page, gather, copied);
    populate(current, mm, page, frame, mm.state.areas[page].write);
  }
  join_huge(current, mm, range.first);
}

// collapse_huge_page; `elsewhere` as scan() has found it. REQUIRES: mmap_lock for write, anonymous
// memory of one VMA.
int collapse(Current& current, AddressSpace& mm, unsigned first, const PageSet& elsewhere) {
  Memory& memory = current.machine.memory;
  const Frame to = memory.allocate_huge(current);
  if (to == kNoFrame) return -ENOMEM;
  bring_in(current, mm, elsewhere);
  Gather gather;
  NotifierRange range{
      .mm = mm, .first = first, .last = huge_last(first), .event = WindowEvent::kClear};
  int error = 0;
  {
    // Nobody looks for the pages through rmap meanwhile.
    const sync::ExclusiveLock rmap(current.machine.anon_vma_lock);
    std::atomic_ref(mm.state.ever_huge).store(true, std::memory_order_relaxed);
    invalidate_range_start(current, range);
    {
      const sync::MutexLock guard(mm.page_table_lock);
      error = refusal_of_run(current, mm, first);
      if (error == 0) collapse_entries(current, range, to, gather);
    }
    invalidate_range_end(current, range);
  }
  gather.finish(current);
  if (error != 0) {
    for (unsigned i = 0; i < kPagesPerHuge; ++i) {
      memory.put_page(current, Frame(static_cast<unsigned>(to) + i));
    }
  }
  return error;
}

// Of one VMA, what is whole of it in [first, end). REQUIRES: mmap_lock for write.
int collapse_range(Current& current, AddressSpace& mm, unsigned first, unsigned end,
                   unsigned& huge) {
  int error = 0;
  for (unsigned page = huge_first(first + kPagesPerHuge - 1); page + kPagesPerHuge <= end;
       page += kPagesPerHuge) {
    const Scan found = scan(mm, page);
    const int failed = found.huge ? 0 : collapse(current, mm, page, found.elsewhere);
    if (failed == 0) huge += kPagesPerHuge;
    if (failed != 0) error = failed;
  }
  return error;
}

// All areas from `page` on, which goes behind what was done; up to the first `run` of the page
// cache, if there is one. `error`: what was met on the way and is no reason to stop. REQUIRES:
// mmap_lock for write.
int collapse_areas(Current& current, AddressSpace& mm, unsigned& page, unsigned last,
                   unsigned& huge, int& error, FileRun& run) {
  while (page <= last && run.inode == nullptr) {
    const unsigned end = mm.area_end(page, last);
    const AreaPage& area = mm.state.areas[page];
    if (area.area == Area::kFile && !area.is_private) {
      if (const int failed = get_file_run(current, mm, page, end, run)) return failed;
      continue;
    }
    if (area.area == Area::kNone) {
      error = -ENOMEM;
    } else if (area.area != Area::kAnon) {
      return -EINVAL;
    } else if (const int failed = collapse_range(current, mm, page, end + 1, huge)) {
      return failed;
    }
    page = end + 1;
  }
  return 0;
}

}  // namespace

void split_huge_entry(Current& current, const NotifierRange& range, unsigned page) {
  sync::check(range.first <= huge_first(page) && huge_last(page) <= range.last,
              "a huge entry is split inside a window over all of it");
  for (unsigned i = huge_first(page); i <= huge_last(page); ++i) {
    range.mm.state.entries[i].huge = false;
  }
  current.step(Rule::kSplit, {.window = range.window, .page = range.mm.page(page)});
}

void split_huge(Current& current, AddressSpace& mm, unsigned first, unsigned last) {
  if (!std::atomic_ref(mm.state.ever_huge).load(std::memory_order_relaxed)) return;
  for (unsigned page = first; page <= last; page = huge_last(page) + 1) {
    split_one(current, mm, page);
  }
}

void split_huge_of(Current& current, AddressSpace& mm, unsigned page, Frame frame) {
  if (!std::atomic_ref(mm.state.ever_huge).load(std::memory_order_relaxed)) return;
  split_one(current, mm, page, frame);
}

void split_huge_ends(Current& current, AddressSpace& mm, unsigned first, unsigned last) {
  if (huge_first(first) != first || huge_last(first) > last) split_huge(current, mm, first, first);
  if (huge_last(last) != last) split_huge(current, mm, last, last);
}

void join_huge(Current& current, AddressSpace& mm, unsigned first) {
  for (unsigned page = first; page <= huge_last(first); ++page) mm.state.entries[page].huge = true;
  current.step(Rule::kJoin, {.page = mm.page(first)});
}

int sys_madvise_collapse(Current& current, const Operation& operation, Result& result) {
  if (operation.page + operation.count > kPagesPerMm) return -ENOMEM;
  AddressSpace& mm = current.machine.mm(current.mm);
  const unsigned last = operation.page + operation.count - 1u;
  int error = 0;
  unsigned huge = 0;
  unsigned page = operation.page;
  while (page <= last) {
    FileRun run;
    {
      const MmapWrite mmap_lock(current, mm);
      if (const int failed = collapse_areas(current, mm, page, last, huge, error, run)) {
        return failed;
      }
    }
    // madvise_collapse: what is of a file is collapsed without mmap_lock.
    if (run.inode == nullptr) continue;
    if (const int failed = collapse_file_run(current, run)) return failed;
    huge += kPagesPerHuge;
  }
  if (error == 0) result.pages = static_cast<std::uint8_t>(huge);
  return error;
}

int split_huge_pages(Current& current, const Operation& operation) {
  if (operation.page + operation.count > kPagesPerMm) return -EINVAL;
  AddressSpace& mm = current.machine.mm(current.mm);
  const MmapRead mmap_lock(current, mm);
  const unsigned last = operation.page + operation.count - 1u;
  for (unsigned page = operation.page; page <= last; page = huge_last(page) + 1) {
    // vma_not_suitable_for_thp_split.
    if (mm.state.areas[page].area == Area::kAnon) split_huge(current, mm, page, page);
  }
  return 0;
}

}  // namespace mirrorcheck::impl::reference
