// Follows several schedules for as long as they agree, so that what their runs have in common is
// run once.
//
// A run under the first of them pauses where another one would decide otherwise. It goes on from
// there as often as there are others, each time under another one, and is then the very run that
// this other schedule makes from the beginning:
//
//   first   t0 for 4   t1 for 9          t2 for 3   ...
//   other   t0 for 4   t1 for 5   t2 ...
//                               ^ here they part, if t1 does not block or end before
//
// What is compared is what the schedules decide, not what is written in them: another name for a
// task that cannot run, or more points for a segment that ends early, is no difference. A schedule
// that never parts makes the same run.
//
// Thread safety: as Strategy.

#ifndef MIRRORCHECK_FUZZ_SCHEDULER_BRANCH_STRATEGY_H_
#define MIRRORCHECK_FUZZ_SCHEDULER_BRANCH_STRATEGY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "fuzz/scheduler/strategy.h"

namespace mirrorcheck::fuzz {

// Decides as SegmentStrategy does for the same segments.
class BranchStrategy final : public Strategy {
 public:
  using Segments = std::span<const Segment>;
  static constexpr std::size_t kMostOthers = 16;

  // How far a run has come in one schedule.
  struct Position {
    std::size_t begun = 0;   // segments
    std::uint32_t left = 0;  // points of the last of them, or of a turn after the list
  };
  // The same of all schedules that it has followed.
  struct Positions {
    std::array<Position, kMostOthers> others;
    std::uint32_t until = 0;  // where the run is, in points
  };

  // Follows `own` from the beginning, and those of `others` in `following` for as long as they
  // agree with it. Where some part it pauses; where `pausing` is false it only notes them. Neither
  // is copied. REQUIRES: there are at most kMostOthers.
  BranchStrategy(Segments own, std::span<const Segments> others, std::uint64_t following,
                 bool pausing);
  // Goes on under others[branch] where another one paused and had these positions. Those of
  // `following` that part at once are noted without a pause: what is kept for `branch` is theirs.
  // REQUIRES: `branch` and `following` parted there.
  BranchStrategy(std::span<const Segments> others, std::size_t branch, std::uint64_t following,
                 const Positions& positions);

  void begin(unsigned tasks) override;
  Segment next(std::uint64_t runnable, unsigned current, std::uint32_t points) override;

  // A bit for each of the others that has parted.
  std::uint64_t parted() const { return parted_; }
  // Those that part where the run pauses. REQUIRES: it does.
  std::uint64_t parting() const { return parting_; }
  // REQUIRES: the run pauses.
  const Positions& positions() const { return at_; }

 private:
  struct Decision {
    unsigned task;
    Position position;
  };
  static Decision decide(Segments segments, Position position, std::uint64_t runnable,
                         unsigned current);
  void pass(std::uint32_t points);

  Segments own_;
  std::span<const Segments> others_;
  std::uint64_t following_;
  std::uint64_t parted_ = 0;
  std::uint64_t parting_ = 0;
  bool pausing_;
  bool resuming_ = false;
  Position own_at_;
  Positions at_;
  std::uint32_t granted_ = 0;
};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_SCHEDULER_BRANCH_STRATEGY_H_
