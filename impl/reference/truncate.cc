#include "impl/reference/truncate.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include "impl/reference/locks.h"
#include "impl/reference/machine.h"
#include "impl/reference/reflink.h"
#include "impl/reference/zap.h"

namespace mirrorcheck::impl::reference {

using model::Frame;
using model::kCellsPerPage;
using model::kNoFrame;
using model::kPagesPerFile;
using model::Rule;

namespace {

// Blocks that no entry names any more and that the file still owns.
class Blocks {
 public:
  void add(Frame frame) { frames_[count_++] = frame; }
  void free(Current& current) {
    for (unsigned i = 0; i < count_; ++i) current.machine.memory.free_block(current, frames_[i]);
    count_ = 0;
  }

 private:
  std::array<Frame, kPagesPerFile> frames_;
  unsigned count_ = 0;
};

void unmap(Current& current, Inode& inode, unsigned first, unsigned end, bool even_cows) {
  unmap_mapping(current, inode, first, end, even_cows);
  current.step(Rule::kUnmapped,
               {.file_pages = inode.pages(first, end), .file = inode.id, .flag = even_cows});
}

// True: nobody has a block of the file pinned. Those of pages [first, end) that are shared are
// claimed then. REQUIRES: i_rwsem and invalidate_lock exclusively, so that `backing` stands still.
template <class Look>
bool look_at_all(Current& current, Inode& inode, unsigned first, unsigned end, Look&& look) {
  for (unsigned index = 0; index < kPagesPerFile; ++index) {
    const Frame frame = inode.state.backing[index];
    if (frame == kNoFrame) continue;
    switch (look(frame, first <= index && index < end)) {
      case Memory::Look::kBusy:
        release_claims(current, inode);
        return false;
      case Memory::Look::kClaimed:
        inode.state.claimed |= static_cast<std::uint8_t>(1u << index);
        break;
      case Memory::Look::kIdle:
        break;
    }
  }
  return true;
}

// Until nobody has a block pinned and, where blocks count their entries, until the TLB is flushed
// after those that are gone. For who has mapped one again meanwhile it must not wait: nobody has to
// unmap it. False: interrupted. REQUIRES: i_rwsem and no other lock; `blocks` are the file's.
bool wait_until_idle(Current& current, Inode& inode, const std::array<Frame, kPagesPerFile>& blocks,
                     bool interruptible) {
  if (!current.machine.pins.wait_until_idle(current.task, inode.id, blocks, interruptible)) {
    return false;
  }
  if (!inode.state.counted) return true;
  current.machine.blocks_idle.wait([&] {
    return std::none_of(blocks.begin(), blocks.end(), [&](Frame frame) {
      return frame != kNoFrame && current.machine.memory.flushing(frame);
    });
  });
  return true;
}

// X12.3: nobody may have a block of the file pinned. Unmapped first, so that no new pin is taken;
// while it waits, invalidate_lock is dropped and pages may be mapped and pinned again, so it looks
// again. After the last look the lock stays held to the end, and the shared blocks of pages
// [first, end) are claimed.
int break_layouts(Current& current, Inode& inode, InvalidateExclusive& lock, unsigned first,
                  unsigned end) {
  if (!inode.state.dax) return 0;
  for (;;) {
    unmap(current, inode, 0, kPagesPerFile, false);
    if (claim_idle(current, inode, first, end)) {
      // Linux from 6.15 on deletes all entries now; of holes nothing is left then.
      if (inode.state.counted) inode.state.zero_entry.fill(false);
      return 0;
    }
    const std::array<Frame, kPagesPerFile> blocks = inode.state.backing;
    lock.unlock();
    const bool idle = wait_until_idle(current, inode, blocks, true);
    lock.lock();
    if (!idle) return -EINTR;
  }
}

// X12.5: the entries go. A page of the page cache loses the cache's reference and lives on while it
// is pinned; a block that no other page has (X9) stays the file's until `blocks` is freed.
void delete_entries(Current& current, Inode& inode, unsigned first, unsigned end, Blocks& blocks) {
  for (unsigned index = first; index < end; ++index) {
    if (!inode.has_page(index)) continue;
    const EntryLock entry(current, inode, index);
    Frame& backing = inode.state.backing[index];
    inode.state.zero_entry[index] = false;
    inode.clear_dirty(index, [] {});
    const Frame frame = backing;
    if (frame == kNoFrame) continue;
    const auto disconnect = [&] {
      backing = kNoFrame;
      current.step(Rule::kDisconnect, {.file_page = inode.page(index)});
    };
    Memory& memory = current.machine.memory;
    if (!inode.state.dax) {
      disconnect();
      memory.put_page(current, frame);
    } else if (memory.remove_block(current, frame, inode.take_claim(index), disconnect)) {
      blocks.add(frame);
    }
  }
}

// X12.6, of what the disk has: not before the entries are gone, and then whoever reads it in again
// waits for invalidate_lock. REQUIRES: that exclusively, and no entries.
void forget_disk(Current& current, Inode& inode, unsigned first, unsigned end) {
  for (unsigned index = first; index < end; ++index) {
    if (!inode.has_page(index)) continue;
    const EntryLock entry(current, inode, index);
    inode.state.on_disk[index] = false;
  }
}

// X12 steps 4 to 6. REQUIRES: i_rwsem and invalidate_lock exclusively, no pins; claims.
void resize(Current& current, Inode& inode, unsigned cells) {
  const unsigned old_cells = inode.size();
  const unsigned first_gone = Inode::pages_of(cells);
  if (cells > old_cells) zero_tail(current, inode, old_cells);
  set_size(current, inode, cells);
  unmap(current, inode, first_gone, kPagesPerFile, true);
  Blocks blocks;
  delete_entries(current, inode, first_gone, kPagesPerFile, blocks);
  unmap(current, inode, first_gone, kPagesPerFile, true);
  blocks.free(current);
  if (cells < old_cells) zero_tail(current, inode, cells);
  current.step(Rule::kTruncated,
               {.file_pages = inode.pages(first_gone, kPagesPerFile), .file = inode.id});
  forget_disk(current, inode, first_gone, kPagesPerFile);
}

// Nobody maps it any more. Without pages there is nothing that truncate could take away. REQUIRES:
// i_rwsem and invalidate_lock exclusively, no pins.
void remove_all(Current& current, Inode& inode) {
  if (inode.has_pages()) {
    resize(current, inode, 0);
  } else {
    set_size(current, inode, 0);
  }
}

// The same as claim_idle() for all pages of a file that nobody maps; false: who drops a pin puts
// the last reference later.
bool claim_unpinned(Current& current, Inode& inode) {
  if (!inode.state.dax) return true;
  return look_at_all(current, inode, 0, kPagesPerFile, [&](Frame frame, bool) {
    return current.machine.memory.look_to_evict(frame, inode.id);
  });
}

}  // namespace

bool claim_idle(Current& current, Inode& inode, unsigned first, unsigned end) {
  return look_at_all(current, inode, first, end, [&](Frame frame, bool claims) {
    return current.machine.memory.look(frame, claims);
  });
}

void release_claims(Current& current, Inode& inode) {
  for (unsigned index = 0; index < kPagesPerFile; ++index) {
    if (inode.take_claim(index)) {
      current.machine.memory.release_block(current, inode.state.backing[index]);
    }
  }
}

void zero_tail(Current& current, Inode& inode, unsigned cells) {
  const unsigned cell = cells % kCellsPerPage;
  if (cell == 0) return;
  const unsigned index = cells / kCellsPerPage;
  const EntryLock entry(current, inode, index);
  const auto zeroed = [&] {
    current.step(Rule::kZeroTail,
                 {.file_page = inode.page(index), .cell = static_cast<std::uint8_t>(cell)});
  };
  // On the disk, too: for that the page does not become dirty.
  const bool on_disk = inode.state.on_disk[index];
  if (on_disk) std::fill(inode.disk[index].begin() + cell, inode.disk[index].end(), 0);
  const Frame frame = inode.state.backing[index];
  if (frame != kNoFrame) {
    current.machine.memory.zero_from(frame, cell, zeroed);
  } else if (on_disk) {
    zeroed();
  }
}

void set_size(Current& current, Inode& inode, unsigned cells) {
  const sync::SectionLock guard(inode.section);
  const unsigned before = Inode::pages_of(inode.state.size);
  const unsigned after = Inode::pages_of(cells);
  inode.state.size = static_cast<std::uint8_t>(cells);
  current.step(Rule::kResize,
               {.file_pages = inode.pages(std::min(before, after), std::max(before, after)),
                .file = inode.id,
                .flag = after >= before});
}

int truncate(Current& current, Inode& inode, unsigned cells) {
  const InodeExclusive inode_lock(current, inode);
  InvalidateExclusive invalidate(current, inode);
  const unsigned first_gone = Inode::pages_of(cells);
  if (const int error = break_layouts(current, inode, invalidate, first_gone, kPagesPerFile)) {
    return error;
  }
  // X9: the page whose tail is zeroed must not be another's, too: that of the old end when the file
  // grows, of the new one when it shrinks. It may leave pins behind, with a page that goes.
  const unsigned tail = std::min<unsigned>(inode.size(), cells);
  if (fails_at_tail(current, inode, tail)) {
    release_claims(current, inode);
    return -EIO;
  }
  if (shares_tail(current, inode, tail)) {
    release_claims(current, inode);
    if (const int error = own_tail(current, inode, tail)) return error;
    if (const int error = break_layouts(current, inode, invalidate, first_gone, kPagesPerFile)) {
      return error;
    }
  }
  resize(current, inode, cells);
  return 0;
}

int punch_hole(Current& current, Inode& inode, unsigned first, unsigned end) {
  const InodeExclusive inode_lock(current, inode);
  end = std::min(end, Inode::pages_of(inode.size()));
  if (first >= end) return 0;
  InvalidateExclusive invalidate(current, inode);
  if (const int error = break_layouts(current, inode, invalidate, first, end)) return error;
  unmap(current, inode, first, end, false);
  Blocks blocks;
  delete_entries(current, inode, first, end, blocks);
  blocks.free(current);
  current.step(Rule::kTruncated, {.file_pages = inode.pages(first, end), .file = inode.id});
  forget_disk(current, inode, first, end);
  return 0;
}

void unmap_page(Current& current, Inode& inode, unsigned index) {
  unmap(current, inode, index, index + 1, false);
}

void remove_page(Current& current, Inode& inode, unsigned index) {
  Blocks blocks;
  delete_entries(current, inode, index, index + 1, blocks);
  blocks.free(current);
}

void evict(Current& current, Inode& inode) {
  {
    const InodeExclusive inode_lock(current, inode);
    const InvalidateExclusive invalidate(current, inode);
    if (!claim_unpinned(current, inode)) return;
    remove_all(current, inode);
  }
  const sync::SectionLock guard(inode.section);
  inode.state.references = 0;
  inode.state.name = Inode::Name::kAbsent;
}

bool wait_for_pins(Current& current, Inode& inode) {
  const InodeExclusive inode_lock(current, inode);
  return wait_until_idle(current, inode, inode.state.backing, false);
}

void remove_file(Current& current, Inode& inode) {
  {
    const InodeExclusive inode_lock(current, inode);
    const InvalidateExclusive invalidate(current, inode);
    remove_all(current, inode);
  }
  const sync::SectionLock guard(inode.section);
  inode.state.references = 0;
}

}  // namespace mirrorcheck::impl::reference
