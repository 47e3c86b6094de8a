// Hands coverage to AFL++.
//
// The code under test is compiled once, with clang's inline counters, for libFuzzer and for AFL++
// alike. AFL++'s runtime knows guards only, so this asks it for a range of guards as instrumented
// code would, and after each input moves all counters, those of the code and model_counters, to
// that range.
//
// Thread safety: none.

#ifndef MIRRORCHECK_FUZZ_ENGINES_AFL_COVERAGE_H_
#define MIRRORCHECK_FUZZ_ENGINES_AFL_COVERAGE_H_

namespace mirrorcheck::fuzz {

// Forgets what was counted so far. Call before the fork server starts.
void prepare_coverage();

// Moves the counters of one input to AFL++'s map and clears them. Safe in a signal handler.
void publish_coverage();

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_ENGINES_AFL_COVERAGE_H_
