#include "fuzz/scheduler/branch_strategy.h"

#include <algorithm>

#include "fuzz/scheduler/segment_strategy.h"

namespace mirrorcheck::fuzz {

void BranchStrategy::follow(Segments own, std::span<const std::uint32_t> stops, bool pausing,
                            Listener& listener) {
  own_ = own;
  stops_ = stops;
  pausing_ = pausing;
  listener_ = &listener;
}

void BranchStrategy::begin(unsigned) {
  resuming_ = false;
  begun_ = 0;
  left_ = granted_ = until_ = 0;
  made_.clear();
}

// The task that is next, without beginning its segment.
unsigned BranchStrategy::next_task(std::uint64_t runnable, unsigned current) {
  if (left_ != 0) return current;
  while (begun_ < own_.size() && own_[begun_].points == 0) ++begun_;
  if (begun_ < own_.size()) return cyclic_from(runnable, own_[begun_].task);
  return cyclic_from(runnable, current == kNoTask ? 0 : current + 1);
}

bool BranchStrategy::stop(std::uint64_t others, unsigned current, std::uint32_t points) {
  while (!stops_.empty() && stops_.front() <= points) stops_ = stops_.subspan(1);
  const auto left = static_cast<std::uint16_t>(left_);
  if (left_ == 0) return listener_->stopped({made_, {}, own_.subspan(begun_), others, points});
  Segment& last = made_.back();
  const std::uint16_t whole = last.points;
  last.points = static_cast<std::uint16_t>(whole - left);
  const bool begins = listener_->stopped(
      {made_, {static_cast<std::uint8_t>(current), left}, own_.subspan(begun_), others, points});
  last.points = whole;
  return begins;
}

Segment BranchStrategy::next(std::uint64_t runnable, unsigned current, std::uint32_t points) {
  if (!resuming_) {
    // Short of what was granted, the task blocked or ended, and the rest of its segment is void.
    left_ = points == until_ ? left_ - granted_ : 0;
  }
  const unsigned task = next_task(runnable, current);
  const std::uint64_t others = runnable & ~bit_of(task);
  if (!resuming_ && !stops_.empty() && stops_.front() <= points && others != 0) [[unlikely]] {
    if (stop(others, current, points) && pausing_) {
      // It is asked again when it goes on.
      resuming_ = true;
      return {static_cast<std::uint8_t>(task), 0};
    }
  }
  resuming_ = false;
  if (left_ == 0) {
    left_ = begun_ < own_.size() ? own_[begun_++].points : SegmentStrategy::kQuantum;
    made_.push_back({static_cast<std::uint8_t>(task), static_cast<std::uint16_t>(left_)});
  }
  granted_ = left_;
  if (!stops_.empty() && stops_.front() > points) {
    granted_ = std::min(granted_, stops_.front() - points);
  }
  until_ = points + granted_;
  return {static_cast<std::uint8_t>(task), static_cast<std::uint16_t>(granted_)};
}

}  // namespace mirrorcheck::fuzz
