#include "impl/reference/exclusive.h"

#include "impl/reference/machine.h"
#include "impl/reference/migrate.h"
#include "impl/reference/zap.h"
#include "impl/sync/mutex.h"

namespace mirrorcheck::impl::reference {

using model::EntryKind;
using model::Frame;
using model::kNoFrame;
using model::Rule;
using model::WindowEvent;

namespace {

// A page that may be made exclusive, locked and with a reference; otherwise kNoFrame.
Frame lock_candidate(Current& current, AddressSpace& mm, unsigned page) {
  // What munmap has detached nobody finds any more, though its entries may still be there.
  const AreaPage& area = mm.state.areas[page];
  if (area.area != model::Area::kAnon && !area.is_private) return kNoFrame;
  Memory& memory = current.machine.memory;
  const sync::MutexLock guard(mm.page_table_lock);
  const PageTableEntry& entry = mm.state.entries[page];
  if (!entry.allows(true) || !entry.read || !mm.maps_private_memory(page) ||
      !memory.try_lock_page(entry.frame)) {
    return kNoFrame;
  }
  memory.get_page(entry.frame);
  return entry.frame;
}

}  // namespace

ExclusivePages::~ExclusivePages() {
  for (unsigned i = 0; i < count_; ++i) release_page(current_, frames_[i]);
}

// page_make_device_exclusive_one.
Frame ExclusivePages::add(AddressSpace& mm, unsigned page, model::Mirror owner) {
  const Frame frame = lock_candidate(current_, mm, page);
  if (frame == kNoFrame) return kNoFrame;
  frames_[count_++] = frame;
  NotifierRange range{.mm = mm,
                      .first = page,
                      .last = page,
                      .event = WindowEvent::kExclusive,
                      .owner = static_cast<std::uint8_t>(owner)};
  bool made = false;
  invalidate_range_start(current_, range);
  {
    const sync::MutexLock guard(mm.page_table_lock);
    const PageTableEntry& entry = mm.state.entries[page];
    // The lock was dropped to open the window.
    if (entry.allows(true) && entry.read && entry.frame == frame) {
      hide_entry(current_, range, page, EntryKind::kDeviceExclusive, owner);
      made = true;
    }
  }
  invalidate_range_end(current_, range);
  return made ? frame : kNoFrame;
}

void restore_exclusive(Current& current, const NotifierRange& range, unsigned page) {
  range.mm.state.entries[page].kind = EntryKind::kPresent;
  current.step(Rule::kReveal, {.window = range.window, .page = range.mm.page(page)});
}

void remove_exclusive(Current& current, AddressSpace& mm, unsigned page, Frame frame) {
  NotifierRange range{
      .mm = mm, .first = page, .last = page, .event = WindowEvent::kExclusive, .owner = kNobody};
  invalidate_range_start(current, range);
  {
    const sync::MutexLock guard(mm.page_table_lock);
    const PageTableEntry& entry = mm.state.entries[page];
    if (entry.frame == frame && entry.kind == EntryKind::kDeviceExclusive) {
      restore_exclusive(current, range, page);
    }
  }
  invalidate_range_end(current, range);
  release_page(current, frame);
}

}  // namespace mirrorcheck::impl::reference
