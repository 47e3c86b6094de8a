// Runs that share their beginning, compared with those that each schedule makes from its own.

#ifndef MIRRORCHECK_TESTS_HARNESS_BRANCHES_H_
#define MIRRORCHECK_TESTS_HARNESS_BRANCHES_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "fuzz/harness/branch_runs.h"
#include "fuzz/harness/execution.h"
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
  unsigned shorter = 0;   // fewer steps were taken than the run has
  unsigned rejoined = 0;  // it ended where it came to what a run before it came to
  unsigned violated = 0;
  unsigned repeated = 0;  // the same run as another schedule's of the scenario
};

// The history after this many steps.
inline History after(const History& history, std::uint32_t steps) {
  auto at = history.begin();
  while (at != history.end() && steps != 0) steps -= at++->kind == Event::Kind::kStep;
  while (at != history.end() && at->kind != Event::Kind::kStep) ++at;
  return {at, history.end()};
}

// Runs the scenario and its branches in one execution, and each alone in the other.
inline void compare_branches(Execution& shared, Execution& alone, const Scenario& scenario,
                             BranchCounts& counts) {
  struct Run {
    Verdict verdict;
    History history;
  };
  std::vector<Run> runs;
  std::set<std::string> texts;
  Scenario now = scenario;
  const auto begin = [](std::span<const std::uint8_t>) {
    return !testing::Test::HasFatalFailure();
  };
  // Step by step.
  History history;
  const auto is_the_run_of_its_schedule = [&](const Verdict& verdict) {
    Run whole;
    whole.verdict = alone.replay(now, &whole.history);
    const std::string text = all_of(shared, verdict, history);
    ASSERT_EQ(text, all_of(alone, whole.verdict, whole.history)) << "branch " << runs.size();
    counts.repeated += !texts.insert(text).second;
    counts.shorter += shared.steps_taken() < shared.steps();
    counts.violated += verdict.kind == VerdictKind::kViolated;
    counts.branches += !runs.empty();
    runs.push_back(std::move(whole));
  };
  run_branches(shared, now, begin, is_the_run_of_its_schedule, &history);
  // Without a history they end where they come together.
  now = scenario;
  std::size_t branch = 0;
  const auto goes_on_like_one_before = [&](const Verdict& verdict) {
    const Run& whole = runs[branch++];
    ASSERT_EQ(verdict.kind, whole.verdict.kind) << "branch " << branch;
    ASSERT_EQ(verdict.breach.clause, whole.verdict.breach.clause) << "branch " << branch;
    const History left = after(whole.history, shared.steps());
    if (verdict.kind != VerdictKind::kHolds || left.empty()) return;
    ++counts.rejoined;
    const std::string rest = text_of(left);
    const auto ends_like_this = [&](const Run& earlier) {
      const History& all = earlier.history;
      return left.size() <= all.size() &&
             text_of(History(all.end() - static_cast<std::ptrdiff_t>(left.size()), all.end())) ==
                 rest;
    };
    ASSERT_TRUE(std::any_of(runs.begin(), runs.begin() + static_cast<std::ptrdiff_t>(branch) - 1,
                            ends_like_this))
        << "branch " << branch << " was to go on as no run before it:\n"
        << rest;
  };
  run_branches(shared, now, begin, goes_on_like_one_before);
}

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_TESTS_HARNESS_BRANCHES_H_
