// The controlled scheduler as the sync seam sees it.
//
// Code under test uses the locks, wait queues and atomics of this folder only. On a thread without
// a controller they are Abseil's and the standard library's. On a thread with one, every operation
// is a scheduling point, a task that cannot go on leaves the runnable set, and nothing else runs in
// between: the same code and the same binary, both ways.
//
// Thread safety: a controller belongs to one OS thread; its tasks are fibers of that thread.

#ifndef MIRRORCHECK_IMPL_SYNC_CONTROLLER_H_
#define MIRRORCHECK_IMPL_SYNC_CONTROLLER_H_

#include <cstdint>

namespace mirrorcheck::sync {

// The locks of the contract's lock order (A12), outermost first, then those inside an
// implementation.
enum class LockClass : std::uint8_t {
  kDriver,  // a driver's own outer locks (file references)
  kInodeRwsem,
  kMmapLock,
  kInvalidateLock,
  kEntryLock,  // DAX entry lock, folio lock of the page cache
  kImmapRwsem,
  kAnonVma,     // that of all private memory
  kUpdateLock,  // U
  kSubscriptionsLock,
  kPageTableLock,
  kAllocator,
  kWaitQueue,  // mmu_notifier_subscriptions::wq
  kPageLock,   // of private memory: whoever meets a migration entry waits for it
  kPinWait,    // DAX layout: waiting for references to go
  kSrcu,
};
struct LockName {
  LockClass lock_class{};
  std::uint8_t instance = 0;
};

// Something tasks can wait for. `holders` and `waiters` have a bit for each task.
struct Waitable {
  LockName name;
  std::uint64_t holders = 0;
  std::uint64_t waiters = 0;
};

class [[gnu::visibility("default")]] Controller {
 public:
  // A scheduling point: another task may run before this returns.
  void point() {
    if (--budget_ <= 0) [[unlikely]]
      switch_task();
  }
  // The running task cannot go on until wake(waitable). Sets its bit in waitable.waiters. Returns
  // when it was woken and chosen; what it waits for may be gone again by then.
  virtual void block(Waitable& waitable) = 0;
  // Every task that waits for it may run again; clears waitable.waiters. Not a scheduling point.
  virtual void wake(Waitable& waitable) = 0;

  unsigned current() const { return current_; }
  std::uint64_t current_bit() const { return std::uint64_t{1} << current_; }

 protected:
  ~Controller() = default;
  virtual void switch_task() = 0;

  std::int32_t budget_ = 0;    // scheduling points until the schedule wants to be asked again
  std::uint32_t current_ = 0;  // the running task
};

// The controller of this thread, null where there is none. Exported, since implementations in
// shared objects use the one of the program that loads them. Initial-exec: the variable is in the
// program's own static block, so that a shared object reads it without calling __tls_get_addr at
// each operation. Its address also tells threads apart (Mutex::held).
[[gnu::visibility("default"), gnu::tls_model("initial-exec")]]
extern constinit thread_local Controller* controller;

}  // namespace mirrorcheck::sync

#endif  // MIRRORCHECK_IMPL_SYNC_CONTROLLER_H_
