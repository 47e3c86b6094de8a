// Lets the tasks take the wanted steps in their order: for each step it is said which task takes
// it, and that task runs until it has.
//
//   wanted        moves        what runs
//   read_begin    t0           t0, until it has begun
//   start         t1           t1, until its window is open
//   zap           t1           t1, on
//   read_retry    t0           t0
//
// A task that has to wait lets the others run, the first of them first. After the last step each
// task runs to its end.
//
// Thread safety: belongs to one scheduler at a time. `history` is the one that the run writes.

#ifndef MIRRORCHECK_FUZZ_DIRECTED_GUIDED_STRATEGY_H_
#define MIRRORCHECK_FUZZ_DIRECTED_GUIDED_STRATEGY_H_

#include <cstddef>
#include <span>

#include "fuzz/directed/wanted.h"
#include "fuzz/scheduler/strategy.h"

namespace mirrorcheck::fuzz {

struct Move {
  // What is waited for: the step; something like it; the end of the operation that was to take it;
  // or nothing at all.
  enum class Until : std::uint8_t { kStep, kLikeIt, kEnd, kNow };
  unsigned task = 0;
  Until until = Until::kStep;
  Place place = 0;  // kEnd: of that operation
};

// A task that runs for so many points before the others, unless it has to wait.
struct HeadStart {
  unsigned task = 0;
  std::uint32_t points = 0;
};

class GuidedStrategy final : public Strategy {
 public:
  // All of them outlive the strategy's use; one move for each of the first wanted steps.
  GuidedStrategy(const History& history, std::span<const WantedStep> wanted,
                 std::span<const Move> moves, const HeadStart& head_start = {})
      : history_(history), wanted_(wanted), moves_(moves), head_start_(head_start) {}

  void begin(unsigned tasks) override;
  Segment next(std::uint64_t runnable, unsigned current, std::uint32_t points) override;

  // How many of the moves were made, those without their step included. Counts what happened since
  // it was asked last.
  std::size_t made();

 private:
  static bool ends(const Move& move, const Event& event);

  const History& history_;
  std::span<const WantedStep> wanted_;
  std::span<const Move> moves_;
  HeadStart head_start_;
  Matcher matcher_;
  std::size_t seen_ = 0;  // of the history
  std::size_t made_ = 0;
};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_DIRECTED_GUIDED_STRATEGY_H_
