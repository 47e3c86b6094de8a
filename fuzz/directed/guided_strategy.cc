#include "fuzz/directed/guided_strategy.h"

namespace mirrorcheck::fuzz {

// Of the set-up nothing is lost: the history has it already.
void GuidedStrategy::begin(unsigned) {
  matcher_ = Matcher();
  seen_ = 0;
  made_ = 0;
}

bool GuidedStrategy::ends(const Move& move, const Event& event) {
  return event.kind == Event::Kind::kEnd && event.place == move.place;
}

std::size_t GuidedStrategy::made() {
  while (made_ < moves_.size()) {
    const Move& move = moves_[made_];
    if (move.until != Move::Until::kNow) {
      if (seen_ == history_.size()) break;
      const Event& event = history_[seen_++];
      if (move.until == Move::Until::kEnd) {
        matcher_.pass(event);
        if (!ends(move, event)) continue;
      } else if (move.until == Move::Until::kLikeIt) {
        if (!matcher_.resembles(wanted_[made_], event)) continue;
      } else if (!matcher_.shows(wanted_[made_], event)) {
        continue;
      }
    }
    ++made_;
  }
  return made_;
}

Segment GuidedStrategy::next(std::uint64_t runnable, unsigned, std::uint32_t points) {
  if (points < head_start_.points && contains(runnable, head_start_.task)) {
    return {static_cast<std::uint8_t>(head_start_.task), 1};
  }
  const std::size_t at = made();
  if (at == moves_.size()) return {static_cast<std::uint8_t>(first_of(runnable)), kLongestSegment};
  const unsigned task = moves_[at].task;
  return {static_cast<std::uint8_t>(contains(runnable, task) ? task : first_of(runnable)), 1};
}

}  // namespace mirrorcheck::fuzz
