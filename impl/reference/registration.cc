#include "impl/reference/registration.h"

#include <cerrno>

#include "impl/reference/all_locks.h"
#include "impl/reference/locks.h"
#include "impl/reference/machine.h"

namespace mirrorcheck::impl::reference {

using model::Classic;
using model::Rule;

namespace {

// mm_take_all_locks, with mmap_lock.
class AllLocks {
 public:
  AllLocks(Current& current, AddressSpace& mm) : mmap_lock_(current, mm), files_(current, mm) {}

 private:
  const MmapWrite mmap_lock_;
  const AllFileLocks files_;
};

// REQUIRES: all locks.
void publish(Current& current, AddressSpace& mm) {
  if (mm.state.notifiers_published) return;
  mm.state.notifiers_published = true;
  current.step(Rule::kPublish, {.mm = mm.id});
}

// Before the first interval subscription of an mm: from here on every change of its page table
// opens a window.
void publish_intervals(Current& current, AddressSpace& mm) {
  {
    const sync::SectionLock guard(mm.users_section);
    if (mm.state.intervals_published) return;
  }
  const AllLocks all(current, mm);
  publish(current, mm);
  const sync::SectionLock guard(mm.users_section);
  mm.state.intervals_published = true;
}

}  // namespace

int interval_insert(Current& current, AddressSpace& mm, DeviceMirror& mirror) {
  publish_intervals(current, mm);
  const DeviceMirror::State& state = mirror.state;
  mm.intervals.insert(mirror.subscription, state.first, state.last,
                      [&](std::uint64_t sequence, bool deferred) {
                        current.step(Rule::kInsert, {.mm = mm.id,
                                                     .mirror = mirror.id,
                                                     .pages = mm.pages(state.first, state.last),
                                                     .flag = deferred,
                                                     .sequence = sequence});
                      });
  return 0;
}

int notifier_register(Current& current, const Operation& operation) {
  if (operation.mirror >= model::kClassicNotifiers) return -EINVAL;
  ClassicSlot& slot = current.machine.classic_slots[operation.mirror];
  {
    const sync::SectionLock guard(current.machine.classic_section);
    if (slot.phase != ClassicSlot::Phase::kFree) return -EBUSY;
    slot = {.phase = ClassicSlot::Phase::kChanging, .mm = current.mm};
  }
  AddressSpace& mm = current.machine.mm(current.mm);
  const ClassicNotifiers::Entry entry{.id = Classic(operation.mirror),
                                      .can_fail = operation.prot != 0};
  {
    const AllLocks all(current, mm);
    publish(current, mm);
    mm.classics.add(entry, [&] {
      current.step(Rule::kClassicRegister,
                   {.mm = mm.id, .classic = entry.id, .flag = entry.can_fail});
    });
  }
  const sync::SectionLock guard(current.machine.classic_section);
  slot.phase = ClassicSlot::Phase::kRegistered;
  return 0;
}

int notifier_unregister(Current& current, const Operation& operation) {
  if (operation.mirror >= model::kClassicNotifiers) return -EINVAL;
  ClassicSlot& slot = current.machine.classic_slots[operation.mirror];
  {
    const sync::SectionLock guard(current.machine.classic_section);
    if (slot.phase != ClassicSlot::Phase::kRegistered) return -ENOENT;
    slot.phase = ClassicSlot::Phase::kChanging;
  }
  AddressSpace& mm = current.machine.mm(slot.mm);
  // It may be out already: the end of the mm unlinks them all.
  mm.classics.remove(Classic(operation.mirror), [&] {
    current.step(Rule::kClassicUnregister, {.mm = mm.id, .classic = Classic(operation.mirror)});
  });
  const sync::SectionLock guard(current.machine.classic_section);
  slot.phase = ClassicSlot::Phase::kFree;
  return 0;
}

}  // namespace mirrorcheck::impl::reference
