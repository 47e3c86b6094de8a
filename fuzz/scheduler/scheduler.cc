#include "fuzz/scheduler/scheduler.h"

#include <algorithm>

#include "fuzz/scheduler/segment_strategy.h"
#include "impl/sync/check.h"

namespace mirrorcheck::fuzz {
namespace {

// The only task there is.
class Alone final : public Strategy {
 public:
  void begin(unsigned) override {}
  Segment next(std::uint64_t runnable, unsigned, std::uint32_t) override {
    return {static_cast<std::uint8_t>(first_of(runnable)), kLongestSegment};
  }
};

// The tasks whose stacks a paused run goes on with. One that has just ended is among them: it
// chooses who comes next.
std::uint64_t with_frames(std::uint64_t alive, unsigned current) {
  return current == kNoTask ? alive : alive | bit_of(current);
}

}  // namespace

void Scheduler::set_point_limit(std::uint32_t points) {
  sync::check(points >= 1, "a run may pass at least one scheduling point");
  point_limit_ = points;
}

RunResult Scheduler::run(unsigned tasks, Body* body, void* context, Strategy& strategy) {
  sync::check(tasks >= 1 && tasks <= kMaxTasks, "a run has between 1 and kMaxTasks tasks");
  record_.clear();
  record_this_ = recording_;
  strategy.begin(tasks);
  return run_tasks(bit_of(tasks - 1) * 2 - 1, body, context, strategy);
}

RunResult Scheduler::run_one(unsigned task, Body* body, void* context) {
  sync::check(task < kMaxTasks, "a task's number is below kMaxTasks");
  record_this_ = false;
  Alone alone;
  return run_tasks(bit_of(task), body, context, alone);
}

RunResult Scheduler::run_tasks(std::uint64_t tasks, Body* body, void* context, Strategy& strategy) {
  sync::check(!running_, "a scheduler runs one run at a time");
  runnable_ = alive_ = tasks;
  points_ = 0;
  switches_ = 0;
  body_ = body;
  context_ = context;
  strategy_ = &strategy;
  asks_after_wake_ = strategy.asks_after_wake();
  for (std::uint64_t rest = tasks; rest != 0; rest &= rest - 1) {
    const unsigned task = first_of(rest);
    fibers_.prepare(task, &Scheduler::task_main, this, contains(abandoned_, task));
  }
  abandoned_ &= ~tasks;
  current_ = kNoTask;
  return enter();
}

// From the thread into the task that is to run: none has yet, or the one that was about to choose.
RunResult Scheduler::enter() {
  sync::Controller* const outer = sync::controller;
  sync::controller = this;
  running_ = true;
  outcome_ = RunOutcome::kPaused;
  if (current_ != kNoTask || choose()) fibers_.switch_to(Fibers::kCaller, current_);
  sync::controller = outer;
  abandoned_ |= alive_;
  running_ = false;
  return {outcome_, points_, switches_};
}

RunResult Scheduler::resume(Strategy& strategy) {
  sync::check(!running_ && outcome_ == RunOutcome::kPaused, "a paused run is resumed");
  strategy_ = &strategy;
  asks_after_wake_ = strategy.asks_after_wake();
  record_this_ = false;
  abandoned_ &= ~alive_;
  return enter();
}

void Scheduler::save(Checkpoint& checkpoint) const {
  sync::check(!running_ && outcome_ == RunOutcome::kPaused, "a paused run is saved");
  checkpoint.granted_ = granted_;
  checkpoint.budget_ = budget_;
  checkpoint.current_ = current_;
  checkpoint.runnable_ = runnable_;
  checkpoint.alive_ = alive_;
  checkpoint.points_ = points_;
  checkpoint.switches_ = switches_;
  checkpoint.body_ = body_;
  checkpoint.context_ = context_;
  checkpoint.waits_for_ = waits_for_;
  const std::uint64_t frames = with_frames(alive_, current_);
  std::size_t size = 0;
  for (std::uint64_t rest = frames; rest != 0; rest &= rest - 1) {
    size += fibers_.size_of(first_of(rest));
  }
  // It is used again and again: what it has too much costs less than to fill what is added.
  if (checkpoint.frames_.size() < size) checkpoint.frames_.resize(size);
  std::byte* to = checkpoint.frames_.data();
  for (std::uint64_t rest = frames; rest != 0; rest &= rest - 1) {
    to = fibers_.save(first_of(rest), to);
  }
}

void Scheduler::restore(const Checkpoint& checkpoint) {
  sync::check(!running_, "a scheduler runs one run at a time");
  granted_ = checkpoint.granted_;
  budget_ = checkpoint.budget_;
  current_ = checkpoint.current_;
  runnable_ = checkpoint.runnable_;
  alive_ = checkpoint.alive_;
  points_ = checkpoint.points_;
  switches_ = checkpoint.switches_;
  body_ = checkpoint.body_;
  context_ = checkpoint.context_;
  waits_for_ = checkpoint.waits_for_;
  outcome_ = RunOutcome::kPaused;
  const std::byte* from = checkpoint.frames_.data();
  for (std::uint64_t rest = with_frames(alive_, current_); rest != 0; rest &= rest - 1) {
    from = fibers_.restore(first_of(rest), from);
  }
}

void Scheduler::task_main(void* self) {
  auto& scheduler = *static_cast<Scheduler*>(self);
  scheduler.body_(scheduler.context_, scheduler.current_);
  const std::uint64_t bit = scheduler.current_bit();
  scheduler.alive_ &= ~bit;
  scheduler.runnable_ &= ~bit;
  scheduler.leave();
}

void Scheduler::switch_task() {
  close_segment(true);
  if (points_ >= point_limit_) finish(RunOutcome::kStepLimit);
  const unsigned from = current_;
  choose_or_pause();
  if (current_ != from) go_on(from);
}

void Scheduler::block(sync::Waitable& waitable) {
  if (block_listener_ != nullptr) block_listener_->blocks(current_, waitable.name);
  waitable.waiters |= current_bit();
  waits_for_[current_] = &waitable;
  runnable_ &= ~current_bit();
  leave();
}

void Scheduler::wake(sync::Waitable& waitable) {
  runnable_ |= waitable.waiters;
  waitable.waiters = 0;
  if (asks_after_wake_) {
    granted_ -= budget_ - 1;
    budget_ = 1;
  }
}

// The running task is no longer runnable. Not instrumented, like abandon(): before a call that does
// not return AddressSanitizer asks the system for the signal stack and takes back what is noted
// about this one, which Fibers::prepare() and restore() do anyway.
[[gnu::no_sanitize_address]] void Scheduler::leave() {
  close_segment(false);
  if (runnable_ == 0) {
    if (alive_ == 0) finish(RunOutcome::kCompleted);
    note_deadlock();
    finish(RunOutcome::kDeadlocked);
  }
  const unsigned from = current_;
  choose_or_pause();
  go_on(from);
}

void Scheduler::go_on(unsigned from) {
  ++switches_;
  fibers_.switch_to(from, current_);
}

Segment Scheduler::in_turn() const {
  const unsigned after = current_ == kNoTask ? 0 : current_ + 1;
  return {static_cast<std::uint8_t>(cyclic_from(runnable_, after)), SegmentStrategy::kQuantum};
}

// On the stack of the task that ran last.
void Scheduler::choose_or_pause() {
  while (!choose()) [[unlikely]] {
    outcome_ = RunOutcome::kPaused;
    fibers_.switch_to(current_, Fibers::kCaller);
  }
}

// False: the strategy pauses the run.
bool Scheduler::choose() {
  const std::uint32_t in_turn_from = point_limit_ - point_limit_ / 2;
  const bool decided = points_ < in_turn_from;
  const Segment segment = decided ? strategy_->next(runnable_, current_, points_) : in_turn();
  if (segment.points == 0 && can_pause()) [[unlikely]]
    return false;
  sync::check(segment.task < kMaxTasks && contains(runnable_, segment.task) && segment.points != 0,
              "a strategy names a task that can run, and at least one point");
  current_ = segment.task;
  // The limits are exact: points_ stays below them while a task runs.
  granted_ = static_cast<std::int32_t>(
      std::min<std::uint32_t>(segment.points, (decided ? in_turn_from : point_limit_) - points_));
  budget_ = granted_;
  return true;
}

void Scheduler::close_segment(bool preempted) {
  const std::int32_t passed = granted_ - budget_;
  points_ += static_cast<std::uint32_t>(passed);
  if (!record_this_) return;
  // A task that blocked or ended was short of its next point. With one more point it does so again
  // when the record is followed; with exactly those it passed, it would stop at the last of them.
  const std::int32_t points = preempted ? passed : passed + 1;
  if (!record_.empty() && record_.back().task == current_ &&
      record_.back().points + points <= kLongestSegment) {
    record_.back().points = static_cast<std::uint16_t>(record_.back().points + points);
    return;
  }
  record_.push_back({static_cast<std::uint8_t>(current_), static_cast<std::uint16_t>(points)});
}

[[gnu::no_sanitize_address]] void Scheduler::abandon() {
  sync::check(running_ && sync::controller == this, "abandon() is called by a task of the run");
  close_segment(false);
  finish(RunOutcome::kAbandoned);
}

void Scheduler::finish(RunOutcome outcome) {
  outcome_ = outcome;
  fibers_.switch_to(current_, Fibers::kCaller);
  sync::check(false, "a run that is over is not continued");
  __builtin_unreachable();
}

void Scheduler::note_deadlock() {
  deadlock_.count = 0;
  for (std::uint64_t rest = alive_; rest != 0; rest &= rest - 1) {
    const unsigned task = first_of(rest);
    const sync::Waitable& waitable = *waits_for_[task];
    deadlock_.blocked[deadlock_.count++] = {task, waitable.name, waitable.holders};
  }
}

}  // namespace mirrorcheck::fuzz
