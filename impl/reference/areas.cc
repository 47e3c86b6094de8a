#include "impl/reference/areas.h"

#include "impl/reference/huge.h"
#include "impl/reference/hugetlb.h"
#include "impl/reference/machine.h"
#include "impl/reference/window.h"
#include "impl/reference/zap.h"
#include "impl/sync/mutex.h"
#include "impl/sync/shared_mutex.h"

namespace mirrorcheck::impl::reference {

using model::Area;
using model::kFiles;
using model::kNoFilePage;
using model::Rule;

void add_area(Current& current, AddressSpace& mm, unsigned first, unsigned last, AreaPage page) {
  const AreaPage first_page = page;
  for (unsigned i = first; i <= last; ++i) {
    mm.state.areas[i] = page;
    if (page.file_page != kNoFilePage) {
      page.file_page = model::FilePage(static_cast<unsigned>(page.file_page) + 1);
    }
  }
  current.step(Rule::kMap, {.mm = mm.id,
                            .pages = mm.pages(first, last),
                            .file_page = first_page.file_page,
                            .area = first_page.area,
                            .write = first_page.write,
                            .read = first_page.read,
                            .flag = first_page.is_private,
                            .required = first_page.sync});
}

void link_file(Current& current, AddressSpace& mm, unsigned first, unsigned last,
               model::FilePage file_page, bool after_parent) {
  const std::size_t id = static_cast<std::size_t>(mm.id);
  const unsigned index = model::index_of(file_page);
  Inode& inode = current.machine.inode(model::file_of(file_page));
  inode.get(last - first + 1);
  const sync::ExclusiveLock guard(inode.i_mmap_rwsem);
  if (after_parent) inode.state.visited_last = mm.id;
  for (unsigned page = first; page <= last; ++page) {
    inode.state.mapped_index[id][page] = static_cast<std::uint8_t>(1 + index + page - first);
    inode.state.mapped[id] |= only(page);
  }
}

Detached detach_areas(Current& current, AddressSpace& mm, unsigned first, unsigned last) {
  split_huge_ends(current, mm, first, last);
  Detached detached;
  for (unsigned page = first; page <= last; ++page) {
    if (mm.state.areas[page].area == Area::kNone) continue;
    const unsigned begin = page;
    for (; page <= last && mm.state.areas[page].area != Area::kNone; ++page) {
      AreaPage& area = mm.state.areas[page];
      detached.areas[page] = area;
      if (area.area == Area::kHugetlb) release_reserved(current, mm, page);
      if (area.file_page != kNoFilePage) {
        ++detached.file_pages[static_cast<std::size_t>(model::file_of(area.file_page))];
      }
      area = {};
    }
    current.step(Rule::kUnmap, {.mm = mm.id, .pages = mm.pages(begin, page - 1)});
  }
  return detached;
}

void forget_areas(Current& current, AddressSpace& mm, unsigned first, unsigned last,
                  const Detached& detached) {
  const std::size_t id = static_cast<std::size_t>(mm.id);
  for (std::size_t file = 0; file < kFiles; ++file) {
    if (detached.file_pages[file] == 0) continue;
    Inode& inode = current.machine.inodes[file];
    const sync::ExclusiveLock guard(inode.i_mmap_rwsem);
    for (unsigned page = first; page <= last; ++page) {
      const model::FilePage file_page = detached.areas[page].file_page;
      if (file_page == kNoFilePage || model::file_of(file_page) != inode.id) continue;
      inode.state.mapped_index[id][page] = 0;
      inode.state.mapped[id] &= ~only(page);
    }
  }
  const sync::MutexLock guard(mm.page_table_lock);
  for (unsigned page = first - first % kPagesPerTable; page <= last; page += kPagesPerTable) {
    if (mm.any_area(page, AddressSpace::table_end(page))) continue;
    mm.state.populated[AddressSpace::table_of(page)] = false;
  }
}

void unmap_detached(Current& current, AddressSpace& mm, unsigned first, unsigned last,
                    const Detached& detached) {
  Gather gather;
  NotifierRange range{.mm = mm, .first = first, .last = last, .event = model::WindowEvent::kUnmap};
  invalidate_range_start(current, range);
  zap_entries(current, range, gather);
  invalidate_range_end(current, range);
  forget_areas(current, mm, first, last, detached);
  gather.finish(current);
}

Detached unmap_areas(Current& current, AddressSpace& mm, unsigned first, unsigned last) {
  if (!mm.any_area(first, last)) return {};
  const Detached detached = detach_areas(current, mm, first, last);
  unmap_detached(current, mm, first, last, detached);
  return detached;
}

void put_files(Current& current, const Detached& detached) {
  for (std::size_t file = 0; file < kFiles; ++file) {
    Inode::put(current, current.machine.inodes[file], detached.file_pages[file]);
  }
}

}  // namespace mirrorcheck::impl::reference
