// Running lambdas as tasks, for tests.

#ifndef MIRRORCHECK_TESTS_SCHEDULER_TASKS_H_
#define MIRRORCHECK_TESTS_SCHEDULER_TASKS_H_

#include <functional>
#include <string>
#include <vector>

#include "fuzz/scheduler/scheduler.h"

namespace mirrorcheck::fuzz {

using Tasks = std::vector<std::function<void()>>;

inline RunResult run(Scheduler& scheduler, Strategy& strategy, Tasks& tasks) {
  return scheduler.run(
      static_cast<unsigned>(tasks.size()),
      [](void* context, unsigned task) { (*static_cast<Tasks*>(context))[task](); }, &tasks,
      strategy);
}

// A scheduling point and nothing else.
inline void point() { sync::controller->point(); }

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_TESTS_SCHEDULER_TASKS_H_
