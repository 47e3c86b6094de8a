#include "impl/reference/migrate_device.h"

#include "impl/reference/huge.h"
#include "impl/reference/machine.h"
#include "impl/reference/migrate.h"
#include "impl/reference/numa.h"
#include "impl/reference/page_table.h"
#include "impl/reference/zap.h"
#include "impl/sync/mutex.h"

namespace mirrorcheck::impl::reference {

using model::EntryKind;
using model::Frame;
using model::kNoFrame;
using model::kZeroFrame;
using model::WindowEvent;

namespace {

// Hides what else maps a locked page, and says whether it can move: P1, one more reference than the
// caller's is a pin, or somebody's who is about to use the page as it is.
bool hide_from_all(Current& current, Frame frame) {
  hide_mappings(current, frame);
  return current.machine.memory.only_reference(frame);
}

// The end of a page's way: its entries name `to`, or what they named before, and it is unlocked.
// The caller's references go. Whether it has moved.
bool settle(Current& current, Frame from, Frame to, bool moves) {
  Memory& memory = current.machine.memory;
  const bool moved = reveal_mappings(current, from, moves ? to : from) && moves;
  release_page(current, from);
  if (to != kNoFrame) memory.put_page(current, to);
  return moved;
}

}  // namespace

void DeviceMigration::setup() {
  collect();
  for (unsigned i = 0; i <= last_ - first_; ++i) unmap(pages_[i]);
}

// migrate_vma_collect.
void DeviceMigration::collect() {
  NotifierRange range{.mm = mm_,
                      .first = first_,
                      .last = last_,
                      .event = WindowEvent::kMigrate,
                      .owner = static_cast<std::uint8_t>(owner_)};
  // In windows that are nobody's: the device that asks has to give up large translations, too.
  split_huge(current_, mm_, first_, last_);
  invalidate_range_start(current_, range);
  {
    const sync::MutexLock guard(mm_.page_table_lock);
    for (unsigned page = first_; page <= last_; ++page) collect_one(range, page);
  }
  invalidate_range_end(current_, range);
}

// migrate_vma_collect_pmd. A page that somebody else moves is left alone.
void DeviceMigration::collect_one(const NotifierRange& range, unsigned page) {
  const PageTableEntry& entry = mm_.state.entries[page];
  Page& collected = pages_[page - first_];
  const bool device = !entry.empty() && entry.kind == EntryKind::kDevicePrivate;
  if (into_ == Into::kDevice) {
    const bool anonymous = mm_.state.areas[page].area == model::Area::kAnon;
    collected.hole = anonymous && (entry.empty() || entry.frame == kZeroFrame);
    if (collected.hole || !entry.present() || !mm_.maps_private_memory(page)) return;
  } else if (!device || model::owner_of(entry.frame) != owner_) {
    return;
  }
  if (!current_.machine.memory.try_lock_page(entry.frame)) return;
  collected.from = entry.frame;
  // Whether the page moves or not, the entry that comes back has its area's protection
  // (remove_migration_pte): what was a hint is none any more. One of device memory never is one.
  open_hint(current_, mm_, page);
  hide_entry(current_, range, page, EntryKind::kMigration);
}

// migrate_device_unmap.
void DeviceMigration::unmap(Page& page) {
  if (page.from == kNoFrame || hide_from_all(current_, page.from)) return;
  settle(current_, page.from, kNoFrame, false);
  page.from = kNoFrame;
}

void DeviceMigration::copy() {
  Memory& memory = current_.machine.memory;
  for (unsigned i = 0; i <= last_ - first_; ++i) {
    Page& page = pages_[i];
    if (page.from == kNoFrame && !page.hole) continue;
    page.to = into_ == Into::kDevice ? memory.allocate_device_page(current_, owner_)
                                     : memory.allocate_page(current_);
    if (page.to != kNoFrame && page.from != kNoFrame) memory.copy(page.from, page.to);
  }
}

// migrate_vma_insert_page. A fault that was faster has put another page there: the device's is not
// needed.
bool DeviceMigration::put_into_hole(const NotifierRange& range, unsigned index) {
  const unsigned page = first_ + index;
  const PageTableEntry& entry = mm_.state.entries[page];
  if (!entry.empty()) {
    if (entry.frame != kZeroFrame) return false;
    Gather nothing;
    clear_entry(current_, range, page, nothing);
  }
  populate(current_, mm_, page, pages_[index].to, mm_.state.areas[page].write);
  return true;
}

void DeviceMigration::pages() {
  unsigned first = last_ + 1;
  for (unsigned page = last_ + 1; page-- > first_;) {
    const Page& selected = pages_[page - first_];
    if (selected.hole && selected.to != kNoFrame) first = page;
  }
  if (first > last_) return;
  // From the first hole on: the zero page is taken away.
  NotifierRange range{.mm = mm_,
                      .first = first,
                      .last = last_,
                      .event = WindowEvent::kMigrate,
                      .owner = static_cast<std::uint8_t>(owner_)};
  std::array<Frame, kRoomForPages> unused{};
  invalidate_range_start(current_, range);
  {
    const sync::MutexLock guard(mm_.page_table_lock);
    for (unsigned page = first; page <= last_; ++page) {
      Page& selected = pages_[page - first_];
      if (!selected.hole || selected.to == kNoFrame) continue;
      if (put_into_hole(range, page - first_)) {
        ++moved_;
      } else {
        unused[page - first_] = selected.to;
      }
      selected.to = kNoFrame;
    }
  }
  invalidate_range_end(current_, range);
  for (const Frame frame : unused) {
    if (frame != kNoFrame) current_.machine.memory.put_page(current_, frame);
  }
}

unsigned DeviceMigration::finalize() {
  for (unsigned i = 0; i <= last_ - first_; ++i) {
    const Page& page = pages_[i];
    if (page.from == kNoFrame) continue;
    if (settle(current_, page.from, page.to, page.to != kNoFrame)) ++moved_;
  }
  return moved_;
}

FaultResult migrate_to_ram(Current& current, AddressSpace& mm, unsigned page, Frame frame) {
  Memory& memory = current.machine.memory;
  const Frame to = memory.allocate_page(current);
  bool moves = false;
  if (to != kNoFrame) {
    NotifierRange range{.mm = mm,
                        .first = page,
                        .last = page,
                        .event = WindowEvent::kMigrate,
                        .owner = static_cast<std::uint8_t>(model::owner_of(frame))};
    bool hidden = false;
    invalidate_range_start(current, range);
    {
      const sync::MutexLock guard(mm.page_table_lock);
      const PageTableEntry& entry = mm.state.entries[page];
      if (!entry.empty() && entry.kind == EntryKind::kDevicePrivate && entry.frame == frame) {
        hide_entry(current, range, page, EntryKind::kMigration);
        hidden = true;
      }
    }
    invalidate_range_end(current, range);
    if (hidden) {
      memory.put_page(current, frame);
      moves = hide_from_all(current, frame);
    }
    if (moves) memory.copy(frame, to);
  }
  settle(current, frame, to, moves);
  return to == kNoFrame ? FaultResult::kOutOfMemory : FaultResult::kDone;
}

void evict(Current& current, model::Mirror owner) {
  Memory& memory = current.machine.memory;
  for (unsigned i = 0; i < model::kFramesPerDevice; ++i) {
    const Frame frame = model::device_frame(owner, i);
    while (memory.try_get_page(frame)) {
      if (!memory.try_lock_page(frame)) {
        // Not while waiting: whoever moves it counts references.
        memory.put_page(current, frame);
        current.machine.migrations.wait([&] { return !memory.page_locked(frame); });
        continue;
      }
      const Frame to = memory.allocate_page(current);
      const bool moves = hide_from_all(current, frame) && to != kNoFrame;
      if (moves) memory.copy(frame, to);
      settle(current, frame, to, moves);
      break;
    }
  }
}

}  // namespace mirrorcheck::impl::reference
