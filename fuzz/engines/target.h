// What a fuzz target consists of. Each target is one source file that defines these functions; each
// engine is one that calls them. Names and C linkage are libFuzzer's, which OSS-Fuzz and AFL++ know
// too.
//
// Thread safety: an engine calls from one thread. An input that must not pass ends in abort() after
// its report; returning means that it passed.

#ifndef MIRRORCHECK_FUZZ_ENGINES_TARGET_H_
#define MIRRORCHECK_FUZZ_ENGINES_TARGET_H_

#include <cstddef>
#include <cstdint>

extern "C" {

// NOLINTBEGIN(readability-identifier-naming)
// Once, before the first input; may take arguments of its own out of the list.
int LLVMFuzzerInitialize(int* argc, char*** argv);

// One input. Returns 0.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

// Changes data[0, size) in place, which has room for `max`; returns the new size. Same arguments,
// same answer.
std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max,
                                    unsigned seed);

// Writes a child of both parents to out[0, max); returns its size.
std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* left, std::size_t left_size,
                                      const std::uint8_t* right, std::size_t right_size,
                                      std::uint8_t* out, std::size_t max, unsigned seed);

// NOLINTEND(readability-identifier-naming)

}  // extern "C"

#endif  // MIRRORCHECK_FUZZ_ENGINES_TARGET_H_
