#include "impl/reference/file_collapse.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include "impl/reference/huge.h"
#include "impl/reference/locks.h"
#include "impl/reference/machine.h"
#include "impl/reference/zap.h"
#include "impl/sync/mutex.h"
#include "impl/sync/shared_mutex.h"

namespace mirrorcheck::impl::reference {

using model::Frame;
using model::kNoFrame;
using model::kPagesPerHuge;
using model::kPagesPerMm;
using model::Rule;

namespace {

// What keeps a page of the file from going to another frame, or 0: then nobody maps it, nor has a
// reference on it. REQUIRES: invalidate_lock, shared, and the entry lock of the page, which keeps
// it so.
int isolate_cached_page(Current& current, Inode& inode, unsigned index) {
  if (index >= Inode::pages_of(inode.size())) return -EINVAL;
  const Frame frame = inode.state.backing[index];
  if (frame == kNoFrame) return 0;
  // Of a page that is clean no entry is writable (X11), and nobody gets one before the locks are
  // given back.
  if (inode.state.dirty[index]) return -EINVAL;
  unmap_mapping(current, inode, index, index + 1, false);
  // One more reference is a pin, or somebody's who is about to use the page as it is.
  return current.machine.memory.only_reference(frame) ? 0 : -EAGAIN;
}

// The file has `to` there, with what it had before; what is not in the page cache is read in.
// REQUIRES: isolate_cached_page() was 0, under the same locks; `to` is the caller's, which goes to
// the page cache.
void replace_cached_page(Current& current, Inode& inode, unsigned index, Frame to) {
  Memory& memory = current.machine.memory;
  const Frame frame = inode.state.backing[index];
  if (frame != kNoFrame) {
    memory.copy(frame, to);
    inode.remove_from_cache(index);
    current.step(Rule::kEvict, {.file_page = inode.page(index)});
    memory.put_page(current, frame);
  } else if (inode.state.on_disk[index]) {
    memory.write_to(to, inode.disk[index]);
  }
  inode.state.backing[index] = to;
  current.step(Rule::kFill, {.file_page = inode.page(index), .frame = to});
}

// collapse_file, up to the page tables: the pages from `first` on go to the frames from `to` on.
int replace_pages(Current& current, Inode& inode, unsigned first, Frame to) {
  // X12.2: no truncate. Faults wait for the entry locks.
  const InvalidateShared invalidate(current, inode);
  std::array<std::optional<EntryLock>, kPagesPerHuge> locks;
  for (unsigned i = 0; i < kPagesPerHuge; ++i) {
    locks[i].emplace(current, inode, first + i);
    if (const int error = isolate_cached_page(current, inode, first + i)) return error;
  }
  for (unsigned i = 0; i < kPagesPerHuge; ++i) {
    replace_cached_page(current, inode, first + i, Frame(static_cast<unsigned>(to) + i));
  }
  return 0;
}

// Something is to be taken away of the run from `first` on. Where a mapping has copies of its own
// (vma->anon_vma), Linux leaves the page table as it is.
bool may_retract(AddressSpace& mm, unsigned first) {
  const sync::MutexLock guard(mm.page_table_lock);
  const auto begin = mm.state.entries.begin() + first;
  const auto end = begin + kPagesPerHuge;
  return std::any_of(begin, end, [](const PageTableEntry& entry) { return !entry.empty(); }) &&
         std::none_of(begin, end, [](const PageTableEntry& entry) { return entry.copied; });
}

// retract_page_tables: in each mm that maps the run of the file as a whole, where a huge entry
// could map it. The locks of the pages are not held any more:
//
//   retract                                 a device
//                                           faults, through the CPU page table, what the file has
//                                           there by now: a small entry, which it may use
//   window over the run
//                                           lets go of it
//   entries cleared
//
// C-M1: without the window the device goes on using what no entry names.
void retract_page_tables(Current& current, Inode& inode, unsigned first) {
  const sync::SharedLock guard(inode.i_mmap_rwsem);
  for (AddressSpace& mm : current.machine.mms) {
    const auto& index = inode.state.mapped_index[static_cast<std::size_t>(mm.id)];
    for (unsigned page = 0; page + kPagesPerHuge <= kPagesPerMm; page += kPagesPerHuge) {
      bool whole = true;
      for (unsigned i = 0; i < kPagesPerHuge; ++i) {
        whole = whole && index[page + i] == first + i + 1;
      }
      if (whole && may_retract(mm, page)) {
        zap_page_range(current, mm, page, huge_last(page), false);
      }
    }
  }
}

}  // namespace

int get_file_run(Current& current, const AddressSpace& mm, unsigned& page, unsigned last,
                 FileRun& run) {
  const unsigned first = huge_first(page + kPagesPerHuge - 1);
  const model::FilePage begin = mm.state.areas[page].file_page;
  // thp_vma_suitable_order.
  if (model::index_of(begin) % kPagesPerHuge != page % kPagesPerHuge) return -EINVAL;
  if (huge_last(first) > last) {
    page = last + 1;
    return 0;
  }
  run.inode = &current.machine.inode(model::file_of(begin));
  run.inode->get(1);
  run.first = model::index_of(begin) + first - page;
  page = huge_last(first) + 1;
  return 0;
}

int collapse_file_run(Current& current, const FileRun& run) {
  Memory& memory = current.machine.memory;
  int error = -ENOMEM;
  if (const Frame to = memory.allocate_huge(current); to != kNoFrame) {
    error = replace_pages(current, *run.inode, run.first, to);
    if (error == 0) retract_page_tables(current, *run.inode, run.first);
    for (unsigned i = 0; error != 0 && i < kPagesPerHuge; ++i) {
      memory.put_page(current, Frame(static_cast<unsigned>(to) + i));
    }
  }
  Inode::put(current, *run.inode, 1);
  return error;
}

}  // namespace mirrorcheck::impl::reference
