// Ways to make a scenario smaller, one thing at a time. Whether the result still shows what it
// should is for others to say.
//
// Thread safety: pure functions. They take and return canonical scenarios.

#ifndef MIRRORCHECK_FUZZ_MINIMIZE_EDITS_H_
#define MIRRORCHECK_FUZZ_MINIMIZE_EDITS_H_

#include <cstddef>
#include <vector>

#include "fuzz/scenario/scenario.h"

namespace mirrorcheck::fuzz {

std::size_t operation_count(const Scenario& scenario);  // set-up included

// Context switches of a schedule, as far as its list goes.
std::size_t switch_count(const Schedule& schedule);

// REQUIRES: scenario.layout.tasks > 1, task < scenario.layout.tasks. The tasks above move down;
// what the task did in the set-up is done by another task of its address space, or of any other.
Scenario without_task(const Scenario& scenario, unsigned task);

// REQUIRES: first + count <= the operations of the task.
Scenario without_operations(const Scenario& scenario, unsigned task, std::size_t first,
                            std::size_t count);
Scenario without_setup(const Scenario& scenario, std::size_t index);

// Each operation with one field smaller, each file smaller or gone, each task in the first address
// space.
std::vector<Scenario> simpler(const Scenario& scenario);

// Schedules with fewer switches: a segment moved to the next or to the previous one of its task.
std::vector<Schedule> calmer(const Schedule& schedule);

// Neighbouring segments of one task become one.
Schedule coalesced(const Schedule& schedule);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_MINIMIZE_EDITS_H_
