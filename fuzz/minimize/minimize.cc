#include "fuzz/minimize/minimize.h"

#include <algorithm>
#include <utility>

#include "fuzz/explain/run_record.h"
#include "fuzz/minimize/edits.h"
#include "fuzz/minimize/schedule_search.h"

namespace mirrorcheck::fuzz {
namespace {

// With no more operations than this, a scenario is not worth another clause.
constexpr std::size_t kSmall = 6;
constexpr std::uint64_t kSwitchRuns = 3000;  // for each number of preemptions
constexpr unsigned kMostPreemptions = 3;

class Minimizer {
 public:
  Minimizer(impl::World& world, const Scenario& scenario, std::uint64_t executions)
      : search_(world, std::max<std::uint64_t>(executions, 8)), best_(scenario) {}

  std::optional<Minimized> run() {
    verdict_ = search_.run(best_);
    if (verdict_.kind != VerdictKind::kViolated) return std::nullopt;
    const Verdict original = verdict_;
    drop_expectations();
    search_.look_for(original, Likeness::kSameClause);
    // Without what the file expects the run may be another one; then it stays as it is.
    Scenario executed = best_;
    if (search_.replay(executed, verdict_)) {
      best_ = executed;
      reduce();
      if (operation_count(best_) > kSmall) {
        search_.look_for(original, Likeness::kSameProperty);
        reduce();
        search_.look_for(verdict_, Likeness::kSameClause);
      }
      calm_down();
    } else {
      best_.expectations = kept_;
    }
    const std::vector<ExpectedResult> results = std::move(best_.expectations.results);
    best_.expectations = expectation_of(verdict_);
    best_.expectations.results = results;
    return Minimized{best_, verdict_, search_.executions()};
  }

 private:
  void drop_expectations() {
    kept_ = best_.expectations;
    best_.expectations = {};
  }

  // To a fixed point: what could not go before may go once something else has gone.
  void reduce() {
    bool smaller = true;
    while (smaller && !search_.exhausted()) {
      smaller = remove_tasks();
      smaller |= remove_operations();
      smaller |= remove_setup();
      smaller |= simplify();
    }
  }

  bool accept(Scenario candidate) {
    Verdict verdict;
    if (!search_.find(candidate, verdict)) return false;
    best_ = std::move(candidate);
    verdict_ = std::move(verdict);
    return true;
  }

  bool remove_tasks() {
    bool smaller = false;
    for (unsigned task = best_.layout.tasks; task-- > 0;) {
      if (best_.layout.tasks > 1 && accept(without_task(best_, task))) smaller = true;
    }
    return smaller;
  }

  // Halves of a task's operations, then quarters, down to one at a time.
  bool remove_operations() {
    bool smaller = false;
    for (unsigned task = 0; task < best_.layout.tasks; ++task) {
      for (std::size_t count = std::max<std::size_t>(best_.tasks[task].size() / 2, 1); count > 0;
           count /= 2) {
        // From the end: what comes last is least needed.
        for (std::size_t end = best_.tasks[task].size(); end >= count;) {
          const bool gone = accept(without_operations(best_, task, end - count, count));
          smaller |= gone;
          end = std::min(end - (gone ? count : 1), best_.tasks[task].size());
          if (end == 0) break;
        }
      }
    }
    return smaller;
  }

  bool remove_setup() {
    bool smaller = false;
    for (std::size_t i = best_.setup.size(); i-- > 0;) {
      if (accept(without_setup(best_, i))) smaller = true;
    }
    return smaller;
  }

  // One simplification after the other; each list is made anew, since each success changes it.
  bool simplify() {
    bool smaller = false;
    std::size_t next = 0;
    while (!search_.exhausted()) {
      std::vector<Scenario> candidates = simpler(best_);
      if (next >= candidates.size()) break;
      Verdict verdict;
      // Same operations, so the same schedule should do; a search would cost more than it gains.
      if (search_.replay(candidates[next], verdict)) {
        best_ = candidates[next];
        verdict_ = std::move(verdict);
        smaller = true;
      } else {
        ++next;
      }
    }
    return smaller;
  }

  void calm_down() {
    for (unsigned preemptions = 0; preemptions <= kMostPreemptions; ++preemptions) {
      Scenario candidate = best_;
      Verdict verdict;
      if (!search_.find_within(candidate, verdict, preemptions, kSwitchRuns)) continue;
      if (switch_count(candidate.schedule) < switch_count(best_.schedule)) {
        best_ = candidate;
        verdict_ = std::move(verdict);
      }
      break;
    }
    bool calmer_found = true;
    while (calmer_found && !search_.exhausted()) {
      calmer_found = false;
      for (const Schedule& schedule : calmer(best_.schedule)) {
        if (switch_count(schedule) >= switch_count(best_.schedule)) continue;
        Scenario candidate = best_;
        candidate.schedule = schedule;
        Verdict verdict;
        if (!search_.replay(candidate, verdict) ||
            switch_count(candidate.schedule) >= switch_count(best_.schedule)) {
          continue;
        }
        best_ = candidate;
        verdict_ = std::move(verdict);
        calmer_found = true;
        break;
      }
    }
  }

  ScheduleSearch search_;
  Scenario best_;
  Verdict verdict_;
  Expectations kept_;
};

}  // namespace

std::optional<Minimized> minimize(impl::World& world, const Scenario& scenario,
                                  std::uint64_t executions) {
  return Minimizer(world, scenario, executions).run();
}

}  // namespace mirrorcheck::fuzz
