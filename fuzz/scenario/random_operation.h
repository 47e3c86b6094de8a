// Random operations that have something to do with each other: races need two operations on the
// same page, so addresses are drawn near those that the scenario uses already.
//
// Thread safety: pure functions of the generator's state.

#ifndef MIRRORCHECK_FUZZ_SCENARIO_RANDOM_OPERATION_H_
#define MIRRORCHECK_FUZZ_SCENARIO_RANDOM_OPERATION_H_

#include "fuzz/scenario/scenario.h"
#include "fuzz/scheduler/random.h"
#include "impl/operation.h"

namespace mirrorcheck::fuzz {

// One of the first `calls` calls, the ones that race more often, with random_fields(). Its place is
// not set: canonicalize().
impl::Operation random_operation(Random& random, const Scenario& scenario,
                                 std::size_t calls = impl::kCalls);

// Gives every field that operation.call reads a value; pages, files and mirrors as `scenario`
// suggests.
void random_fields(Random& random, const Scenario& scenario, impl::Operation& operation);

// Some operation of the scenario, of the set-up or of a task; null if there is none.
const impl::Operation* random_existing(Random& random, const Scenario& scenario);

// A segment, mostly short: a race needs a switch within a few scheduling points.
Segment random_segment(Random& random, unsigned tasks);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_SCENARIO_RANDOM_OPERATION_H_
