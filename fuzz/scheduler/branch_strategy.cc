#include "fuzz/scheduler/branch_strategy.h"

#include <algorithm>

#include "fuzz/scheduler/segment_strategy.h"
#include "impl/sync/check.h"

namespace mirrorcheck::fuzz {

BranchStrategy::BranchStrategy(Segments own, std::span<const Segments> others,
                               std::uint64_t following, bool pausing)
    : own_(own), others_(others), following_(following), pausing_(pausing) {
  sync::check(others.size() <= kMostOthers, "a run follows so many schedules at most");
}

BranchStrategy::BranchStrategy(std::span<const Segments> others, std::size_t branch,
                               std::uint64_t following, const Positions& positions)
    : own_(others[branch]),
      others_(others),
      following_(following),
      pausing_(true),
      resuming_(true),
      own_at_(positions.others[branch]),
      at_(positions) {}

void BranchStrategy::begin(unsigned) {
  own_at_ = {};
  at_ = {};
  granted_ = 0;
  parted_ = 0;
}

BranchStrategy::Decision BranchStrategy::decide(Segments segments, Position position,
                                                std::uint64_t runnable, unsigned current) {
  if (position.left != 0) return {current, position};
  while (position.begun < segments.size()) {
    const Segment& segment = segments[position.begun++];
    position.left = segment.points;
    if (segment.points != 0) return {cyclic_from(runnable, segment.task), position};
  }
  position.left = SegmentStrategy::kQuantum;
  const unsigned after = current == kNoTask ? 0 : current + 1;
  return {cyclic_from(runnable, after), position};
}

// The run has come to here. Short of what was granted, the task blocked or ended, and the rest of
// its segment is void.
void BranchStrategy::pass(std::uint32_t points) {
  const bool void_rest = points != at_.until;
  const auto one = [&](Position& position) {
    position.left = void_rest ? 0 : position.left - granted_;
  };
  one(own_at_);
  for (std::uint64_t rest = following_; rest != 0; rest &= rest - 1) {
    one(at_.others[first_of(rest)]);
  }
  at_.until = points;
  granted_ = 0;
}

Segment BranchStrategy::next(std::uint64_t runnable, unsigned current, std::uint32_t points) {
  pass(points);
  const Decision own = decide(own_, own_at_, runnable, current);
  std::array<Position, kMostOthers> then;
  std::uint64_t parting = 0;
  std::uint32_t together = own.position.left;
  for (std::uint64_t rest = following_; rest != 0; rest &= rest - 1) {
    const unsigned other = first_of(rest);
    const Decision decision = decide(others_[other], at_.others[other], runnable, current);
    if (decision.task != own.task) {
      parting |= std::uint64_t{1} << other;
      continue;
    }
    then[other] = decision.position;
    together = std::min(together, decision.position.left);
  }
  following_ &= ~parting;
  parted_ |= parting;
  parting_ = parting;
  const bool pause = pausing_ && !resuming_ && parting != 0;
  resuming_ = false;
  // It is asked again when it goes on.
  if (pause) [[unlikely]]
    return {static_cast<std::uint8_t>(first_of(runnable)), 0};
  own_at_ = own.position;
  for (std::uint64_t rest = following_; rest != 0; rest &= rest - 1) {
    at_.others[first_of(rest)] = then[first_of(rest)];
  }
  granted_ = together;
  at_.until = points + together;
  return {static_cast<std::uint8_t>(own.task), static_cast<std::uint16_t>(together)};
}

}  // namespace mirrorcheck::fuzz
