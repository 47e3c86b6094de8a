#include "fuzz/harness/execution.h"

#include <optional>
#include <string>

#include "fuzz/harness/clauses.h"
#include "fuzz/harness/comparison.h"
#include "fuzz/harness/comparison_step.h"
#include "fuzz/harness/describe.h"
#include "fuzz/harness/expected.h"
#include "fuzz/harness/judge_step.h"
#include "fuzz/scheduler/segment_strategy.h"
#include "impl/sync/check.h"
#include "model/lock_order.h"

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

// A wait queue has no holder; what its waiters wait for has.
void name_holders(Deadlock& deadlock, const Judge& judge) {
  for (unsigned i = 0; i < deadlock.count; ++i) {
    Deadlock::Blocked& blocked = deadlock.blocked[i];
    const sync::LockClass what = blocked.lock.lock_class;
    if (what == sync::LockClass::kPinWait) {
      blocked.holders = judge.pin_holders();
    } else if ((what == sync::LockClass::kWaitQueue || what == sync::LockClass::kSrcu) &&
               blocked.lock.instance < model::kMms) {
      blocked.holders = judge.window_owners(model::Mm(blocked.lock.instance));
    }
  }
}

// A12: what a step against the lock order waits for, and what its task holds.
std::string lock_order_detail(const Judge& judge, Rule rule, Task task) {
  const model::LockStep step = model::lock_step(rule);
  const auto held = judge.innermost_lock(task);
  const bool takes = step.use == model::LockUse::kTakes;
  const bool waits = step.use == model::LockUse::kWaits;
  if (!held || !(takes ? *held > step.rank : waits && *held >= step.rank)) return "";
  return "t" + std::to_string(static_cast<unsigned>(task)) +
         (takes ? " takes " + std::string(model::name(step.rank))
                : std::string(" may have to wait for a window")) +
         " while it holds " + std::string(model::name(*held));
}

}  // namespace

// One function a rule, with a history to be kept or without.
template <bool kKeeping>
constexpr impl::Observer::Reports Execution::takes() {
  Reports takes{};
  model::AllRules::each<model::Concrete>([&]<class R>() {
    takes[static_cast<std::size_t>(R::kRule)] = kKeeping ? &keep_and_take<R> : &take<R>;
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
  if (broken != nullptr || differs != nullptr || self.options_.compare_everything) [[unlikely]]
    self.conclude(broken, differs, R::kRule, arguments);
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
  scenario_ = &scenario;
  history_ = history;
  static constexpr Reports kTakes = takes<false>();
  static constexpr Reports kTakesAndKeeps = takes<true>();
  report_to(history == nullptr ? kTakes : kTakesAndKeeps);
  if (history != nullptr) history->clear();
  verdict_ = Verdict{};
  place_of_task_ = {};
  steps_ = 0;
  points_ = 0;
  next_setup_ = 0;
  world_.reset(scenario.layout, *this);
  judge_.begin(scenario.layout);
  scheduler_.set_recording(executed != nullptr);
  run_phases(strategy);
  if (executed != nullptr) {
    executed->assign(scheduler_.recorded().begin(), scheduler_.recorded().end());
  }
  return std::move(verdict_);
}

void Execution::run_phases(Strategy& strategy) {
  if (!set_up()) return;
  const RunResult result = scheduler_.run(
      scenario_->layout.tasks,
      [](void* self, unsigned task) {
        auto& execution = *static_cast<Execution*>(self);
        const OperationList& list = execution.scenario_->tasks[task];
        for (std::size_t i = 0; i < list.size(); ++i) {
          execution.apply(Task(task), list[i], place_in_task(task, i));
        }
      },
      this, strategy);
  points_ = result.points;
  if (!completed(result)) return;
  check_rest();
  if (verdict_.kind == VerdictKind::kViolated && !verdict_.breach.clause->protocol) return;
  const RunResult last = scheduler_.run_one(
      0, [](void* self, unsigned) { static_cast<Execution*>(self)->world_.shut_down(); }, this);
  if (!completed(last)) return;
  if (world_.complaint() != nullptr) note_complaint(Task{});
  if (const Breach left = judge_.check_leftovers()) note(left, Task{}, Arguments{});
}

bool Execution::set_up() {
  while (next_setup_ < scenario_->setup.size()) {
    const RunResult result = scheduler_.run_one(
        static_cast<unsigned>(scenario_->setup[next_setup_].task),
        [](void* self, unsigned) {
          auto& execution = *static_cast<Execution*>(self);
          const SetupOperation& set_up = execution.scenario_->setup[execution.next_setup_];
          execution.apply(set_up.task, set_up.operation, place_in_setup(execution.next_setup_));
        },
        this);
    if (!completed(result)) return false;
    ++next_setup_;
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
    case RunOutcome::kStepLimit:
      // A breach of protocol stands; without one nothing can be said.
      if (verdict_.kind == VerdictKind::kHolds) {
        verdict_.kind = VerdictKind::kInconclusive;
        verdict_.detail = "the bound on scheduling points was reached before the run came to rest";
      }
      return false;
    case RunOutcome::kDeadlock: {
      Deadlock deadlock = scheduler_.deadlock();
      // Somebody who waits for a queue waits for an event (L4, L7); locks wait for their holders,
      // and queues for windows and pins, unless nobody has any (L1).
      bool queue = false;
      bool page = false;
      for (unsigned i = 0; i < deadlock.count; ++i) {
        queue |= deadlock.blocked[i].holders == 0;
        page |= deadlock.blocked[i].lock.lock_class == sync::LockClass::kPageLock;
      }
      name_holders(deadlock, judge_);
      queue = queue && !has_cycle(deadlock);
      const auto task = Task(deadlock.blocked[0].task);
      note({page    ? &kStuckAtMigration
            : queue ? &kStuck
                    : &kDeadlock,
            Rule{}},
           task, Arguments{.task = task});
      verdict_.detail = fuzz::describe(deadlock);
      return false;
    }
  }
  return false;
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
}

void Execution::step(Rule rule, const Arguments& arguments) {
  sync::check(static_cast<std::size_t>(rule) < model::kRules, "a step is one of the contract's");
  report(rule, arguments);
}

// A step that is not in order, or that is asked to be compared with everything.
[[gnu::cold, gnu::noinline]] void Execution::conclude(const Clause* broken, const Clause* differs,
                                                      Rule rule, const Arguments& arguments) {
  if (broken == nullptr || broken->protocol) {
    if (options_.compare_everything && differs == nullptr) {
      differs = compare_everything(world_, judge_, rule).clause;
    }
    if (differs != nullptr) broken = differs;
  }
  if (broken != nullptr) note_and_stop({broken, rule}, arguments.task, arguments);
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
  if (verdict_.kind != VerdictKind::kViolated) verdict_.detail = world_.complaint();
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
