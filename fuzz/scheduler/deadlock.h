// Tasks that wait for each other, and the sentence that says so.
//
// Thread safety: plain values.

#ifndef MIRRORCHECK_FUZZ_SCHEDULER_DEADLOCK_H_
#define MIRRORCHECK_FUZZ_SCHEDULER_DEADLOCK_H_

#include <array>
#include <cstdint>
#include <string>

#include "fuzz/scheduler/schedule.h"
#include "impl/sync/controller.h"

namespace mirrorcheck::fuzz {

struct Deadlock {
  struct Blocked {
    unsigned task = 0;
    sync::LockName lock;
    std::uint64_t holders = 0;  // a bit for each task; none for a wait queue
  };
  std::array<Blocked, kMaxTasks> blocked{};  // by task, ascending
  unsigned count = 0;
};

// "mmap_lock(mm 1)": the name in the contract's lock order (A12) and what it belongs to.
std::string describe(sync::LockName lock);

// "t0 waits for mmap_lock(mm 1) held by t2; t2 waits for update lock(mirror 0) held by t0". First
// the cycle, from its smallest task round; then the other tasks that are stuck behind it. Without a
// cycle (a wake that never comes, a lock that its holder took along when it ended) every task,
// ascending.
std::string describe(const Deadlock& deadlock);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_SCHEDULER_DEADLOCK_H_
