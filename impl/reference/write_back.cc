#include "impl/reference/write_back.h"

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

// page_vma_mkclean_one. REQUIRES: the i_mmap_rwsem of the file that `page` maps.
void make_clean(Current& current, AddressSpace& mm, unsigned page) {
  // Linux write-protects all of a huge entry; here it goes, and comes back read-only, or with the
  // next write.
  split_huge(current, mm, page, page);
  NotifierRange range{.mm = mm, .first = page, .last = page, .event = WindowEvent::kProtectionPage};
  invalidate_range_start(current, range);
  {
    const sync::MutexLock guard(mm.page_table_lock);
    PageTableEntry& entry = mm.state.entries[page];
    // What a private mapping may write is not the file's.
    if (entry.present() && entry.write && !entry.copied) {
      entry.write = false;
      current.step(Rule::kWriteProtect, {.window = range.window, .page = mm.page(page)});
    }
  }
  invalidate_range_end(current, range);
}

// folio_mkclean, pfn_mkclean_range: in every mm that maps the page. REQUIRES: its entry lock, so
// that nobody can make an entry writable again.
void make_clean_everywhere(Current& current, Inode& inode, unsigned index) {
  const sync::SharedLock guard(inode.i_mmap_rwsem);
  for (AddressSpace& mm : current.machine.mms) {
    const auto& mapped = inode.state.mapped_index[static_cast<std::size_t>(mm.id)];
    for (unsigned page = 0; page < model::kPagesPerMm; ++page) {
      if (mapped[page] == index + 1) make_clean(current, mm, page);
    }
  }
}

}  // namespace

void write_back(Current& current, Inode& inode) {
  for (unsigned index = 0; index < model::kPagesPerFile; ++index) {
    const EntryLock entry(current, inode, index);
    sync_page(current, inode, index);
  }
}

void sync_page(Current& current, Inode& inode, unsigned index) {
  if (inode.state.dirty[index]) {
    // Before the data are written out: what comes after that makes the page dirty again.
    make_clean_everywhere(current, inode, index);
    write_page(current, inode, index);
  }
  if (inode.state.uncommitted[index] && inode.state.backing[index] != model::kNoFrame) {
    inode.state.uncommitted[index] = false;
    current.step(Rule::kCommit, {.file_page = inode.page(index)});
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
