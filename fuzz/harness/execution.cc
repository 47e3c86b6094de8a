#include "fuzz/harness/execution.h"

#include <algorithm>
#include <optional>
#include <string>

#include "fuzz/harness/clauses.h"
#include "fuzz/harness/comparison.h"
#include "fuzz/harness/comparison_step.h"
#include "fuzz/harness/describe.h"
#include "fuzz/harness/expected.h"
#include "fuzz/harness/judge_step.h"
#include "fuzz/harness/progress.h"
#include "fuzz/scheduler/segment_strategy.h"
#include "impl/sync/check.h"

namespace mirrorcheck::fuzz {

using model::Arguments;
using model::Breach;
using model::Rule;
using model::Task;

namespace {

// In the kernel these are spinlocks; everything else that a task can wait for sleeps.
bool sleeps(sync::LockClass lock) {
  return lock != sync::LockClass::kSubscriptionsLock && lock != sync::LockClass::kPageTableLock &&
         lock != sync::LockClass::kAllocator;
}

}  // namespace

// One function a rule.
template <Execution::Besides kBesides>
constexpr impl::Observer::Reports Execution::takes() {
  Reports takes{};
  model::AllRules::each<model::Concrete>([&]<class R>() {
    takes[static_cast<std::size_t>(R::kRule)] = kBesides == Besides::kNothing ? &take<R>
                                                : kBesides == Besides::kKeep  ? &keep_and_take<R>
                                                                             : &take_and_compare<R>;
  });
  return takes;
}

void Execution::keep(Rule rule, const Arguments& arguments) {
  history_->push_back({.task = arguments.task,
                       .place = place_of_task_[static_cast<std::size_t>(arguments.task)],
                       .rule = rule,
                       .arguments = arguments,
                       .result = {}});
}

template <class R>
void Execution::keep_and_take(Observer& observer, const Arguments& arguments) {
  static_cast<Execution&>(observer).keep(R::kRule, arguments);
  take<R>(observer, arguments);
}

template <class R>
void Execution::take(Observer& observer, const Arguments& arguments) {
  auto& self = static_cast<Execution&>(observer);
  const Clause* const broken = self.judge_.take<R>(arguments, self.coverage_);
  const Clause* const differs = comparison::touched(self.world_, self.judge_, R::kRule, arguments);
  if (broken != nullptr || differs != nullptr) [[unlikely]]
    self.conclude(broken, differs, R::kRule, arguments);
  ++self.steps_;
}

// With a history or without: what is slow anyway asks.
template <class R>
void Execution::take_and_compare(Observer& observer, const Arguments& arguments) {
  auto& self = static_cast<Execution&>(observer);
  if (self.history_ != nullptr) self.keep(R::kRule, arguments);
  const Clause* const broken = self.judge_.take<R>(arguments, self.coverage_);
  const Clause* differs = comparison::touched(self.world_, self.judge_, R::kRule, arguments);
  if (differs == nullptr && (broken == nullptr || broken->protocol)) {
    differs = compare_everything(self.world_, self.judge_, R::kRule).clause;
  }
  if (broken != nullptr || differs != nullptr) self.conclude(broken, differs, R::kRule, arguments);
  ++self.steps_;
}

Execution::Execution(impl::World& world, const ExecutionOptions& options)
    : world_(world),
      options_(options),
      coverage_(options.coverage != nullptr ? *options.coverage : unasked_coverage_) {
  scheduler_.set_block_listener(this);
}

Verdict Execution::replay(const Scenario& scenario, History* history) {
  SegmentStrategy own({scenario.schedule.data(), scenario.schedule.size()});
  return run(scenario, own, history);
}

Verdict Execution::run(const Scenario& scenario, Strategy& strategy, History* history,
                       std::vector<Segment>* executed) {
  begin(scenario, history);
  world_.reset(scenario.layout, *this);
  judge_.begin(scenario.layout, world_.capabilities());
  scheduler_.set_recording(executed != nullptr);
  run_phases(strategy);
  if (executed != nullptr) {
    executed->assign(scheduler_.recorded().begin(), scheduler_.recorded().end());
  }
  return std::move(verdict_);
}

void Execution::begin(const Scenario& scenario, History* history) {
  scenario_ = &scenario;
  history_ = history;
  static constexpr Reports kTakes = takes<Besides::kNothing>();
  static constexpr Reports kTakesAndKeeps = takes<Besides::kKeep>();
  static constexpr Reports kTakesAndCompares = takes<Besides::kCompareEverything>();
  report_to(options_.compare_everything ? kTakesAndCompares
            : history == nullptr        ? kTakes
                                        : kTakesAndKeeps);
  if (history != nullptr) history->clear();
  verdict_ = Verdict{};
  place_of_task_ = {};
  steps_ = 0;
  steps_put_back_ = 0;
  points_ = 0;
  next_setup_ = 0;
  ran_to_end_ = false;
}

void Execution::run_phases(Strategy& strategy) {
  if (!set_up()) return;
  last_end_ = 0;
  tasks_left_ = scenario_->layout.tasks;
  RunResult result = scheduler_.run(
      scenario_->layout.tasks,
      [](void* self, unsigned task) {
        auto& execution = *static_cast<Execution*>(self);
        const OperationList& list = execution.scenario_->tasks[task];
        for (std::size_t i = 0; i < list.size(); ++i) {
          execution.meet(Task(task), i);
          execution.apply(Task(task), list[i], place_in_task(task, i));
        }
        --execution.tasks_left_;
      },
      this, strategy);
  while (result.outcome == RunOutcome::kPaused) {
    keep_checkpoint();
    result = scheduler_.resume(strategy);
  }
  run_to_end(result);
}

// What follows when the tasks are through, or the run is cut off.
void Execution::run_to_end(RunResult result) {
  points_ = result.points;
  if (!completed(result)) return;
  if (meetings_ == Meetings::kSought && comes_to_an_end(result.points)) return;
  if (meetings_ != Meetings::kNone && checkpoint_count_ != 0) keep_end();
  check_rest();
  if (verdict_.kind == VerdictKind::kViolated && !verdict_.breach.clause->protocol) return;
  last_end_ = 0;
  const RunResult last = scheduler_.run_one(
      0, [](void* self, unsigned) { static_cast<Execution*>(self)->world_.shut_down(); }, this);
  if (!completed(last)) return;
  if (world_.complaint() != nullptr) note_complaint(Task{});
  if (const Breach left = judge_.check_leftovers()) note(left, Task{}, Arguments{});
  ran_to_end_ = true;
}

bool Execution::set_up() {
  while (next_setup_ < scenario_->setup.size()) {
    last_end_ = 0;
    // Those of one task in a row share a run: beginning one costs more than most operations.
    const RunResult result = scheduler_.run_one(
        static_cast<unsigned>(scenario_->setup[next_setup_].task),
        [](void* self, unsigned task) {
          auto& execution = *static_cast<Execution*>(self);
          const auto& setup = execution.scenario_->setup;
          std::size_t& next = execution.next_setup_;
          do {
            execution.apply(Task(task), setup[next].operation, place_in_setup(next));
            ++next;
          } while (next < setup.size() && setup[next].task == Task(task));
        },
        this);
    if (!completed(result)) return false;
  }
  return true;
}

// Whether the run goes on after this phase.
bool Execution::completed(const RunResult& result) {
  switch (result.outcome) {
    case RunOutcome::kCompleted:
      return true;
    case RunOutcome::kAbandoned:
      return false;  // the breach is noted
    case RunOutcome::kPaused:
      sync::check(false, "a run pauses at its branches only");
      return false;
    case RunOutcome::kStepLimit:
      note_no_end(result);
      return false;
    case RunOutcome::kDeadlocked:
      // A task that has met what it complains of may have stopped there.
      if (world_.complaint() != nullptr) {
        note_complaint(Task(scheduler_.deadlock().blocked[0].task));
      } else {
        note_deadlock();
      }
      return false;
  }
  return false;
}

// What `task` is at; null: it shuts the world down.
const impl::Operation* Execution::operation_of(Task task) const {
  const Place place = place_of_task_[static_cast<std::size_t>(task)];
  return place == 0 ? nullptr : scenario_->operation(place);
}

// Locks wait for their holders, and queues for windows and pins as long as somebody has any (L1);
// otherwise somebody waits for an event that cannot come.
void Execution::note_deadlock() {
  Deadlock deadlock = scheduler_.deadlock();
  const Clause* clause = &kDeadlock;
  auto task = Task(deadlock.blocked[0].task);
  for (unsigned i = deadlock.count; i-- > 0;) {
    const Deadlock::Blocked& blocked = deadlock.blocked[i];
    if (blocked.holders != 0) continue;
    task = Task(blocked.task);
    clause = never_woken(blocked.lock.lock_class, operation_of(task));
  }
  name_holders(deadlock, judge_);
  if (has_cycle(deadlock)) clause = &kDeadlock;
  note({clause, Rule{}}, task, Arguments{.task = task});
  verdict_.detail = fuzz::describe(deadlock);
}

// L2, L3, L4, L6 are about ends under a fair schedule. The second half of the points that a run may
// pass is fair (Scheduler::set_point_limit). Where no operation at all has come to its end in most
// of it, none will; otherwise nothing can be said, unless a breach of protocol stands.
void Execution::note_no_end(const RunResult& result) {
  const std::uint32_t idle = result.points - last_end_;
  if (idle < scheduler_.point_limit() / 5 * 2) {
    if (verdict_.kind != VerdictKind::kHolds) return;
    verdict_.kind = VerdictKind::kInconclusive;
    verdict_.detail = "the bound on scheduling points was reached before the run came to rest";
    return;
  }
  const auto task = Task(first_of(scheduler_.runnable()));
  const impl::Operation* const operation = operation_of(task);
  note({never_ends(operation), operation == nullptr ? Rule::kPutMm : answered_by(operation->call)},
       task, Arguments{.task = task});
  verdict_.detail = "t" + std::to_string(static_cast<unsigned>(task)) +
                    " goes on, and nobody has come to the end of an operation for " +
                    std::to_string(idle) + " scheduling points";
}

void Execution::check_rest() {
  Breach breach = judge_.check_everything();
  if (!breach) breach = compare_everything(world_, judge_, Rule::kEnd);
  if (breach) note(breach, Task{}, Arguments{});
}

void Execution::apply(Task task, const impl::Operation& operation, Place place) {
  place_of_task_[static_cast<std::size_t>(task)] = place;
  judge_.begin_operation(task, operation);
  if (history_ != nullptr) {
    history_->push_back(
        {.kind = Event::Kind::kBegin, .task = task, .place = place, .arguments = {}, .result = {}});
  }
  impl::Result result;
  world_.apply(task, operation, result);
  coverage_.operation(operation.call, result.error == 0);
  if (history_ != nullptr) {
    history_->push_back({.kind = Event::Kind::kEnd,
                         .task = task,
                         .place = place,
                         .arguments = {},
                         .result = result});
  }
  if (const Breach breach = judge_.end_operation(task, operation, result)) [[unlikely]] {
    note_and_stop(breach, task, Arguments{.task = task});
  }
  if (world_.complaint() != nullptr) [[unlikely]] {
    note_complaint(task);
    scheduler_.abandon();
  }
  if (!scenario_->expectations.empty() && !meets(scenario_->expected(place), result)) {
    note_and_stop({&kUnexpectedResult, answered_by(operation.call)}, task, Arguments{.task = task});
  }
  place_of_task_[static_cast<std::size_t>(task)] = 0;
  last_end_ = scheduler_.points_passed();
}

void Execution::step(Rule rule, const Arguments& arguments) {
  sync::check(static_cast<std::size_t>(rule) < model::kRules, "a step is one of the contract's");
  report(rule, arguments);
}

// A step that is not in order.
void Execution::conclude(const Clause* broken, const Clause* differs, Rule rule,
                         const Arguments& arguments) {
  const bool harmless = broken == nullptr || broken->protocol;
  note_and_stop({harmless && differs != nullptr ? differs : broken, rule}, arguments.task,
                arguments);
}

// A12: also the locks that have no step are taken in their order, as far as somebody waits for
// them.
void Execution::check_order(unsigned task, sync::LockName what) {
  const auto held = judge_.innermost_lock(Task(task));
  const auto wanted = rank_of(what.lock_class);
  const bool queue = wanted == model::LockRank::kWindow;
  if (!held || !wanted || (queue ? *held < *wanted : *held <= *wanted)) return;
  const bool first = verdict_.kind != VerdictKind::kViolated;
  note({&kLockOrder, Rule{}}, Task(task), Arguments{.task = Task(task)});
  if (!first) return;
  verdict_.detail = "t" + std::to_string(task) + " waits for " + fuzz::describe(what) +
                    " while it holds " + std::string(model::name(*held));
}

// L5: inside a non-blockable start a task may wait for what the kernel spins on, and for no more.
void Execution::blocks(unsigned task, sync::LockName what) {
  check_order(task, what);
  if (!judge_.must_not_sleep(task) || !sleeps(what.lock_class)) [[likely]]
    return;
  verdict_.detail = "t" + std::to_string(task) + " sleeps on " + fuzz::describe(what);
  note_and_stop({&kSleepsNonBlockable, Rule::kStart}, Task(task), Arguments{.task = Task(task)});
}

// A breach that was noted before is what it is about, most likely.
void Execution::note_complaint(Task task) {
  const bool harm = verdict_.kind == VerdictKind::kViolated && !verdict_.breach.clause->protocol;
  if (!harm) verdict_.detail = world_.complaint();
  note({&kComplaint, Rule::kStarted}, task, Arguments{.task = task});
}

// Only a breach of protocol lets the run go on.
[[gnu::cold, gnu::noinline]] void Execution::note_and_stop(const Breach& breach, Task task,
                                                           const Arguments& arguments) {
  note(breach, task, arguments);
  if (!breach.clause->protocol) scheduler_.abandon();
}

// The first breach counts, but harm counts more than the breach of protocol that led to it.
void Execution::note(const Breach& breach, Task task, const Arguments& arguments) {
  if (verdict_.kind == VerdictKind::kViolated) {
    if (breach.clause->protocol || !verdict_.breach.clause->protocol) return;
    verdict_.cause = verdict_.breach;
    verdict_.cause_step = verdict_.step;
  }
  verdict_.kind = VerdictKind::kViolated;
  verdict_.breach = breach;
  if (breach.clause->property == Property::kL1) {
    const std::string detail = lock_order_detail(judge_, breach.rule, task);
    if (!detail.empty()) verdict_.detail = detail;
  }
  verdict_.step = steps_;
  verdict_.task = task;
  verdict_.place = place_of_task_[static_cast<std::size_t>(task)];
  TwoStates states = describe_states(world_, judge_, breach.rule, arguments);
  verdict_.contract_state = std::move(states.contract);
  verdict_.implementation_state = std::move(states.implementation);
}

}  // namespace mirrorcheck::fuzz
