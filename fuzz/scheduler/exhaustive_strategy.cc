#include "fuzz/scheduler/exhaustive_strategy.h"

#include "impl/sync/check.h"

namespace mirrorcheck::fuzz {

void ExhaustiveStrategy::begin(unsigned) {
  used_ = 0;
  depth_ = 0;
}

Segment ExhaustiveStrategy::next(std::uint64_t runnable, unsigned current, std::uint32_t) {
  const bool can_continue = contains(runnable, current);
  const bool alone = (runnable & (runnable - 1)) == 0;
  if (can_continue && used_ == bound_) return {static_cast<std::uint8_t>(current), kLongestSegment};
  if (alone) return {static_cast<std::uint8_t>(first_of(runnable)), kLongestSegment};

  if (depth_ == path_.size()) {
    path_.push_back({runnable, current, can_continue ? current : first_of(runnable)});
  }
  const Decision& decision = path_[depth_++];
  sync::check(decision.runnable == runnable && decision.current == current,
              "a run is a function of its schedule");
  if (can_continue && decision.chosen != current) ++used_;
  return {static_cast<std::uint8_t>(decision.chosen),
          used_ == bound_ ? kLongestSegment : std::uint16_t{1}};
}

bool ExhaustiveStrategy::advance() {
  sync::check(depth_ == path_.size(), "a run is a function of its schedule");
  for (; !path_.empty(); path_.pop_back()) {
    Decision& decision = path_.back();
    // The others in ascending order; when the last one is tried, so is everything.
    std::uint64_t untried = decision.runnable & ~bit_of(decision.current);
    if (decision.chosen != decision.current) {
      untried &= ~(bit_of(decision.chosen + 1) - 1);
    }
    if (untried == 0) continue;
    decision.chosen = first_of(untried);
    return true;
  }
  return false;
}

}  // namespace mirrorcheck::fuzz
