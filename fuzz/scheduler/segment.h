// A piece of a schedule: one task runs for a number of scheduling points.
//
// Thread safety: plain values. Errors: none.

#ifndef MIRRORCHECK_FUZZ_SCHEDULER_SEGMENT_H_
#define MIRRORCHECK_FUZZ_SCHEDULER_SEGMENT_H_

#include <cstdint>

namespace mirrorcheck::fuzz {

struct Segment {
  std::uint8_t task = 0;     // [0, tasks of the scenario)
  std::uint16_t points = 1;  // scheduling points, at least 1

  bool operator==(const Segment&) const = default;
};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_SCHEDULER_SEGMENT_H_
