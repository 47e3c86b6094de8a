#include "impl/reference/driver.h"

#include <algorithm>
#include <cerrno>

#include "impl/reference/exclusive.h"
#include "impl/reference/huge.h"
#include "impl/reference/life.h"
#include "impl/reference/locks.h"
#include "impl/reference/machine.h"
#include "impl/reference/migrate_device.h"
#include "impl/reference/open_mirror.h"
#include "impl/reference/range_fault.h"
#include "impl/reference/registration.h"

namespace mirrorcheck::impl::reference {

using model::Outcome;
using model::Rule;

namespace {

// D9, Q8: how often a fault starts over before it gives up.
constexpr int kMostRounds = 16;

// What the snapshot says of a page, as test_hmm encodes it.
constexpr std::uint8_t kSnapshotError = 0xff;
constexpr std::uint8_t kSnapshotNone = 0;
constexpr std::uint8_t kSnapshotRead = 1;
constexpr std::uint8_t kSnapshotWrite = 2;
constexpr std::uint8_t kSnapshotHuge = 4;  // PMD
constexpr std::uint8_t kSnapshotZero = 0x10;
constexpr std::uint8_t kSnapshotDevicePrivate = 0x20;

AddressSpace& mm_of(Current& current, const DeviceMirror& mirror) {
  return current.machine.mm(mirror.state.mm);
}

int errno_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::kBusy:
      return -EBUSY;
    case Outcome::kNotPermitted:
      return -EPERM;
    case Outcome::kBadAddress:
      return -EFAULT;
    default:
      return 0;
  }
}

// Without mmap_lock (A12).
std::uint64_t read_begin(Current& current, DeviceMirror& mirror) {
  return mm_of(current, mirror)
      .intervals.read_begin(
          mirror.subscription,
          [&](std::uint64_t seen, bool waits) {
            current.step(Rule::kReadBegin, {.mirror = mirror.id, .flag = waits, .sequence = seen});
          },
          [&] { current.step(Rule::kReadWake, {.mirror = mirror.id}); });
}

// One round of D9 up to hmm_range_fault's return: read_begin without mmap_lock, the walk with it.
Outcome walk(Current& current, Range& range) {
  DeviceMirror& mirror = range.mirror;
  AddressSpace& mm = mm_of(current, mirror);
  range.sequence = read_begin(current, mirror);
  const MmapRead mmap_lock(current, mm);
  return hmm_range_fault(current, range);
}

bool read_retry(Current& current, const Range& range) {
  DeviceMirror& mirror = range.mirror;
  return IntervalSubscriptions::read_retry(
      mirror.subscription, range.sequence, [&](bool collided, std::uint64_t now) {
        current.step(Rule::kReadRetry, {.mirror = mirror.id, .flag = collided, .sequence = now});
      });
}

// The collision-retry loop of hmm.rst. `prepare` fills the requests in, in each round anew (F4);
// `commit` uses the result, under U, read_retry having passed (Q7).
template <class Prepare, class Commit>
int fault_range(Current& current, Range& range, Prepare&& prepare, Commit&& commit) {
  for (int round = 0; round < kMostRounds; ++round) {
    prepare();
    const Outcome outcome = walk(current, range);
    if (outcome != Outcome::kValid) {
      current.step(Rule::kAbandon, {.mirror = range.mirror.id});
      if (outcome == Outcome::kBusy) continue;
      return errno_of(outcome);
    }
    const UpdateLock update(current, range.mirror);
    if (read_retry(current, range)) continue;
    commit();
    return 0;
  }
  return -EBUSY;
}

// D6, S15: what the device has written of [first, last] is marked dirty, for its entries in the
// CPU's page table do not know. That is possible as long as these are there, so in the callback;
// the page lock is not needed then, and could not be taken (I10). REQUIRES: U.
void mark_dirty(Current& current, DeviceMirror& mirror, unsigned first, unsigned last) {
  if (!mirror.state.any_written) return;
  for (unsigned page = first; page <= last; ++page) {
    DeviceEntry& entry = mirror.state.entries[page];
    if (!entry.written) continue;
    current.machine.memory.set_dirty(entry.frame);
    entry.written = false;
    current.step(
        Rule::kMarkDirty,
        {.mirror = mirror.id, .page = mm_of(current, mirror).page(page), .frame = entry.frame});
  }
}

// S16: a huge translation that is to change in part goes as a whole. REQUIRES: U.
void drop_huge(Current& current, DeviceMirror& mirror, unsigned page) {
  if (!mirror.state.entries[page].huge) return;
  mark_dirty(current, mirror, huge_first(page), huge_last(page));
  for (unsigned i = huge_first(page); i <= huge_last(page); ++i) mirror.state.entries[i] = {};
  current.step(Rule::kDropHuge, {.mirror = mirror.id, .page = mm_of(current, mirror).page(page)});
}

// F13, S16: the walk found that the CPU maps all pages of the run at once, and has been to all of
// them: one translation will do. What it says of a page may reach beyond the range.
bool can_be_huge(Range& range, unsigned page) {
  if (huge_first(page) < range.first || huge_last(page) > range.last) return false;
  for (unsigned i = huge_first(page); i <= huge_last(page); ++i) {
    const RangeEntry& entry = range.entry(i);
    if ((entry.flags & RangeEntry::kValid) == 0 || !entry.huge) return false;
  }
  return true;
}

// D1, D4: programs what the walk found valid of [first, last], in large translations or in small
// ones. REQUIRES: U, read_retry has passed.
void install_alike(Current& current, Range& range, unsigned first, unsigned last, bool atomic,
                   bool huge) {
  DeviceMirror& mirror = range.mirror;
  // Each of these is a step, and what is installed is one.
  for (unsigned page = first; page <= last && !huge; ++page) {
    if ((range.entry(page).flags & RangeEntry::kValid) != 0) drop_huge(current, mirror, page);
  }
  for (unsigned page = first; page <= last; ++page) {
    const RangeEntry& entry = range.entry(page);
    if ((entry.flags & RangeEntry::kValid) == 0) continue;
    DeviceEntry& mapped = mirror.state.entries[page];
    // What the device has for itself it has until a window takes it away: its own made no section
    // of another task collide (P4).
    const bool exclusive = atomic || (mapped.atomic && mapped.frame == entry.frame);
    mapped = {.frame = entry.frame,
              .write = (entry.flags & RangeEntry::kWrite) != 0,
              .atomic = exclusive,
              .written = mapped.written,
              .huge = huge};
  }
  current.step(
      Rule::kInstall,
      {.mirror = mirror.id, .pages = mm_of(current, mirror).pages(first, last), .huge = huge});
}

void install(Current& current, Range& range, unsigned first, unsigned last, bool atomic = false) {
  for (unsigned page = first; page <= last; ++page) {
    const unsigned begin = page;
    const bool huge = can_be_huge(range, page);
    while (page < last && can_be_huge(range, page + 1) == huge) ++page;
    install_alike(current, range, begin, page, atomic, huge);
  }
  range.mirror.doorbell.store(1, std::memory_order_relaxed);
}

void install(Current& current, Range& range) { install(current, range, range.first, range.last); }

// P6: what is in the device's memory is walked, like everything that it maps, although the driver
// has just put it there: until read_retry passes a madvise or a truncate may have taken it away.
void map_own_memory(Current& current, DeviceMirror& mirror, unsigned first, unsigned last) {
  Range range{.mirror = mirror, .first = first, .last = last};
  const auto own = [&](unsigned page) {
    return page <= last && (range.entry(page).flags & RangeEntry::kValid) != 0 &&
           model::is_device(range.entry(page).frame);
  };
  fault_range(
      current, range, [] {},
      [&] {
        for (unsigned page = first; page <= last; ++page) {
          if (!own(page)) continue;
          const unsigned begin = page;
          while (own(page + 1)) ++page;
          install(current, range, begin, page);
        }
      });
}

// Each VMA in turn, as far as the first that may not be migrated (X17). 0 or -EINVAL.
int migrate(Current& current, DeviceMirror& mirror, const Operation& operation,
            DeviceMigration::Into into, Result& result) {
  using model::Area;
  AddressSpace& mm = mm_of(current, mirror);
  const unsigned last = operation.page + operation.count - 1u;
  const MmapRead mmap_lock(current, mm);
  for (unsigned page = operation.page; page <= last;) {
    const unsigned end = mm.area_end(page, last);
    const AreaPage& area = mm.state.areas[page];
    if (area.area == Area::kNone || area.area == Area::kSpecial || area.area == Area::kDax ||
        !area.read) {
      return -EINVAL;
    }
    // Pages of a file are looked at, and not moved; its copies are.
    if (area.area == Area::kAnon || area.is_private) {
      DeviceMigration migration(current, mm, mirror.id, page, end, into);
      migration.setup();
      migration.copy();
      migration.pages();
      result.pages = static_cast<std::uint8_t>(result.pages + migration.finalize());
    } else if (area.area == Area::kHugetlb) {
      return -EINVAL;
    }
    page = end + 1;
  }
  return 0;
}

// D9: the device fault of pages [first, last].
int fault_in(Current& current, DeviceMirror& mirror, unsigned first, unsigned last, bool write) {
  AddressSpace& mm = mm_of(current, mirror);
  if (!mmget_not_zero(current, mm)) return -EFAULT;
  Range range{.mirror = mirror, .first = first, .last = last};
  range.default_flags =
      static_cast<std::uint8_t>(kRequestFault | (write ? kRequestWrite : std::uint8_t{0}));
  const int error = fault_range(current, range, [] {}, [&] { install(current, range); });
  mmput(current, mm);
  return error;
}

// The device's engine: pages from `from` on through the device page table, as far as it goes. The
// page it stopped at. REQUIRES: U.
unsigned run_engine(Current& current, DeviceMirror& mirror, const Operation& operation,
                    unsigned from, bool write, Result& result) {
  Memory& memory = current.machine.memory;
  const AddressSpace& mm = mm_of(current, mirror);
  unsigned page = from;
  for (; page < operation.page + operation.count; ++page) {
    DeviceEntry& entry = mirror.state.entries[page];
    // D6: a write needs a translation that was walked writable.
    if (entry.frame == model::kNoFrame || (write && (!entry.write || entry.atomic))) break;
    const auto report = [&](std::uint32_t value) {
      current.step(Rule::kDeviceAccess, {.mirror = mirror.id,
                                         .page = mm.page(page),
                                         .write = write,
                                         .cell = operation.cell,
                                         .value = value});
    };
    if (write) {
      if (memory.may_be_clean(entry.frame)) {
        entry.written = true;
        mirror.state.any_written = true;
      }
      memory.store(entry.frame, operation.cell, operation.value, report);
    } else {
      result.data[page - operation.page] = memory.load(entry.frame, operation.cell, report);
    }
  }
  return page;
}

int device_access(Current& current, const Operation& operation, bool write, Result& result) {
  const OpenMirror open(current, operation);
  if (const int error = open.check(operation)) return error;
  DeviceMirror& mirror = *open;
  const unsigned end = operation.page + operation.count;
  unsigned page = operation.page;
  for (;;) {
    {
      const UpdateLock update(current, mirror);
      page = run_engine(current, mirror, operation, page, write, result);
    }
    result.pages = static_cast<std::uint8_t>(page - operation.page);
    if (page == end) return 0;
    if (const int error = fault_in(current, mirror, page, end - 1, write)) return error;
    ++result.faults;
  }
}

int fault_in_for_write(Current& current, AddressSpace& mm, unsigned first, unsigned last) {
  const MmapRead mmap_lock(current, mm);
  for (unsigned page = first; page <= last; ++page) {
    if (const int error = fault_in_for_write(current, mm, page)) return error;
  }
  return 0;
}

// P5: made exclusive inside a section, which its own windows leave alone (P4), and programmed under
// U before the pages are unlocked. -EBUSY: not all of them became exclusive, or it collided too
// often.
int make_exclusive(Current& current, DeviceMirror& mirror, unsigned first, unsigned last) {
  AddressSpace& mm = mm_of(current, mirror);
  for (int round = 0; round < kMostRounds; ++round) {
    if (const int error = fault_in_for_write(current, mm, first, last)) return error;
    Range range{.mirror = mirror, .first = first, .last = last};
    range.sequence = read_begin(current, mirror);
    ExclusivePages pages(current);
    bool all = true;
    {
      const MmapRead mmap_lock(current, mm);
      for (unsigned page = first; page <= last && all; ++page) {
        const model::Frame frame = pages.add(mm, page, mirror.id);
        all = frame != model::kNoFrame;
        range.entry(page) = {.frame = frame, .flags = RangeEntry::kValid | RangeEntry::kWrite};
      }
    }
    const UpdateLock update(current, mirror);
    if (read_retry(current, range)) continue;
    if (!all) return -EBUSY;
    install(current, range, first, last, true);
    return 0;
  }
  return -EBUSY;
}

// P5: fetch-and-add, two accesses of the device. Others run between them, but whoever would come to
// the page, the CPU or another device, has to have it taken away first, for which he waits for U.
// False: the device has not, or no longer, the page for itself. REQUIRES: U.
bool fetch_and_add(Current& current, DeviceMirror& mirror, const Operation& operation,
                   Result& result) {
  Memory& memory = current.machine.memory;
  DeviceEntry& entry = mirror.state.entries[operation.page];
  // A fault of another task that has walked the page before may have made it read-only.
  if (entry.frame == model::kNoFrame || !entry.atomic || !entry.write) return false;
  const model::Page page = mm_of(current, mirror).page(operation.page);
  const auto report = [&](bool write) {
    return [&current, &mirror, &operation, page, write](std::uint32_t value) {
      current.step(Rule::kDeviceAccess, {.mirror = mirror.id,
                                         .page = page,
                                         .write = write,
                                         .cell = operation.cell,
                                         .value = value});
    };
  };
  if (memory.may_be_clean(entry.frame)) {
    entry.written = true;
    mirror.state.any_written = true;
  }
  result.data[0] = memory.load(entry.frame, operation.cell, report(false));
  mirror.doorbell.store(1, std::memory_order_relaxed);
  memory.store(entry.frame, operation.cell, result.data[0] + kAtomicAddend, report(true));
  result.pages = 1;
  return true;
}

std::uint8_t snapshot_byte(const RangeEntry& entry) {
  if ((entry.flags & RangeEntry::kError) != 0) return kSnapshotError;
  if ((entry.flags & RangeEntry::kValid) == 0) return kSnapshotNone;
  const bool write = (entry.flags & RangeEntry::kWrite) != 0;
  return static_cast<std::uint8_t>((write ? kSnapshotWrite : kSnapshotRead) |
                                   (entry.huge ? kSnapshotHuge : 0) |
                                   (entry.frame == model::kZeroFrame ? kSnapshotZero
                                    : model::is_device(entry.frame)  ? kSnapshotDevicePrivate
                                                                     : 0));
}

}  // namespace

bool driver_invalidate(Current& current, DeviceMirror& mirror, const NotifierRange& range,
                       std::uint64_t sequence) {
  // P4: the windows of one's own exclusive access, which set_seq would make collide with the
  // section around it.
  if (range.event == model::WindowEvent::kExclusive &&
      range.owner == static_cast<std::uint8_t>(mirror.id)) {
    current.step(Rule::kIgnore, {.mirror = mirror.id, .window = range.window});
    return true;
  }
  const UpdateLock update(current, mirror, range.blockable);
  if (!update.taken()) {
    current.step(Rule::kRefuse, {.mirror = mirror.id, .window = range.window});
    return false;
  }
  if (huge_first(range.first) != range.first) drop_huge(current, mirror, range.first);
  if (huge_last(range.last) != range.last) drop_huge(current, mirror, range.last);
  mark_dirty(current, mirror, range.first, range.last);
  // Q6, D2: always the sequence, then everything in the range, whatever the event. I8: the range
  // may reach beyond the interval.
  IntervalSubscriptions::set_sequence(mirror.subscription, sequence, [&] {
    const unsigned first = std::max<unsigned>(range.first, mirror.state.first);
    const unsigned last = std::min<unsigned>(range.last, mirror.state.last);
    for (unsigned page = first; page <= last; ++page) mirror.state.entries[page] = {};
    current.step(Rule::kInvalidate,
                 {.mirror = mirror.id, .window = range.window, .sequence = sequence});
  });
  mirror.doorbell.store(1, std::memory_order_relaxed);
  return true;
}

int attach(Current& current, DeviceMirror& mirror) {
  return interval_insert(current, mm_of(current, mirror), mirror);
}

// D2, N5: the device lets go of everything before nobody tells it anything any more.
void detach(Current& current, DeviceMirror& mirror) {
  {
    const UpdateLock update(current, mirror);
    mark_dirty(current, mirror, mirror.state.first, mirror.state.last);
    mirror.state.entries = {};
    mirror.state.any_written = false;
    current.step(Rule::kQuiesce, {.mirror = mirror.id});
  }
  // N6: without any lock, U above all.
  mm_of(current, mirror).intervals.remove(mirror.subscription, [&] {
    current.step(Rule::kRemove, {.mirror = mirror.id});
  });
  current.step(Rule::kRemoved, {.mirror = mirror.id});
  evict(current, mirror.id);
}

int device_read(Current& current, const Operation& operation, Result& result) {
  return device_access(current, operation, false, result);
}

int device_write(Current& current, const Operation& operation, Result& result) {
  return device_access(current, operation, true, result);
}

int device_fault(Current& current, const Operation& operation, Result& result) {
  const OpenMirror open(current, operation);
  if (const int error = open.check(operation)) return error;
  DeviceMirror& mirror = *open;
  AddressSpace& mm = mm_of(current, mirror);
  if (!mmget_not_zero(current, mm)) return -EFAULT;
  Range range{.mirror = mirror,
              .first = operation.page,
              .last = operation.page + operation.count - 1u,
              .default_flags = static_cast<std::uint8_t>(operation.flags & 3),
              .flags_mask = static_cast<std::uint8_t>(operation.flags >> 2 & 3)};
  const int error = fault_range(
      current, range,
      [&] {
        for (unsigned i = 0; i < operation.count; ++i) {
          range.entries[i] = {.flags = static_cast<std::uint8_t>(operation.requests >> 2 * i & 3)};
        }
      },
      [&] {
        install(current, range);
        for (unsigned i = 0; i < operation.count; ++i) result.data[i] = range.entries[i].flags;
      });
  mmput(current, mm);
  if (error != 0) return error;
  result.pages = static_cast<std::uint8_t>(operation.count);
  result.faults = 1;
  return 0;
}

int device_migrate_to_device(Current& current, const Operation& operation, Result& result) {
  const OpenMirror open(current, operation);
  if (const int error = open.check(operation)) return error;
  DeviceMirror& mirror = *open;
  AddressSpace& mm = mm_of(current, mirror);
  if (!mmget_not_zero(current, mm)) return -EINVAL;
  const int error = migrate(current, mirror, operation, DeviceMigration::Into::kDevice, result);
  const unsigned end = operation.page + operation.count;
  if (error == 0) map_own_memory(current, mirror, operation.page, end - 1);
  mmput(current, mm);
  if (error != 0) return error;
  const UpdateLock update(current, mirror);
  const unsigned page = run_engine(current, mirror, operation, operation.page, false, result);
  result.pages = static_cast<std::uint8_t>(page - operation.page);
  return page == end ? 0 : -ENOENT;
}

int device_migrate_to_ram(Current& current, const Operation& operation, Result& result) {
  const OpenMirror open(current, operation);
  if (const int error = open.check(operation)) return error;
  DeviceMirror& mirror = *open;
  AddressSpace& mm = mm_of(current, mirror);
  if (!mmget_not_zero(current, mm)) return -EINVAL;
  const int error = migrate(current, mirror, operation, DeviceMigration::Into::kRam, result);
  mmput(current, mm);
  return error;
}

int device_exclusive(Current& current, const Operation& operation, Result& result) {
  const OpenMirror open(current, operation);
  if (const int error = open.check(operation)) return error;
  DeviceMirror& mirror = *open;
  AddressSpace& mm = mm_of(current, mirror);
  if (!mmget_not_zero(current, mm)) return -EINVAL;
  const unsigned end = operation.page + operation.count;
  const int error = make_exclusive(current, mirror, operation.page, end - 1);
  mmput(current, mm);
  if (error != 0) return error;
  const UpdateLock update(current, mirror);
  const unsigned page = run_engine(current, mirror, operation, operation.page, false, result);
  result.pages = static_cast<std::uint8_t>(page - operation.page);
  return page == end ? 0 : -ENOENT;
}

// As after a fault of the device: what it has been given may be gone when it tries again.
int device_atomic(Current& current, const Operation& operation, Result& result) {
  const OpenMirror open(current, operation);
  if (const int error = open.check(operation)) return error;
  DeviceMirror& mirror = *open;
  AddressSpace& mm = mm_of(current, mirror);
  for (int round = 0;; ++round) {
    {
      const UpdateLock update(current, mirror);
      if (fetch_and_add(current, mirror, operation, result)) return 0;
    }
    if (round == kMostRounds) return -EBUSY;
    if (!mmget_not_zero(current, mm)) return -EINVAL;
    const int error = make_exclusive(current, mirror, operation.page, operation.page);
    mmput(current, mm);
    if (error != 0) return error;
  }
}

int device_check_exclusive(Current& current, const Operation& operation) {
  const OpenMirror open(current, operation);
  if (const int error = open.check(operation)) return error;
  DeviceMirror& mirror = *open;
  const UpdateLock update(current, mirror);
  for (unsigned page = operation.page; page < operation.page + operation.count; ++page) {
    const DeviceEntry& entry = mirror.state.entries[page];
    if (entry.frame != model::kNoFrame && entry.atomic) return -EPERM;
  }
  return 0;
}

int device_release(Current& current, const Operation& operation) {
  const OpenMirror open(current, operation);
  if (!open) return -EBADF;
  evict(current, (*open).id);
  return 0;
}

int device_snapshot(Current& current, const Operation& operation, Result& result) {
  const OpenMirror open(current, operation);
  if (const int error = open.check(operation)) return error;
  DeviceMirror& mirror = *open;
  AddressSpace& mm = mm_of(current, mirror);
  if (!mmget_not_zero(current, mm)) return -EINVAL;
  Range range{
      .mirror = mirror, .first = operation.page, .last = operation.page + operation.count - 1u};
  const int error = fault_range(
      current, range, [] {},
      [&] {
        for (unsigned i = 0; i < operation.count; ++i)
          result.data[i] = snapshot_byte(range.entries[i]);
      });
  mmput(current, mm);
  if (error != 0) return error;
  result.pages = static_cast<std::uint8_t>(operation.count);
  return 0;
}

}  // namespace mirrorcheck::impl::reference
