#include "fuzz/scheduler/segment_strategy.h"

namespace mirrorcheck::fuzz {

void SegmentStrategy::begin(unsigned tasks) {
  position_ = 0;
  tasks_ = tasks;
}

Segment SegmentStrategy::next(std::uint64_t runnable, unsigned current, std::uint32_t) {
  while (position_ < segments_.size()) {
    const Segment& segment = segments_[position_++];
    if (segment.points == 0) continue;
    const unsigned task =
        cyclic_from(runnable, segment.task < tasks_ ? segment.task : segment.task % tasks_);
    return {static_cast<std::uint8_t>(task), segment.points};
  }
  const unsigned after = current == kNoTask ? 0 : current + 1;
  return {static_cast<std::uint8_t>(cyclic_from(runnable, after)), kQuantum};
}

}  // namespace mirrorcheck::fuzz
