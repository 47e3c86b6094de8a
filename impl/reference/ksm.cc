#include "impl/reference/ksm.h"

#include <cerrno>

#include "impl/reference/fault.h"
#include "impl/reference/huge.h"
#include "impl/reference/life.h"
#include "impl/reference/locks.h"
#include "impl/reference/machine.h"
#include "impl/reference/migrate.h"
#include "impl/reference/window.h"
#include "impl/reference/zap.h"
#include "impl/sync/mutex.h"

namespace mirrorcheck::impl::reference {

using model::Frame;
using model::kNoFrame;
using model::kPagesPerMm;
using model::Rule;
using model::WindowEvent;

namespace {

// vma_ksm_compatible.
bool mergeable(const AreaPage& area) {
  return area.area == model::Area::kAnon || (area.area == model::Area::kFile && area.is_private);
}

// A page under its folio lock, with a reference; none if somebody else has the lock, or there is no
// page of private memory that may be merged.
class LockedPage {
 public:
  // REQUIRES: mmap_lock is held.
  LockedPage(Current& current, AddressSpace& mm, unsigned page) : current_(current) {
    if (!mergeable(mm.state.areas[page])) return;
    const sync::MutexLock guard(mm.page_table_lock);
    const PageTableEntry& entry = mm.state.entries[page];
    Memory& memory = current.machine.memory;
    if (!entry.allows(false) || !mm.maps_private_memory(page) ||
        !memory.try_lock_page(entry.frame)) {
      return;
    }
    memory.get_page(entry.frame);
    frame_ = entry.frame;
  }
  ~LockedPage() {
    if (frame_ == kNoFrame) return;
    current_.machine.memory.unlock_page(frame_);
    current_.machine.migrations.wake_all();
    current_.machine.memory.put_page(current_, frame_);
  }
  LockedPage(const LockedPage&) = delete;
  LockedPage& operator=(const LockedPage&) = delete;

  Frame frame() const { return frame_; }

 private:
  Current& current_;
  Frame frame_ = kNoFrame;
};

bool still_maps(const PageTableEntry& entry, Frame frame) {
  return entry.frame == frame && entry.allows(false);
}

// write_protect_page: nobody writes the page from here on without a copy of its own, since it is
// not the entry's alone any more; nor is it pinned without one (gup_must_unshare). False: it is
// pinned already, or gone.
bool write_protect(Current& current, AddressSpace& mm, unsigned page, Frame frame) {
  NotifierRange range{.mm = mm, .first = page, .last = page, .event = WindowEvent::kClear};
  invalidate_range_start(current, range);
  bool is_protected = false;
  {
    const sync::MutexLock guard(mm.page_table_lock);
    PageTableEntry& entry = mm.state.entries[page];
    is_protected = still_maps(entry, frame) && current.machine.memory.pins(frame) == 0;
    if (is_protected) {
      entry.exclusive = false;
      if (entry.write) {
        entry.write = false;
        current.step(Rule::kWriteProtect, {.window = range.window, .page = mm.page(page)});
      }
    }
  }
  invalidate_range_end(current, range);
  return is_protected;
}

// replace_page. False: one of the entries has changed since they were write-protected.
bool replace(Current& current, AddressSpace& source_mm, unsigned source, Frame kept,
             AddressSpace& mm, unsigned page, Frame frame) {
  Gather gather;
  NotifierRange range{.mm = mm, .first = page, .last = page, .event = WindowEvent::kClear};
  invalidate_range_start(current, range);
  bool replaced = false;
  {
    const PageTables guard(source_mm, mm);
    PageTableEntry& from = source_mm.state.entries[source];
    PageTableEntry& entry = mm.state.entries[page];
    replaced = still_maps(from, kept) && !from.write && !from.exclusive &&
               still_maps(entry, frame) && !entry.write && !entry.exclusive;
    if (replaced) {
      const PageTableEntry old = entry;
      clear_entry(current, range, page, gather, true);
      Memory& memory = current.machine.memory;
      memory.get_page(kept);
      // What MADV_FREE has given up is needed again (try_to_merge_one_page).
      if (memory.lazily_free(kept)) memory.set_dirty(kept);
      from.merged = true;
      entry = old;
      entry.frame = kept;
      entry.merged = true;
      current.step(Rule::kMerge, {.page = mm.page(page), .source = source_mm.page(source)});
    }
  }
  invalidate_range_end(current, range);
  gather.finish(current);
  return replaced;
}

// try_to_merge_two_pages. What is compared before is only a hint: it is compared again when nobody
// can write either of them.
bool merge(Current& current, AddressSpace& mm, unsigned source, unsigned page) {
  const MmapRead mmap_lock(current, mm);
  const LockedPage kept(current, mm, source);
  if (kept.frame() == kNoFrame) return false;
  const LockedPage gone(current, mm, page);
  if (gone.frame() == kNoFrame) return false;
  split_huge(current, mm, source, source);
  split_huge(current, mm, page, page);
  return write_protect(current, mm, source, kept.frame()) &&
         write_protect(current, mm, page, gone.frame()) &&
         current.machine.memory.same(kept.frame(), gone.frame()) &&
         replace(current, mm, source, kept.frame(), mm, page, gone.frame());
}

// try_to_merge_with_ksm_page without a ksm page: the page is write-protected, and who writes it has
// to copy it as long as it has a reference here. What is gone when it comes to joining it, or not
// as it was, is left alone.
Frame keep_page(Current& current, AddressSpace& mm, unsigned page) {
  const MmapRead mmap_lock(current, mm);
  const LockedPage kept(current, mm, page);
  if (kept.frame() == kNoFrame) return kNoFrame;
  split_huge(current, mm, page, page);
  if (!write_protect(current, mm, page, kept.frame())) return kNoFrame;
  current.machine.memory.get_page(kept.frame());
  return kept.frame();
}

// The same with one. Only one mmap_lock at a time, and no page's lock from one to the other (A12):
//
//   ksmd                              the first address space
//   write-protects its page, whose
//   reference it keeps
//                                     writes: gets a copy, the page stays as it is
//   joins the other one's with it,
//   if the first one still maps it
bool merge_across(Current& current, AddressSpace& source_mm, unsigned source, AddressSpace& mm,
                  unsigned page) {
  const Frame kept = keep_page(current, source_mm, source);
  if (kept == kNoFrame) return false;
  bool merged = false;
  {
    const MmapRead mmap_lock(current, mm);
    const LockedPage gone(current, mm, page);
    if (gone.frame() != kNoFrame && gone.frame() != kept) {
      split_huge(current, mm, page, page);
      merged = write_protect(current, mm, page, gone.frame()) &&
               current.machine.memory.same(kept, gone.frame()) &&
               replace(current, source_mm, source, kept, mm, page, gone.frame());
    }
  }
  current.machine.memory.put_page(current, kept);
  return merged;
}

// break_ksm. What is on its way to another frame is waited for: it is merged there, too. REQUIRES:
// mmap_lock is held.
FaultResult break_one(Current& current, AddressSpace& mm, unsigned page) {
  for (;;) {
    bool moves = false;
    {
      const sync::MutexLock guard(mm.page_table_lock);
      const PageTableEntry& entry = mm.state.entries[page];
      moves = !entry.empty() && entry.kind == model::EntryKind::kMigration;
      if (entry.empty() || !entry.merged || !(entry.present() || moves)) return FaultResult::kDone;
    }
    if (moves) {
      migration_entry_wait(current, mm, page);
    } else if (const FaultResult fault = unshare(current, mm, page); fault != FaultResult::kDone) {
      return fault;
    }
  }
}

}  // namespace

int ksm_merge(Current& current, const Operation& operation, Result& result) {
  if (operation.page + operation.count > kPagesPerMm ||
      operation.target + operation.count > kPagesPerMm) {
    return -EINVAL;
  }
  AddressSpace& mm = current.machine.mm(current.mm);
  for (unsigned i = 0; i < operation.count; ++i) {
    if (merge(current, mm, operation.page + i, operation.target + i)) ++result.pages;
  }
  return 0;
}

int ksm_merge_across(Current& current, const Operation& operation, Result& result) {
  if (operation.page + operation.count > kPagesPerMm ||
      operation.target + operation.count > kPagesPerMm) {
    return -EINVAL;
  }
  AddressSpace& own = current.machine.mm(current.mm);
  AddressSpace& other = current.machine.mm(model::other_mm(current.mm));
  if (!mmget_not_zero(current, other)) return 0;
  for (unsigned i = 0; i < operation.count; ++i) {
    if (merge_across(current, own, operation.page + i, other, operation.target + i)) {
      ++result.pages;
    }
  }
  mmput(current, other);
  return 0;
}

int ksm_unmerge(Current& current, const Operation& operation) {
  if (operation.page + operation.count > kPagesPerMm) return -ENOMEM;
  AddressSpace& mm = current.machine.mm(current.mm);
  int error = 0;
  const MmapRead mmap_lock(current, mm);
  for (unsigned page = operation.page; page < operation.page + operation.count; ++page) {
    if (mm.state.areas[page].area == model::Area::kNone) {
      error = -ENOMEM;
    } else if (break_one(current, mm, page) == FaultResult::kOutOfMemory) {
      return -ENOMEM;
    }
  }
  return error;
}

}  // namespace mirrorcheck::impl::reference
