// std::atomic whose every operation is a scheduling point under a controller, before the access.
//
// What a controller shows are the sequentially consistent executions. Weaker orders matter on
// threads only; ThreadSanitizer and the hardware judge them there.
//
// Thread safety: as std::atomic.

#ifndef MIRRORCHECK_IMPL_SYNC_ATOMIC_H_
#define MIRRORCHECK_IMPL_SYNC_ATOMIC_H_

#include <atomic>

#include "impl/sync/controller.h"

namespace mirrorcheck::sync {

template <class T>
class Atomic {
 public:
  constexpr Atomic() = default;
  constexpr explicit Atomic(T value) : value_(value) {}
  Atomic(const Atomic&) = delete;
  Atomic& operator=(const Atomic&) = delete;

  T load(std::memory_order order = std::memory_order_seq_cst) const {
    point();
    return value_.load(order);
  }
  void store(T value, std::memory_order order = std::memory_order_seq_cst) {
    point();
    value_.store(value, order);
  }
  // The old value.
  T fetch_add(T amount, std::memory_order order = std::memory_order_seq_cst) {
    point();
    return value_.fetch_add(amount, order);
  }
  // Strong. On failure `expected` becomes what was found.
  bool compare_exchange(T& expected, T desired,
                        std::memory_order order = std::memory_order_seq_cst) {
    point();
    return value_.compare_exchange_strong(expected, desired, order);
  }

 private:
  static void point() {
    if (Controller* const control = controller) control->point();
  }
  std::atomic<T> value_{};
};

}  // namespace mirrorcheck::sync

#endif  // MIRRORCHECK_IMPL_SYNC_ATOMIC_H_
