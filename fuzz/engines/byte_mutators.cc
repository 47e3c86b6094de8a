// libFuzzer's way to the mutations of scenarios, for targets whose input is the byte form.

#include "fuzz/engines/target.h"
#include "fuzz/scenario/mutate.h"

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max,
                                    unsigned seed) {
  return mirrorcheck::fuzz::mutate(data, size, max, seed);
}

std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* left, std::size_t left_size,
                                      const std::uint8_t* right, std::size_t right_size,
                                      std::uint8_t* out, std::size_t max, unsigned seed) {
  return mirrorcheck::fuzz::cross_over({left, left_size}, {right, right_size}, {out, max}, seed);
}
