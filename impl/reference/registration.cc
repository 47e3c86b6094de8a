#include "impl/reference/registration.h"

#include <absl/base/thread_annotations.h>

#include <cerrno>

#include "impl/reference/locks.h"
#include "impl/reference/machine.h"

namespace mirrorcheck::impl::reference {

using model::Classic;
using model::Rule;

namespace {

// mm_take_all_locks: mmap_lock for write and the i_mmap_rwsem of every file that is mapped. Whoever
// has a window of the mm open, or is in a fault, holds one of them; so nobody is and nobody does.
class AllLocks {
 public:
  AllLocks(Current& current, AddressSpace& mm) ABSL_NO_THREAD_SAFETY_ANALYSIS
      : current_(current),
        mmap_lock_(current, mm) {
    for (const AreaPage& area : mm.state.areas) {
      if (area.file_page == model::kNoFilePage) continue;
      mapped_[static_cast<std::size_t>(model::file_of(area.file_page))] = true;
    }
    // In ascending order, so that two of these cannot wait for each other.
    for (std::size_t file = 0; file < mapped_.size(); ++file) {
      if (mapped_[file]) current_.machine.inodes[file].i_mmap_rwsem.lock();
    }
  }
  ~AllLocks() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    for (std::size_t file = mapped_.size(); file-- != 0;) {
      if (mapped_[file]) current_.machine.inodes[file].i_mmap_rwsem.unlock();
    }
  }
  AllLocks(const AllLocks&) = delete;
  AllLocks& operator=(const AllLocks&) = delete;

 private:
  Current& current_;
  const MmapWrite mmap_lock_;
  std::array<bool, model::kFiles> mapped_{};
};

// REQUIRES: all locks.
void publish(Current& current, AddressSpace& mm) {
  if (mm.state.notifiers_published) return;
  mm.state.notifiers_published = true;
  current.step(Rule::kPublish, {.mm = mm.id});
}

}  // namespace

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
