#include "impl/reference/reference.h"

#include <algorithm>
#include <cerrno>

#include "impl/reference/access_calls.h"
#include "impl/reference/driver.h"
#include "impl/reference/file_calls.h"
#include "impl/reference/fork.h"
#include "impl/reference/huge.h"
#include "impl/reference/hugetlb.h"
#include "impl/reference/ksm.h"
#include "impl/reference/life.h"
#include "impl/reference/machine.h"
#include "impl/reference/mapping_calls.h"
#include "impl/reference/memory_failure.h"
#include "impl/reference/migrate.h"
#include "impl/reference/mremap.h"
#include "impl/reference/numa.h"
#include "impl/reference/open_mirror.h"
#include "impl/reference/reclaim.h"
#include "impl/reference/reflink.h"
#include "impl/reference/registration.h"
#include "impl/reference/soft_dirty.h"
#include "impl/reference/unmount.h"
#include "impl/reference/uprobes.h"
#include "impl/reference/userfault.h"

namespace mirrorcheck::impl {
namespace reference {
namespace {

using model::Task;

int dispatch(Current& current, const Operation& operation, Result& result) {
  switch (operation.call) {
    case Call::kMmapAnon:
      return sys_mmap_anonymous(current, operation);
    case Call::kMmapFile:
      return sys_mmap_file(current, operation, Sharing::kShared);
    case Call::kMmapSpecial:
      return sys_mmap_special(current, operation);
    case Call::kMunmap:
      return sys_munmap(current, operation);
    case Call::kMprotect:
      return sys_mprotect(current, operation);
    case Call::kMadviseDontneed:
      return sys_madvise_dontneed(current, operation);
    case Call::kLoad:
      return cpu_load(current, operation, result);
    case Call::kStore:
      return cpu_store(current, operation, result);
    case Call::kPread:
      return sys_pread(current, operation, result);
    case Call::kPwrite:
      return sys_pwrite(current, operation, result);
    case Call::kFtruncate:
      return sys_ftruncate(current, operation);
    case Call::kPunchHole:
      return sys_punch_hole(current, operation);
    case Call::kCreate:
      return sys_create(current, operation);
    case Call::kUnlink:
      return sys_unlink(current, operation);
    case Call::kPin:
      return sys_pin(current, operation, false);
    case Call::kPinLongterm:
      return sys_pin(current, operation, true);
    case Call::kUnpin:
      return sys_unpin(current);
    case Call::kOomReap:
      return oom_reap(current);
    case Call::kExit:
      return sys_exit(current);
    case Call::kMirrorOpen:
      return mirror_open(current, operation);
    case Call::kMirrorClose:
      return mirror_close(current, operation);
    case Call::kNotifierRegister:
      return notifier_register(current, operation);
    case Call::kNotifierUnregister:
      return notifier_unregister(current, operation);
    case Call::kDeviceRead:
      return device_read(current, operation, result);
    case Call::kDeviceWrite:
      return device_write(current, operation, result);
    case Call::kDeviceFault:
      return device_fault(current, operation, result);
    case Call::kSnapshot:
      return device_snapshot(current, operation, result);
    case Call::kFork:
      return sys_fork(current);
    case Call::kFsync:
      return sys_fsync(current, operation);
    case Call::kMovePages:
      return sys_move_pages(current, operation, result);
    case Call::kMremap:
      return sys_mremap(current, operation);
    case Call::kUffdProtect:
      return uffdio_writeprotect(current, operation, UffdMode::kProtect);
    case Call::kUffdUnprotect:
      return uffdio_writeprotect(current, operation, UffdMode::kGiveUp);
    case Call::kUffdMove:
      return uffdio_move(current, operation, result);
    case Call::kMmapPrivate:
      return sys_mmap_file(current, operation, Sharing::kPrivate);
    case Call::kMigrateToDevice:
      return device_migrate_to_device(current, operation, result);
    case Call::kMigrateToRam:
      return device_migrate_to_ram(current, operation, result);
    case Call::kDeviceRelease:
      return device_release(current, operation);
    case Call::kDeviceExclusive:
      return device_exclusive(current, operation, result);
    case Call::kDeviceAtomic:
      return device_atomic(current, operation, result);
    case Call::kCheckExclusive:
      return device_check_exclusive(current, operation);
    case Call::kMadviseRemove:
      return sys_madvise_remove(current, operation);
    case Call::kClearRefs:
      return clear_refs(current);
    case Call::kNumaScan:
      return numa_scan(current, operation, result);
    case Call::kKsmMerge:
      return ksm_merge(current, operation, result);
    case Call::kKsmMergeAcross:
      return ksm_merge_across(current, operation, result);
    case Call::kKsmUnmerge:
      return ksm_unmerge(current, operation);
    case Call::kSignal:
      return send_signal(current, operation);
    case Call::kMadviseFree:
      return sys_madvise_free(current, operation);
    case Call::kMadviseCollapse:
      return sys_madvise_collapse(current, operation, result);
    case Call::kSplitHuge:
      return split_huge_pages(current, operation);
    case Call::kUnmount:
      return sys_unmount(current, operation);
    case Call::kMemoryFailure:
      return memory_failure(current, operation);
    case Call::kUprobeSet:
      return uprobe_set(current, operation, result);
    case Call::kUprobeRemove:
      return uprobe_remove(current, operation, result);
    case Call::kReclaim:
      return sys_reclaim(current, operation, result);
    case Call::kClone:
      return sys_clone(current, operation, result);
    case Call::kMmapHugetlb:
      return sys_mmap_hugetlb(current, operation);
    case Call::kMmapSync:
      return sys_mmap_file(current, operation, Sharing::kSync);
  }
  return -ENOSYS;
}

class ReferenceWorld final : public World {
 public:
  Capabilities capabilities() const override {
    return {.events = true, .state = true, .device_memory = true};
  }

  void reset(const Layout& layout, Observer& observer) override {
    machine_.reset(layout, !shut_down_);
    observer_ = &observer;
    tasks_ = layout.tasks;
    shut_down_ = false;
  }

  void apply(Task task, const Operation& operation, Result& result) override {
    // Field by field: copying a fresh Result stalls on the bytes just written.
    result.error = 0;
    result.pages = 0;
    result.faults = 0;
    result.data.fill(0);
    if (machine_.exited[index(task)]) {
      result.error = -ESRCH;
      return;
    }
    Current current = current_of(task);
    machine_.pins.enter(task);
    result.error = dispatch(current, operation, result);
    machine_.pins.leave(task);
  }

  void shut_down() override {
    Result ignored;
    for (unsigned task = 0; task < tasks_; ++task) {
      apply(Task(task), {.call = Call::kExit}, ignored);
    }
    // What outlives address spaces (X4) is taken down on behalf of the first task.
    Current current = current_of(Task(0));
    for (std::uint8_t id = 0; id < model::kMirrors; ++id) {
      mirror_close(current, {.mirror = id});
    }
    for (std::uint8_t id = 0; id < model::kClassicNotifiers; ++id) {
      notifier_unregister(current, {.mirror = id});
    }
    for (unsigned id = 0; id < model::kFiles; ++id) {
      sys_unlink(current, {.file = model::File(id)});
    }
    shut_down_ = true;
  }

  Entry cpu_entry(model::Page page) const override {
    const PageTableEntry& entry =
        machine_.mms[index(model::mm_of(page))].state.entries[model::index_of(page)];
    return {.frame = entry.frame,
            .write = entry.write,
            .read = entry.read,
            .kind = entry.kind,
            .huge = entry.huge};
  }
  Entry device_entry(model::Mirror mirror, model::Page page) const override {
    const DeviceMirror::State& state = machine_.mirrors[index(mirror)].state;
    if (model::mm_of(page) != state.mm) return {};
    const DeviceEntry& entry = state.entries[model::index_of(page)];
    return {.frame = entry.frame, .write = entry.write, .huge = entry.huge};
  }
  void device_entries(model::Mirror mirror, model::PageRange pages, Entry* out) const override {
    const DeviceMirror::State& state = machine_.mirrors[index(mirror)].state;
    const bool there =
        model::mm_of(pages.first) == state.mm && model::mm_of(pages.last) == state.mm;
    const auto count = static_cast<unsigned>(pages.last) - static_cast<unsigned>(pages.first) + 1;
    if (!there) return World::device_entries(mirror, pages, out);
    const DeviceEntry* const entries = &state.entries[model::index_of(pages.first)];
    for (unsigned i = 0; i < count; ++i)
      out[i] = {.frame = entries[i].frame, .write = entries[i].write, .huge = entries[i].huge};
  }
  void subscriptions(std::array<SubscriptionState, model::kMirrors>& out) const override {
    for (std::size_t m = 0; m < model::kMirrors; ++m) {
      out[m] = ReferenceWorld::subscription(model::Mirror(m));
    }
  }
  model::Frame backing(model::FilePage page) const override {
    if (page == model::kNoFilePage) return model::kNoFrame;
    return machine_.inodes[index(model::file_of(page))].state.backing[model::index_of(page)];
  }
  bool is_free(model::Frame frame) const override { return machine_.memory.peek_free(frame); }
  std::uint32_t pins(model::Frame frame) const override { return machine_.memory.peek_pins(frame); }
  std::uint8_t file_size(model::File file) const override {
    return machine_.inodes[index(file)].state.size;
  }
  NotifierState notifiers(model::Mm mm) const override {
    const IntervalSubscriptions& intervals = machine_.mms[index(mm)].intervals;
    return {.invalidate_seq = intervals.sequence(), .active_invalidate_ranges = intervals.active()};
  }
  SubscriptionState subscription(model::Mirror mirror) const override {
    const IntervalSubscription& state = machine_.mirrors[index(mirror)].subscription;
    return {.invalidate_seq = IntervalSubscriptions::sequence_of(state),
            .registration = IntervalSubscriptions::registration_of(state)};
  }
  std::uint32_t users(model::Mm mm) const override { return machine_.mms[index(mm)].state.users; }
  std::uint32_t cell(model::Frame frame, unsigned cell) const override {
    return machine_.memory.peek_cell(frame, cell);
  }
  void read(Tables& out) const override {
    for (std::size_t mm = 0; mm < model::kMms; ++mm) {
      const auto& entries = machine_.mms[mm].state.entries;
      for (std::size_t i = 0; i < model::kPagesPerMm; ++i) {
        out.cpu_frame[mm * model::kPagesPerMm + i] = entries[i].frame;
        out.cpu_kind[mm * model::kPagesPerMm + i] = entries[i].kind;
        out.cpu_read[mm * model::kPagesPerMm + i] = entries[i].read;
        out.cpu_write[mm * model::kPagesPerMm + i] = entries[i].write;
        out.cpu_huge[mm * model::kPagesPerMm + i] = entries[i].huge;
      }
    }
    out.device_frame.fill(model::kNoFrame);
    out.device_write.fill(false);
    out.device_huge.fill(false);
    for (std::size_t m = 0; m < model::kMirrors; ++m) {
      const DeviceMirror::State& state = machine_.mirrors[m].state;
      const std::size_t first = m * model::kPages + index(model::page_of(state.mm, 0));
      for (std::size_t i = 0; i < model::kPagesPerMm; ++i) {
        out.device_frame[first + i] = state.entries[i].frame;
        out.device_write[first + i] = state.entries[i].write;
        out.device_huge[first + i] = state.entries[i].huge;
      }
    }
    out.backing[0] = model::kNoFrame;
    for (std::size_t f = 0; f < model::kFiles; ++f) {
      std::copy_n(machine_.inodes[f].state.backing.begin(), model::kPagesPerFile,
                  out.backing.begin() + 1 + f * model::kPagesPerFile);
    }
    machine_.memory.peek(out.used, out.pins);
  }
  WorldMemory memory() override {
    return {std::span(reinterpret_cast<std::byte*>(this), sizeof *this), further_memory()};
  }
  std::span<const KnownTrigger> known_triggers() const override {
    return reference::known_triggers();
  }
  const char* complaint() const override {
    for (const AddressSpace& space : machine_.mms) {
      if (const char* const text = space.intervals.complaint()) return text;
    }
    return nullptr;
  }

 private:
  template <class Id>
  static std::size_t index(Id id) {
    return static_cast<std::size_t>(id);
  }
  Current current_of(Task task) {
    return {.machine = machine_,
            .observer = *observer_,
            .task = task,
            .mm = machine_.mm_of_task[index(task)]};
  }

  Machine machine_;
  Observer* observer_ = nullptr;
  unsigned tasks_ = 0;
  bool shut_down_ = true;
};

}  // namespace
}  // namespace reference

std::unique_ptr<World> create_reference() { return std::make_unique<reference::ReferenceWorld>(); }

}  // namespace mirrorcheck::impl
