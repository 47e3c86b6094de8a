// Random scenarios from a seed: the same seed gives the same scenario on every machine.
//
// Thread safety: pure functions.

#ifndef MIRRORCHECK_FUZZ_SCENARIO_GENERATE_H_
#define MIRRORCHECK_FUZZ_SCENARIO_GENERATE_H_

#include <cstdint>

#include "fuzz/scenario/scenario.h"

namespace mirrorcheck::fuzz {

// The most of everything; how many there are is drawn from the seed.
struct Shape {
  std::uint8_t tasks = 3;       // [1, model::kTasks]
  std::uint8_t operations = 8;  // of one task, [0, kMaxOperations]
  std::uint8_t setup = 2;       // beyond the standard world, [0, kMaxSetup - kStandardSetup]
  std::uint16_t segments = 48;  // [0, kMaxSegments]
};

// A scenario in the standard world (bytes.h); once in a while with other files and other address
// spaces. REQUIRES: `shape` within its bounds.
Scenario random_scenario(std::uint64_t seed, const Shape& shape);

// The scenario that speed is measured with: the standard world (8 pages of which 4 are DAX, one
// mirror), exactly 3 tasks of one address space with 8 operations each, and a schedule.
Scenario standard_scenario(std::uint64_t seed);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_SCENARIO_GENERATE_H_
