#include "fuzz/harness/coverage.h"

#include <algorithm>

namespace mirrorcheck::fuzz {

std::size_t Coverage::rules_exercised() const {
  return static_cast<std::size_t>(
      std::count_if(rules_.begin(), rules_.end(), [](std::uint64_t n) { return n != 0; }));
}

std::size_t Coverage::calls_exercised() const {
  return static_cast<std::size_t>(
      std::count_if(successes_.begin(), successes_.end(), [](std::uint64_t n) { return n != 0; }));
}

std::size_t Coverage::pairs_exercised() const {
  return static_cast<std::size_t>(std::count(pairs_.begin(), pairs_.end(), 1));
}

void Coverage::merge(const Coverage& other) {
  for (std::size_t r = 0; r < rules_.size(); ++r) rules_[r] += other.rules_[r];
  for (std::size_t c = 0; c < calls_.size(); ++c) {
    calls_[c] += other.calls_[c];
    successes_[c] += other.successes_[c];
  }
  for (std::size_t p = 0; p < pairs_.size(); ++p) pairs_[p] |= other.pairs_[p];
}

}  // namespace mirrorcheck::fuzz
