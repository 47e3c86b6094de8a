// Every schedule with at most so many preemptions, each exactly once, in depth-first order.
//
//   ExhaustiveStrategy strategy(2);
//   do { world.reset(...); scheduler.run(tasks, body, &world, strategy); } while
//   (strategy.advance());
//
// A preemption takes the processor from a task that could go on; whom to run at the start, or after
// a task blocked or ended, is free (Musuvathi and Qadeer, PLDI 2007: most bugs need two or fewer).
// Nothing is stored but the path to the present schedule, so the bodies must do the same under the
// same schedule: each run starts from the same state. A run that does not ends the program with a
// message.

#ifndef MIRRORCHECK_FUZZ_SCHEDULER_EXHAUSTIVE_STRATEGY_H_
#define MIRRORCHECK_FUZZ_SCHEDULER_EXHAUSTIVE_STRATEGY_H_

#include <cstddef>
#include <vector>

#include "fuzz/scheduler/strategy.h"

namespace mirrorcheck::fuzz {

class ExhaustiveStrategy final : public Strategy {
 public:
  static constexpr unsigned kUnbounded = ~0u;

  explicit ExhaustiveStrategy(unsigned preemptions) : bound_(preemptions) {}

  // Call after each run: moves to the next schedule, or returns false when there is none.
  bool advance();

  void begin(unsigned tasks) override;
  Segment next(std::uint64_t runnable, unsigned current, std::uint32_t points) override;
  // A task that runs alone goes on until it wakes somebody: there is nothing to decide before.
  bool asks_after_wake() const override { return true; }

 private:
  // A place with at least two allowed answers. They are tried in this order: the task that ran
  // last, if it can run, then the others, ascending.
  struct Decision {
    std::uint64_t runnable = 0;
    unsigned current = kNoTask;
    unsigned chosen = kNoTask;
  };

  unsigned bound_;
  unsigned used_ = 0;      // preemptions of the run so far
  std::size_t depth_ = 0;  // decisions of the run so far
  std::vector<Decision> path_;
};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_SCHEDULER_EXHAUSTIVE_STRATEGY_H_
