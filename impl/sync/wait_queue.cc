#include "impl/sync/wait_queue.h"

namespace mirrorcheck::sync {

void WaitQueue::sleep_on_thread(std::uint64_t seen) {
  std::unique_lock<std::mutex> lock(threads_->mutex);
  threads_->woken.wait(lock, [&] { return wakes_.load(std::memory_order_relaxed) != seen; });
}

void WaitQueue::wake_threads() {
  const std::lock_guard<std::mutex> lock(threads_->mutex);
  // Release: whoever reads the new number also sees the condition that was set before.
  wakes_.fetch_add(1, std::memory_order_release);
  threads_->woken.notify_all();
}

}  // namespace mirrorcheck::sync
