// Random scenarios from a seed: the same seed gives the same scenario on every machine.
//
// Thread safety: pure functions.

#ifndef MIRRORCHECK_FUZZ_SCENARIO_GENERATE_H_
#define MIRRORCHECK_FUZZ_SCENARIO_GENERATE_H_

#include <cstddef>
#include <cstdint>

#include "fuzz/scenario/scenario.h"

namespace mirrorcheck::fuzz {

// The most of everything; how many there are is drawn from the seed.
struct Shape {
  std::uint8_t tasks = 3;       // [1, model::kTasks]
  std::uint8_t operations = 8;  // of one task, [0, kMaxOperations]
  std::uint8_t setup = 2;       // beyond the standard world, [0, kMaxSetup - kStandardSetup]
  std::uint16_t segments = 48;  // [0, kMaxSegments]
  // Only the first of all calls are drawn: with as many as there were once, a seed of those days
  // gives the scenario that it gave then. [1, impl::kCalls]
  std::size_t calls = impl::kCalls;
};

// Of version 1. What is measured stays the same when calls are added.
inline constexpr std::size_t kCallsOfStandardScenario = 26;

// A scenario in the standard world (bytes.h); once in a while with other files and other address
// spaces. REQUIRES: `shape` within its bounds.
Scenario random_scenario(std::uint64_t seed, const Shape& shape);

// The scenario that speed is measured with: the standard world (8 pages of which 4 are DAX, one
// mirror), exactly 3 tasks of one address space with 8 operations each, and a schedule.
Scenario standard_scenario(std::uint64_t seed);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_SCENARIO_GENERATE_H_
