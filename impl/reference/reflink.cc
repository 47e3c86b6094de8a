#include "impl/reference/reflink.h"

#include <cerrno>

#include "impl/reference/locks.h"
#include "impl/reference/machine.h"
#include "impl/reference/truncate.h"
#include "impl/reference/zap.h"

namespace mirrorcheck::impl::reference {

using model::Frame;
using model::kCellsPerPage;
using model::kNoFrame;
using model::Rule;

namespace {

// The page of the file that `page` maps, shared; kNoFilePage: none. Where it is mapped, the file
// lives on as long as the mapping does, which may go as soon as mmap_lock is given back.
model::FilePage mapped_page(Current& current, AddressSpace& mm, unsigned page) {
  const MmapRead mmap_lock(current, mm);
  const AreaPage& area = mm.state.areas[page];
  return area.area == model::Area::kDax && !area.is_private ? area.file_page : model::kNoFilePage;
}

// Nobody writes either page behind our back: the file is unmapped, all of it, since a third page
// may have the same block, and its locks keep faults and write(2) away. REQUIRES: i_rwsem and
// invalidate_lock for write.
int clone_page(Current& current, Inode& inode, unsigned from, unsigned to, Result& result) {
  const unsigned pages = Inode::pages_of(inode.size());
  if (from >= pages || to >= pages) return -EINVAL;
  if (from == to) return 0;
  for (unsigned page = 0; page < pages; ++page) {
    if (!unmap_idle(current, inode, page)) return -EBUSY;
  }
  remove_page(current, inode, to);
  const Frame frame = inode.state.backing[from];
  if (frame == kNoFrame) return 0;
  const EntryLock entry(current, inode, to);
  current.machine.memory.share_block(frame);
  inode.state.backing[to] = frame;
  current.step(
      Rule::kShare,
      {.file_page = inode.page(to), .file_pages = inode.pages(from, from + 1), .frame = frame});
  ++result.pages;
  return 0;
}

}  // namespace

int sys_clone(Current& current, const Operation& operation, Result& result) {
  if (operation.page + operation.count > static_cast<int>(model::kPagesPerMm) ||
      operation.index + operation.count > static_cast<int>(model::kPagesPerFile)) {
    return -EINVAL;
  }
  Inode& inode = current.machine.inode(operation.file);
  if (!inode.get_by_name()) return -ENOENT;
  int error = 0;
  for (unsigned i = 0; i < operation.count && error == 0; ++i) {
    const model::FilePage from =
        mapped_page(current, current.machine.mm(current.mm), operation.page + i);
    if (from == model::kNoFilePage) {
      error = -EINVAL;
    } else if (model::file_of(from) != inode.id) {
      error = -EXDEV;
    } else {
      const InodeExclusive inode_lock(current, inode);
      const InvalidateExclusive invalidate(current, inode);
      error = clone_page(current, inode, model::index_of(from), operation.index + i, result);
    }
  }
  Inode::put(current, inode, 1);
  return error;
}

// Who shares the block may let go of it meanwhile, or get a copy as this page does; whoever is left
// with it keeps it, which somebody may have pinned, and the copy was not needed.
Frame own_block(Current& current, Inode& inode, unsigned index) {
  Memory& memory = current.machine.memory;
  const Frame shared = inode.state.backing[index];
  if (!memory.is_shared(shared)) return shared;
  const Frame own = memory.allocate_block(current, inode.state.counted);
  if (own == kNoFrame) return kNoFrame;
  memory.copy(shared, own);
  // dax_insert_entry: what every mm and every mirror has of the old block goes, and the entry lock
  // keeps it from coming back.
  unmap_mapping(current, inode, index, index + 1, false);
  const bool left = memory.leave_shared(shared, [&] {
    inode.state.backing[index] = own;
    current.step(Rule::kUnshare, {.file_page = inode.page(index), .frame = own});
  });
  if (left) return own;
  memory.free_block(current, own);
  return shared;
}

bool own_tail(Current& current, Inode& inode, unsigned cells) {
  if (!inode.state.dax || cells % kCellsPerPage == 0) return true;
  const unsigned index = cells / kCellsPerPage;
  const EntryLock entry(current, inode, index);
  return inode.state.backing[index] == kNoFrame || own_block(current, inode, index) != kNoFrame;
}

}  // namespace mirrorcheck::impl::reference
