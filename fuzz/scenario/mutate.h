// Changing scenarios in their byte form, for fuzzers. Thin shims give these to libFuzzer
// (LLVMFuzzerCustomMutator, LLVMFuzzerCustomCrossOver) and AFL++ (afl_custom_fuzz,
// afl_custom_*trim).
//
// Deterministic: the same arguments give the same bytes, on every machine.
//
// Thread safety: pure functions. Errors: none; every byte string is a scenario.

#ifndef MIRRORCHECK_FUZZ_SCENARIO_MUTATE_H_
#define MIRRORCHECK_FUZZ_SCENARIO_MUTATE_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace mirrorcheck::fuzz {

// Changes the scenario in data[0, size) a little and returns its new size, at most `max`.
// REQUIRES: data has room for `max` bytes; size may be larger than max.
std::size_t mutate(std::uint8_t* data, std::size_t size, std::size_t max, std::uint32_t seed);

// A scenario made of parts of two, written to `out`; returns its size, at most out.size().
std::size_t cross_over(std::span<const std::uint8_t> first, std::span<const std::uint8_t> second,
                       std::span<std::uint8_t> out, std::uint32_t seed);

// Trimming: the smaller neighbours of a scenario, the largest cuts first (the schedule, a task,
// half a schedule, one operation, one segment). All of them are smaller in the sense that a chain
// of accepted cuts ends.
std::size_t trim_count(std::span<const std::uint8_t> data);

// Writes candidate `k` to `out` and returns its size, at most out.size().
// REQUIRES: k < trim_count(data).
std::size_t trim(std::span<const std::uint8_t> data, std::size_t k, std::span<std::uint8_t> out);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_SCENARIO_MUTATE_H_
