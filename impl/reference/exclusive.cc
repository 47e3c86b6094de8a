#include "impl/reference/exclusive.h"

#include <cerrno>

#include "impl/reference/fault.h"
#include "impl/reference/huge.h"
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

int fault_in_for_write(Current& current, AddressSpace& mm, unsigned page) {
  const AreaPage& area = mm.state.areas[page];
  if (area.area == model::Area::kNone || area.area == model::Area::kSpecial || !area.write) {
    return -EFAULT;
  }
  // check_vma_flags: FOLL_SPLIT_PMD of a huge page that is never split.
  if (area.area == model::Area::kHugetlb) return -EBUSY;
  const auto writable = [&] {
    const sync::MutexLock guard(mm.page_table_lock);
    return mm.state.entries[page].allows(true);
  };
  while (!writable()) {
    switch (handle_mm_fault(current, mm, page, true)) {
      case FaultResult::kDone:
        break;
      case FaultResult::kBusError:
        return -EFAULT;
      case FaultResult::kOutOfMemory:
        return -ENOMEM;
    }
  }
  return 0;
}

Frame make_exclusive(Current& current, AddressSpace& mm, unsigned page, model::Mirror owner,
                     bool owned) {
  // FOLL_SPLIT_PMD. What is no candidate stays as it is.
  if (mm.state.areas[page].area == model::Area::kAnon) split_huge(current, mm, page, page);
  const Frame frame = lock_candidate(current, mm, page);
  if (frame == kNoFrame) return kNoFrame;
  NotifierRange range{.mm = mm,
                      .first = page,
                      .last = page,
                      .event = WindowEvent::kExclusive,
                      .owner = owned ? static_cast<std::uint8_t>(owner) : kNobody};
  bool made = false;
  invalidate_range_start(current, range);
  {
    const sync::MutexLock guard(mm.page_table_lock);
    const PageTableEntry& entry = mm.state.entries[page];
    // The lock was dropped to open the window.
    if (entry.allows(true) && entry.read && entry.frame == frame) {
      hide_entry(current, range, page, EntryKind::kDeviceExclusive, owner);
      made = true;
    }
  }
  invalidate_range_end(current, range);
  if (made) return frame;
  release_page(current, frame);
  return kNoFrame;
}

ExclusivePages::~ExclusivePages() {
  for (unsigned i = 0; i < count_; ++i) release_page(current_, frames_[i]);
}

Frame ExclusivePages::add(AddressSpace& mm, unsigned page, model::Mirror owner) {
  const Frame frame = make_exclusive(current_, mm, page, owner);
  if (frame != kNoFrame) frames_[count_++] = frame;
  return frame;
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
