// The runs that a campaign makes of one input: one under its own schedule, and others that leave
// that one on the way, each with a preemption or a choice of its own.
//
// To change an input, decode it and keep books on it costs an engine as much as half a run, and far
// more than that where it talks to the target through a pipe; and most of a run is the same again
// when one switch of tasks near its end is another one. So each input is run more than once, never
// twice with the same decisions, and what two of its runs have in common is run once. What is run
// is an ordinary scenario each time: it can be written, replayed and made smaller like any other.
//
//   Branches branches(scenario);
//   execution.replay(scenario, branches);
//   for (std::size_t i = 0; i < branches.size(); ++i) {
//     branches.enter(i, scenario);
//     execution.replay_branch(branches[i], scenario);
//   }
//
// Where they begin is drawn, late in the run rather than early: many inputs begin alike and end
// differently, and a late one costs less. How long a run is shows when it is over, so that it is
// stopped from where half of it may be over on, and the last of its branches count. The same
// scenario has the same branches.
//
// Thread safety: none.

#ifndef MIRRORCHECK_FUZZ_HARNESS_BRANCHES_H_
#define MIRRORCHECK_FUZZ_HARNESS_BRANCHES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "fuzz/scenario/bytes.h"
#include "fuzz/scenario/scenario.h"
#include "fuzz/scheduler/branch_strategy.h"
#include "fuzz/scheduler/random.h"

namespace mirrorcheck::fuzz {

struct Branch {
  Schedule schedule;     // all of it
  std::size_t made = 0;  // segments that it shares with the run that it leaves
  std::size_t stop = 0;  // where it leaves: the how manieth of the stops at which any did
};

class Branches final : public BranchStrategy::Listener {
 public:
  static constexpr std::size_t kMost = 31;

  // REQUIRES: `scenario` is canonical and has its own schedule.
  explicit Branches(const Scenario& scenario);

  // Where to stop, in scheduling points.
  std::span<const std::uint32_t> stops() const { return std::span(stops_).first(stop_count_); }

  // The last ones that the run under the scenario's own schedule came to, no more than kMost, those
  // of whole stops.
  std::size_t size() const { return size_; }
  const Branch& operator[](std::size_t index) const { return branches_[(first_ + index) % kMost]; }

  // Gives the scenario the schedule of this branch.
  void enter(std::size_t index, Scenario& scenario);
  // The scenario with the schedule that it has now, encoded; valid until enter().
  std::span<const std::uint8_t> bytes() const { return bytes_; }

  bool stopped(const BranchStrategy::Stop& stop) override;

 private:
  static constexpr std::size_t kStops = 128;
  static constexpr std::size_t kMostAtOneStop = 2;

  void draw_stops(const Scenario& scenario);
  bool add(const BranchStrategy::Stop& stop, unsigned task);
  void drop_first_stop();

  std::array<std::uint8_t, kMaxEncodedSize> encoded_;
  EncodedOperations operations_;
  std::span<const std::uint8_t> bytes_;
  Random random_;
  std::array<std::uint32_t, kStops> stops_;
  std::size_t stop_count_ = 0;
  std::array<Branch, kMost> branches_;  // a ring
  std::size_t first_ = 0;
  std::size_t size_ = 0;
  std::size_t stops_taken_ = 0;
};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_HARNESS_BRANCHES_H_
