// Looks for a schedule under which a scenario shows a given violation.
//
// When an operation is taken out of a scenario, the rest of its schedule no longer falls on the
// same places. Instead of guessing where it should go, the search tries the old one, then all
// schedules with few preemptions, then some random ones. Everything is bounded and deterministic.
//
// Thread safety: none; as Execution.

#ifndef MIRRORCHECK_FUZZ_MINIMIZE_SCHEDULE_SEARCH_H_
#define MIRRORCHECK_FUZZ_MINIMIZE_SCHEDULE_SEARCH_H_

#include <cstdint>
#include <vector>

#include "fuzz/harness/execution.h"
#include "fuzz/harness/verdict.h"
#include "fuzz/scenario/scenario.h"
#include "impl/world.h"

namespace mirrorcheck::fuzz {

// Writes what was executed as a schedule of a scenario; false if it is too long for one.
bool store(const std::vector<Segment>& executed, Schedule& schedule);

// How alike a violation has to be.
enum class Likeness : std::uint8_t { kSameClause, kSameProperty };

class ScheduleSearch {
 public:
  // `executions` is the bound on runs over the life of this object. REQUIRES: as Execution.
  ScheduleSearch(impl::World& world, std::uint64_t executions)
      : world_(world), execution_(world, {}), left_(executions), bound_(executions) {}

  // What has to be shown. REQUIRES: `violation` is one.
  void look_for(const Verdict& violation, Likeness likeness) {
    wanted_ = violation;
    likeness_ = likeness;
  }

  // Runs the scenario under its own schedule. If that shows what is looked for, the scenario has
  // the schedule that was executed and `verdict` the verdict.
  bool replay(Scenario& scenario, Verdict& verdict);

  // The same under some schedule, its own first.
  bool find(Scenario& scenario, Verdict& verdict);

  // Under a schedule with at most `preemptions`, at most `runs` of them.
  bool find_within(Scenario& scenario, Verdict& verdict, unsigned preemptions, std::uint64_t runs);

  // Runs the scenario under its own schedule, whatever comes of it.
  Verdict run(const Scenario& scenario);

  bool exhausted() const { return left_ == 0; }
  std::uint64_t executions() const { return bound_ - left_; }

 private:
  bool shows(const Verdict& verdict) const;
  Verdict replay_known(const Scenario& scenario);
  bool attempt(Scenario& scenario, Strategy& strategy, Verdict& verdict);

  impl::World& world_;
  Execution execution_;
  History history_;
  std::uint64_t left_;
  std::uint64_t bound_;
  Verdict wanted_;
  Likeness likeness_ = Likeness::kSameClause;
  std::vector<Segment> executed_;
};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_MINIMIZE_SCHEDULE_SEARCH_H_
