// Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatte, ASPLOS 2010).
//
// Tasks get random priorities, and the one with the highest that can run always does. At depth - 1
// random points the running task falls below all others. A bug of depth d (d ordering constraints
// are enough for it) among n tasks in a run of at most k points shows with probability at least 1 /
// (n * k^(d-1)) in each run with a fresh seed, whatever the rest of the program looks like.
//
// Tasks that spin until another one acts keep the processor here until the scheduler's limit: they
// should wait with a WaitQueue.

#ifndef MIRRORCHECK_FUZZ_SCHEDULER_PCT_STRATEGY_H_
#define MIRRORCHECK_FUZZ_SCHEDULER_PCT_STRATEGY_H_

#include <array>

#include "fuzz/scheduler/random.h"
#include "fuzz/scheduler/strategy.h"

namespace mirrorcheck::fuzz {

class PctStrategy final : public Strategy {
 public:
  static constexpr unsigned kMaxDepth = 16;

  // REQUIRES: 1 <= depth <= kMaxDepth, expected_points >= 1 (k: too large costs probability, too
  // small leaves the end of runs untried).
  PctStrategy(std::uint64_t seed, unsigned depth, std::uint32_t expected_points);

  // From the next begin() on. Each begin() starts from the seed again: a run depends on its seed
  // alone.
  void reseed(std::uint64_t seed) { seed_ = seed; }

  void begin(unsigned tasks) override;
  Segment next(std::uint64_t runnable, unsigned current, std::uint32_t points) override;
  // A woken task of higher priority runs at once; the guarantee depends on it.
  bool asks_after_wake() const override { return true; }

 private:
  struct Change {
    std::uint32_t point = 0;
    std::uint8_t priority = 0;
  };

  std::uint64_t seed_;
  unsigned depth_;
  std::uint32_t expected_points_;
  std::array<std::uint8_t, kMaxTasks> priority_{};
  std::array<Change, kMaxDepth> changes_{};  // depth_ - 1 of them, by point
  unsigned next_change_ = 0;
};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_SCHEDULER_PCT_STRATEGY_H_
