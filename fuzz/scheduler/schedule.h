// A schedule: which task runs, and for how long, as far as anybody has decided.
//
// Time is counted in scheduling points, the operations of impl/sync. A task that is chosen for n
// points runs until it arrives at its n-th point from there, or until it blocks or ends.
//
// Thread safety: plain values.

#ifndef MIRRORCHECK_FUZZ_SCHEDULER_SCHEDULE_H_
#define MIRRORCHECK_FUZZ_SCHEDULER_SCHEDULE_H_

#include <bit>
#include <cstdint>

#include "fuzz/scheduler/segment.h"
#include "model/world_size.h"

namespace mirrorcheck::fuzz {

inline constexpr std::uint16_t kLongestSegment = 0xffff;

inline constexpr unsigned kMaxTasks = model::sized(16, 64);
inline constexpr unsigned kNoTask = kMaxTasks;  // never runnable

constexpr std::uint64_t bit_of(unsigned task) { return std::uint64_t{1} << task; }
constexpr bool contains(std::uint64_t tasks, unsigned task) {
  if constexpr (kMaxTasks == 64) {
    if (task == kNoTask) return false;
  }
  return (tasks >> task & 1) != 0;
}
constexpr unsigned first_of(std::uint64_t tasks) {
  return static_cast<unsigned>(std::countr_zero(tasks));
}

// The first of `tasks` at or after `from`, then from 0 again. REQUIRES: tasks != 0, from <= 64.
constexpr unsigned cyclic_from(std::uint64_t tasks, unsigned from) {
  const std::uint64_t later = tasks >> from % 64 << from % 64;
  return first_of(later != 0 ? later : tasks);
}

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_SCHEDULER_SCHEDULE_H_
