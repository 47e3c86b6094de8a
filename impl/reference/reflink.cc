#include "impl/reference/reflink.h"

#include <cerrno>
#include <optional>

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

// The page of the file that `page` maps, shared, and a reference on its inode, for the mapping may
// go as soon as mmap_lock is given back; kNoFilePage: none.
model::FilePage get_mapped_page(Current& current, AddressSpace& mm, unsigned page) {
  const MmapRead mmap_lock(current, mm);
  const AreaPage& area = mm.state.areas[page];
  if (area.area != model::Area::kDax || area.is_private) return model::kNoFilePage;
  current.machine.inode(model::file_of(area.file_page)).get(1);
  return area.file_page;
}

// i_rwsem and invalidate_lock of one file or two, exclusively, in the order of their inodes
// (lock_two_nondirectories, filemap_invalidate_lock_two).
class TwoFiles {
 public:
  TwoFiles(Current& current, Inode& one, Inode& other) {
    Inode& first = one.id < other.id ? one : other;
    Inode& second = one.id < other.id ? other : one;
    Pins& pins = current.machine.pins;
    lower_.emplace(current, first);
    if (&first != &second) {
      pins.begin_second_inode_lock(current.task, first.id);
      higher_.emplace(current, second);
      pins.end_second_inode_lock(current.task);
    }
    invalidate_lower_.emplace(current, first);
    if (&first != &second) invalidate_higher_.emplace(current, second);
  }

 private:
  std::optional<InodeExclusive> lower_;
  std::optional<InodeExclusive> higher_;
  std::optional<InvalidateExclusive> invalidate_lower_;
  std::optional<InvalidateExclusive> invalidate_higher_;
};

// False: somebody has a block of the file pinned, and no page is claimed then.
// REQUIRES: i_rwsem and invalidate_lock for write.
bool unmap_and_claim(Current& current, Inode& inode, unsigned index) {
  for (unsigned page = 0; page < Inode::pages_of(inode.size()); ++page) {
    unmap_page(current, inode, page);
  }
  return claim_idle(current, inode, index, index + 1);
}

// The page gets what the other one has. REQUIRES: both are unmapped and claimed.
void share_page(Current& current, Inode& source, unsigned from, Inode& target, unsigned to,
                Result& result) {
  remove_page(current, target, to);
  const Frame frame = source.state.backing[from];
  if (frame == kNoFrame) return;
  const EntryLock entry(current, target, to);
  current.machine.memory.share_block(frame);
  target.state.backing[to] = frame;
  target.state.uncommitted[to] = true;
  current.step(
      Rule::kShare,
      {.file_page = target.page(to), .file_pages = source.pages(from, from + 1), .frame = frame});
  ++result.pages;
}

// Nobody writes either page behind our back: the two files are unmapped, all of them, since further
// pages may have the same block, and their locks keep faults and write(2) away. A page of a third
// file that has the block stays mapped; it is shared already, so whoever pins it there can only
// read, and he cannot leave it to the two pages with his pin, for they are claimed.
// REQUIRES: TwoFiles.
int clone_page(Current& current, Inode& source, unsigned from, Inode& target, unsigned to,
               Result& result) {
  if (from >= Inode::pages_of(source.size()) || to >= Inode::pages_of(target.size())) {
    return -EINVAL;
  }
  if (&source == &target && from == to) return 0;
  int error = -EBUSY;
  if (unmap_and_claim(current, target, to) &&
      (&source == &target ? claim_idle(current, source, from, from + 1)
                          : unmap_and_claim(current, source, from))) {
    share_page(current, source, from, target, to, result);
    error = 0;
  }
  release_claims(current, target);
  release_claims(current, source);
  return error;
}

// Blocks are those of one filesystem, whose blocks are of one kind.
bool share_filesystem(const Inode& one, const Inode& other) {
  return one.state.dax && other.state.dax && one.state.counted == other.state.counted;
}

}  // namespace

int sys_clone(Current& current, const Operation& operation, Result& result) {
  if (operation.page + operation.count > static_cast<int>(model::kPagesPerMm) ||
      operation.index + operation.count > static_cast<int>(model::kPagesPerFile)) {
    return -EINVAL;
  }
  Inode& target = current.machine.inode(operation.file);
  if (!target.get_by_name()) return -ENOENT;
  int error = 0;
  for (unsigned i = 0; i < operation.count && error == 0; ++i) {
    const model::FilePage from =
        get_mapped_page(current, current.machine.mm(current.mm), operation.page + i);
    if (from == model::kNoFilePage) {
      error = -EINVAL;
      break;
    }
    Inode& source = current.machine.inode(model::file_of(from));
    if (share_filesystem(source, target)) {
      const TwoFiles locks(current, source, target);
      error =
          clone_page(current, source, model::index_of(from), target, operation.index + i, result);
    } else {
      error = -EXDEV;
    }
    Inode::put(current, source, 1);
  }
  Inode::put(current, target, 1);
  return error;
}

// Who shares the block may let go of it meanwhile, or get a copy as this page does; whoever is left
// with it keeps it, which somebody may have pinned, and the copy was not needed. If all that would
// be left are about to let go, and somebody has it pinned, he waits until they have.
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
  Memory::Leave left{};
  const auto tried = [&] {
    left = memory.leave_shared(shared, [&] {
      inode.state.backing[index] = own;
      inode.state.uncommitted[index] = true;
      current.step(Rule::kUnshare, {.file_page = inode.page(index), .frame = own});
    });
    return left != Memory::Leave::kNotYet;
  };
  if (!tried()) current.machine.blocks_idle.wait(tried);
  if (left == Memory::Leave::kLeft) return own;
  memory.free_block(current, own);
  return shared;
}

bool shares_tail(Current& current, const Inode& inode, unsigned cells) {
  if (!inode.state.dax || cells % kCellsPerPage == 0) return false;
  const Frame frame = inode.state.backing[cells / kCellsPerPage];
  return frame != kNoFrame && current.machine.memory.is_shared(frame);
}

bool fails_at_tail(Current& current, const Inode& inode, unsigned cells) {
  return inode.state.dax && cells % kCellsPerPage != 0 &&
         current.machine.memory.failed(inode.state.backing[cells / kCellsPerPage]);
}

int own_tail(Current& current, Inode& inode, unsigned cells) {
  if (!inode.state.dax || cells % kCellsPerPage == 0) return 0;
  const unsigned index = cells / kCellsPerPage;
  const EntryLock entry(current, inode, index);
  if (fails_at_tail(current, inode, cells)) return -EIO;
  if (inode.state.backing[index] == kNoFrame) return 0;
  return own_block(current, inode, index) != kNoFrame ? 0 : -ENOSPC;
}

}  // namespace mirrorcheck::impl::reference
