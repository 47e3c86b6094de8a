// Runs: how they end, what they count, that they can be repeated.

#include "fuzz/scheduler/scheduler.h"

#include <gtest/gtest.h>

#include <thread>

#include "fuzz/scheduler/random_strategy.h"
#include "fuzz/scheduler/segment_strategy.h"
#include "impl/sync/atomic.h"
#include "impl/sync/mutex.h"
#include "impl/sync/wait_queue.h"
#include "tests/scheduler/tasks.h"

namespace mirrorcheck::fuzz {
namespace {

using sync::LockClass;

TEST(SchedulerTest, FollowsSegmentsToThePoint) {
  std::string trace;
  const auto body = [&](char name) {
    for (int i = 0; i < 3; ++i) {
      trace += name;
      point();
    }
    trace += name;
  };
  Tasks tasks{[&] { body('a'); }, [&] { body('b'); }};
  Scheduler scheduler;
  const std::vector<Segment> segments{{0, 2}, {1, 1}, {0, 1}, {1, 9}};
  SegmentStrategy strategy(segments);
  const RunResult result = run(scheduler, strategy, tasks);
  // a runs to its 2nd point, b to its 1st, a to its 3rd, b to its end (2 more points), then a.
  EXPECT_EQ(trace, "aababbba");
  EXPECT_EQ(result, (RunResult{RunOutcome::kCompleted, 6, 4}));
}

TEST(SchedulerTest, ControllerIsThereDuringARunOnly) {
  EXPECT_EQ(sync::controller, nullptr);
  Scheduler scheduler;
  SegmentStrategy strategy({});
  unsigned seen = 0;
  Tasks tasks{[&] { seen |= 1u << sync::controller->current(); },
              [&] { seen |= 1u << sync::controller->current(); }};
  EXPECT_EQ(run(scheduler, strategy, tasks).outcome, RunOutcome::kCompleted);
  EXPECT_EQ(seen, 3u);
  EXPECT_EQ(sync::controller, nullptr);
}

TEST(SchedulerTest, PointLimitIsExact) {
  std::uint32_t passed = 0;
  const auto forever = [&] {
    for (;;) {
      point();
      ++passed;
    }
  };
  Tasks tasks{forever, forever, forever};
  Scheduler scheduler;
  scheduler.set_point_limit(1000);
  RandomStrategy strategy(7);
  const RunResult result = run(scheduler, strategy, tasks);
  EXPECT_EQ(result.outcome, RunOutcome::kStepLimit);
  EXPECT_EQ(result.points, 1000u);
  // Each point was returned from, except those at which the tasks stand now.
  EXPECT_LE(passed, 999u);
  EXPECT_GE(passed, 997u);
}

TEST(SchedulerTest, AbandonEndsTheRunAtOnce) {
  Scheduler scheduler;
  bool after = false;
  Tasks tasks{[&] {
                point();
                scheduler.abandon();
              },
              [&] {
                for (int i = 0; i < 100; ++i) point();
                after = true;
              }};
  SegmentStrategy strategy({});
  for (int repeat = 0; repeat < 1000; ++repeat) {
    EXPECT_EQ(run(scheduler, strategy, tasks).outcome, RunOutcome::kAbandoned);
  }
  EXPECT_FALSE(after);
}

// Frames of different sizes on a stack that earlier runs were cut off on. AddressSanitizer watches.
void use_stack(unsigned depth) {
  volatile char bytes[100] = {};
  bytes[depth % 100] = 1;
  if (depth != 0) use_stack(depth - 1);
  point();
  bytes[0] = bytes[depth % 100];
}

TEST(SchedulerTest, StacksAreReusedAfterCutOffRuns) {
  Scheduler scheduler;
  for (unsigned repeat = 0; repeat < 500; ++repeat) {
    Tasks tasks{[&] { use_stack(repeat % 40); }, [&] { use_stack(repeat % 29); },
                [&] {
                  for (unsigned i = 0; i < repeat % 50; ++i) point();
                  if (repeat % 2 == 0) scheduler.abandon();
                }};
    RandomStrategy strategy(repeat);
    EXPECT_EQ(run(scheduler, strategy, tasks).outcome,
              repeat % 2 == 0 ? RunOutcome::kAbandoned : RunOutcome::kCompleted);
  }
}

TEST(SchedulerTest, RunOneRunsAsThatTask) {
  Scheduler scheduler;
  unsigned task_seen = kNoTask;
  const RunResult result = scheduler.run_one(
      5,
      [](void* seen, unsigned task) {
        EXPECT_EQ(sync::controller->current(), task);
        *static_cast<unsigned*>(seen) = task;
        point();
      },
      &task_seen);
  EXPECT_EQ(task_seen, 5u);
  EXPECT_EQ(result, (RunResult{RunOutcome::kCompleted, 1, 0}));
}

TEST(SchedulerTest, RunOneThatBlocksIsADeadlock) {
  Scheduler scheduler;
  sync::WaitQueue queue({LockClass::kWaitQueue, 1});
  const RunResult result = scheduler.run_one(
      2, [](void* q, unsigned) { static_cast<sync::WaitQueue*>(q)->wait([] { return false; }); },
      &queue);
  EXPECT_EQ(result.outcome, RunOutcome::kDeadlocked);
  EXPECT_EQ(describe(scheduler.deadlock()), "t2 waits for subscriptions->wq(mm 1)");
}

// Three tasks that lock, wait, wake and count, and the order in which they do it.
struct Play {
  sync::Mutex first{{LockClass::kUpdateLock, 0}};
  sync::Mutex second{{LockClass::kSubscriptionsLock, 0}};
  sync::WaitQueue queue{{LockClass::kWaitQueue, 0}};
  sync::Atomic<int> turns;
  std::string trace;

  void act(unsigned task, bool inverted) {
    for (int i = 0; i < 3; ++i) {
      {
        const sync::MutexLock a(inverted && task == 1 ? second : first);
        const sync::MutexLock b(inverted && task == 1 ? first : second);
        trace += static_cast<char>('a' + task);
      }
      turns.fetch_add(1);
      queue.wake_all();
      trace += static_cast<char>('A' + task);
    }
    queue.wait([this] { return turns.load() >= 4; });
    trace += static_cast<char>('0' + task);
  }
};

struct Played {
  std::string trace;
  RunResult result;
  std::vector<Segment> record;
  bool operator==(const Played&) const = default;
};

Played play(Scheduler& scheduler, Strategy& strategy, bool inverted) {
  Play world;
  Tasks tasks;
  for (unsigned task = 0; task < 3; ++task) {
    tasks.push_back([&world, task, inverted] { world.act(task, inverted); });
  }
  scheduler.set_recording(true);
  const RunResult result = run(scheduler, strategy, tasks);
  world.first.reset();
  world.second.reset();
  world.queue.reset();
  const auto record = scheduler.recorded();
  return {world.trace, result, {record.begin(), record.end()}};
}

TEST(SchedulerTest, RecordedScheduleReplaysToTheSameInterleaving) {
  Scheduler scheduler;
  unsigned deadlocks = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    const bool inverted = seed % 2 == 1;
    RandomStrategy random(seed);
    scheduler.set_point_limit(seed % 10 == 0 ? 30 : 10'000);
    const Played original = play(scheduler, random, inverted);
    SegmentStrategy follow(original.record);
    const Played replayed = play(scheduler, follow, inverted);
    ASSERT_EQ(original, replayed) << "seed " << seed;
    if (original.result.outcome == RunOutcome::kDeadlocked) ++deadlocks;
  }
  // The inverted half must meet its deadlock now and then, or blocking was not replayed at all.
  EXPECT_GT(deadlocks, 10u);
  EXPECT_LT(deadlocks, 500u);
}

TEST(SchedulerTest, SameSeedSameSchedule) {
  Scheduler one;
  Scheduler other;
  unsigned different = 0;
  Played before;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    RandomStrategy a(seed);
    RandomStrategy b(seed);
    const Played played = play(one, a, false);
    ASSERT_EQ(played, play(other, b, false));
    ASSERT_EQ(played, play(one, a, false)) << "begin() starts from the seed again";
    if (played.trace != before.trace) ++different;
    before = played;
  }
  EXPECT_GT(different, 100u);
}

TEST(SchedulerTest, SchedulersOfSeveralThreadsAreIndependent) {
  const auto all = [](std::vector<Played>& out) {
    Scheduler scheduler;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
      RandomStrategy strategy(seed);
      out.push_back(play(scheduler, strategy, true));
    }
  };
  std::vector<Played> here;
  std::vector<Played> there;
  std::thread thread([&] { all(there); });
  all(here);
  thread.join();
  EXPECT_EQ(here, there);
}

TEST(SchedulerDeathTest, StrategyMustNameATaskThatCanRun) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  class Wrong final : public Strategy {
   public:
    void begin(unsigned) override {}
    Segment next(std::uint64_t, unsigned, std::uint32_t) override { return {3, 1}; }
  };
  EXPECT_DEATH(
      {
        Scheduler scheduler;
        Wrong strategy;
        Tasks tasks{[] {}};
        run(scheduler, strategy, tasks);
      },
      "a strategy names a task that can run");
}

}  // namespace
}  // namespace mirrorcheck::fuzz
