#include "impl/reference/mremap.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <optional>

#include "impl/reference/areas.h"
#include "impl/reference/huge.h"
#include "impl/reference/hugetlb.h"
#include "impl/reference/locks.h"
#include "impl/reference/machine.h"
#include "impl/reference/page_table.h"
#include "impl/reference/window.h"
#include "impl/sync/mutex.h"
#include "impl/sync/shared_mutex.h"

namespace mirrorcheck::impl::reference {

using model::Area;
using model::kNoFilePage;
using model::kPagesPerMm;

namespace {

struct Move {
  unsigned from;
  unsigned old_count;
  unsigned to;
  unsigned new_count;

  explicit Move(const Operation& operation)
      : from(operation.page),
        old_count(operation.count),
        to(operation.target),
        new_count(operation.target_count) {}
  bool in_place() const { return from == to; }
  bool grows() const { return new_count > old_count; }
  unsigned kept() const { return std::min(old_count, new_count); }
};

// The file page that `offset` pages behind `area` shows.
AreaPage advanced(AreaPage area, unsigned offset) {
  if (area.file_page != kNoFilePage) {
    area.file_page = model::FilePage(static_cast<unsigned>(area.file_page) + offset);
  }
  return area;
}

// What of hugetlb is moved, grown, cut off or unmapped to make room: whole huge pages, and it does
// not grow. The kernel rounds lengths up; here who asks has to. REQUIRES: mmap_lock; pages that are
// there.
int refusal_of_hugetlb(const AddressSpace& mm, const Move& move) {
  const auto odd = [](unsigned pages) { return pages % model::kPagesPerHuge != 0; };
  if (mm.state.areas[move.from].area == Area::kHugetlb &&
      (odd(move.from) || odd(move.to) || odd(move.old_count) || odd(move.new_count) ||
       move.grows())) {
    return -EINVAL;
  }
  const bool at_target =
      !move.in_place() && splits_hugetlb(mm, move.to, move.to + move.new_count - 1);
  const bool cut_off =
      move.new_count < move.old_count &&
      splits_hugetlb(mm, move.from + move.new_count, move.from + move.old_count - 1);
  return at_target || cut_off ? -EINVAL : 0;
}

// vma_to_resize, and what sys_mremap and mremap_to ask. REQUIRES: mmap_lock.
int refusal(const AddressSpace& mm, const Move& move) {
  const AreaPage& area = mm.state.areas[move.from];
  if (area.area == Area::kNone) return -EFAULT;
  if (!move.in_place() &&
      (move.to + move.new_count > kPagesPerMm ||
       (move.from + move.old_count > move.to && move.to + move.new_count > move.from))) {
    return -EINVAL;
  }
  if (move.new_count < move.old_count && move.from + move.old_count > kPagesPerMm) return -EINVAL;
  if (const int error = refusal_of_hugetlb(mm, move)) return error;
  if (move.in_place() && !move.grows()) return 0;
  const unsigned end = mm.area_end(move.from, kPagesPerMm - 1) + 1;
  if (move.from + move.kept() > end) return -EFAULT;
  if (!move.grows()) return 0;
  if (area.area == Area::kSpecial) return -EFAULT;
  if (area.file_page != kNoFilePage &&
      model::index_of(area.file_page) + move.new_count > model::kPagesPerFile) {
    return -EINVAL;
  }
  if (!move.in_place()) return 0;
  return end != move.from + move.old_count || move.from + move.new_count > kPagesPerMm ||
                 mm.any_area(end, move.from + move.new_count - 1)
             ? -ENOMEM
             : 0;
}

// REQUIRES: a gap there.
void add(Current& current, AddressSpace& mm, unsigned first, unsigned count, const AreaPage& area) {
  if (area.file_page != kNoFilePage) {
    link_file(current, mm, first, first + count - 1, area.file_page);
  }
  add_area(current, mm, first, first + count - 1, area);
}

// get_extent: the run from `page` on moves as a whole, if it is one.
bool moves_whole(const Move& move, unsigned page) {
  return huge_first(page) == page && huge_last(page) < move.from + move.kept() &&
         (move.to + page - move.from) % model::kPagesPerHuge == 0;
}

// move_page_tables.
void move_entries(Current& current, AddressSpace& mm, const Move& move) {
  // take_rmap_locks: whoever looks for the pages of a file through rmap has to find each of them at
  // one of its two places.
  //
  //   ftruncate                      mremap p8 -> p0
  //   p0 maps nothing
  //                                  the entry of p8 goes to p0
  //   p8 maps nothing: done
  //
  // And whoever has made huge entries small, of a file or of anonymous memory, counts on it.
  const model::FilePage file_page = mm.state.areas[move.from].file_page;
  std::optional<sync::ExclusiveLock> rmap;
  if (file_page != kNoFilePage) {
    rmap.emplace(current.machine.inode(model::file_of(file_page)).i_mmap_rwsem);
  } else if (std::atomic_ref(mm.state.ever_huge).load(std::memory_order_relaxed)) {
    rmap.emplace(current.machine.anon_vma_lock);
  }
  // The old place is what a device may know. The new one was empty, and gains are silent (M4).
  NotifierRange range{.mm = mm,
                      .first = move.from,
                      .last = move.from + move.kept() - 1,
                      .event = model::WindowEvent::kUnmap};
  invalidate_range_start(current, range);
  for (unsigned page = range.first; page <= range.last; page = huge_last(page) + 1) {
    if (!moves_whole(move, page)) split_huge(current, mm, page, page);
  }
  {
    // C-M10: the lock is held until no CPU can go by the old entry any more, so that nobody frees a
    // page by way of the new one before.
    const sync::MutexLock guard(mm.page_table_lock);
    for (unsigned i = 0; i < move.kept();) {
      const unsigned from = move.from + i;
      const unsigned next = last_of_entry(mm, from) + 1;
      if (mm.state.entries[from].huge) {
        move_huge_entry(current, range, from, move.to + i);
      } else if (!mm.state.entries[from].empty()) {
        move_entry(current, mm, from, move.to + i, range.window);
      }
      i = next - move.from;
    }
  }
  invalidate_range_end(current, range);
}

}  // namespace

int sys_mremap(Current& current, const Operation& operation) {
  AddressSpace& mm = current.machine.mm(current.mm);
  const Move move(operation);
  std::array<Detached, 3> detached;
  {
    const MmapWrite mmap_lock(current, mm);
    if (const int error = refusal(mm, move)) return error;
    const AreaPage area = mm.state.areas[move.from];
    if (!move.in_place()) {
      detached[0] = unmap_areas(current, mm, move.to, move.to + move.new_count - 1);
    }
    if (move.new_count < move.old_count) {
      detached[1] =
          unmap_areas(current, mm, move.from + move.new_count, move.from + move.old_count - 1);
    }
    if (!move.in_place()) {
      add(current, mm, move.to, move.new_count, area);
      if (area.area == Area::kHugetlb) {
        move_hugetlb(current, mm, move.from, move.to, move.kept());
      } else {
        move_entries(current, mm, move);
      }
      detached[2] = unmap_areas(current, mm, move.from, move.from + move.kept() - 1);
    } else if (move.grows()) {
      add(current, mm, move.from + move.old_count, move.new_count - move.old_count,
          advanced(area, move.old_count));
    }
  }
  for (const Detached& each : detached) put_files(current, each);
  return 0;
}

}  // namespace mirrorcheck::impl::reference
