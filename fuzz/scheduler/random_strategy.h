// A random walk: each segment goes to a uniformly chosen task that can run. How long segments are
// on average is drawn once per run, from 1 to 32 points, because some races need many switches
// close together and others need one task to get far while another stands still.

#ifndef MIRRORCHECK_FUZZ_SCHEDULER_RANDOM_STRATEGY_H_
#define MIRRORCHECK_FUZZ_SCHEDULER_RANDOM_STRATEGY_H_

#include "fuzz/scheduler/random.h"
#include "fuzz/scheduler/strategy.h"

namespace mirrorcheck::fuzz {

class RandomStrategy final : public Strategy {
 public:
  explicit RandomStrategy(std::uint64_t seed) : seed_(seed), random_(seed) {}

  // From the next begin() on. Each begin() starts from the seed again: a run depends on its seed
  // alone.
  void reseed(std::uint64_t seed) { seed_ = seed; }

  void begin(unsigned tasks) override;
  Segment next(std::uint64_t runnable, unsigned current, std::uint32_t points) override;

 private:
  std::uint64_t seed_;
  Random random_;
  std::uint32_t longest_ = 1;
};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_SCHEDULER_RANDOM_STRATEGY_H_
