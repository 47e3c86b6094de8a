#include "impl/reference/write_back.h"

#include <algorithm>

#include "impl/reference/huge.h"
#include "impl/reference/locks.h"
#include "impl/reference/machine.h"
#include "impl/reference/window.h"
#include "impl/sync/mutex.h"
#include "impl/sync/shared_mutex.h"

namespace mirrorcheck::impl::reference {

using model::Rule;
using model::WindowEvent;

namespace {

// page_vma_mkclean_one: of the pages from `first` to `last` of one VMA, which one entry of the file
// has. A huge entry stays one. REQUIRES: the i_mmap_rwsem of the file that they map.
void make_clean(Current& current, AddressSpace& mm, unsigned first, unsigned last) {
  NotifierRange range{
      .mm = mm, .first = first, .last = last, .event = WindowEvent::kProtectionPage};
  invalidate_range_start(current, range);
  {
    const sync::MutexLock guard(mm.page_table_lock);
    for (unsigned page = first; page <= last; page = last_of_entry(mm, page) + 1) {
      const PageTableEntry& entry = mm.state.entries[page];
      // What a private mapping may write is not the file's.
      if (!entry.present() || !entry.write || entry.copied) continue;
      each_part(mm, page, [](PageTableEntry& part) { part.write = false; });
      current.step(Rule::kWriteProtect,
                   {.window = range.window, .page = mm.page(page), .huge = entry.huge});
    }
  }
  invalidate_range_end(current, range);
}

// folio_mkclean, pfn_mkclean_range: in every mm that maps pages of the entry of `index`. REQUIRES:
// its lock, so that nobody can make what maps it writable again.
void make_clean_everywhere(Current& current, Inode& inode, unsigned index) {
  const sync::SharedLock guard(inode.i_mmap_rwsem);
  const unsigned begin = inode.entry_first(index) + 1;
  const unsigned end = inode.entry_last(index) + 1;
  for (AddressSpace& mm : current.machine.mms) {
    const auto& mapped = inode.state.mapped_index[static_cast<std::size_t>(mm.id)];
    for (unsigned page = 0; page < model::kPagesPerMm; ++page) {
      if (mapped[page] < begin || mapped[page] > end) continue;
      const unsigned first = page;
      while (page + 1 < model::kPagesPerMm && mapped[page] < end &&
             mapped[page + 1] == mapped[page] + 1) {
        ++page;
      }
      make_clean(current, mm, first, page);
    }
  }
}

}  // namespace

void write_back(Current& current, Inode& inode) {
  for (unsigned index = 0; index < model::kPagesPerFile; index = inode.entry_last(index) + 1) {
    const EntryLock entry(current, inode, index);
    sync_entry(current, inode, index);
  }
}

void sync_entry(Current& current, Inode& inode, unsigned index) {
  const unsigned first = inode.entry_first(index);
  const unsigned last = inode.entry_last(index);
  const auto& dirty = inode.state.dirty;
  if (std::any_of(dirty.begin() + first, dirty.begin() + last + 1, [](bool is) { return is; })) {
    // Before the data are written out: what comes after that makes the page dirty again.
    make_clean_everywhere(current, inode, index);
  }
  for (unsigned i = first; i <= last; ++i) {
    if (dirty[i]) write_page(current, inode, i);
    if (inode.state.uncommitted[i] && inode.state.backing[i] != model::kNoFrame) {
      inode.state.uncommitted[i] = false;
      current.step(Rule::kCommit, {.file_page = inode.page(i)});
    }
  }
}

void write_page(Current& current, Inode& inode, unsigned index) {
  // What DAX has is on its medium all the time.
  if (!inode.state.dax) {
    const Memory::Cells contents = current.machine.memory.read_from(inode.state.backing[index]);
    const sync::SectionLock guard(inode.section);
    inode.disk[index] = contents;
    inode.state.on_disk[index] = true;
  }
  inode.clear_dirty(index, [&] { current.step(Rule::kClean, {.file_page = inode.page(index)}); });
}

}  // namespace mirrorcheck::impl::reference
