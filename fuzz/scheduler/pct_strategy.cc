#include "fuzz/scheduler/pct_strategy.h"

#include <algorithm>
#include <utility>

#include "impl/sync/check.h"

namespace mirrorcheck::fuzz {

PctStrategy::PctStrategy(std::uint64_t seed, unsigned depth, std::uint32_t expected_points)
    : seed_(seed), depth_(depth), expected_points_(expected_points) {
  sync::check(depth >= 1 && depth <= kMaxDepth, "PCT's depth is between 1 and kMaxDepth");
  sync::check(expected_points >= 1, "PCT expects at least one point");
}

void PctStrategy::begin(unsigned tasks) {
  Random random(seed_);
  // A random permutation of depth_, depth_ + 1, ...: above every priority that a change hands out.
  for (unsigned task = 0; task < tasks; ++task) {
    const unsigned other = random.below(task + 1);
    priority_[task] = priority_[other];
    priority_[other] = static_cast<std::uint8_t>(depth_ + task);
  }
  const unsigned changes = depth_ - 1;
  for (unsigned i = 0; i < changes; ++i) {
    changes_[i] = {1 + random.below(expected_points_), static_cast<std::uint8_t>(i)};
  }
  std::sort(changes_.begin(), changes_.begin() + changes, [](const Change& a, const Change& b) {
    return std::pair(a.point, a.priority) < std::pair(b.point, b.priority);
  });
  next_change_ = 0;
}

Segment PctStrategy::next(std::uint64_t runnable, unsigned current, std::uint32_t points) {
  while (next_change_ < depth_ - 1 && changes_[next_change_].point <= points) {
    priority_[current] = changes_[next_change_++].priority;
  }
  unsigned best = first_of(runnable);
  for (std::uint64_t rest = runnable; rest != 0; rest &= rest - 1) {
    const unsigned task = first_of(rest);
    if (priority_[task] > priority_[best]) best = task;
  }
  std::uint32_t length = kLongestSegment;
  if (next_change_ < depth_ - 1) length = std::min(length, changes_[next_change_].point - points);
  return {static_cast<std::uint8_t>(best), static_cast<std::uint16_t>(length)};
}

}  // namespace mirrorcheck::fuzz
