// Runs that share their beginning, compared with those that each schedule makes from its own.

#ifndef MIRRORCHECK_TESTS_HARNESS_BRANCHES_H_
#define MIRRORCHECK_TESTS_HARNESS_BRANCHES_H_

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "fuzz/harness/execution.h"
#include "fuzz/harness/schedules.h"
#include "tests/harness/history_text.h"

namespace mirrorcheck::fuzz {

// What a run was like, all of it.
inline std::string all_of(const Execution& execution, const Verdict& verdict,
                          const History& history) {
  const std::string what(verdict.breach.clause == nullptr ? "nothing" : verdict.breach.clause->id);
  return std::to_string(static_cast<unsigned>(verdict.kind)) + " " + what + " at step " +
         std::to_string(verdict.step) + " of " + std::to_string(execution.steps()) + ", " +
         std::to_string(execution.points()) + " points\n" + verdict.contract_state +
         verdict.implementation_state + verdict.detail + text_of(history);
}

struct BranchCounts {
  unsigned branches = 0;
  unsigned shorter = 0;  // fewer steps were taken than the run has
  unsigned passed_by = 0;
  unsigned violated = 0;
  unsigned repeated = 0;  // the same run as another schedule's of the scenario
};

// Runs the scenario under its schedules in one execution, and each alone in the other.
inline void compare_branches(Execution& shared, Execution& alone, Scenario scenario,
                             BranchCounts& counts) {
  History history;
  const auto from_the_beginning = [&] {
    History whole;
    const Verdict verdict = alone.replay(scenario, &whole);
    return all_of(alone, verdict, whole);
  };
  Schedules schedules(scenario);
  const Verdict first = shared.replay(scenario, schedules.branches(), &history);
  const std::string first_run = all_of(shared, first, history);
  ASSERT_EQ(first_run, from_the_beginning());
  std::set<std::string> runs{first_run};
  for (schedules.next(); !schedules.done(); schedules.next()) {
    if (!shared.came_to(schedules.branch())) {
      ++counts.passed_by;
      ASSERT_TRUE(runs.contains(from_the_beginning())) << "branch " << schedules.branch();
      continue;
    }
    const Verdict verdict = shared.replay_branch(schedules.branch(), scenario, &history);
    const std::string run = all_of(shared, verdict, history);
    ASSERT_EQ(run, from_the_beginning()) << "branch " << schedules.branch();
    counts.repeated += !runs.insert(run).second;
    ++counts.branches;
    counts.shorter += shared.steps_taken() < shared.steps();
    counts.violated += verdict.kind == VerdictKind::kViolated;
  }
}

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_TESTS_HARNESS_BRANCHES_H_
