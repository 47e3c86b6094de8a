// The locks of impl/sync on OS threads. ThreadSanitizer makes these tests sharp: every shared
// variable below is plain, and only the lock under test orders the accesses.

#include <gtest/gtest.h>

#include <cstdint>
#include <latch>
#include <thread>
#include <vector>

#include "impl/sync/atomic.h"
#include "impl/sync/mutex.h"
#include "impl/sync/section.h"
#include "impl/sync/shared_mutex.h"
#include "impl/sync/wait_queue.h"
#include "tests/scheduler/unchecked.h"

namespace mirrorcheck::sync {
namespace {

constexpr int kThreads = 4;
constexpr int kRounds = 5'000;

template <class Body>
void on_threads(Body body) {
  std::latch start(kThreads);
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      start.arrive_and_wait();
      body(i);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(ThreadMutexTest, Excludes) {
  Mutex mutex({LockClass::kUpdateLock, 0});
  int count = 0;
  on_threads([&](int) {
    for (int round = 0; round < kRounds; ++round) {
      const MutexLock lock(mutex);
      ++count;
    }
  });
  EXPECT_EQ(count, kThreads * kRounds);
  mutex.reset();
}

TEST(ThreadMutexTest, HeldMeansByThisThread) {
  Mutex mutex({LockClass::kUpdateLock, 0});
  EXPECT_FALSE(mutex.held());
  take(mutex);
  EXPECT_TRUE(mutex.held());
  std::thread([&] {
    EXPECT_FALSE(mutex.held());
    EXPECT_FALSE(try_take(mutex));
  }).join();
  give(mutex);
  EXPECT_FALSE(mutex.held());
  ASSERT_TRUE(try_take(mutex));
  EXPECT_TRUE(mutex.held());
  give(mutex);
}

TEST(ThreadSharedMutexTest, WritersExclude) {
  SharedMutex mutex({LockClass::kMmapLock, 0});
  int first = 0;
  int second = 0;
  on_threads([&](int thread) {
    for (int round = 0; round < kRounds; ++round) {
      if ((thread + round) % 4 == 0) {
        const ExclusiveLock lock(mutex);
        ++first;
        ++second;
      } else {
        const SharedLock lock(mutex);
        ASSERT_EQ(first, second);
      }
    }
  });
  EXPECT_EQ(first, kThreads * kRounds / 4);
}

TEST(ThreadSharedMutexTest, DowngradeKeepsWritersOut) {
  SharedMutex mutex({LockClass::kMmapLock, 0});
  int last = -1;
  on_threads([&](int thread) {
    for (int round = 0; round < kRounds; ++round) {
      take(mutex);
      last = thread;
      mutex.downgrade();
      ASSERT_EQ(last, thread);
      ASSERT_FALSE(mutex.held_exclusive());
      ASSERT_TRUE(mutex.held_shared());
      give_shared(mutex);
    }
  });
  mutex.reset();
}

TEST(ThreadSharedMutexTest, DowngradeLetsReadersIn) {
  SharedMutex mutex({LockClass::kMmapLock, 0});
  take(mutex);
  std::thread reader([&] { const SharedLock lock(mutex); });
  mutex.downgrade();
  reader.join();  // comes back only if a reader may join a downgraded hold
  EXPECT_FALSE(try_take(mutex));
  EXPECT_TRUE(try_take_shared(mutex));
  give_shared(mutex);
  give_shared(mutex);
  EXPECT_TRUE(try_take(mutex));
  EXPECT_TRUE(mutex.held_exclusive());
  EXPECT_FALSE(try_take_shared(mutex));
  give(mutex);
}

// Each thread waits for its turn. One lost wake, and the test never ends.
TEST(ThreadWaitQueueTest, NoWakeIsLost) {
  WaitQueue queue({LockClass::kWaitQueue, 0});
  Mutex mutex({LockClass::kSubscriptionsLock, 0});
  int turn = 0;
  on_threads([&](int thread) {
    for (int round = 0; round < kRounds / 10; ++round) {
      queue.wait([&] {
        const MutexLock lock(mutex);
        return turn % kThreads == thread;
      });
      {
        const MutexLock lock(mutex);
        ++turn;
      }
      queue.wake_all();
    }
  });
  EXPECT_EQ(turn, kThreads * (kRounds / 10));
}

// The waker publishes by the condition alone: what was written before is seen after.
TEST(ThreadWaitQueueTest, ConditionMayBeAnAtomic) {
  for (int round = 0; round < 200; ++round) {
    WaitQueue queue({LockClass::kWaitQueue, 0});
    Atomic<int> ready;
    int datum = 0;
    std::thread waiter([&] {
      queue.wait([&] { return ready.load(std::memory_order_acquire) == 1; });
      EXPECT_EQ(datum, round);
    });
    datum = round;
    ready.store(1, std::memory_order_release);
    queue.wake_all();
    waiter.join();
  }
}

TEST(ThreadAtomicTest, FetchAddAndCompareExchange) {
  Atomic<int> sum;
  Atomic<int> product(1);
  on_threads([&](int) {
    for (int round = 0; round < kRounds; ++round) {
      sum.fetch_add(1, std::memory_order_relaxed);
      int expected = product.load();
      while (!product.compare_exchange(expected, (expected * 3) % 65'537)) {
      }
    }
  });
  EXPECT_EQ(sum.load(), kThreads * kRounds);
  std::uint64_t expected = 1;
  for (int i = 0; i < kThreads * kRounds; ++i) expected = expected * 3 % 65'537;
  EXPECT_EQ(product.load(), static_cast<int>(expected));
}

TEST(ThreadSectionTest, MakesTwoWritesOneStep) {
  Section section;
  int access = 0;
  int report = 0;
  on_threads([&](int) {
    for (int round = 0; round < kRounds; ++round) {
      const SectionLock lock(section);
      ASSERT_EQ(access, report);
      ++access;
      ++report;
    }
  });
  EXPECT_EQ(report, kThreads * kRounds);
}

TEST(ThreadMutexDeathTest, UnlockByAnotherThreadIsReported) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        Mutex mutex({LockClass::kUpdateLock, 0});
        give(mutex);
      },
      "a mutex is unlocked by its holder");
}

}  // namespace
}  // namespace mirrorcheck::sync
