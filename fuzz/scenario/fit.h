// Encoding into limited space, for the mutator and the trimmer.
//
// Thread safety: pure functions.

#ifndef MIRRORCHECK_FUZZ_SCENARIO_FIT_H_
#define MIRRORCHECK_FUZZ_SCENARIO_FIT_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "fuzz/scenario/scenario.h"

namespace mirrorcheck::fuzz {

// Writes the byte form to `out` and returns its size. What does not fit is cut off the scenario:
// the end of the schedule first, then the last operations, then the last of the set-up. REQUIRES:
// `scenario` is canonical.
std::size_t encode_within(Scenario& scenario, std::span<std::uint8_t> out);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_SCENARIO_FIT_H_
