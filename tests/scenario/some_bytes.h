// Any bytes, and what they decode to.
#ifndef MIRRORCHECK_TESTS_SCENARIO_SOME_BYTES_H_
#define MIRRORCHECK_TESTS_SCENARIO_SOME_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "fuzz/scenario/bytes.h"
#include "fuzz/scenario/scenario.h"
#include "fuzz/scheduler/random.h"

namespace mirrorcheck::fuzz {

using Bytes = std::vector<std::uint8_t>;

inline Bytes random_bytes(Random& random, std::size_t longest) {
  Bytes bytes(random.below(longest + 1));
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random.next());
  return bytes;
}

inline Scenario decoded(const Bytes& bytes) {
  Scenario scenario;
  decode(bytes, scenario);
  return scenario;
}

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_TESTS_SCENARIO_SOME_BYTES_H_
