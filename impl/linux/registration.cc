// impl/reference/registration.h on the kernel's code.

#include "impl/reference/registration.h"

#include <cerrno>
#include <optional>

#include "impl/linux/entry.h"
#include "impl/linux/listed.h"
#include "impl/reference/all_locks.h"
#include "impl/reference/locks.h"
#include "impl/reference/machine.h"

namespace mirrorcheck::impl::linux_kernel {

void report_unlinked(reference::Current& current, reference::AddressSpace& mm) {
  KernelMm& kernel = mm.intervals.kernel();
  for (std::size_t id = 0; id < kernel.classics.size(); ++id) {
    KernelMm::ClassicSlot& slot = kernel.classics[id];
    if (!slot.reported || mc_classic_listed(slot.notifier.get())) continue;
    slot.reported = false;
    current.step(model::Rule::kClassicUnregister, {.mm = mm.id, .classic = model::Classic(id)});
  }
}

}  // namespace mirrorcheck::impl::linux_kernel

namespace mirrorcheck::impl::reference {

using linux_kernel::Entry;
using linux_kernel::KernelMm;
using linux_kernel::kPageSize;
using model::Classic;
using model::Rule;

namespace {

// Somebody who may be the first to register in an mm, and publishes its notifiers then (N2).
class RegistrationEntry : public Entry {
 public:
  RegistrationEntry(Current& current, AddressSpace& space)
      : Entry(space.intervals.kernel()), current_(current), space_(space) {}

  unsigned users() override {
    const sync::SectionLock guard(space_.users_section);
    return space_.state.users;
  }
  void mmap_write_lock() override { mmap_lock_.emplace(current_, space_); }
  void mmap_write_unlock() override { mmap_lock_.reset(); }
  bool mmap_write_held() override { return space_.mmap_lock.held_exclusive(); }
  void take_all_locks() override { file_locks_.emplace(current_, space_); }
  void drop_all_locks() override {
    report_publication();
    file_locks_.reset();
  }

 protected:
  ~RegistrationEntry() = default;

  // As long as all locks are held nobody can tell when exactly it happened.
  void report_publication() {
    if (space_.state.notifiers_published || mm.mm.notifier_subscriptions == nullptr) return;
    space_.state.notifiers_published = true;
    current_.step(Rule::kPublish, {.mm = space_.id});
  }

  Current& current_;
  AddressSpace& space_;

 private:
  std::optional<MmapWrite> mmap_lock_;
  std::optional<AllFileLocks> file_locks_;
};

class InsertEntry final : public RegistrationEntry {
 public:
  InsertEntry(Current& current, AddressSpace& space, DeviceMirror& mirror)
      : RegistrationEntry(current, space), mirror_(mirror) {}
  // Registration without a classic notifier takes no section of its own.
  void locked() override { mirror_.subscription.mm = &mm; }
  void unlocking() override {
    const IntervalSubscription& subscription = mirror_.subscription;
    current_.step(Rule::kInsert, {.mm = space_.id,
                                  .mirror = mirror_.id,
                                  .pages = space_.pages(mirror_.state.first, mirror_.state.last),
                                  .flag = mc_is_deferred(&mm.mm, subscription.notifier.get()),
                                  .sequence = IntervalSubscriptions::sequence_of(subscription)});
  }

 private:
  DeviceMirror& mirror_;
};

class ClassicEntry final : public RegistrationEntry {
 public:
  ClassicEntry(Current& current, AddressSpace& space, Classic id)
      : RegistrationEntry(current, space), id_(id) {}
  void unlocking() override {
    KernelMm::ClassicSlot& slot = mm.classics[static_cast<std::size_t>(id_)];
    if (!slot.reported && mc_classic_listed(slot.notifier.get())) {
      report_publication();
      slot.reported = true;
      current_.step(Rule::kClassicRegister,
                    {.mm = space_.id, .classic = id_, .flag = slot.can_fail});
    }
    linux_kernel::report_unlinked(current_, space_);
  }

 private:
  const Classic id_;
};

}  // namespace

int interval_insert(Current& current, AddressSpace& mm, DeviceMirror& mirror) {
  InsertEntry entry(current, mm, mirror);
  return mc_interval_insert(mirror.subscription.notifier.get(), &entry.mm.mm,
                            mirror.state.first * kPageSize,
                            (mirror.state.last - mirror.state.first + 1u) * kPageSize);
}

int notifier_register(Current& current, const Operation& operation) {
  if (operation.mirror >= model::kClassicNotifiers) return -EINVAL;
  ClassicSlot& slot = current.machine.classic_slots[operation.mirror];
  {
    const sync::SectionLock guard(current.machine.classic_section);
    if (slot.phase != ClassicSlot::Phase::kFree) return -EBUSY;
    slot = {.phase = ClassicSlot::Phase::kChanging, .mm = current.mm};
  }
  ClassicEntry entry(current, current.machine.mm(current.mm), Classic(operation.mirror));
  KernelMm::ClassicSlot& own = entry.mm.classics[operation.mirror];
  own.notifier.clear();
  own.can_fail = operation.prot != 0;
  const int error = mc_classic_register(own.notifier.get(), &entry.mm.mm, own.can_fail);
  const sync::SectionLock guard(current.machine.classic_section);
  slot.phase = error == 0 ? ClassicSlot::Phase::kRegistered : ClassicSlot::Phase::kFree;
  return error;
}

int notifier_unregister(Current& current, const Operation& operation) {
  if (operation.mirror >= model::kClassicNotifiers) return -EINVAL;
  ClassicSlot& slot = current.machine.classic_slots[operation.mirror];
  {
    const sync::SectionLock guard(current.machine.classic_section);
    if (slot.phase != ClassicSlot::Phase::kRegistered) return -ENOENT;
    slot.phase = ClassicSlot::Phase::kChanging;
  }
  {
    ClassicEntry entry(current, current.machine.mm(slot.mm), Classic(operation.mirror));
    KernelMm::ClassicSlot& own = entry.mm.classics[operation.mirror];
    mc_classic_unregister(own.notifier.get(), &entry.mm.mm);
    const sync::SectionLock guard(entry.mm.section);
    ++own.over;
  }
  const sync::SectionLock guard(current.machine.classic_section);
  slot.phase = ClassicSlot::Phase::kFree;
  return 0;
}

}  // namespace mirrorcheck::impl::reference
