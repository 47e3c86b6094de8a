#include "fuzz/directed/guided_strategy.h"

namespace mirrorcheck::fuzz {

// Of the set-up nothing is lost: the history has it already.
void GuidedStrategy::begin(unsigned) {
  seen_ = 0;
  made_ = 0;
}

bool GuidedStrategy::ends(const Move& move, const Event& event) {
  return event.kind == Event::Kind::kEnd && static_cast<unsigned>(event.task) == move.task;
}

std::size_t GuidedStrategy::made() {
  while (made_ < moves_.size()) {
    const Move& move = moves_[made_];
    if (move.until != Move::Until::kNow) {
      if (seen_ == history_.size()) break;
      const Event& event = history_[seen_++];
      const bool is_it =
          move.until == Move::Until::kEnd ? ends(move, event) : shows(wanted_[made_], event);
      if (!is_it) continue;
    }
    ++made_;
  }
  return made_;
}

Segment GuidedStrategy::next(std::uint64_t runnable, unsigned, std::uint32_t) {
  const std::size_t at = made();
  if (at == moves_.size()) return {static_cast<std::uint8_t>(first_of(runnable)), kLongestSegment};
  const unsigned task = moves_[at].task;
  return {static_cast<std::uint8_t>(contains(runnable, task) ? task : first_of(runnable)), 1};
}

}  // namespace mirrorcheck::fuzz
