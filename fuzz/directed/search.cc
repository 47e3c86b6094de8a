#include "fuzz/directed/search.h"

#include <algorithm>

#include "fuzz/directed/candidates.h"
#include "fuzz/minimize/schedule_search.h"

namespace mirrorcheck::fuzz {
namespace {

constexpr std::uint64_t kRuns = 6'000;  // for one number of steps passed over
constexpr unsigned kMostTasks = 4;
// What a step counts that is not taken at its place: one that an operation could take, the
// forbidden one that is taken at another place, or refused. One that is like it counts 1.
constexpr unsigned kCostLeftOut = 3;
constexpr unsigned kCostElsewhere = 2;
constexpr unsigned kCostRefused = 2;
// Points that whoever is refused may run before the others.
constexpr std::uint32_t kMostAhead = 24;

}  // namespace

std::optional<Directed> DirectedSearch::find(
    const std::vector<WantedStep>& wanted, const std::array<impl::FileLayout, model::kFiles>& files,
    unsigned most_missed) {
  wanted_ = wanted;
  found_.reset();
  for (most_missed_ = 0; most_missed_ <= most_missed; ++most_missed_) {
    left_ = kRuns;
    scenario_ = Scenario{};
    scenario_.layout.tasks = 0;
    scenario_.layout.files = files;
    moves_.clear();
    if (extend(0)) return found_;
  }
  return std::nullopt;
}

// The first task that has nothing to do yet, or one of its own; of `mm`.
std::optional<unsigned> DirectedSearch::user_of(model::Mm mm) const {
  for (unsigned task = 0; task < scenario_.layout.tasks; ++task) {
    if (scenario_.tasks[task].empty() && scenario_.layout.mm_of_task[task] == mm) return task;
  }
  if (scenario_.layout.tasks == kMostTasks) return std::nullopt;
  return scenario_.layout.tasks;
}

bool DirectedSearch::has_user(model::Mm mm) const {
  const auto& mms = scenario_.layout.mm_of_task;
  return std::find(mms.begin(), mms.begin() + scenario_.layout.tasks, mm) !=
         mms.begin() + scenario_.layout.tasks;
}

// Whether a run takes the steps so far as the moves say, and holds.
bool DirectedSearch::runs_as_planned() {
  if (left_ == 0) return false;
  --left_;
  Scenario canonical = scenario_;
  canonicalize(canonical);
  GuidedStrategy strategy(history_, wanted_, moves_);
  const Verdict verdict = execution_.run(canonical, strategy, &history_, &executed_);
  return verdict.kind == VerdictKind::kHolds && strategy.made() == moves_.size();
}

// The plan is complete: the scenario with its schedule, if replaying it shows the same. Whoever is
// refused gets as far as possible before the others begin: what it looked at then is old news when
// it comes to the step.
bool DirectedSearch::finish() {
  const auto refused = std::find_if(moves_.begin(), moves_.end(), [](const Move& move) {
    return move.until == Move::Until::kEnd && move.place == place_in_task(move.task, 0);
  });
  for (std::uint32_t ahead = refused == moves_.end() ? 0 : kMostAhead; ahead > 0; --ahead) {
    if (finish(HeadStart{refused->task, ahead})) return true;
  }
  return finish(HeadStart{});
}

bool DirectedSearch::finish(const HeadStart& head_start) {
  Directed directed{.scenario = scenario_, .missed = {}};
  if (directed.scenario.layout.tasks == 0) directed.scenario.layout.tasks = 1;
  canonicalize(directed.scenario);
  GuidedStrategy strategy(history_, wanted_, moves_, head_start);
  execution_.run(directed.scenario, strategy, &history_, &executed_);
  if (!store(executed_, directed.scenario.schedule)) return false;
  const Verdict verdict = execution_.replay(directed.scenario, &history_);
  GuidedStrategy checked(history_, wanted_, moves_);
  if (verdict.kind != VerdictKind::kHolds || checked.made() != moves_.size()) return false;
  for (std::size_t i = 0; i < moves_.size(); ++i) {
    if (moves_[i].until == Move::Until::kStep) continue;
    directed.missed.push_back(i);
    // Who breaks the rule would break it there, so somebody has to come by.
    const bool asked = moves_[i].until != Move::Until::kNow || occurs(wanted_[i], history_) ||
                       candidates(wanted_[i]).empty();
    if (wanted_[i].forbidden && !asked) return false;
    const bool too_early = moves_[i].until == Move::Until::kEnd && head_start.points != 0 &&
                           occurs(wanted_[i], history_);
    if (too_early) return false;
  }
  found_ = std::move(directed);
  return true;
}

bool DirectedSearch::extend(unsigned missed) {
  if (moves_.size() == wanted_.size()) return finish();
  const unsigned last = moves_.empty() ? 0 : moves_.back().task;
  if (!scenario_.tasks[last].empty() && extend_by({.task = last}, missed)) return true;
  for (unsigned task = 0; task < scenario_.layout.tasks; ++task) {
    if (task == last || scenario_.tasks[task].empty()) continue;
    if (extend_by({.task = task}, missed)) return true;
  }
  // What has happened in the set-up already.
  if (scenario_.tasks[last].empty() && extend_by({.task = last}, missed)) return true;
  const std::vector<impl::Operation> operations = candidates(wanted_[moves_.size()]);
  for (const impl::Operation& operation : operations) {
    if (begin_in_setup(operation, missed)) return true;
    if (begin_in_task(operation, Move::Until::kStep, missed)) return true;
  }
  if (missed == most_missed_) return false;
  for (unsigned task = 0; task < scenario_.layout.tasks; ++task) {
    if (scenario_.tasks[task].empty()) continue;
    if (extend_by({.task = task, .until = Move::Until::kLikeIt}, missed + 1)) return true;
  }
  for (const impl::Operation& operation : operations) {
    if (!wanted_[moves_.size()].forbidden || missed + kCostRefused > most_missed_) break;
    if (begin_in_task(operation, Move::Until::kEnd, missed + kCostRefused)) return true;
  }
  const WantedStep& step = wanted_[moves_.size()];
  const unsigned cost = step.forbidden                                   ? kCostElsewhere
                        : operations.empty() || is_of_section(step.rule) ? 1
                                                                         : kCostLeftOut;
  return missed + cost <= most_missed_ &&
         extend_by({.task = last, .until = Move::Until::kNow}, missed + cost);
}

bool DirectedSearch::extend_by(const Move& move, unsigned missed) {
  moves_.push_back(move);
  const bool found = runs_as_planned() && extend(missed);
  if (!found) moves_.pop_back();
  return found;
}

bool DirectedSearch::begin_in_setup(const impl::Operation& operation, unsigned missed) {
  const WantedStep& step = wanted_[moves_.size()];
  const bool begun = std::any_of(scenario_.tasks.begin(), scenario_.tasks.end(),
                                 [](const OperationList& list) { return !list.empty(); });
  if (!prepares(step.rule) || begun || scenario_.setup.size() == kMaxSetup) return false;
  const Scenario before = scenario_;
  const model::Mm mm = mm_of(step);
  unsigned task = 0;
  while (task < scenario_.layout.tasks && scenario_.layout.mm_of_task[task] != mm) ++task;
  if (task == kMostTasks) return false;
  if (task == scenario_.layout.tasks) scenario_.layout.mm_of_task[scenario_.layout.tasks++] = mm;
  scenario_.setup.push_back({model::Task(task), operation});
  if (extend_by({.task = task}, missed)) return true;
  scenario_ = before;
  return false;
}

bool DirectedSearch::begin_in_task(const impl::Operation& operation, Move::Until until,
                                   unsigned missed) {
  const Scenario before = scenario_;
  const model::Mm mm = mm_of(wanted_[moves_.size()]);
  // A child is one of the tasks.
  if (operation.call == impl::Call::kFork && !has_user(other_mm(mm))) {
    if (scenario_.layout.tasks + 1U >= kMostTasks) return false;
    scenario_.layout.mm_of_task[scenario_.layout.tasks++] = other_mm(mm);
  }
  // By a task that has nothing else to do, or after what some task is at.
  if (const std::optional<unsigned> task = user_of(mm)) {
    scenario_.layout.tasks =
        static_cast<std::uint8_t>(std::max<unsigned>(scenario_.layout.tasks, *task + 1));
    scenario_.layout.mm_of_task[*task] = mm;
    scenario_.tasks[*task].push_back(operation);
    if (extend_by({*task, until, place_in_task(*task, 0)}, missed)) return true;
    scenario_ = before;
  }
  scenario_ = before;
  for (unsigned task = 0; task < before.layout.tasks; ++task) {
    if (scenario_.tasks[task].empty() || scenario_.tasks[task].size() == kMaxOperations ||
        scenario_.layout.mm_of_task[task] != mm) {
      continue;
    }
    scenario_.tasks[task].push_back(operation);
    const Place place = place_in_task(task, scenario_.tasks[task].size() - 1);
    if (extend_by({task, until, place}, missed)) return true;
    scenario_ = before;
  }
  return false;
}

}  // namespace mirrorcheck::fuzz
