#include "impl/reference/file_calls.h"

#include <cerrno>
#include <optional>

#include "impl/reference/file_fault.h"
#include "impl/reference/locks.h"
#include "impl/reference/machine.h"
#include "impl/reference/reflink.h"
#include "impl/reference/truncate.h"
#include "impl/reference/write_back.h"

namespace mirrorcheck::impl::reference {

using model::Frame;
using model::kCellsPerPage;
using model::kNoFrame;
using model::Rule;

namespace {

// The file as open() and close() around the call would hold it.
class OpenFile {
 public:
  OpenFile(Current& current, model::File file)
      : current_(current), inode_(current.machine.inode(file)), open_(inode_.get_by_name()) {}
  ~OpenFile() {
    if (open_) Inode::put(current_, inode_, 1);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  explicit operator bool() const { return open_; }
  Inode& operator*() const { return inode_; }

 private:
  Current& current_;
  Inode& inode_;
  bool open_;
};

void access(Current& current, Inode& inode, unsigned index, unsigned cell, std::uint32_t value,
            bool write) {
  current.step(Rule::kFileAccess, {.file_page = inode.page(index),
                                   .write = write,
                                   .cell = static_cast<std::uint8_t>(cell),
                                   .value = value});
}

// dax_mem2blk_err: false, the block has failed. REQUIRES: the entry lock of the page; a hole is
// one.
bool read_cell(Current& current, Inode& inode, const Operation& operation, Result& result) {
  const Frame frame = inode.state.backing[operation.index];
  if (frame == kNoFrame) {
    access(current, inode, operation.index, operation.cell, 0, false);
  } else if (current.machine.memory.failed(frame)) {
    return false;
  } else {
    result.data[0] = current.machine.memory.load(frame, operation.cell, [&](std::uint32_t value) {
      access(current, inode, operation.index, operation.cell, value, false);
    });
  }
  result.pages = 1;
  return true;
}

// filemap_create_folio: what reclaim has taken out of the page cache comes back. False: out of
// memory.
bool read_in(Current& current, Inode& inode, unsigned index) {
  const InvalidateShared invalidate(current, inode);
  const EntryLock entry(current, inode, index);
  return index >= Inode::pages_of(inode.size()) || fill(current, inode, index) != kNoFrame;
}

}  // namespace

int sys_pread(Current& current, const Operation& operation, Result& result) {
  const OpenFile file(current, operation.file);
  if (!file) return -ENOENT;
  Inode& inode = *file;
  // Of a DAX file it is the block itself that is read: i_rwsem keeps it the file's.
  std::optional<InodeShared> inode_lock;
  if (inode.state.dax) inode_lock.emplace(current, inode);
  for (;;) {
    {
      const EntryLock entry(current, inode, operation.index);
      if (operation.index * kCellsPerPage + operation.cell >= inode.size()) return 0;
      if (inode.state.backing[operation.index] != kNoFrame ||
          !inode.state.on_disk[operation.index]) {
        return read_cell(current, inode, operation, result) ? 0 : -EIO;
      }
    }
    if (!read_in(current, inode, operation.index)) return -ENOMEM;
  }
}

int sys_pwrite(Current& current, const Operation& operation, Result& result) {
  const OpenFile file(current, operation.file);
  if (!file) return -ENOENT;
  Inode& inode = *file;
  const InodeExclusive inode_lock(current, inode);
  const auto cell = static_cast<unsigned>(operation.index * kCellsPerPage + operation.cell);
  // X15: stores through mappings may have gone behind the end. What comes inside the file and is
  // not written reads as zeros (xfs_file_write_checks; ext4_write_end of the page cache).
  if (cell > inode.size()) {
    if (const int error = own_tail(current, inode, inode.size())) return error;
    zero_tail(current, inode, inode.size());
  }
  {
    const EntryLock entry(current, inode, operation.index);
    Frame frame = fill(current, inode, operation.index);
    // A write of all of it would mend it (pmem_recovery_write); this one is of a part.
    if (current.machine.memory.failed(frame)) return -EIO;
    if (frame != kNoFrame && inode.state.dax) frame = own_block(current, inode, operation.index);
    if (frame == kNoFrame) return inode.state.dax ? -ENOSPC : -ENOMEM;
    inode.set_dirty(operation.index);
    current.machine.memory.store(frame, operation.cell, operation.value, [&](std::uint32_t value) {
      access(current, inode, operation.index, operation.cell, value, true);
    });
  }
  if (cell >= inode.size()) set_size(current, inode, cell + 1);
  result.pages = 1;
  return 0;
}

int sys_ftruncate(Current& current, const Operation& operation) {
  const OpenFile file(current, operation.file);
  return file ? truncate(current, *file, operation.size) : -ENOENT;
}

int sys_punch_hole(Current& current, const Operation& operation) {
  const OpenFile file(current, operation.file);
  if (!file) return -ENOENT;
  return punch_hole(current, *file, operation.index,
                    static_cast<unsigned>(operation.index) + operation.count);
}

int sys_fsync(Current& current, const Operation& operation) {
  const OpenFile file(current, operation.file);
  if (!file) return -ENOENT;
  write_back(current, *file);
  return 0;
}

int sys_create(Current& current, const Operation& operation) {
  Inode& inode = current.machine.inode(operation.file);
  const sync::SectionLock guard(inode.section);
  switch (inode.state.name) {
    case Inode::Name::kLinked:
      return 0;
    case Inode::Name::kUnlinked:
      return -ENOSPC;  // no other inode is left
    case Inode::Name::kUnmounted:
      return -ENOENT;  // nor is there anything where it could be
    case Inode::Name::kAbsent:
      break;
  }
  inode.state.name = Inode::Name::kLinked;
  inode.state.references = 1;
  return 0;
}

int sys_unlink(Current& current, const Operation& operation) {
  Inode& inode = current.machine.inode(operation.file);
  {
    const sync::SectionLock guard(inode.section);
    if (inode.state.name != Inode::Name::kLinked) return -ENOENT;
    inode.state.name = Inode::Name::kUnlinked;
  }
  Inode::put(current, inode, 1);
  return 0;
}

int send_signal(Current& current, const Operation& operation) {
  current.machine.pins.interrupt(operation.file);
  return 0;
}

}  // namespace mirrorcheck::impl::reference
