#include "fuzz/scheduler/branch_strategy.h"

#include <algorithm>

#include "fuzz/scheduler/segment_strategy.h"

namespace mirrorcheck::fuzz {

BranchPoint branch_point(std::span<const Segment> one, std::span<const Segment> other) {
  const auto [mine, theirs] = std::ranges::mismatch(one, other);
  BranchPoint point{.segments = static_cast<std::uint16_t>(mine - one.begin()), .points = 0};
  if (mine != one.end() && theirs != other.end() && mine->task == theirs->task) {
    point.points = std::min(mine->points, theirs->points);
  }
  return point;
}

void BranchStrategy::begin(unsigned) {
  position_ = {};
  passed_ = 0;
}

// Of the segment that was begun last, points are left that were not granted yet.
bool BranchStrategy::has_rest() const {
  return position_.begun != 0 && position_.taken < segments_[position_.begun - 1].points;
}

bool BranchStrategy::at_pause() const {
  if (passed_ == pauses_.size()) return false;
  const BranchPoint& pause = pauses_[passed_];
  const std::size_t due = std::size_t{pause.segments} + (pause.points != 0);  // segments begun
  if (position_.begun != due) return position_.begun > due;
  return !has_rest() || (pause.points != 0 && position_.taken >= pause.points);
}

Segment BranchStrategy::grant(unsigned task, std::uint32_t points) {
  const std::size_t index = position_.begun - 1;
  std::uint32_t end = segments_[index].points;
  if (passed_ != pauses_.size() && pauses_[passed_].segments == index) {
    end = std::min<std::uint32_t>(end, pauses_[passed_].points);
  }
  const std::uint32_t granted = end - position_.taken;
  position_.taken = end;
  position_.until = points + granted;
  return {static_cast<std::uint8_t>(task), static_cast<std::uint16_t>(granted)};
}

Segment BranchStrategy::next(std::uint64_t runnable, unsigned current, std::uint32_t points) {
  // Short of its points: the task blocked or ended, and the rest of the segment is void.
  if (points != position_.until) position_.taken = kLongestSegment;
  while (at_pause()) {
    ++passed_;
    if (pausing_) return {static_cast<std::uint8_t>(first_of(runnable)), 0};
  }
  if (has_rest()) return grant(current, points);
  while (position_.begun < segments_.size()) {
    const Segment& segment = segments_[position_.begun++];
    position_.taken = 0;
    if (segment.points == 0) continue;
    return grant(cyclic_from(runnable, segment.task), points);
  }
  const unsigned after = current == kNoTask ? 0 : current + 1;
  position_.until = points + SegmentStrategy::kQuantum;
  return {static_cast<std::uint8_t>(cyclic_from(runnable, after)), SegmentStrategy::kQuantum};
}

}  // namespace mirrorcheck::fuzz
