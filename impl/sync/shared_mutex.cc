#include "impl/sync/shared_mutex.h"

namespace mirrorcheck::sync {

void SharedMutex::wait_exclusive(Controller& control) {
  waiting_exclusive_ |= control.current_bit();
  while (waitable_.holders != 0) control.block(waitable_);
  waiting_exclusive_ &= ~control.current_bit();
}

void SharedMutex::lock_on_thread() {
  std::unique_lock<std::mutex> lock(threads_->mutex);
  ++threads_->waiting;
  threads_->changed.wait(lock,
                         [this] { return threads_->owner == nullptr && threads_->readers == 0; });
  --threads_->waiting;
  threads_->owner = &controller;
}

bool SharedMutex::try_lock_on_thread() {
  const std::lock_guard<std::mutex> lock(threads_->mutex);
  if (threads_->owner != nullptr || threads_->readers != 0) return false;
  threads_->owner = &controller;
  return true;
}

void SharedMutex::lock_shared_on_thread() {
  std::unique_lock<std::mutex> lock(threads_->mutex);
  threads_->changed.wait(lock,
                         [this] { return threads_->owner == nullptr && threads_->waiting == 0; });
  ++threads_->readers;
}

bool SharedMutex::try_lock_shared_on_thread() {
  const std::lock_guard<std::mutex> lock(threads_->mutex);
  if (threads_->owner != nullptr || threads_->waiting != 0) return false;
  ++threads_->readers;
  return true;
}

void SharedMutex::unlock_on_thread() {
  const std::lock_guard<std::mutex> lock(threads_->mutex);
  threads_->owner = nullptr;
  threads_->changed.notify_all();
}

void SharedMutex::unlock_shared_on_thread() {
  const std::lock_guard<std::mutex> lock(threads_->mutex);
  if (--threads_->readers == 0) threads_->changed.notify_all();
}

void SharedMutex::downgrade_on_thread() {
  const std::lock_guard<std::mutex> lock(threads_->mutex);
  threads_->owner = nullptr;
  threads_->readers = 1;
  threads_->changed.notify_all();
}

void SharedMutex::reset() {
  check(threads_->owner == nullptr && threads_->readers == 0,
        "a lock that is reset is not held by a thread");
  waitable_.holders = 0;
  waitable_.waiters = 0;
  waiting_exclusive_ = 0;
  exclusive_ = false;
}

}  // namespace mirrorcheck::sync
