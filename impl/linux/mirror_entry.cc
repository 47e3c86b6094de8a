#include "impl/linux/mirror_entry.h"

#include <algorithm>
#include <utility>

#include "impl/linux/range_fault.h"
#include "impl/reference/life.h"
#include "impl/reference/machine.h"
#include "impl/reference/registration.h"
#include "impl/sync/check.h"
#include "impl/sync/controller.h"

namespace mirrorcheck::impl::linux_kernel {

using model::Frame;
using model::Rule;
using reference::AddressSpace;
using reference::Current;
using reference::DeviceMirror;
using reference::IntervalSubscriptions;
using reference::NotifierRange;

namespace {

// D9, Q8: after how many rounds the driver's second is over.
constexpr unsigned long kMostRounds = 16;
constexpr unsigned long kSecond = 1000;

// DPT_XA_TAG_ATOMIC. What may only be read has none, what may be written another one.
constexpr unsigned long kTagAtomic = 1;

std::uint32_t* cell_of(void* page, unsigned cell) {
  return static_cast<std::uint32_t*>(page) + cell;
}

// What the callback of a snapshot's own notifier does: its section comes to nothing.
void disturb_snapshots(Current& current, DeviceMirror& mirror, const NotifierRange& range,
                       std::uint64_t sequence) {
  const sync::SectionLock section(mirror.subscription.section);
  for (unsigned task = 0; task < model::kTasks; ++task) {
    IntervalSubscription::Snapshot& snapshot = mirror.subscription.snapshots[task];
    if (!snapshot.inserted || range.last < snapshot.first || snapshot.last < range.first) continue;
    if (snapshot.in_section) {
      current.observer.report(Rule::kAbandon, {.task = model::Task(task), .mirror = mirror.id});
    }
    snapshot.sequence = sequence;
    snapshot.is_over = snapshot.is_over || snapshot.waits || snapshot.in_section;
    snapshot.in_section = false;
  }
}

}  // namespace

static_assert(sizeof(std::uint32_t) * model::kCellsPerPage == 1u << kMcPageShift,
              "a page of the kernel's is the cells of a page");

MirrorEntry::MirrorEntry(Current& current, DeviceMirror& mirror)
    : Entry(current.machine.mm(mirror.state.mm).intervals.kernel()),
      current_(current),
      mirror_(mirror) {}

void MirrorEntry::lock() {
  mirror_.update_lock.lock();
  update_locked = true;
  current_.step(Rule::kUpdateLock, {.mirror = mirror_.id});
  begin_update();
}

bool MirrorEntry::try_lock() {
  if (!mirror_.update_lock.try_lock()) return false;
  update_locked = true;
  current_.step(Rule::kUpdateLock, {.mirror = mirror_.id});
  begin_update();
  return true;
}

void MirrorEntry::unlock() {
  end_update();
  update_locked = false;
  current_.step(Rule::kUpdateUnlock, {.mirror = mirror_.id});
  mirror_.update_lock.unlock();
}

void MirrorEntry::stored(unsigned page, reference::DeviceEntry entry) {
  mirror_.state.entries[page] = entry;
}
void MirrorEntry::erased(unsigned page) { mirror_.state.entries[page] = {}; }

void CallbackEntry::erased(unsigned page) {
  if (page >= range_.first && page <= range_.last) {
    MirrorEntry::erased(page);
    return;
  }
  if (page != range_.last + 1u) {
    mm.complain("a callback forgets pages that its window is not about");
  }
  forgotten_ = static_cast<int>(page);
}

// The sequence and the page table change together, for who looks at the sequence without the lock.
void CallbackEntry::begin_update() {
  has_updated_ = true;
  mirror_.subscription.section.lock();
}
void CallbackEntry::end_update() {
  current_.step(Rule::kInvalidate,
                {.mirror = mirror_.id,
                 .window = range_.window,
                 .sequence = IntervalSubscriptions::sequence_of(mirror_.subscription)});
  if (forgotten_ >= 0) {
    const auto page = static_cast<unsigned>(forgotten_);
    MirrorEntry::erased(page);
    current_.step(Rule::kProgram, {.mirror = mirror_.id,
                                   .page = current_.machine.mm(mirror_.state.mm).page(page),
                                   .frame = model::kNoFrame});
  }
  mirror_.subscription.section.unlock();
}

bool device_invalidate(Current& current, DeviceMirror& mirror, const NotifierRange& range,
                       const mmu_notifier_range& kernel_range, std::uint64_t sequence) {
  CallbackEntry entry(current, mirror, range);
  const IntervalSubscription& subscription = mirror.subscription;
  if (mc_device_invalidate(subscription.driver_ops, subscription.notifier.get(), &kernel_range,
                           sequence)) {
    // P3, P4: without its lock it has done nothing.
    if (!entry.has_updated()) {
      current.step(Rule::kIgnore, {.mirror = mirror.id, .window = range.window});
      disturb_snapshots(current, mirror, range, sequence);
    }
    return true;
  }
  current.step(Rule::kRefuse, {.mirror = mirror.id, .window = range.window});
  return false;
}

// Its mirror, or else the chunk of its device.
void* FileEntry::allocate(std::size_t size) {
  if (operation_.call == Call::kMirrorOpen) {
    sync::check(size <= kMcMirrorBytes, "the driver allocates its mirror");
    mirror_.subscription.room.clear();
    return mirror_.subscription.room.get();
  }
  sync::check(size <= kMcChunkBytes, "the driver allocates a chunk of memory");
  // Who comes second finds no region for it, and gives it back.
  auto& chunk = device().state.region != 0 ? spare_chunk_ : device().state.chunk;
  chunk.clear();
  return chunk.get();
}

void* FileEntry::array(std::size_t size) {
  auto& array = arrays_[next_array_];
  next_array_ ^= 1;
  sync::check(size <= sizeof array, "an array is about the pages of one device");
  array.fill(0);
  return array.data();
}

void* FileEntry::bounce_buffer(std::size_t size) {
  sync::check(size <= bounce_.size(), "an operation is about a few pages");
  return bounce_.data();
}

bool FileEntry::get_mm() { return reference::mmget_not_zero(current_, space_); }
void FileEntry::put_mm() { reference::mmput(current_, space_); }

int FileEntry::insert(unsigned long start, unsigned long length,
                      const mmu_interval_notifier_ops* ops) {
  const unsigned long first = static_cast<unsigned long>(mirror_.state.first) << kMcPageShift;
  const unsigned long end = (mirror_.state.last + 1ul) << kMcPageShift;
  if (start > first || end - start > length) {
    mm.complain("the driver inserts its notifier over less than its mirror");
  }
  mirror_.subscription.driver_ops = ops;
  return reference::interval_insert(current_, space_, mirror_);
}

void FileEntry::remove() {
  space_.intervals.remove(mirror_.subscription,
                          [&] { current_.step(Rule::kRemove, {.mirror = mirror_.id}); });
  current_.step(Rule::kRemoved, {.mirror = mirror_.id});
}

// The notifier of a snapshot goes with it.
FileEntry::~FileEntry() {
  if (!takes_snapshot()) return;
  const sync::SectionLock section(mirror_.subscription.section);
  snapshot() = {};
}

// A snapshot's notifier is inserted when it begins: while S is odd it waits then (N4, Q2), as after
// its callback, and so does its stand-in, which need not have been hit.
std::uint64_t FileEntry::read_begin() {
  jiffies_ += kSecond / kMostRounds + 1;
  IntervalSubscription& subscription = mirror_.subscription;
  const auto sequence_of_mm = [&] { return space_.intervals.sequence(); };
  for (;;) {
    bool too_early = false;
    std::uint64_t stale = 0;
    const std::uint64_t sequence = space_.intervals.read_begin(
        subscription,
        [&](std::uint64_t seen, bool waits) {
          if (takes_snapshot()) {
            IntervalSubscription::Snapshot& own = snapshot();
            if (!own.inserted) {
              own = {.first = operation_.page,
                     .last = operation_.page + operation_.count - 1u,
                     .sequence = sequence_of_mm(),
                     .inserted = true};
            }
            stale = own.sequence;
            too_early = stale % 2 != 0 && stale == sequence_of_mm();
            if (too_early) return;
            own.waits = waits;
            own.in_section = !waits;
            own.is_over = false;
          }
          current_.step(Rule::kReadBegin, {.mirror = mirror_.id, .flag = waits, .sequence = seen});
        },
        [&] {
          if (too_early) return;
          const sync::SectionLock section(subscription.section);
          current_.step(Rule::kReadWake, {.mirror = mirror_.id});
          if (!takes_snapshot()) return;
          IntervalSubscription::Snapshot& own = snapshot();
          if (own.is_over) current_.step(Rule::kAbandon, {.mirror = mirror_.id});
          own.in_section = !own.is_over;
          own.waits = false;
        });
    if (!too_early) return sequence;
    space_.intervals.kernel().queue.wait([&] { return stale != sequence_of_mm(); });
  }
}

// REQUIRES: the subscription's section is locked.
bool FileEntry::ends_section() {
  snapshot().in_section = false;
  return !snapshot().is_over;
}

bool FileEntry::read_retry(std::uint64_t sequence) {
  bool is_over = false;
  const bool collided = IntervalSubscriptions::read_retry(
      mirror_.subscription, sequence, [&](bool differs, std::uint64_t now) {
        is_over = !ends_section();
        if (is_over) return;
        current_.step(Rule::kReadRetry, {.mirror = mirror_.id, .flag = differs, .sequence = now});
      });
  return collided || is_over;
}

int FileEntry::range_fault(const mc_range& range, hmm_range* kernel_range) {
  const int error = range_fault_of(current_, mirror_, range, kernel_range);
  if (error == 0) return 0;
  // Whatever the driver does next, this section has no result.
  const sync::SectionLock section(mirror_.subscription.section);
  if (ends_section()) current_.step(Rule::kAbandon, {.mirror = mirror_.id});
  return error;
}

void FileEntry::stored(unsigned page, reference::DeviceEntry entry) {
  MirrorEntry::stored(page, entry);
  // P6: what was moved, or made exclusive, is programmed without a section.
  if (operation_.call == Call::kMigrateToDevice || operation_.call == Call::kDeviceExclusive ||
      operation_.call == Call::kDeviceAtomic) {
    current_.step(Rule::kProgram, {.mirror = mirror_.id,
                                   .page = space_.page(page),
                                   .frame = entry.frame,
                                   .write = entry.write});
    return;
  }
  first_stored_ = std::min(first_stored_, page);
  last_stored_ = std::max(last_stored_, page);
  if (!mirror_.update_lock.held()) end_update();
}

void FileEntry::erased(unsigned page) {
  // At the end of a mirror nobody looks any more.
  if (operation_.call != Call::kMirrorClose) MemoryEntry::erased(page);
}

void FileEntry::end_update() {
  if (first_stored_ > last_stored_) return;
  current_.step(Rule::kInstall,
                {.mirror = mirror_.id, .pages = space_.pages(first_stored_, last_stored_)});
  first_stored_ = model::kPagesPerMm;
  last_stored_ = 0;
}

// A page is copied in some time, during which others run. Of its cells one is what the operation is
// about.
void FileEntry::access(Frame frame, unsigned page, bool write, std::uint32_t& value) {
  if (sync::Controller* const control = sync::controller) control->point();
  const auto report = [&](std::uint32_t datum) {
    current_.step(Rule::kDeviceAccess, {.mirror = mirror_.id,
                                        .page = space_.page(page),
                                        .write = write,
                                        .cell = operation_.cell,
                                        .value = datum});
  };
  if (write) {
    current_.machine.memory.store(frame, operation_.cell, value, report);
  } else {
    value = current_.machine.memory.load(frame, operation_.cell, report);
  }
}

void FileEntry::load(Frame frame, void* to) {
  const bool atomic = operation_.call == Call::kDeviceAtomic;
  const unsigned page = operation_.page + (atomic ? 0 : accesses_++);
  access(frame, page, false, *cell_of(to, operation_.cell));
}

void FileEntry::store(Frame frame, const void* from) {
  std::uint32_t value = static_cast<const std::uint32_t*>(from)[operation_.cell];
  access(frame, operation_.page + accesses_++, true, value);
}

std::uint32_t FileEntry::fetch_and_add(Frame frame, std::uint32_t addend) {
  std::uint32_t found = 0;
  access(frame, operation_.page, false, found);
  std::uint32_t sum = found + addend;
  access(frame, operation_.page, true, sum);
  return found;
}

void* FileEntry::map(Frame frame) {
  if (operation_.call != Call::kDeviceWrite) load(frame, mapped_.data());
  return mapped_.data();
}

void FileEntry::unmap(Frame frame) {
  if (operation_.call == Call::kDeviceWrite) store(frame, mapped_.data());
}

extern "C" {

mm_struct* mc_current_mm(void) { return &Entry::current().mm.mm; }
void mc_free(void*) {}
void* mc_array(size_t size) { return Entry::current().file().array(size); }
void* mc_bounce_buffer(size_t size) { return Entry::current().file().bounce_buffer(size); }
unsigned long mc_jiffies(void) { return Entry::current().file().jiffies(); }

bool mc_mmget_not_zero(mm_struct*) { return Entry::current().file().get_mm(); }
void mc_mmput(mm_struct*) { Entry::current().file().put_mm(); }
void mc_mmap_read_lock(void) { Entry::current().file().mmap_read_lock(); }
void mc_mmap_read_unlock(void) { Entry::current().file().mmap_read_unlock(); }
void mc_update_lock(void) { Entry::current().at_mirror().lock(); }
bool mc_update_trylock(void) { return Entry::current().at_mirror().try_lock(); }
void mc_update_unlock(void) { Entry::current().at_mirror().unlock(); }

int mc_observed_insert(unsigned long start, unsigned long length,
                       const mmu_interval_notifier_ops* ops) {
  return Entry::current().file().insert(start, length, ops);
}
void mc_observed_remove(mmu_interval_notifier*) { Entry::current().file().remove(); }
mmu_interval_notifier* mc_own_notifier(void) { return Entry::current().file().notifier(); }
unsigned long mc_observed_read_begin(void) { return Entry::current().file().read_begin(); }
bool mc_observed_read_retry(unsigned long sequence) {
  return Entry::current().file().read_retry(sequence);
}
int mc_observed_range_fault(const mc_range* range, hmm_range* kernel_range) {
  return Entry::current().file().range_fault(*range, kernel_range);
}

void mc_entry_stored(unsigned long page, unsigned frame, unsigned long tag) {
  Entry::current().at_mirror().stored(
      static_cast<unsigned>(page),
      // What the device has for itself it may write by atomic operations.
      {.frame = Frame(frame), .write = tag != 0, .atomic = tag == kTagAtomic});
}
void mc_entry_erased(unsigned long page) {
  Entry::current().at_mirror().erased(static_cast<unsigned>(page));
}
void mc_device_load(unsigned frame, void* to) { Entry::current().file().load(Frame(frame), to); }
void mc_device_store(unsigned frame, const void* from) {
  Entry::current().file().store(Frame(frame), from);
}
void* mc_device_map(unsigned frame) { return Entry::current().file().map(Frame(frame)); }
void mc_device_unmap(unsigned frame) { Entry::current().file().unmap(Frame(frame)); }

}  // extern "C"

}  // namespace mirrorcheck::impl::linux_kernel
