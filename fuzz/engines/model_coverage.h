// Coverage of the contract's states: what a run did in terms of the model, told to whichever engine
// drives the process.
//
// Branches of the implementation say little about an interleaving: the same branches run in the
// good order and in the bad one. So a run also counts (rule, abstract state) pairs here, and an
// input that reaches a new pair is kept like one that reaches a new branch.
//
// The map is small on purpose. With more distinct pairs than counters, or pairs that are too fine,
// nearly every input looks new and the corpus explodes; a collision costs one missed novelty.
//
// Thread safety: none; a campaign runs one input at a time.

#ifndef MIRRORCHECK_FUZZ_ENGINES_MODEL_COVERAGE_H_
#define MIRRORCHECK_FUZZ_ENGINES_MODEL_COVERAGE_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace mirrorcheck::fuzz {

// libFuzzer clears and scans all of it for every input: 2 kB cost about 0.05 us.
inline constexpr std::size_t kModelCounters = 2048;

// libFuzzer reads it where it is; engines/afl_coverage.cc copies it for AFL++.
extern std::array<std::uint8_t, kModelCounters> model_counters;

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_ENGINES_MODEL_COVERAGE_H_
