// Follows a given schedule: bytes that a fuzzer chose, or what a scheduler recorded.
//
// Every list of segments is a schedule: a segment whose task cannot run means the next one that
// can, cyclically; one of no points is skipped. After the last segment the tasks take turns, so
// that a short list does not starve anybody.

#ifndef MIRRORCHECK_FUZZ_SCHEDULER_SEGMENT_STRATEGY_H_
#define MIRRORCHECK_FUZZ_SCHEDULER_SEGMENT_STRATEGY_H_

#include <cstddef>
#include <span>

#include "fuzz/scheduler/strategy.h"

namespace mirrorcheck::fuzz {

class SegmentStrategy final : public Strategy {
 public:
  static constexpr std::uint16_t kQuantum = 8;  // points of a turn after the list

  // The segments are not copied: they outlive the strategy's use.
  explicit SegmentStrategy(std::span<const Segment> segments) : segments_(segments) {}

  void begin(unsigned tasks) override;
  Segment next(std::uint64_t runnable, unsigned current, std::uint32_t points) override;

 private:
  std::span<const Segment> segments_;
  std::size_t position_ = 0;
  unsigned tasks_ = 1;
};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_SCHEDULER_SEGMENT_STRATEGY_H_
