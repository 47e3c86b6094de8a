// Follows one of several schedules that begin alike, so that what they have in common is run once.
//
// A run under the first of them pauses where others part from it. It goes on from there as often as
// there are others, each time under another one, and is then the very run that this other schedule
// makes from the beginning:
//
//   first   t0 for 4   t1 for 9          t2 for 3   ...
//   other   t0 for 4   t1 for 5   t2 ...
//                               ^ the branch point: segment 1, after 5 of its points
//
// A segment that ends early (its task blocks or ends) does so in both, before they part; the pause
// is then where the next segment is due.
//
// Thread safety: as Strategy; branch_point() is a pure function.

#ifndef MIRRORCHECK_FUZZ_SCHEDULER_BRANCH_STRATEGY_H_
#define MIRRORCHECK_FUZZ_SCHEDULER_BRANCH_STRATEGY_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>

#include "fuzz/scheduler/strategy.h"

namespace mirrorcheck::fuzz {

// What two schedules have in common: so many segments, and so many points of the next one.
struct BranchPoint {
  std::uint16_t segments = 0;
  std::uint16_t points = 0;
  auto operator<=>(const BranchPoint&) const = default;
};
BranchPoint branch_point(std::span<const Segment> one, std::span<const Segment> other);

// The runs that SegmentStrategy makes of the same segments.
class BranchStrategy final : public Strategy {
 public:
  // How far a run has come in its schedule.
  struct Position {
    std::size_t begun = 0;    // segments
    std::uint32_t taken = 0;  // points of the last of them that were granted; all where it is over
    std::uint32_t until = 0;  // when the last grant ends, in points of the run
  };

  // Follows `segments` from the beginning, and pauses at each of `pauses` that the run comes to;
  // where `pausing` is false it only counts them. Neither is copied.
  // REQUIRES: `pauses` ascend, and are branch points of `segments`.
  BranchStrategy(std::span<const Segment> segments, std::span<const BranchPoint> pauses,
                 bool pausing)
      : segments_(segments), pauses_(pauses), pausing_(pausing) {}
  // Goes on where another one paused. REQUIRES: the segments are the same up to there.
  BranchStrategy(std::span<const Segment> segments, const Position& position)
      : segments_(segments), position_(position) {}

  void begin(unsigned tasks) override;
  Segment next(std::uint64_t runnable, unsigned current, std::uint32_t points) override;

  const Position& position() const { return position_; }
  // How many of the pauses the run came to.
  std::size_t passed() const { return passed_; }

 private:
  bool has_rest() const;
  bool at_pause() const;
  Segment grant(unsigned task, std::uint32_t points);

  std::span<const Segment> segments_;
  std::span<const BranchPoint> pauses_;
  bool pausing_ = false;
  std::size_t passed_ = 0;
  Position position_;
};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_SCHEDULER_BRANCH_STRATEGY_H_
