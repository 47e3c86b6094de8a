// wait_event() and wake_up_all().
//
// No wake is lost: a task looks at the number of wakes before it looks at its condition, and sleeps
// only if that number is still the same. The condition may be set under any lock or none, as long
// as it is set before wake_all(); and it may itself wait for locks.
//
//   waiter                           waker
//   seen = wakes
//   condition() == false
//                                    condition becomes true
//                                    wake_all(): ++wakes
//   wakes != seen: look again
//
// Scheduling points under a controller: before the first look at the condition, and before a wake,
// so that others can act between the change and the wake.
//
// Thread safety: every function may be called by any task or thread, except reset(). The threads of
// one run are all controlled by one controller, or none is.

#ifndef MIRRORCHECK_IMPL_SYNC_WAIT_QUEUE_H_
#define MIRRORCHECK_IMPL_SYNC_WAIT_QUEUE_H_

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>

#include "impl/sync/controller.h"

namespace mirrorcheck::sync {

class WaitQueue {
 public:
  explicit WaitQueue(LockName name) : waitable_{.name = name} {}
  WaitQueue(const WaitQueue&) = delete;
  WaitQueue& operator=(const WaitQueue&) = delete;

  // Returns after condition() was true. May call it any number of times, by the waiting task only.
  template <class Condition>
  void wait(Condition&& condition) {
    arrive();
    for (;;) {
      const std::uint64_t seen = wakes();
      if (condition()) return;
      sleep(seen);
    }
  }

  // The pieces of wait(), for a condition that cannot be passed: wait_event() of C code.
  void arrive() {
    if (Controller* const control = controller) control->point();
  }
  std::uint64_t wakes() const { return wakes_.load(std::memory_order_acquire); }
  // Until there were more wakes than `seen`; may return early. The condition may contain scheduling
  // points, so a wake may have come in between.
  void sleep(std::uint64_t seen) {
    if (Controller* const control = controller) {
      if (wakes_.load(std::memory_order_relaxed) == seen) control->block(waitable_);
    } else {
      sleep_on_thread(seen);
    }
  }

  void wake_all() {
    if (Controller* const control = controller) {
      control->point();
      wakes_.store(wakes_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
      if (waitable_.waiters != 0) control->wake(waitable_);
      return;
    }
    wake_threads();
  }

  // Empty again, also when a controlled run was cut off while tasks were waiting.
  // REQUIRES: no thread uses it.
  void reset() {
    waitable_.waiters = 0;
    wakes_.store(0, std::memory_order_relaxed);
  }

 private:
  void sleep_on_thread(std::uint64_t seen);
  void wake_threads();

  // On threads. Not in the queue itself: see Mutex::Threads.
  struct Threads {
    std::mutex mutex;
    std::condition_variable woken;
  };

  Waitable waitable_;                     // controlled; nobody holds a wait queue
  std::atomic<std::uint64_t> wakes_ = 0;  // on threads, changed under Threads::mutex
  const std::unique_ptr<Threads> threads_ = std::make_unique<Threads>();
};

}  // namespace mirrorcheck::sync

#endif  // MIRRORCHECK_IMPL_SYNC_WAIT_QUEUE_H_
