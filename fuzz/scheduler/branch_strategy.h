// Makes the run of a schedule, and halts it at places where runs of other schedules are to begin,
// so that what they have in common with it is run once.
//
//   own     t0 for 4   t1 for 9 ............   t2 for 3   ...
//                            ^ a stop, after 5 of them
//   other   t0 for 4   t1 for 5   t2 for 2   t1 for 4   t2 for 3   ...
//                      ----- made ----- other ---- cut ---- rest ---
//
// At a stop the listener hears which segments make the run come to there, and which tasks could go
// on instead of the one that does. If it begins something there and the strategy pauses, the run is
// saved before it goes on. A run that is put back there, under a SegmentStrategy for what follows
// `made` in another schedule, is the very run that this schedule makes from its beginning.
//
// Thread safety: as Strategy.

#ifndef MIRRORCHECK_FUZZ_SCHEDULER_BRANCH_STRATEGY_H_
#define MIRRORCHECK_FUZZ_SCHEDULER_BRANCH_STRATEGY_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "fuzz/scheduler/strategy.h"

namespace mirrorcheck::fuzz {

// Decides as SegmentStrategy does for the same segments.
class BranchStrategy final : public Strategy {
 public:
  using Segments = std::span<const Segment>;

  struct Stop {
    Segments made;             // the last one no longer than it was followed
    Segment cut;               // what is left of that one; no points: it is over
    Segments rest;             // what is to follow
    std::uint64_t others = 0;  // tasks that can run and are not the next to: a bit each, not none
    std::uint32_t points = 0;  // passed so far
  };
  class Listener {
   public:
    // Whether a run begins here. Valid during the call.
    virtual bool stopped(const Stop& stop) = 0;

   protected:
    ~Listener() = default;
  };

  // Follows `own`. Stops from each of `stops` points on, as soon as there are others than the next
  // task. Where `pausing` is false the listener hears the same, and nothing pauses. Nothing is
  // copied, all outlive its use. REQUIRES: `stops` ascend.
  void follow(Segments own, std::span<const std::uint32_t> stops, bool pausing, Listener& listener);

  void begin(unsigned tasks) override;
  Segment next(std::uint64_t runnable, unsigned current, std::uint32_t points) override;

 private:
  unsigned next_task(std::uint64_t runnable, unsigned current);
  bool stop(std::uint64_t others, unsigned current, std::uint32_t points);

  Segments own_;
  std::span<const std::uint32_t> stops_;
  Listener* listener_ = nullptr;
  bool pausing_ = false;
  bool resuming_ = false;

  std::size_t begun_ = 0;      // of own_
  std::uint32_t left_ = 0;     // points of the last segment
  std::uint32_t granted_ = 0;  // of those
  std::uint32_t until_ = 0;    // where the grant ends, in points of the run
  std::vector<Segment> made_;  // as decided; kept from run to run, so that nothing is allocated
};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_SCHEDULER_BRANCH_STRATEGY_H_
