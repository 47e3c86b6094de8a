// The controlled scheduler: tasks are fibers of one thread, one runs at a time, and a strategy
// decides at every scheduling point of impl/sync which.
//
//   Scheduler scheduler;
//   RandomStrategy strategy(seed);
//   RunResult result = scheduler.run(3, [](void* world, unsigned task) { ... }, &world, strategy);
//   if (result.outcome == RunOutcome::kDeadlocked) puts(describe(scheduler.deadlock()).c_str());
//
// While a run goes on this scheduler is sync::controller of the thread; otherwise there is none, or
// the one there was. A run that does not complete is cut off: its fibers are left as they are, no
// destructor runs, locks stay held until their reset(). Bodies therefore own nothing on their
// stacks that must be given back, let no exception out, and meet no scheduling point inside a catch
// block (the runtime's list of caught exceptions belongs to the thread, not to the fiber).
//
// The result is a function of the bodies, their context and the strategy's answers. Nothing is
// allocated by a run, except by recording until its buffer is large enough.
//
// Thread safety: one scheduler belongs to one thread; schedulers of several threads are
// independent.

#ifndef MIRRORCHECK_FUZZ_SCHEDULER_SCHEDULER_H_
#define MIRRORCHECK_FUZZ_SCHEDULER_SCHEDULER_H_

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "fuzz/scheduler/bulk.h"
#include "fuzz/scheduler/deadlock.h"
#include "fuzz/scheduler/fiber.h"
#include "fuzz/scheduler/schedule.h"
#include "fuzz/scheduler/strategy.h"
#include "impl/sync/controller.h"

namespace mirrorcheck::fuzz {

enum class RunOutcome : std::uint8_t {
  kCompleted,   // every task ended
  kDeadlocked,  // no task can run, not all have ended: deadlock() tells
  kStepLimit,   // the bound on scheduling points was reached: nothing can be said
  kAbandoned,   // a task called abandon()
  kPaused,      // the strategy wanted a pause: resume() goes on
};

struct RunResult {
  RunOutcome outcome = RunOutcome::kCompleted;
  std::uint32_t points = 0;    // scheduling points passed
  std::uint32_t switches = 0;  // times that a task other than the last one went on
  bool operator==(const RunResult&) const = default;
};

// Is told of each task that cannot go on, before another one is chosen.
class BlockListener {
 public:
  // `task` waits for `what`. May call Scheduler::abandon().
  virtual void blocks(unsigned task, sync::LockName what) = 0;

 protected:
  ~BlockListener() = default;
};

class Scheduler final : public sync::Controller {
 public:
  using Body = void(void* context, unsigned task);
  static constexpr std::uint32_t kDefaultPointLimit = model::sized(100'000u, 1'000'000'000u);

  Scheduler() = default;
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  // Scheduling points that one run may pass, all tasks together. At least 1. In the second half of
  // them the tasks run in turn, whatever the strategy says: a task that is not done by then has had
  // its chance (weak fairness).
  void set_point_limit(std::uint32_t points);
  std::uint32_t point_limit() const { return point_limit_; }
  // Whether run() remembers its schedule.
  void set_recording(bool on) { recording_ = on; }
  // Null: nobody. The listener outlives the runs it listens to.
  void set_block_listener(BlockListener* listener) { block_listener_ = listener; }

  // Runs body(context, task) for every task in [0, tasks) to the end, or until the run is cut off.
  // REQUIRES: 1 <= tasks <= kMaxTasks; not called from a task of this scheduler.
  RunResult run(unsigned tasks, Body* body, void* context, Strategy& strategy);

  // Runs body(context, task) alone, for what a run needs before and after: blocking is a deadlock.
  // Leaves recorded() alone. REQUIRES: task < kMaxTasks; not called from a task of this scheduler.
  RunResult run_one(unsigned task, Body* body, void* context);

  // Whether strategies may pause runs: stacks can be copied.
  static bool can_pause() { return Fibers::can_copy(); }

  // A run that is paused. It belongs to the scheduler that made it.
  class Checkpoint {
    friend class Scheduler;
    std::int32_t granted_ = 0;
    std::int32_t budget_ = 0;
    std::uint32_t current_ = 0;
    std::uint64_t runnable_ = 0;
    std::uint64_t alive_ = 0;
    std::uint32_t points_ = 0;
    std::uint32_t switches_ = 0;
    Body* body_ = nullptr;
    void* context_ = nullptr;
    std::array<const sync::Waitable*, kMaxTasks> waits_for_{};
    bulk::Bytes frames_;
  };

  // Goes on with the paused run, which asks `strategy` now. Neither its begin() is called, nor is
  // anything recorded any more. REQUIRES: the last that happened here is run() or resume() that
  // returned kPaused, or restore().
  RunResult resume(Strategy& strategy);
  // REQUIRES: the last run() or resume() returned kPaused.
  void save(Checkpoint& checkpoint) const;
  // The run is paused where it was saved, whatever was run since. All that its bodies work on has
  // to be what it was then, at the same addresses.
  void restore(const Checkpoint& checkpoint);

  // Ends the run at once; run() returns kAbandoned. REQUIRES: called from a task of the current
  // run.
  [[noreturn]] void abandon();

  // The last run() as it was executed, if recording was on. SegmentStrategy makes the same run of
  // it. Valid until the next run().
  std::span<const Segment> recorded() const { return record_; }

  // Scheduling points that the current run has passed. REQUIRES: called from a task of it.
  std::uint32_t points_passed() const {
    return points_ + static_cast<std::uint32_t>(granted_ - budget_);
  }
  // Tasks that could have gone on when the last run ended, one bit each.
  std::uint64_t runnable() const { return runnable_; }

  // What the last deadlock was.
  const Deadlock& deadlock() const { return deadlock_; }

  void block(sync::Waitable& waitable) override;
  void wake(sync::Waitable& waitable) override;

 private:
  void switch_task() override;
  RunResult run_tasks(std::uint64_t tasks, Body* body, void* context, Strategy& strategy);
  static void task_main(void* self);
  RunResult enter();
  bool choose();
  void choose_or_pause();
  Segment in_turn() const;
  void close_segment(bool preempted);
  void leave();
  void go_on(unsigned from);
  [[noreturn]] void finish(RunOutcome outcome);
  void note_deadlock();

  // The running segment: granted_ - budget_ of its points have been passed.
  std::int32_t granted_ = 0;
  std::uint64_t runnable_ = 0;
  std::uint64_t alive_ = 0;      // runnable or blocked
  std::uint64_t abandoned_ = 0;  // their stacks have frames of a run that was cut off
  std::uint32_t points_ = 0;
  std::uint32_t switches_ = 0;
  std::uint32_t point_limit_ = kDefaultPointLimit;
  RunOutcome outcome_ = RunOutcome::kCompleted;
  bool running_ = false;
  bool asks_after_wake_ = false;
  bool recording_ = false;
  bool record_this_ = false;
  Strategy* strategy_ = nullptr;
  Body* body_ = nullptr;
  void* context_ = nullptr;
  BlockListener* block_listener_ = nullptr;
  std::array<const sync::Waitable*, kMaxTasks> waits_for_{};
  std::vector<Segment> record_;
  Deadlock deadlock_;
  Fibers fibers_;
};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_SCHEDULER_SCHEDULER_H_
