// Small changes of a schedule: where tasks are preempted, by whom, and for how long.
//
// Thread safety: pure functions of the generator's state.

#ifndef MIRRORCHECK_FUZZ_SCENARIO_MUTATE_SCHEDULE_H_
#define MIRRORCHECK_FUZZ_SCENARIO_MUTATE_SCHEDULE_H_

#include "fuzz/scenario/scenario.h"
#include "fuzz/scheduler/random.h"

namespace mirrorcheck::fuzz {

// Makes one change; none if it finds nothing to work on. The result is canonical for `tasks` tasks.
void change_schedule(Random& random, unsigned tasks, Schedule& schedule);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_SCENARIO_MUTATE_SCHEDULE_H_
