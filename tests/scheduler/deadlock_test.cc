// Deadlocks are found, and told by lock and holder.

#include "fuzz/scheduler/deadlock.h"

#include <gtest/gtest.h>

#include "fuzz/scheduler/exhaustive_strategy.h"
#include "fuzz/scheduler/segment_strategy.h"
#include "impl/sync/mutex.h"
#include "impl/sync/shared_mutex.h"
#include "impl/sync/wait_queue.h"
#include "tests/scheduler/tasks.h"
#include "tests/scheduler/unchecked.h"

namespace mirrorcheck::fuzz {
namespace {

using sync::LockClass;

std::string deadlock_of(Tasks tasks, const std::vector<Segment>& segments) {
  Scheduler scheduler;
  SegmentStrategy strategy(segments);
  if (run(scheduler, strategy, tasks).outcome != RunOutcome::kDeadlocked) return "no deadlock";
  return describe(scheduler.deadlock());
}

TEST(DeadlockTest, CycleByLockAndHolder) {
  sync::SharedMutex mmap_lock({LockClass::kMmapLock, 1});
  sync::Mutex update({LockClass::kUpdateLock, 0});
  sync::Mutex inode({LockClass::kInodeRwsem, 2});
  // t1 is stuck behind the cycle of t0 and t2 without being in it.
  EXPECT_EQ(
      deadlock_of({[&] {
                     sync::take(update);
                     sync::take_shared(mmap_lock);
                   },
                   [&] { sync::take(update); },
                   [&] {
                     sync::take(mmap_lock);
                     sync::take(inode);
                     sync::take(update);
                   }},
                  {{0, 2}, {1, 2}, {2, 9}}),
      "t0 waits for mmap_lock(mm 1) held by t2; t2 waits for update lock(mirror 0) held by t0; "
      "t1 waits for update lock(mirror 0) held by t0; "
      "A12 forbids t0 to wait for mmap_lock(mm 1) while it holds update lock(mirror 0)");
}

TEST(DeadlockTest, InversionIsFoundByOnePreemption) {
  unsigned deadlocks = 0;
  Scheduler scheduler;
  ExhaustiveStrategy strategy(1);
  do {
    sync::Mutex a({LockClass::kUpdateLock, 0});
    sync::Mutex b({LockClass::kUpdateLock, 1});
    Tasks tasks{[&] {
                  const sync::MutexLock first(a);
                  const sync::MutexLock second(b);
                },
                [&] {
                  const sync::MutexLock first(b);
                  const sync::MutexLock second(a);
                }};
    if (run(scheduler, strategy, tasks).outcome != RunOutcome::kDeadlocked) continue;
    ++deadlocks;
    EXPECT_EQ(describe(scheduler.deadlock()),
              "t0 waits for update lock(mirror 1) held by t1; "
              "t1 waits for update lock(mirror 0) held by t0; locks of one rank, in two orders");
  } while (strategy.advance());
  EXPECT_GT(deadlocks, 0u);
}

// Two readers and a writer between them: the second reader queues behind the writer.
TEST(DeadlockTest, ThroughAWaitingWriter) {
  sync::SharedMutex a({LockClass::kMmapLock, 0});
  sync::Mutex b({LockClass::kUpdateLock, 0});
  EXPECT_EQ(
      deadlock_of({[&] {
                     sync::take_shared(a);
                     sync::take(b);
                   },
                   [&] { sync::take(a); },
                   [&] {
                     sync::take(b);
                     sync::take_shared(a);
                   }},
                  {{0, 2}, {2, 2}, {1, 9}, {2, 9}}),
      "t0 waits for update lock(mirror 0) held by t2; t2 waits for mmap_lock(mm 0) held by t0; "
      "t1 waits for mmap_lock(mm 0) held by t0; "
      "A12 forbids t2 to wait for mmap_lock(mm 0) while it holds update lock(mirror 0)");
}

TEST(DeadlockTest, OfOneTask) {
  sync::Mutex mutex({LockClass::kSubscriptionsLock, 0});
  EXPECT_EQ(deadlock_of({[&] {
                          sync::take(mutex);
                          sync::take(mutex);
                        }},
                        {}),
            "t0 waits for subscriptions->lock(mm 0) held by t0");
  sync::SharedMutex shared({LockClass::kInvalidateLock, 1});
  EXPECT_EQ(deadlock_of({[&] {
                          sync::take_shared(shared);
                          sync::take_shared(shared);
                        }},
                        {}),
            "t0 waits for invalidate_lock(inode 1) held by t0");
}

TEST(DeadlockTest, WithoutACycle) {
  sync::Mutex mutex({LockClass::kAllocator, 0});
  sync::WaitQueue queue({LockClass::kPinWait, 3});
  EXPECT_EQ(deadlock_of({[&] { sync::take(mutex); }, [&] { sync::take(mutex); },
                         [&] { queue.wait([] { return false; }); }},
                        {{0, 9}}),
            "t1 waits for allocator lock(0) held by t0 (ended); t2 waits for pins(3)");
}

TEST(DeadlockTest, LongCycleIsToldRoundFromItsFirstTask) {
  Deadlock deadlock;
  deadlock.count = 4;
  const auto blocked = [](unsigned task, LockClass lock, std::uint64_t holders) {
    return Deadlock::Blocked{task, {lock, 0}, holders};
  };
  deadlock.blocked[0] = blocked(0, LockClass::kSrcu, bit_of(3));
  deadlock.blocked[1] = blocked(1, LockClass::kEntryLock, bit_of(3));
  deadlock.blocked[2] = blocked(2, LockClass::kImmapRwsem, bit_of(1) | bit_of(5));
  deadlock.blocked[3] = blocked(3, LockClass::kPageTableLock, bit_of(2));
  EXPECT_EQ(
      describe(deadlock),
      "t1 waits for entry lock(file page 0) held by t3; t3 waits for ptl(0) held by t2; "
      "t2 waits for i_mmap_rwsem(inode 0) held by t1, t5 (ended); t0 waits for srcu(0), for a "
      "window of t3; A12 forbids t1 to wait for entry lock(file page 0) while it holds "
      "i_mmap_rwsem(inode 0); A12 forbids t2 to wait for i_mmap_rwsem(inode 0) while it holds "
      "ptl(0)");
}

}  // namespace
}  // namespace mirrorcheck::fuzz
