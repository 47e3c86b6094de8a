// Tasks that wait for each other, and the sentence that says so.
//
// Thread safety: plain values.

#ifndef MIRRORCHECK_FUZZ_SCHEDULER_DEADLOCK_H_
#define MIRRORCHECK_FUZZ_SCHEDULER_DEADLOCK_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "fuzz/scheduler/schedule.h"
#include "impl/sync/controller.h"
#include "model/lock_order.h"

namespace mirrorcheck::fuzz {

struct Deadlock {
  struct Blocked {
    unsigned task = 0;
    sync::LockName lock;
    // A bit for each task. Of a wait queue nobody, unless it is filled in who could wake the task.
    std::uint64_t holders = 0;
  };
  std::array<Blocked, kMaxTasks> blocked{};  // by task, ascending
  unsigned count = 0;
};

// "mmap_lock(mm 1)": the name in the contract's lock order (A12) and what it belongs to.
std::string describe(sync::LockName lock);

// Where a lock stands in the lock order. The queues of subscriptions wait for windows. Nothing: it
// is an implementation's own, or the wait for pins, which is for references and not for a lock.
std::optional<model::LockRank> rank_of(sync::LockClass lock_class);

// Whether some tasks wait for each other in a ring.
bool has_cycle(const Deadlock& deadlock);

// "t0 waits for mmap_lock(mm 1) held by t2; t2 waits for update lock(mirror 0) held by t0". First
// the cycle, from its smallest task round; then the other tasks that are stuck behind it. Without a
// cycle (a wake that never comes, a lock that its holder took along when it ended) every task,
// ascending. Of a cycle it says, too, which lock was taken by whom against the lock order: "A12
// forbids t0 to wait for mmap_lock(mm 1) while it holds update lock(mirror 0)".
std::string describe(const Deadlock& deadlock);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_SCHEDULER_DEADLOCK_H_
