// The differential run behind mirror_fuzzer.
//
// Thread safety: one thread at a time.

#ifndef MIRRORCHECK_FUZZ_ENGINES_RUN_INPUT_H_
#define MIRRORCHECK_FUZZ_ENGINES_RUN_INPUT_H_

#include <cstddef>
#include <cstdint>

namespace mirrorcheck::fuzz {

// Once, before the first input and before AFL++ forks: creates the implementation under test, which
// the environment names in MIRRORCHECK_IMPL (`reference` when it does not). Where that fails, one
// line and exit code 2.
void prepare_runs();

// Decodes and runs one input (any bytes are an input). Returns when the run kept the contract; a
// violation is reported and ends the process with abort(), which is how engines learn of a finding.
void run_input(const std::uint8_t* data, std::size_t size);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_ENGINES_RUN_INPUT_H_
