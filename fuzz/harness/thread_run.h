// One run on operating-system threads, judged afterwards.
//
// Each task is a thread; the operating system schedules. Every step takes a ticket inside the
// critical section that makes it atomic, so the steps put in ticket order are a history that really
// happened, and the same judge that sits beside a controlled run reads it. What can't be done here
// is to read the implementation's tables between two steps: they are compared when all threads have
// come to rest.
//
// What a scenario expects of results is made for its own schedule. Of set-up operations, and of a
// scenario with one task, it does not depend on the schedule and is held against the answers here,
// too; what several tasks at once return is their schedule's affair and is left to replay.
//
// Thread safety: none; one thread makes and drives it.

#ifndef MIRRORCHECK_FUZZ_HARNESS_THREAD_RUN_H_
#define MIRRORCHECK_FUZZ_HARNESS_THREAD_RUN_H_

#include <atomic>
#include <barrier>
#include <cstdint>
#include <optional>
#include <thread>
#include <vector>

#include "fuzz/harness/coverage.h"
#include "fuzz/harness/history.h"
#include "fuzz/harness/judge.h"
#include "fuzz/harness/verdict.h"
#include "fuzz/scenario/scenario.h"
#include "impl/world.h"

namespace mirrorcheck::fuzz {

class ThreadRun final : private impl::Observer {
 public:
  // Starts `threads` threads, which wait for runs. REQUIRES: `world` offers events and state and
  // outlives this; 1 <= threads <= model::kTasks.
  ThreadRun(impl::World& world, unsigned threads, Coverage& coverage);
  ~ThreadRun();
  ThreadRun(const ThreadRun&) = delete;
  ThreadRun& operator=(const ThreadRun&) = delete;

  // Runs the scenario once; its schedule is ignored. REQUIRES: scenario.layout.tasks <= threads.
  // Returns when all tasks are at rest: a deadlock never returns, and the caller watches for it
  // with progress().
  Verdict run(const Scenario& scenario, History* history = nullptr);

  // Steps taken so far, over all runs; may be read by any thread.
  std::uint64_t progress() const { return ticket_.load(std::memory_order_relaxed); }

 private:
  struct Ticketed {
    std::uint64_t ticket;
    Event event;
  };

  void step(model::Rule rule, const model::Arguments& arguments) override;
  void record(Event event);
  void apply(unsigned task, const impl::Operation& operation, Place place);
  void work(unsigned task);
  bool judge_recorded(History* history);
  bool as_expected(const Event& end) const;
  void note(const model::Breach& breach, const Event& event, std::uint32_t index);

  impl::World& world_;
  Coverage& coverage_;
  std::atomic<std::uint64_t> ticket_{0};
  // What the thread of each task has seen; only that thread writes while a run is under way.
  std::vector<std::vector<Ticketed>> seen_;
  std::vector<Place> place_;
  std::vector<Ticketed> merged_;
  Judge judge_;
  Verdict verdict_;
  std::uint32_t judged_ = 0;
  const Scenario* scenario_ = nullptr;  // null: the threads end
  std::barrier<> gate_;
  std::vector<std::jthread> threads_;
};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_HARNESS_THREAD_RUN_H_
