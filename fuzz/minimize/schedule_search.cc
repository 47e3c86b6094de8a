#include "fuzz/minimize/schedule_search.h"

#include <algorithm>

#include "fuzz/explain/known.h"
#include "fuzz/scheduler/exhaustive_strategy.h"
#include "fuzz/scheduler/pct_strategy.h"
#include "fuzz/scheduler/random_strategy.h"
#include "fuzz/scheduler/segment_strategy.h"

namespace mirrorcheck::fuzz {
namespace {

constexpr std::uint64_t kFewPreemptionRuns = 150;
constexpr std::uint64_t kRandomRuns = 30;

}  // namespace

bool store(const std::vector<Segment>& executed, Schedule& schedule) {
  schedule.clear();
  for (const Segment& segment : executed) {
    if (!schedule.empty() && schedule.back().task == segment.task &&
        schedule.back().points + segment.points <= kLongestSegment) {
      schedule.back().points = static_cast<std::uint16_t>(schedule.back().points + segment.points);
    } else if (segment.points == 0) {
      continue;
    } else if (schedule.size() == schedule.capacity()) {
      return false;
    } else {
      schedule.push_back(segment);
    }
  }
  return true;
}

bool ScheduleSearch::shows(const Verdict& verdict) const {
  if (verdict.kind != VerdictKind::kViolated || verdict.known != wanted_.known) return false;
  return likeness_ == Likeness::kSameClause
             ? verdict.same_finding(wanted_)
             : verdict.breach.clause->property == wanted_.breach.clause->property;
}

// The run under the scenario's own schedule, with what is known of it.
Verdict ScheduleSearch::replay_known(const Scenario& scenario) {
  if (world_.known_triggers().empty()) return execution_.replay(scenario);
  Verdict verdict = execution_.replay(scenario, &history_);
  note_known(world_, scenario, history_, verdict);
  return verdict;
}

// What was executed is stored only if replaying it shows the same again: merging segments, or
// leaving out what does not fit, may have changed it.
bool ScheduleSearch::attempt(Scenario& scenario, Strategy& strategy, Verdict& verdict) {
  if (left_ == 0) return false;
  --left_;
  Verdict first = execution_.run(scenario, strategy, nullptr, &executed_);
  first.known = wanted_.known;  // asked of the second run only
  if (!shows(first)) return false;
  Scenario stored = scenario;
  if (!store(executed_, stored.schedule) || left_ == 0) return false;
  --left_;
  Verdict again = replay_known(stored);
  if (!shows(again)) return false;
  scenario = stored;
  verdict = std::move(again);
  return true;
}

Verdict ScheduleSearch::run(const Scenario& scenario) {
  left_ -= left_ != 0 ? 1 : 0;
  return replay_known(scenario);
}

bool ScheduleSearch::replay(Scenario& scenario, Verdict& verdict) {
  const Schedule own = scenario.schedule;
  SegmentStrategy strategy({own.data(), own.size()});
  if (attempt(scenario, strategy, verdict)) return true;
  // The schedule that was executed may be too long to be written down; the given one is not.
  if (left_ == 0) return false;
  --left_;
  Verdict as_it_is = replay_known(scenario);
  if (!shows(as_it_is)) return false;
  verdict = std::move(as_it_is);
  return true;
}

bool ScheduleSearch::find(Scenario& scenario, Verdict& verdict) {
  if (replay(scenario, verdict)) return true;
  for (unsigned preemptions = 0; preemptions <= 2; ++preemptions) {
    if (find_within(scenario, verdict, preemptions, kFewPreemptionRuns)) return true;
  }
  const auto points = static_cast<std::uint32_t>(std::max<std::uint64_t>(execution_.points(), 1));
  PctStrategy pct(0, 3, points);
  RandomStrategy random(0);
  for (std::uint64_t seed = 0; seed < kRandomRuns; ++seed) {
    pct.reseed(seed);
    random.reseed(seed);
    if (attempt(scenario, pct, verdict) || attempt(scenario, random, verdict)) return true;
  }
  return false;
}

bool ScheduleSearch::find_within(Scenario& scenario, Verdict& verdict, unsigned preemptions,
                                 std::uint64_t runs) {
  ExhaustiveStrategy strategy(preemptions);
  for (std::uint64_t i = 0; i < runs && left_ != 0; ++i) {
    if (attempt(scenario, strategy, verdict)) return true;
    if (!strategy.advance()) return false;
  }
  return false;
}

}  // namespace mirrorcheck::fuzz
