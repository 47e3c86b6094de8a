// A reader-writer lock with the semantics of the kernel's rw_semaphore: mmap_lock, invalidate_lock,
// i_rwsem, i_mmap_rwsem.
//
// A task that waits for the exclusive hold bars new shared holders, as a queued writer does there.
// That takes no order of acquisition away (the reader could have come first), and it is the only
// way to meet the deadlocks that go through a waiting writer:
//
//   task 0                  task 1                  task 2
//   lock_shared(A)
//                           lock(A): waits
//                                                   lock(B)
//                                                   lock_shared(A): waits behind task 1
//   lock(B): waits for ever
//
// A shared hold is not recursive, as lockdep has it: the second lock_shared() of one task never
// returns under a controller, which the scheduler reports as a deadlock.
//
// Scheduling points under a controller, and why: see impl/sync/mutex.h. downgrade() counts as a
// release.
//
// Thread safety: every function may be called by any task or thread, except reset(). The threads of
// one run are all controlled by one controller, or none is.

#ifndef MIRRORCHECK_IMPL_SYNC_SHARED_MUTEX_H_
#define MIRRORCHECK_IMPL_SYNC_SHARED_MUTEX_H_

#include <absl/base/thread_annotations.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>

#include "impl/sync/check.h"
#include "impl/sync/controller.h"

namespace mirrorcheck::sync {

class ABSL_LOCKABLE SharedMutex {
 public:
  explicit SharedMutex(LockName name) : waitable_{.name = name} {}
  SharedMutex(const SharedMutex&) = delete;
  SharedMutex& operator=(const SharedMutex&) = delete;

  void lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    if (Controller* const control = controller) {
      control->point();
      if (waitable_.holders != 0) [[unlikely]]
        wait_exclusive(*control);
      take_exclusive(*control);
      return;
    }
    lock_on_thread();
  }

  [[nodiscard]] bool try_lock()
      ABSL_EXCLUSIVE_TRYLOCK_FUNCTION(true) ABSL_NO_THREAD_SAFETY_ANALYSIS {
    if (Controller* const control = controller) {
      control->point();
      if (waitable_.holders != 0) return false;
      take_exclusive(*control);
      return true;
    }
    return try_lock_on_thread();
  }

  void lock_shared() ABSL_SHARED_LOCK_FUNCTION() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    if (Controller* const control = controller) {
      control->point();
      while (!may_share(*control)) [[unlikely]]
        control->block(waitable_);
      waitable_.holders |= control->current_bit();
      return;
    }
    lock_shared_on_thread();
  }

  // Fails also while somebody waits for the exclusive hold, as down_read_trylock() does.
  [[nodiscard]] bool try_lock_shared()
      ABSL_SHARED_TRYLOCK_FUNCTION(true) ABSL_NO_THREAD_SAFETY_ANALYSIS {
    if (Controller* const control = controller) {
      control->point();
      if (!may_share(*control)) return false;
      waitable_.holders |= control->current_bit();
      return true;
    }
    return try_lock_shared_on_thread();
  }

  // REQUIRES: held_exclusive().
  void unlock() ABSL_UNLOCK_FUNCTION() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    check(held_exclusive(), "an exclusive hold is given back by its holder");
    if (Controller* const control = controller) {
      exclusive_ = false;
      waitable_.holders = 0;
      released(*control);
      return;
    }
    unlock_on_thread();
  }

  // REQUIRES: held_shared().
  void unlock_shared() ABSL_UNLOCK_FUNCTION() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    check(held_shared(), "a shared hold is given back by a holder");
    if (Controller* const control = controller) {
      waitable_.holders &= ~control->current_bit();
      // Those who wait for a shared hold wait for the exclusive one before them: nothing to tell
      // yet.
      if (waitable_.holders == 0) {
        released(*control);
      } else {
        control->point();
      }
      return;
    }
    unlock_shared_on_thread();
  }

  // From exclusive to shared with no moment in between at which somebody else could have it
  // exclusively (munmap does this before it zaps). REQUIRES: held_exclusive().
  void downgrade() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    check(held_exclusive(), "downgrade of an exclusive hold");
    if (Controller* const control = controller) {
      exclusive_ = false;
      released(*control);
      return;
    }
    downgrade_on_thread();
  }

  // Whether the calling task or thread holds it exclusively.
  bool held_exclusive() const {
    if (const Controller* const control = controller) {
      return exclusive_ && waitable_.holders == control->current_bit();
    }
    return threads_->owner.load(std::memory_order_relaxed) == &controller;
  }

  // Whether the calling task holds it shared. On threads: whether anybody does, which is what can
  // be told without a table of threads; lockdep-less kernels make do with as much.
  bool held_shared() const {
    if (const Controller* const control = controller) {
      return !exclusive_ && (waitable_.holders & control->current_bit()) != 0;
    }
    return threads_->readers.load(std::memory_order_relaxed) != 0;
  }

  // Free again, also when a controlled run was cut off while it was held.
  // REQUIRES: no thread uses it.
  void reset();

 private:
  bool may_share(const Controller& control) const {
    return !exclusive_ && waiting_exclusive_ == 0 &&
           (waitable_.holders & control.current_bit()) == 0;
  }
  void take_exclusive(const Controller& control) {
    waitable_.holders = control.current_bit();
    exclusive_ = true;
  }
  void released(Controller& control) {
    if (waitable_.waiters != 0) [[unlikely]]
      control.wake(waitable_);
    control.point();
  }
  void wait_exclusive(Controller& control);

  void lock_on_thread();
  bool try_lock_on_thread();
  void lock_shared_on_thread();
  bool try_lock_shared_on_thread();
  void unlock_on_thread();
  void unlock_shared_on_thread();
  void downgrade_on_thread();

  // On threads; std::shared_mutex has no downgrade. Everything is changed under `mutex`; owner and
  // readers are atomic for held_*() only, which reads them without it. Not in the lock itself: see
  // Mutex::Threads.
  struct Threads {
    std::mutex mutex;
    std::condition_variable changed;
    unsigned waiting = 0;                      // those that want it exclusively
    std::atomic<const void*> owner = nullptr;  // the exclusive holder: address of its `controller`
    std::atomic<unsigned> readers = 0;
  };

  // Controlled. exclusive_ implies that holders is one bit.
  Waitable waitable_;
  std::uint64_t waiting_exclusive_ = 0;  // a bit for each task inside wait_exclusive()
  bool exclusive_ = false;
  const std::unique_ptr<Threads> threads_ = std::make_unique<Threads>();
};

class ABSL_SCOPED_LOCKABLE ExclusiveLock {
 public:
  explicit ExclusiveLock(SharedMutex& mutex) ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex) : mutex_(mutex) {
    mutex_.lock();
  }
  ~ExclusiveLock() ABSL_UNLOCK_FUNCTION() { mutex_.unlock(); }
  ExclusiveLock(const ExclusiveLock&) = delete;
  ExclusiveLock& operator=(const ExclusiveLock&) = delete;

 private:
  SharedMutex& mutex_;
};

class ABSL_SCOPED_LOCKABLE SharedLock {
 public:
  explicit SharedLock(SharedMutex& mutex) ABSL_SHARED_LOCK_FUNCTION(mutex) : mutex_(mutex) {
    mutex_.lock_shared();
  }
  ~SharedLock() ABSL_UNLOCK_FUNCTION() { mutex_.unlock_shared(); }
  SharedLock(const SharedLock&) = delete;
  SharedLock& operator=(const SharedLock&) = delete;

 private:
  SharedMutex& mutex_;
};

}  // namespace mirrorcheck::sync

#endif  // MIRRORCHECK_IMPL_SYNC_SHARED_MUTEX_H_
