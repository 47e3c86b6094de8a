// One differential run: a scenario on an implementation, under a schedule, held against the
// contract step by step.
//
// The run is: reset, set-up operations one by one, all tasks under the strategy, comparison of
// everything at quiescence, shut-down, and a look at what is left. It ends early at the first
// breach that is more than one of protocol.
//
// Thread safety: none; one execution a thread, on the thread that made it. Nothing allocates that
// an earlier run did not need, unless a history is kept or something is wrong.

#ifndef MIRRORCHECK_FUZZ_HARNESS_EXECUTION_H_
#define MIRRORCHECK_FUZZ_HARNESS_EXECUTION_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "fuzz/harness/branches.h"
#include "fuzz/harness/coverage.h"
#include "fuzz/harness/history.h"
#include "fuzz/harness/judge.h"
#include "fuzz/harness/verdict.h"
#include "fuzz/scenario/scenario.h"
#include "fuzz/scheduler/branch_strategy.h"
#include "fuzz/scheduler/bulk.h"
#include "fuzz/scheduler/scheduler.h"
#include "fuzz/scheduler/strategy.h"
#include "impl/world.h"
#include "model/cold.h"

namespace mirrorcheck::fuzz {

struct ExecutionOptions {
  bool compare_everything = false;  // after every step, not only what it touched
  Coverage* coverage = nullptr;
};

class Execution final : public impl::Observer, private BlockListener {
 public:
  // REQUIRES: `world` offers events and state, and outlives this.
  Execution(impl::World& world, const ExecutionOptions& options);
  ~Execution() = default;
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;

  // Runs the scenario under `strategy`, whose begin() this calls. Steps go to `history` and the
  // schedule that was followed to `executed`, where not null (they are cleared first).
  Verdict run(const Scenario& scenario, Strategy& strategy, History* history = nullptr,
              std::vector<Segment>* executed = nullptr);

  // Runs it under the scenario's own schedule.
  Verdict replay(const Scenario& scenario, History* history = nullptr);

  // Runs it under the scenario's own schedule, and keeps what the run is like where each of its
  // branches begins, for replay_branch().
  Verdict replay(const Scenario& scenario, Branches& branches, History* history = nullptr);
  // replay(scenario, history), where the scenario, the same object, now has the schedule of this
  // branch: the same run, step by step, and the same verdict and history. What the two have in
  // common is put back rather than run again, if the world offers its memory and the stacks can be
  // copied. Without a history it ends where it comes to what that run, or at rest another of its
  // branches, came to as well, if that one held: the verdict is the same, its two states in words
  // may say less. REQUIRES: it is one of
  // those of the last replay() with branches, and no other run was made since then but branches; a
  // history now means that there was one then, too.
  Verdict replay_branch(const Branch& branch, const Scenario& scenario, History* history = nullptr);

  // Of the last run, as far as it was made.
  std::uint32_t steps() const { return steps_; }
  // Of these, how many were not put back but taken.
  std::uint32_t steps_taken() const { return steps_ - steps_put_back_; }
  std::uint64_t points() const { return points_; }
  const Judge& judge() const { return judge_; }

 private:
  // What the implementation and the judge of it know.
  struct Knowledge {
    bool kept = false;
    bulk::Bytes bytes;
    std::array<Place, model::kTasks> place_of_task{};
  };
  // A run under way, paused: all that its rest depends on.
  struct Checkpoint {
    unsigned tasks_left = 0;
    Scheduler::Checkpoint scheduler;
    Knowledge knowledge;
    Verdict verdict;
    History history;
    Coverage::Last last;
    std::uint32_t steps = 0;
    std::uint32_t last_end = 0;
  };

  void step(model::Rule rule, const model::Arguments& arguments) override;
  // What is done with a step besides holding it against the contract.
  enum class Besides : std::uint8_t { kNothing, kKeep, kCompareEverything };
  template <Besides kBesides>
  static constexpr Reports takes();
  void blocks(unsigned task, sync::LockName what) override;
  template <class R>
  static void take(Observer& observer, const model::Arguments& arguments);
  template <class R>
  static void keep_and_take(Observer& observer, const model::Arguments& arguments);
  template <class R>
  static void take_and_compare(Observer& observer, const model::Arguments& arguments);
  void keep(model::Rule rule, const model::Arguments& arguments);
  MIRRORCHECK_COLD void conclude(const Clause* broken, const Clause* differs, model::Rule rule,
                                 const model::Arguments& arguments);
  void apply(model::Task task, const impl::Operation& operation, Place place);
  void begin(const Scenario& scenario, History* history);
  void run_phases(Strategy& strategy);
  void run_to_end(RunResult result);
  bool can_branch() const;
  void keep(Knowledge& knowledge) const;
  bool knows(const Knowledge& knowledge);
  bool comes_to(const Knowledge& knowledge, std::uint32_t points);
  bool comes_to_an_end(std::uint32_t points);
  void keep_end();
  bool held_to_its_end(const Verdict& verdict) const;
  void keep_checkpoint();
  void meet(model::Task task, std::size_t index);
  void go_back(const Checkpoint& checkpoint);
  bool set_up();
  bool completed(const RunResult& result);
  void check_rest();
  void check_order(unsigned task, sync::LockName what);
  const impl::Operation* operation_of(model::Task task) const;
  void note_deadlock();
  void note_no_end(const RunResult& result);
  void note_complaint(model::Task task);
  void note(const model::Breach& breach, model::Task task, const model::Arguments& arguments);
  void note_and_stop(const model::Breach& breach, model::Task task,
                     const model::Arguments& arguments);

  impl::World& world_;
  ExecutionOptions options_;
  Coverage unasked_coverage_;  // so that steps need not ask whether there is one
  Coverage& coverage_;
  Scheduler scheduler_;
  Judge judge_;

  // The run under way.
  const Scenario* scenario_ = nullptr;
  History* history_ = nullptr;
  Verdict verdict_;
  std::array<Place, model::kTasks> place_of_task_{};
  std::uint32_t steps_ = 0;
  std::uint32_t steps_put_back_ = 0;
  std::uint64_t points_ = 0;
  std::uint32_t last_end_ = 0;  // of an operation, in points of the phase
  std::size_t next_setup_ = 0;

  BranchStrategy branching_;
  unsigned tasks_left_ = 0;  // that have not come to their end

  bool ran_to_end_ = false;

  // Of the last run with branches.
  std::vector<Checkpoint> checkpoints_;  // those of the last stops, a ring of Branches::kMost
  std::size_t checkpoint_count_ = 0;
  // When one task was left, before each of its operations; and at rest, there of the run's
  // branches, too.
  std::array<Knowledge, model::kLargeWorld ? 1 : kMaxOperations> alone_;
  model::Task last_task_{};
  std::vector<Knowledge> ends_;  // of those that held, the run itself first; and room for more
  std::size_t end_count_ = 0;

  // What the run under way does where it may come together with another: keeps what it knows, or
  // ends if it knows what that one did.
  enum class Meetings : std::uint8_t { kNone, kKept, kSought };
  Meetings meetings_ = Meetings::kNone;
};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_HARNESS_EXECUTION_H_
