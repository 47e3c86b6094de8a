#include "impl/sync/section.h"

#include <thread>

namespace mirrorcheck::sync {

void Section::lock_on_thread() {
  // With fewer processors than threads the holder may be off its processor: give it ours.
  while (busy_.test_and_set(std::memory_order_acquire)) std::this_thread::yield();
}

}  // namespace mirrorcheck::sync
