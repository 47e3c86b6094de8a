// The schedules under which a campaign runs one input: its own, and a few small changes of it.
//
// To change an input, decode it and keep books on it costs an engine as much as half a run, and far
// more than that where it talks to the target through a pipe. So each input is run more than once,
// and not twice the same way. What is run is an ordinary scenario each time: it can be written,
// replayed and made smaller like any other.
//
//   for (Schedules schedules(scenario); !schedules.done(); schedules.next()) run(scenario);
//
// Each change is one of the scenario's own schedule, among the segments that its run is likely to
// come to. Whether it makes another run is seen when the first is run (Execution::came_to).
//
// The same scenario has the same schedules. Thread safety: none.

#ifndef MIRRORCHECK_FUZZ_HARNESS_SCHEDULES_H_
#define MIRRORCHECK_FUZZ_HARNESS_SCHEDULES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "fuzz/scenario/bytes.h"
#include "fuzz/scenario/scenario.h"
#include "fuzz/scheduler/branch_strategy.h"
#include "fuzz/scheduler/random.h"

namespace mirrorcheck::fuzz {

class Schedules {
 public:
  // The most that one input is run.
  static constexpr unsigned kEach = 8;

  // The first is the scenario's own. `scenario` outlives this.
  explicit Schedules(Scenario& scenario);

  bool done() const { return number_ == count_; }
  // Gives the scenario its next schedule. REQUIRES: !done().
  void next();
  // The scenario as it is now, encoded; valid until next().
  std::span<const std::uint8_t> bytes() const { return bytes_; }

  // The others than the first.
  std::span<const BranchStrategy::Segments> branches() const {
    return std::span(branches_).first(count_ - 1);
  }
  // Which of them the present one is of. REQUIRES: it is not the first; !done().
  std::size_t branch() const { return number_ - 1; }

 private:
  Scenario& scenario_;
  std::array<std::uint8_t, kMaxEncodedSize> encoded_;
  EncodedOperations operations_;
  std::span<const std::uint8_t> bytes_;
  unsigned number_ = 0;
  unsigned count_;
  std::array<Schedule, kEach - 1> others_;
  std::array<BranchStrategy::Segments, kEach - 1> branches_;
};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_HARNESS_SCHEDULES_H_
