#include "impl/sync/shared_mutex.h"

namespace mirrorcheck::sync {

void SharedMutex::wait_exclusive(Controller& control) {
  waiting_exclusive_ |= control.current_bit();
  while (waitable_.holders != 0) control.block(waitable_);
  waiting_exclusive_ &= ~control.current_bit();
}

void SharedMutex::lock_on_thread() {
  std::unique_lock<std::mutex> lock(mutex_);
  ++waiting_threads_;
  changed_.wait(lock, [this] { return owner_ == nullptr && readers_ == 0; });
  --waiting_threads_;
  owner_ = &controller;
}

bool SharedMutex::try_lock_on_thread() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (owner_ != nullptr || readers_ != 0) return false;
  owner_ = &controller;
  return true;
}

void SharedMutex::lock_shared_on_thread() {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [this] { return owner_ == nullptr && waiting_threads_ == 0; });
  ++readers_;
}

bool SharedMutex::try_lock_shared_on_thread() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (owner_ != nullptr || waiting_threads_ != 0) return false;
  ++readers_;
  return true;
}

void SharedMutex::unlock_on_thread() {
  const std::lock_guard<std::mutex> lock(mutex_);
  owner_ = nullptr;
  changed_.notify_all();
}

void SharedMutex::unlock_shared_on_thread() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (--readers_ == 0) changed_.notify_all();
}

void SharedMutex::downgrade_on_thread() {
  const std::lock_guard<std::mutex> lock(mutex_);
  owner_ = nullptr;
  readers_ = 1;
  changed_.notify_all();
}

void SharedMutex::reset() {
  check(owner_ == nullptr && readers_ == 0, "a lock that is reset is not held by a thread");
  waitable_.holders = 0;
  waitable_.waiters = 0;
  waiting_exclusive_ = 0;
  exclusive_ = false;
}

}  // namespace mirrorcheck::sync
