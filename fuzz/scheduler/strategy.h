// Who runs next. One strategy per file behind this interface.
//
// A strategy is a pure function of its parameters and of what next() was told since begin(): the
// same parameters give the same schedule. It must not look at clocks, addresses or random devices.
//
// Thread safety: belongs to one scheduler at a time.

#ifndef MIRRORCHECK_FUZZ_SCHEDULER_STRATEGY_H_
#define MIRRORCHECK_FUZZ_SCHEDULER_STRATEGY_H_

#include <cstdint>

#include "fuzz/scheduler/schedule.h"

namespace mirrorcheck::fuzz {

class Strategy {
 public:
  virtual ~Strategy() = default;

  // A run of this many tasks starts; all of them can run.
  virtual void begin(unsigned tasks) = 0;

  // Called when the last segment is over: its points are used up, or its task blocked or ended.
  // `runnable` has a bit for each task that can run and is not empty. `current` ran last and may be
  // among them; kNoTask at the start. `points` have been passed since begin(), by all tasks
  // together. The answer must name a runnable task and at least one point; or no point at all: then
  // the run pauses, and this is called again when it is resumed (Scheduler::kPauses).
  virtual Segment next(std::uint64_t runnable, unsigned current, std::uint32_t points) = 0;

  // Whether a segment should also end at the next point after a blocked task became runnable.
  virtual bool asks_after_wake() const { return false; }
};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_SCHEDULER_STRATEGY_H_
