// A sleeping lock of one holder: the kernel's mutex, and its spinlock too.
//
// On a thread without a controller it is a std::mutex. It is not absl::Mutex because
// ThreadSanitizer sees pthread locks and cannot see into a packaged, uninstrumented Abseil. Under a
// controller it is a bit of a Waitable, and both lock() and unlock() are scheduling points:
//
//   lock()    *before* it is taken. In a program without data races this point is enough: what a
//   task
//             does between two acquisitions can't be told apart from doing it all at once.
//   unlock()  *after* it was given back. The programs under test are the ones with a lock too few.
//   An
//             access that lost its lock has no point of its own, and would be glued to the critical
//             section before it. The update lock given up too early (Q7) would then never be
//             noticed:
//
//               device driver                      munmap
//               lock U
//               read_retry() == false
//               unlock U
//                                                  invalidate: lock U, clear the device, unlock U
//               install, without a lock
//
//             Price: one decrement and branch, and more places for an exhaustive strategy to try.
//
// Whoever is woken competes again, so that every order of acquisition is reachable. lock() of a
// mutex that the same task holds never returns: the scheduler reports a deadlock of one task.
//
// Thread safety: every function may be called by any task or thread, except reset(). The threads of
// one run are all controlled by one controller, or none is.

#ifndef MIRRORCHECK_IMPL_SYNC_MUTEX_H_
#define MIRRORCHECK_IMPL_SYNC_MUTEX_H_

#include <absl/base/thread_annotations.h>

#include <atomic>
#include <memory>
#include <mutex>

#include "impl/sync/check.h"
#include "impl/sync/controller.h"

namespace mirrorcheck::sync {

class ABSL_LOCKABLE Mutex {
 public:
  explicit Mutex(LockName name) : waitable_{.name = name} {}
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    if (Controller* const control = controller) {
      control->point();
      while (waitable_.holders != 0) [[unlikely]]
        control->block(waitable_);
      waitable_.holders = control->current_bit();
      return;
    }
    threads_->mutex.lock();
    threads_->owner.store(&controller, std::memory_order_relaxed);
  }

  [[nodiscard]] bool try_lock()
      ABSL_EXCLUSIVE_TRYLOCK_FUNCTION(true) ABSL_NO_THREAD_SAFETY_ANALYSIS {
    if (Controller* const control = controller) {
      control->point();
      if (waitable_.holders != 0) return false;
      waitable_.holders = control->current_bit();
      return true;
    }
    if (!threads_->mutex.try_lock()) return false;
    threads_->owner.store(&controller, std::memory_order_relaxed);
    return true;
  }

  // REQUIRES: held(). Anything else is reported and ends the program.
  void unlock() ABSL_UNLOCK_FUNCTION() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    check(held(), "a mutex is unlocked by its holder");
    if (Controller* const control = controller) {
      waitable_.holders = 0;
      if (waitable_.waiters != 0) [[unlikely]]
        control->wake(waitable_);
      control->point();
      return;
    }
    threads_->owner.store(nullptr, std::memory_order_relaxed);
    threads_->mutex.unlock();
  }

  // Whether the calling task or thread holds it.
  bool held() const {
    if (const Controller* const control = controller) {
      return waitable_.holders == control->current_bit();
    }
    return threads_->owner.load(std::memory_order_relaxed) == &controller;
  }

  // Free again, also when a controlled run was cut off while it was held.
  // REQUIRES: no thread uses it.
  void reset() {
    check(threads_->owner.load(std::memory_order_relaxed) == nullptr,
          "a mutex that is reset is not held by a thread");
    waitable_.holders = 0;
    waitable_.waiters = 0;
  }

 private:
  // On threads. Not in the lock itself: a campaign copies all controlled state many times a run,
  // and this would be most of it.
  struct Threads {
    std::mutex mutex;
    // The holder as the address of its `controller`. Relaxed: only a thread's own store makes it
    // equal to what that thread compares it with.
    std::atomic<const void*> owner = nullptr;
  };

  Waitable waitable_;  // controlled
  const std::unique_ptr<Threads> threads_ = std::make_unique<Threads>();
};

class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex) : mutex_(mutex) {
    mutex_.lock();
  }
  ~MutexLock() ABSL_UNLOCK_FUNCTION() { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

}  // namespace mirrorcheck::sync

#endif  // MIRRORCHECK_IMPL_SYNC_MUTEX_H_
