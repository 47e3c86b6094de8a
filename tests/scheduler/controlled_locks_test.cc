// The locks of impl/sync under a controller, over all schedules of small programs.

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "fuzz/scheduler/exhaustive_strategy.h"
#include "fuzz/scheduler/random_strategy.h"
#include "fuzz/scheduler/segment_strategy.h"
#include "impl/sync/atomic.h"
#include "impl/sync/mutex.h"
#include "impl/sync/section.h"
#include "impl/sync/shared_mutex.h"
#include "impl/sync/wait_queue.h"
#include "tests/scheduler/tasks.h"
#include "tests/scheduler/unchecked.h"

namespace mirrorcheck::fuzz {
namespace {

using sync::LockClass;

// Runs make(state) under every schedule with at most `bound` preemptions; check(state, outcome)
// each.
template <class State, class Make, class Check>
unsigned every_schedule(unsigned bound, Make make, Check check) {
  Scheduler scheduler;
  ExhaustiveStrategy strategy(bound);
  unsigned schedules = 0;
  do {
    State state;
    Tasks tasks = make(state);
    check(state, run(scheduler, strategy, tasks).outcome);
    ++schedules;
  } while (strategy.advance());
  return schedules;
}

struct Guarded {
  sync::Mutex mutex{{LockClass::kUpdateLock, 0}};
  sync::SharedMutex shared{{LockClass::kMmapLock, 0}};
  sync::WaitQueue queue{{LockClass::kWaitQueue, 0}};
  sync::Section section;
  sync::Atomic<int> flag;
  int inside = 0;
  int most = 0;
  int total = 0;
  void enter() { most = std::max(most, ++inside); }
  void leave() {
    --inside;
    ++total;
  }
};

TEST(ControlledMutexTest, ExcludesInEverySchedule) {
  const unsigned schedules = every_schedule<Guarded>(
      3,
      [](Guarded& g) {
        const auto body = [&g] {
          const sync::MutexLock lock(g.mutex);
          EXPECT_TRUE(g.mutex.held());
          g.enter();
          point();
          g.leave();
        };
        return Tasks{body, body, body};
      },
      [](Guarded& g, RunOutcome outcome) {
        ASSERT_EQ(outcome, RunOutcome::kCompleted);
        ASSERT_EQ(g.most, 1);
        ASSERT_EQ(g.total, 3);
      });
  EXPECT_GT(schedules, 100u);
}

TEST(ControlledMutexTest, WithoutItTheSameProgramOverlaps) {
  int most = 0;
  every_schedule<Guarded>(
      1,
      [](Guarded& g) {
        const auto body = [&g] {
          g.enter();
          point();
          g.leave();
        };
        return Tasks{body, body};
      },
      [&](Guarded& g, RunOutcome) { most = std::max(most, g.most); });
  EXPECT_EQ(most, 2);
}

TEST(ControlledMutexTest, TryLockFailsOnlyWhileHeld) {
  std::set<bool> answers;
  every_schedule<Guarded>(
      2,
      [&](Guarded& g) {
        return Tasks{[&g] {
                       const sync::MutexLock lock(g.mutex);
                       g.enter();
                       point();
                       g.leave();
                     },
                     [&] {
                       const bool taken = sync::try_take(g.mutex);
                       answers.insert(taken);
                       EXPECT_EQ(taken, g.inside == 0);
                       EXPECT_EQ(taken, g.mutex.held());
                       if (taken) sync::give(g.mutex);
                     }};
      },
      [](Guarded&, RunOutcome outcome) { ASSERT_EQ(outcome, RunOutcome::kCompleted); });
  EXPECT_EQ(answers.size(), 2u);
}

// The reason for the scheduling point after an unlock: an access that should be under the lock
// (Q7).
TEST(ControlledMutexTest, AccessAfterTheUnlockIsSeparable) {
  bool stale = false;
  every_schedule<Guarded>(
      1,
      [](Guarded& g) {
        return Tasks{[&g] {
                       sync::take(g.mutex);
                       const bool valid = g.inside == 0;  // read_retry() == false
                       sync::give(g.mutex);
                       if (valid && g.inside != 0) g.total = 1;  // installs what is no longer so
                     },
                     [&g] {
                       const sync::MutexLock lock(g.mutex);
                       g.inside = 1;  // invalidates
                     }};
      },
      [&](Guarded& g, RunOutcome) { stale = stale || g.total == 1; });
  EXPECT_TRUE(stale);
}

TEST(ControlledSharedMutexTest, ReadersShareWritersExclude) {
  int most_readers = 0;
  every_schedule<Guarded>(
      2,
      [](Guarded& g) {
        const auto read = [&g] {
          const sync::SharedLock lock(g.shared);
          EXPECT_TRUE(g.shared.held_shared());
          EXPECT_FALSE(g.shared.held_exclusive());
          EXPECT_EQ(g.total, 0);
          g.enter();
          point();
          EXPECT_EQ(g.total, 0);
          --g.inside;
        };
        return Tasks{read, read, [&g] {
                       const sync::ExclusiveLock lock(g.shared);
                       EXPECT_TRUE(g.shared.held_exclusive());
                       EXPECT_FALSE(g.shared.held_shared());
                       EXPECT_EQ(g.inside, 0);
                       g.total = 1;
                       point();
                       EXPECT_EQ(g.inside, 0);
                       g.total = 0;
                     }};
      },
      [&](Guarded& g, RunOutcome outcome) {
        ASSERT_EQ(outcome, RunOutcome::kCompleted);
        most_readers = std::max(most_readers, g.most);
      });
  EXPECT_EQ(most_readers, 2);
}

TEST(ControlledSharedMutexTest, DowngradeLetsReadersInAndNoWriter) {
  bool reader_joined = false;
  every_schedule<Guarded>(
      2,
      [&](Guarded& g) {
        return Tasks{[&] {
                       sync::take(g.shared);
                       g.total = 1;  // a writer in between would make it 2
                       g.shared.downgrade();
                       EXPECT_TRUE(g.shared.held_shared());
                       EXPECT_FALSE(g.shared.held_exclusive());
                       EXPECT_EQ(g.total, 1);
                       point();
                       EXPECT_EQ(g.total, 1);
                       reader_joined = reader_joined || g.inside == 1;
                       sync::give_shared(g.shared);
                     },
                     [&g] {
                       const sync::SharedLock lock(g.shared);
                       ++g.inside;
                       point();
                       --g.inside;
                     },
                     [&g] {
                       const sync::ExclusiveLock lock(g.shared);
                       g.total = 2;
                     }};
      },
      [](Guarded&, RunOutcome outcome) { ASSERT_EQ(outcome, RunOutcome::kCompleted); });
  EXPECT_TRUE(reader_joined);
}

TEST(ControlledSharedMutexTest, TryLocks) {
  Guarded g;
  Scheduler scheduler;
  // Task 0 takes it shared; 1 tries both; 2 waits for it exclusively; 1 tries shared again.
  const std::vector<Segment> segments{{0, 2}, {1, 5}, {2, 9}, {1, 9}};
  SegmentStrategy strategy(segments);
  std::string answers;
  Tasks tasks{[&] {
                sync::take_shared(g.shared);
                point();
                sync::give_shared(g.shared);
              },
              [&] {
                answers += sync::try_take(g.shared) ? 'X' : 'x';
                const bool shared = sync::try_take_shared(g.shared);
                answers += shared ? 'S' : 's';
                if (shared) sync::give_shared(g.shared);
                point();
                point();
                answers += sync::try_take_shared(g.shared) ? 'S' : 's';
              },
              [&] { const sync::ExclusiveLock lock(g.shared); }};
  EXPECT_EQ(run(scheduler, strategy, tasks).outcome, RunOutcome::kCompleted);
  EXPECT_EQ(answers, "xSs");  // a waiting writer bars new readers
}

TEST(ControlledWaitQueueTest, NoWakeIsLost) {
  // The condition contains scheduling points, is set under a lock the queue knows nothing of, and
  // is followed by the wake with a point in between.
  const unsigned schedules = every_schedule<Guarded>(
      4,
      [](Guarded& g) {
        const auto wait = [&g] {
          g.queue.wait([&g] {
            const int first = g.flag.load();
            const sync::MutexLock lock(g.mutex);
            return first == 1 && g.total == 1;
          });
        };
        return Tasks{wait, wait, [&g] {
                       {
                         const sync::MutexLock lock(g.mutex);
                         g.total = 1;
                       }
                       g.flag.store(1);
                       g.queue.wake_all();
                     }};
      },
      [](Guarded&, RunOutcome outcome) { ASSERT_EQ(outcome, RunOutcome::kCompleted); });
  EXPECT_GT(schedules, 1000u);
}

TEST(ControlledWaitQueueTest, WakeBeforeTheChangeIsADeadlockInSomeSchedule) {
  unsigned deadlocks = 0;
  unsigned schedules = every_schedule<Guarded>(
      1,
      [](Guarded& g) {
        return Tasks{[&g] { g.queue.wait([&g] { return g.flag.load() == 1; }); },
                     [&g] {
                       g.queue.wake_all();
                       g.flag.store(1);
                     }};
      },
      [&](Guarded&, RunOutcome outcome) { deadlocks += outcome == RunOutcome::kDeadlocked; });
  EXPECT_GT(deadlocks, 0u);
  EXPECT_LT(deadlocks, schedules);
}

TEST(ControlledAtomicTest, EveryOperationIsAPointAndDoesWhatItSays) {
  Scheduler scheduler;
  SegmentStrategy strategy({});
  Tasks tasks{[] {
    sync::Atomic<int> atomic(3);
    EXPECT_EQ(atomic.load(std::memory_order_acquire), 3);
    atomic.store(5, std::memory_order_release);
    EXPECT_EQ(atomic.fetch_add(2), 5);
    int expected = 6;
    EXPECT_FALSE(atomic.compare_exchange(expected, 1));
    EXPECT_EQ(expected, 7);
    EXPECT_TRUE(atomic.compare_exchange(expected, 1));
    EXPECT_EQ(atomic.load(), 1);
  }};
  EXPECT_EQ(run(scheduler, strategy, tasks), (RunResult{RunOutcome::kCompleted, 6, 0}));
}

TEST(ControlledSectionTest, IsNoSchedulingPoint) {
  Guarded g;
  Scheduler scheduler;
  SegmentStrategy strategy({});
  Tasks tasks{[&] {
    for (int i = 0; i < 10; ++i) const sync::SectionLock lock(g.section);
  }};
  EXPECT_EQ(run(scheduler, strategy, tasks), (RunResult{RunOutcome::kCompleted, 0, 0}));
}

TEST(ControlledLocksTest, ResetFreesWhatACutOffRunHeld) {
  Guarded g;
  Scheduler scheduler;
  SegmentStrategy strategy({});
  for (int repeat = 0; repeat < 100; ++repeat) {
    Tasks tasks{[&] {
                  sync::take(g.mutex);
                  sync::take(g.shared);
                  g.queue.wait([] { return false; });
                },
                [&] { sync::take(g.mutex); }, [&] { sync::take(g.shared); }};
    ASSERT_EQ(run(scheduler, strategy, tasks).outcome, RunOutcome::kDeadlocked);
    g.mutex.reset();
    g.shared.reset();
    g.queue.reset();
  }
  // Free for threads and for tasks.
  EXPECT_TRUE(sync::try_take(g.mutex));
  sync::give(g.mutex);
  Tasks tasks{[&] {
    const sync::MutexLock lock(g.mutex);
    const sync::SharedLock shared(g.shared);
    g.queue.wake_all();
  }};
  EXPECT_EQ(run(scheduler, strategy, tasks).outcome, RunOutcome::kCompleted);
}

void unlock_by_another_task() {
  Guarded g;
  Scheduler scheduler;
  SegmentStrategy strategy({});
  Tasks tasks{[&] { sync::take(g.mutex); }, [&] { sync::give(g.mutex); }};
  run(scheduler, strategy, tasks);
}

TEST(ControlledLocksDeathTest, UnlockByAnotherTaskIsReported) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(unlock_by_another_task(), "a mutex is unlocked by its holder");
}

}  // namespace
}  // namespace mirrorcheck::fuzz
