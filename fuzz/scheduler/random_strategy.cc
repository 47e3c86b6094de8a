#include "fuzz/scheduler/random_strategy.h"

namespace mirrorcheck::fuzz {

void RandomStrategy::begin(unsigned) {
  random_ = Random(seed_);
  constexpr std::uint32_t kScales = 6;
  // Lengths are uniform in [1, longest_], so their mean is 2^scale.
  longest_ = (2u << random_.below(kScales)) - 1;
}

Segment RandomStrategy::next(std::uint64_t runnable, unsigned, std::uint32_t) {
  std::uint64_t candidates = runnable;
  const auto count = static_cast<std::uint32_t>(std::popcount(runnable));
  for (std::uint32_t skip = random_.below(count); skip != 0; --skip) candidates &= candidates - 1;
  return {static_cast<std::uint8_t>(first_of(candidates)),
          static_cast<std::uint16_t>(1 + random_.below(longest_))};
}

}  // namespace mirrorcheck::fuzz
