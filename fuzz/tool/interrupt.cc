#include "fuzz/tool/interrupt.h"

#include <atomic>
#include <csignal>

namespace mirrorcheck::tool {
namespace {

std::atomic<bool> stop{false};
static_assert(std::atomic<bool>::is_always_lock_free);

}  // namespace

bool interrupted() { return stop.load(std::memory_order_relaxed); }

void watch_for_interrupt() {
  struct sigaction action{};
  action.sa_handler = [](int) { stop.store(true, std::memory_order_relaxed); };
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

}  // namespace mirrorcheck::tool
