#include "impl/linux/memory_entry.h"

#include <cerrno>

#include "impl/reference/exclusive.h"
#include "impl/reference/huge.h"
#include "impl/reference/migrate.h"
#include "impl/reference/page_table.h"
#include "impl/sync/check.h"
#include "impl/sync/controller.h"
#include "impl/sync/mutex.h"

extern "C" struct page mc_pages[];

namespace mirrorcheck::impl::linux_kernel {

using model::EntryKind;
using model::Frame;
using model::kNoFrame;
using model::Rule;
using reference::AddressSpace;
using reference::Current;
using reference::DeviceMirror;
using reference::FaultResult;
using reference::Memory;
using reference::PageTableEntry;

namespace {

MemoryEntry& entry() { return Entry::current().memory_entry(); }

page* system_page(Frame frame) { return &mc_pages[static_cast<unsigned>(frame)]; }

bool maps(const PageTableEntry& entry, Frame frame) {
  return entry.frame == frame &&
         (entry.kind == EntryKind::kPresent || entry.kind == EntryKind::kDevicePrivate);
}

// For which mirror a window is, that the kernel opens for a device.
std::uint8_t mirror_of(Current& current, const dmirror_device* owner) {
  for (DeviceMirror& mirror : current.machine.mirrors) {
    if (mirror.subscription.memory.state.device.get() == owner) {
      return static_cast<std::uint8_t>(mirror.id);
    }
  }
  return reference::kNobody;
}

}  // namespace

// ---- The page table.

void MemoryEntry::window_start(unsigned long start, unsigned long end,
                               const dmirror_device* owner) {
  // migrate_vma_collect_pmd: split_huge_pmd().
  reference::split_huge(current_, space_, page_of(start), page_of(end) - 1);
  sync::check(!window_, "migration opens one window at a time");
  window_.emplace(reference::NotifierRange{.mm = space_,
                                           .first = page_of(start),
                                           .last = page_of(end) - 1,
                                           .event = model::WindowEvent::kMigrate,
                                           .owner = mirror_of(current_, owner)});
  reference::invalidate_range_start(current_, *window_);
}

void MemoryEntry::window_end() {
  reference::invalidate_range_end(current_, *window_);
  window_.reset();
}

mc_pte* MemoryEntry::lock_entries(unsigned long address) {
  space_.page_table_lock.lock();
  return entries(address);
}

void MemoryEntry::unlock_entries() {
  if (cleared_) clear_now();
  space_.page_table_lock.unlock();
  gather_.finish(current_);
}

unsigned MemoryEntry::index_of(const mc_pte* entry) const {
  return static_cast<unsigned>(reinterpret_cast<const PageTableEntry*>(entry) -
                               space_.state.entries.data());
}

mc_pte MemoryEntry::clear(mc_pte* entry) {
  sync::check(!cleared_, "an entry that was cleared gets its next value");
  cleared_ = true;
  cleared_page_ = index_of(entry);
  return *entry;
}

void MemoryEntry::clear_now() {
  cleared_ = false;
  reference::clear_entry(current_, window_ ? *window_ : no_window_, cleared_page_, gather_);
}

// What comes back in the place of a migration entry is no NUMA hint any more.
void MemoryEntry::open_for_reading(unsigned page) {
  PageTableEntry& entry = space_.state.entries[page];
  if (entry.accessible || !entry.present() || !space_.state.areas[page].read) return;
  entry.accessible = true;
  entry.read = true;
  current_.step(Rule::kUpgrade, {.page = space_.page(page), .flag = true});
}

// From present, or device-private, to a migration entry; back to what it was; or from nothing to
// device memory.
void MemoryEntry::set(mc_pte* entry, mc_pte value) {
  const unsigned page = index_of(entry);
  if (cleared_ && cleared_page_ == page && value.frame == entry->frame) {
    cleared_ = false;
    if (value.kind == entry->kind) return;
    if (value.kind != kMcMigration || value.write != entry->write) {
      mm.complain("an entry is hidden by one that says something else of it");
    }
    open_for_reading(page);
    reference::hide_entry(current_, window_ ? *window_ : no_window_, page, EntryKind::kMigration);
    return;
  }
  if (cleared_) clear_now();
  reference::populate(current_, space_, page, Frame(value.frame), value.write);
}

bool MemoryEntry::is_private_memory(unsigned long address) const {
  return space_.maps_private_memory(page_of(address));
}

bool MemoryEntry::is_exclusive(Frame frame) const {
  for (const PageTableEntry& other : space_.state.entries) {
    if (maps(other, frame)) return other.exclusive;
  }
  return false;
}

unsigned MemoryEntry::map_count(Frame frame) {
  unsigned count = 0;
  const auto add = [&](const AddressSpace& other) {
    for (const PageTableEntry& there : other.state.entries) count += maps(there, frame) ? 1 : 0;
  };
  for (AddressSpace& other : current_.machine.mms) {
    if (sync::controller != nullptr) {
      add(other);
    } else {
      const sync::MutexLock guard(other.page_table_lock);
      add(other);
    }
  }
  return count;
}

// ---- Pages for the driver.

page* MemoryEntry::alloc_page() {
  const Frame frame = memory().allocate_page(current_);
  out_of_memory_ = out_of_memory_ || frame == kNoFrame;
  return frame == kNoFrame ? nullptr : system_page(frame);
}

bool MemoryEntry::reserve_page() {
  const Frame frame = memory().allocate_page(current_);
  if (frame != kNoFrame) reserved_[reserved_count_++] = frame;
  return frame != kNoFrame;
}

page* MemoryEntry::alloc_reserved_page() {
  sync::check(reserved_count_ != 0, "a page is set aside for each that has to move");
  return system_page(reserved_[--reserved_count_]);
}

void MemoryEntry::unreserve_pages() {
  while (reserved_count_ != 0) memory().put_page(current_, reserved_[--reserved_count_]);
}

// GUP, and then page by page what it has found.
int MemoryEntry::make_exclusive(unsigned long start, unsigned long end, bool owned,
                                unsigned* frames) {
  const unsigned first = page_of(start);
  int found = 0;
  for (unsigned page = first; page < page_of(end); ++page, ++found) {
    const int error = reference::fault_in_for_write(current_, space_, page);
    if (error != 0 && found == 0) return error;
    if (error != 0) break;
  }
  for (int i = 0; i < found; ++i) {
    frames[i] = static_cast<unsigned>(reference::make_exclusive(
        current_, space_, first + static_cast<unsigned>(i), mirror_.id, owned));
  }
  return found;
}

// P6: without a section, and also without the update lock.
void MemoryEntry::erased(unsigned page) {
  MirrorEntry::erased(page);
  current_.step(Rule::kProgram, {.mirror = mirror_.id,
                                 .page = current_.machine.mm(mirror_.state.mm).page(page),
                                 .frame = kNoFrame});
}

FaultResult FaultEntry::fault(unsigned page_index, Frame frame) {
  const unsigned long address = static_cast<unsigned long>(page_index) << kMcPageShift;
  const int error = mc_device_migrate_to_ram(vma_lookup(address), address,
                                             device_page(static_cast<unsigned>(frame)));
  if (error != 0) return FaultResult::kBusError;
  // A page allocator that has none left brings the OOM killer, and no null.
  return out_of_memory_ ? FaultResult::kOutOfMemory : FaultResult::kDone;
}

extern "C" {

void mc_memory_window_start(unsigned long start, unsigned long end, const void* owner) {
  entry().window_start(start, end, static_cast<const dmirror_device*>(owner));
}
void mc_memory_window_end(void) { entry().window_end(); }
mc_pte* mc_lock_entries(unsigned long address) { return entry().lock_entries(address); }
void mc_unlock_entries(void) { entry().unlock_entries(); }
mc_pte mc_clear_entry(mc_pte* pte) { return entry().clear(pte); }
void mc_set_entry(mc_pte* pte, mc_pte value) { entry().set(pte, value); }
bool mc_is_private_memory(unsigned long address) { return entry().is_private_memory(address); }

void mc_get_page(unsigned frame) { entry().memory().get_page(Frame(frame)); }
bool mc_try_get_page(unsigned frame) { return entry().memory().try_get_page(Frame(frame)); }
void mc_put_page(unsigned frame) { entry().memory().put_page(entry().task(), Frame(frame)); }
bool mc_try_lock_page(unsigned frame) { return entry().memory().try_lock_page(Frame(frame)); }
void mc_unlock_page(unsigned frame) {
  entry().memory().unlock_page(Frame(frame));
  entry().task().machine.migrations.wake_all();
}
int mc_references(unsigned frame) {
  return static_cast<int>(entry().memory().references(Frame(frame)));
}
int mc_map_count(unsigned frame) { return static_cast<int>(entry().map_count(Frame(frame))); }
bool mc_is_pinned(unsigned frame) { return entry().memory().pins(Frame(frame)) != 0; }
bool mc_is_exclusive(unsigned frame) { return entry().is_exclusive(Frame(frame)); }
void mc_hide_mappings(unsigned frame) { reference::hide_mappings(entry().task(), Frame(frame)); }
void mc_reveal_mappings(unsigned frame) {
  reference::reveal_mappings(entry().task(), Frame(frame), Frame(frame));
}
void mc_move_mappings(unsigned from, unsigned to) {
  reference::move_mappings(entry().task(), Frame(from), Frame(to));
}

vm_area_struct* mc_vma_lookup(unsigned long address) { return entry().vma_lookup(address); }
page* mc_alloc_system_page(void) { return entry().alloc_page(); }
bool mc_reserve_page(void) { return entry().reserve_page(); }
page* mc_alloc_reserved_page(void) { return entry().alloc_reserved_page(); }
void mc_unreserve_pages(void) { entry().unreserve_pages(); }
// A page is copied in some time, during which others run.
void mc_copy_page(unsigned to, unsigned from) {
  if (sync::Controller* const control = sync::controller) control->point();
  entry().memory().copy(Frame(from), Frame(to));
}
void mc_take_device_page(unsigned frame) {
  entry().memory().take_device_page(entry().task(), Frame(frame));
}
int mc_make_exclusive(unsigned long start, unsigned long end, bool owned, unsigned* frames) {
  return entry().make_exclusive(start, end, owned, frames);
}

}  // extern "C"

}  // namespace mirrorcheck::impl::linux_kernel
