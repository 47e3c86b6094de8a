// The kernel's primitives on the sync seam (kernel.h, second list), and what entries do by default.

#include <absl/base/thread_annotations.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>

#include "impl/linux/entry.h"
#include "impl/linux/notifier_core.h"

namespace mirrorcheck::impl::linux_kernel {
namespace {

// Under a controller tasks are fibers of one thread, told apart by their number; on threads each
// has its own row. The controller's numbers are those of the model's tasks.
thread_local std::array<Entry*, model::kTasks> entries{};

Entry*& own_slot() {
  const unsigned task = sync::controller != nullptr ? sync::controller->current() : 0;
  sync::check(task < model::kTasks, "a task of the model enters the kernel's code");
  return entries[task];
}

// What a lock or a wait queue of the kernel's points to.
KernelMm& kernel_mm(void* handle) { return *static_cast<KernelMm*>(handle); }

[[noreturn]] void unexpected(const char* what) {
  std::fprintf(stderr, "the kernel's code %s where nobody expects it to\n", what);
  std::fflush(stderr);
  std::abort();
}

}  // namespace

Entry::Entry(KernelMm& kernel_mm) : mm(kernel_mm), slot_(own_slot()), outer_(slot_) {
  slot_ = this;
}
std::span<std::byte> Entry::memory() { return std::as_writable_bytes(std::span(entries)); }
Entry::~Entry() {
  slot_ = outer_;
  if (start_map_ != 0) mm.complain("invalidate_range_start is left as a lock that is still held");
}

void Entry::acquire_start_map() {
  for (const Entry* entry = this; entry != nullptr; entry = entry->outer_) {
    if (entry->start_map_ != 0) {
      mm.complain("invalidate_range_start is a lock, and is taken by a task that has it already");
    }
    if (entry->update_locked) {
      mm.complain("invalidate_range_start is a lock, and is taken inside one that callbacks take");
    }
  }
  ++start_map_;
}

Entry& Entry::current() {
  Entry* const entry = own_slot();
  sync::check(entry != nullptr, "the kernel's code is entered through an Entry");
  return *entry;
}

void Entry::forget_all() { entries.fill(nullptr); }

bool Entry::invalidate(mmu_interval_notifier&, const mmu_notifier_range&, bool, std::uint64_t) {
  unexpected("calls an interval notifier");
}
bool Entry::classic_start(const mmu_notifier&, bool) { unexpected("calls a classic notifier"); }
void Entry::classic_end(const mmu_notifier&) { unexpected("calls a classic notifier"); }
MirrorEntry& Entry::at_mirror() { unexpected("uses the driver"); }
FileEntry& Entry::file() { unexpected("uses the driver's file operations"); }
WalkEntry& Entry::walk() { unexpected("walks page tables"); }
PageTables& Entry::tables() { unexpected("looks at page tables"); }
MemoryEntry& Entry::memory_entry() { unexpected("moves pages"); }
page* Entry::device_page(unsigned) { unexpected("looks at a page of a device"); }
void* Entry::allocate(std::size_t size) {
  sync::check(!mm.allocated && size <= kMcSubscriptionsBytes,
              "an mm allocates its subscriptions once");
  mm.allocated = true;
  mm.subscriptions.clear();
  return mm.subscriptions.get();
}
unsigned Entry::users() { unexpected("looks at mm_users"); }
void Entry::mmap_write_lock() { unexpected("takes mmap_lock"); }
void Entry::mmap_write_unlock() { unexpected("gives mmap_lock back"); }
bool Entry::mmap_write_held() { unexpected("looks at mmap_lock"); }
void Entry::take_all_locks() { unexpected("takes all locks"); }
void Entry::drop_all_locks() { unexpected("drops all locks"); }

model::Classic KernelMm::id_of(const mmu_notifier& notifier) const {
  std::size_t id = 0;
  while (classics[id].notifier.get() != &notifier) {
    ++id;
    sync::check(id < classics.size(), "a classic notifier that is called is one of ours");
  }
  return model::Classic(id);
}

void KernelMm::complain(const char* text) {
  const sync::SectionLock guard(complaint_section);
  if (complaint[0] == '\0') std::snprintf(complaint.data(), complaint.size(), "%s", text);
}

void IntervalSubscriptions::reset_state() {
  Entry::forget_all();
  kernel_.mm = {};
  kernel_.mm.mm_count = 1;
  kernel_.allocated = false;
  kernel_.uncounted = 0;
  kernel_.readers = {};
  kernel_.waiting_for_readers = 0;
  kernel_.complaint[0] = '\0';
  for (KernelMm::ClassicSlot& slot : kernel_.classics) {
    slot.notifier.clear();
    slot.reported = false;
    slot.over = 0;
  }
}

std::uint64_t IntervalSubscriptions::sequence() const {
  constexpr std::uint64_t kFirst = 2;  // before there is anything to keep it in
  return kernel_.mm.notifier_subscriptions == nullptr ? kFirst : mc_invalidate_seq(&kernel_.mm);
}

std::uint32_t IntervalSubscriptions::active() const {
  if (kernel_.mm.notifier_subscriptions == nullptr) return 0;
  return static_cast<std::uint32_t>(mc_active_ranges(&kernel_.mm)) + kernel_.uncounted;
}

model::Registration IntervalSubscriptions::registration_of(
    const IntervalSubscription& subscription) {
  using model::Registration;
  if (subscription.mm == nullptr) return Registration::kOut;
  const mm_struct* const mm = &subscription.mm->mm;
  const bool in_tree = mc_in_tree(mm, subscription.notifier.get());
  const bool deferred = mc_is_deferred(mm, subscription.notifier.get());
  if (deferred) return in_tree ? Registration::kRemoveDeferred : Registration::kInsertDeferred;
  return in_tree ? Registration::kTree : Registration::kOut;
}

extern "C" {

void mc_spin_lock(void* lock) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  KernelMm& mm = kernel_mm(lock);
  mm.lock.lock();
  mm.section.lock();
  Entry::current().locked();
}
void mc_spin_unlock(void* lock) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  KernelMm& mm = kernel_mm(lock);
  Entry::current().unlocking();
  mm.section.unlock();
  mm.lock.unlock();
}
bool mc_spin_is_held(void* lock) { return kernel_mm(lock).lock.held(); }
void* mc_bind_spin_lock(void) { return &Entry::current().mm; }
void* mc_bind_wait_queue(void) { return &Entry::current().mm; }

void mc_wait_arrive(void* queue) { kernel_mm(queue).queue.arrive(); }
unsigned long mc_wait_wakes(void* queue) { return kernel_mm(queue).queue.wakes(); }
void mc_wait_sleep(void* queue, unsigned long wakes) { kernel_mm(queue).queue.sleep(wakes); }
void mc_wake_up_all(void* queue) { kernel_mm(queue).queue.wake_all(); }

void mc_srcu_read_lock(void) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  Entry& entry = Entry::current();
  if (sync::Controller* const control = sync::controller) {
    control->point();
    ++entry.mm.readers[control->current()].depth;
  } else if (entry.walks_list()) {
    entry.mm.section.lock();
  }
}
void mc_srcu_read_unlock(void) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  Entry& entry = Entry::current();
  if (const sync::Controller* const control = sync::controller) {
    KernelMm::Reader& reader = entry.mm.readers[control->current()];
    if (--reader.depth != 0) return;
    ++reader.sections;
    if (entry.mm.waiting_for_readers != 0) entry.mm.reader_queue.wake_all();
  } else if (entry.walks_list()) {
    entry.mm.section.unlock();
  }
}
// For those who are inside at the moment; who comes later finds what was changed before.
void mc_synchronize_srcu(void) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  KernelMm& mm = Entry::current().mm;
  if (sync::controller == nullptr) {
    mm.section.lock();
    mm.section.unlock();
    return;
  }
  const auto before = mm.readers;
  ++mm.waiting_for_readers;
  mm.reader_queue.wait([&] {
    for (std::size_t task = 0; task < before.size(); ++task) {
      if (before[task].depth != 0 && before[task].sections == mm.readers[task].sections) {
        return false;
      }
    }
    return true;
  });
  --mm.waiting_for_readers;
}

void* mc_zalloc(size_t size) { return Entry::current().allocate(size); }

int mc_mm_users(const mc_users*) { return static_cast<int>(Entry::current().users()); }
void mc_mmap_write_lock(void) { Entry::current().mmap_write_lock(); }
void mc_mmap_write_unlock(void) { Entry::current().mmap_write_unlock(); }
bool mc_mmap_is_write_held(void) { return Entry::current().mmap_write_held(); }
void mc_take_all_locks(void) { Entry::current().take_all_locks(); }
void mc_drop_all_locks(void) { Entry::current().drop_all_locks(); }

bool mc_invalidate(mmu_interval_notifier* notifier, const mmu_notifier_range* range, bool blockable,
                   unsigned long sequence) {
  return Entry::current().invalidate(*notifier, *range, blockable, sequence);
}
bool mc_classic_start(mmu_notifier* notifier, bool blockable) {
  return Entry::current().classic_start(*notifier, blockable);
}
void mc_classic_end(mmu_notifier* notifier) { Entry::current().classic_end(*notifier); }

void mc_might_sleep(const char* file, int line) {
  if (Entry::current().non_block != 0)
    mc_warn("might_sleep in a non-blockable callback", file, line);
}
void mc_lock_map(bool acquires) {
  Entry& entry = Entry::current();
  acquires ? entry.acquire_start_map() : entry.release_start_map();
}
void mc_non_block(bool begins) { Entry::current().non_block += begins ? 1 : -1; }

void mc_warn(const char* what, const char* file, int line) {
  std::array<char, 200> text{};
  // The path inside the kernel's tree, whichever copy was compiled.
  const char* const name = std::strrchr(file, '/');
  std::snprintf(text.data(), text.size(), "%s:%d: WARN_ON(%s)", name == nullptr ? file : name + 1,
                line, what);
  Entry::current().mm.complain(text.data());
}
void mc_bug(const char* what, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: BUG_ON(%s) of the kernel fires\n", file, line, what);
  std::fflush(stderr);
  std::abort();
}

}  // extern "C"

}  // namespace mirrorcheck::impl::linux_kernel
