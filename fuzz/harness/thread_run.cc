#include "fuzz/harness/thread_run.h"

#include <algorithm>

#include "fuzz/harness/clauses.h"
#include "fuzz/harness/comparison.h"
#include "fuzz/harness/describe.h"
#include "fuzz/harness/expected.h"

namespace mirrorcheck::fuzz {

using model::Arguments;
using model::Breach;
using model::Rule;
using model::Task;

ThreadRun::ThreadRun(impl::World& world, unsigned threads, Coverage& coverage)
    : world_(world),
      coverage_(coverage),
      seen_(model::kTasks),
      place_(model::kTasks),
      gate_(static_cast<std::ptrdiff_t>(threads) + 1) {
  for (unsigned t = 0; t < threads; ++t) threads_.emplace_back([this, t] { work(t); });
}

ThreadRun::~ThreadRun() {
  scenario_ = nullptr;
  gate_.arrive_and_wait();
}

// A run passes the gate twice: all begin together, and the driver goes on when all are at rest.
void ThreadRun::work(unsigned task) {
  for (;;) {
    gate_.arrive_and_wait();
    if (scenario_ == nullptr) return;
    if (task < scenario_->layout.tasks) {
      const OperationList& list = scenario_->tasks[task];
      for (std::size_t i = 0; i < list.size(); ++i) apply(task, list[i], place_in_task(task, i));
    }
    gate_.arrive_and_wait();
  }
}

void ThreadRun::record(Event event) {
  const auto task = static_cast<std::size_t>(event.task);
  event.place = place_[task];
  // Relaxed is enough: two steps that the contract orders are in critical sections of one lock, and
  // that lock orders their tickets.
  seen_[task].push_back({ticket_.fetch_add(1, std::memory_order_relaxed), event});
}

void ThreadRun::step(Rule rule, const Arguments& arguments) {
  record({.task = arguments.task, .rule = rule, .arguments = arguments, .result = {}});
}

void ThreadRun::apply(unsigned task, const impl::Operation& operation, Place place) {
  place_[task] = place;
  record({.kind = Event::Kind::kBegin, .task = Task(task), .arguments = {}, .result = {}});
  impl::Result result;
  world_.apply(Task(task), operation, result);
  record({.kind = Event::Kind::kEnd, .task = Task(task), .arguments = {}, .result = result});
  place_[task] = 0;
}

Verdict ThreadRun::run(const Scenario& scenario, History* history) {
  if (history != nullptr) history->clear();
  verdict_ = Verdict{};
  judged_ = 0;
  world_.reset(scenario.layout, *this);
  judge_.begin(scenario.layout, world_.capabilities());
  scenario_ = &scenario;

  for (std::size_t i = 0; i < scenario.setup.size(); ++i) {
    const SetupOperation& set_up = scenario.setup[i];
    apply(static_cast<unsigned>(set_up.task), set_up.operation, place_in_setup(i));
  }
  gate_.arrive_and_wait();
  gate_.arrive_and_wait();
  if (!judge_recorded(history)) return verdict_;

  const Event rest{.arguments = {}, .result = {}};
  Breach breach = judge_.check_everything();
  if (!breach) breach = compare_everything(world_, judge_, Rule::kEnd);
  if (breach) {
    note(breach, rest, judged_);
    return verdict_;
  }
  world_.shut_down();
  if (!judge_recorded(history)) return verdict_;
  if (world_.complaint() != nullptr) {
    verdict_.detail = world_.complaint();
    note({&kComplaint, Rule::kStarted}, rest, judged_);
  }
  if (const Breach left = judge_.check_leftovers()) note(left, rest, judged_);
  return verdict_;
}

// Set-up operations run one after the other, and one task has one schedule.
bool ThreadRun::as_expected(const Event& end) const {
  const bool of_setup = end.place < place_in_task(0, 0);
  return (!of_setup && scenario_->layout.tasks != 1) ||
         meets(scenario_->expected(end.place), end.result);
}

// Puts what was recorded in order and judges it. Returns false when the run is decided.
bool ThreadRun::judge_recorded(History* history) {
  merged_.clear();
  for (std::vector<Ticketed>& list : seen_) {
    merged_.insert(merged_.end(), list.begin(), list.end());
    list.clear();
  }
  std::sort(merged_.begin(), merged_.end(),
            [](const Ticketed& a, const Ticketed& b) { return a.ticket < b.ticket; });
  for (const auto& [ticket, event] : merged_) {
    if (history != nullptr) history->push_back(event);
    Breach breach;
    switch (event.kind) {
      case Event::Kind::kStep:
        breach = judge_.take(event.rule, event.arguments, coverage_);
        break;
      case Event::Kind::kBegin:
        judge_.begin_operation(event.task, *scenario_->operation(event.place));
        break;
      case Event::Kind::kEnd: {
        const impl::Operation* operation = scenario_->operation(event.place);
        breach = judge_.end_operation(event.task, *operation, event.result);
        coverage_.operation(operation->call, event.result.error == 0);
        if (!breach && !as_expected(event)) {
          breach = {&kUnexpectedResult, answered_by(operation->call)};
        }
        break;
      }
    }
    if (breach) note(breach, event, judged_);
    if (breach && !breach.clause->protocol) return false;
    if (event.kind == Event::Kind::kStep) ++judged_;
  }
  return true;
}

void ThreadRun::note(const Breach& breach, const Event& event, std::uint32_t index) {
  const bool first = verdict_.kind == VerdictKind::kHolds;
  if (!first && breach.clause->protocol) return;
  if (!first) {
    verdict_.cause = verdict_.breach;
    verdict_.cause_step = verdict_.step;
  }
  verdict_.kind = VerdictKind::kViolated;
  verdict_.breach = breach;
  verdict_.step = index;
  verdict_.task = event.task;
  verdict_.place = event.place;
}

}  // namespace mirrorcheck::fuzz
