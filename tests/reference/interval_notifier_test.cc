// The interval notifier core against sequences worked out by hand from A2. S is invalidate_seq of
// the mm, A its active_invalidate_ranges, s that of a subscription.

#include "impl/reference/interval_notifier.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace mirrorcheck::impl::reference {
namespace {

using model::Registration;

class IntervalNotifier : public testing::Test {
 protected:
  // Opens a window and runs its callbacks. The subscriptions that were called.
  std::vector<IntervalSubscription*> start(std::uint64_t first, std::uint64_t last) {
    std::vector<IntervalSubscription*> called;
    std::uint64_t current = 0;
    IntervalSubscription* hit = core_.start(first, last, current, [](std::uint64_t) {});
    for (; hit != nullptr; hit = IntervalSubscriptions::next(*hit, first, last)) {
      IntervalSubscriptions::set_sequence(*hit, current, [] {});
      called.push_back(hit);
    }
    return called;
  }
  void end() {
    core_.end([](std::uint64_t) {});
  }
  void insert(IntervalSubscription& subscription, std::uint64_t first, std::uint64_t last) {
    core_.insert(subscription, first, last,
                 [&](std::uint64_t, bool deferred) { insert_deferred_ = deferred; });
  }
  void remove(IntervalSubscription& subscription) {
    core_.remove(subscription, [] {});
  }
  std::uint64_t read_begin(IntervalSubscription& subscription) {
    return core_.read_begin(subscription, [&](std::uint64_t, bool busy) { waited_ = busy; }, [] {});
  }
  bool retry(IntervalSubscription& subscription, std::uint64_t seen) {
    return IntervalSubscriptions::read_retry(subscription, seen, [](bool, std::uint64_t) {});
  }

  IntervalSubscriptions core_{0};
  IntervalSubscription a_;
  IntervalSubscription b_;
  bool insert_deferred_ = false;
  bool waited_ = false;
};

TEST_F(IntervalNotifier, BeginsEvenAndIdle) {
  EXPECT_EQ(core_.sequence(), 2u);
  EXPECT_EQ(core_.active(), 0u);
}

TEST_F(IntervalNotifier, InsertWithNoWindowOpenIsOddAndDoesNotWait) {
  insert(a_, 0, 9);
  EXPECT_FALSE(insert_deferred_);
  EXPECT_EQ(a_.sequence, 1u);  // S - 1
  EXPECT_EQ(read_begin(a_), 1u);
  EXPECT_FALSE(waited_);
}

TEST_F(IntervalNotifier, AWindowThatHitsNobodyLeavesSEven) {
  insert(a_, 0, 9);
  EXPECT_TRUE(start(10, 20).empty());
  EXPECT_EQ(core_.sequence(), 2u);
  EXPECT_EQ(core_.active(), 1u);
  end();
  EXPECT_EQ(core_.sequence(), 2u);
  EXPECT_EQ(core_.active(), 0u);
}

TEST_F(IntervalNotifier, AWindowThatHitsMakesSOddAndItsEndEven) {
  insert(a_, 0, 9);
  const std::uint64_t seen = read_begin(a_);
  EXPECT_EQ(start(9, 20), std::vector{&a_});
  EXPECT_EQ(core_.sequence(), 3u);
  EXPECT_EQ(a_.sequence, 3u);
  EXPECT_TRUE(retry(a_, seen));
  end();
  EXPECT_EQ(core_.sequence(), 4u);
  // Nothing happened since: the next section passes.
  const std::uint64_t again = read_begin(a_);
  EXPECT_FALSE(waited_);
  EXPECT_FALSE(retry(a_, again));
}

TEST_F(IntervalNotifier, OnlyTheLastOfOverlappingEndsMakesSEven) {
  insert(a_, 0, 9);
  insert(b_, 20, 29);
  EXPECT_EQ(start(0, 5), std::vector{&a_});
  EXPECT_EQ(start(20, 25), std::vector{&b_});
  EXPECT_EQ(core_.sequence(), 3u);
  EXPECT_EQ(b_.sequence, 3u);
  end();
  EXPECT_EQ(core_.sequence(), 3u);
  EXPECT_EQ(core_.active(), 1u);
  end();
  EXPECT_EQ(core_.sequence(), 4u);
}

TEST_F(IntervalNotifier, WhoeverWasNotHitDoesNotWaitInAnOddPeriod) {
  insert(a_, 0, 9);
  insert(b_, 20, 29);
  start(0, 5);
  const std::uint64_t seen = read_begin(b_);  // s == 1, S == 3
  EXPECT_FALSE(waited_);
  // A hit later in the same period is noticed, because its value is another one.
  start(20, 20);
  EXPECT_TRUE(retry(b_, seen));
  end();
  end();
}

TEST_F(IntervalNotifier, InsertIntoAnEvenWindowIsTakenToBeUnderInvalidation) {
  start(0, 100);
  EXPECT_EQ(core_.sequence(), 2u);
  insert(a_, 0, 9);
  EXPECT_FALSE(insert_deferred_);
  EXPECT_EQ(a_.registration, Registration::kTree);
  EXPECT_EQ(core_.sequence(), 3u);
  EXPECT_EQ(a_.sequence, 3u);
  end();
  EXPECT_EQ(core_.sequence(), 4u);
  read_begin(a_);
  EXPECT_FALSE(waited_);
}

TEST_F(IntervalNotifier, InsertIntoAFrozenTreeIsDeferredToTheLastEnd) {
  insert(a_, 0, 9);
  start(0, 9);
  insert(b_, 0, 9);
  EXPECT_TRUE(insert_deferred_);
  EXPECT_EQ(b_.registration, Registration::kInsertDeferred);
  EXPECT_EQ(b_.sequence, 3u);
  // The tree is frozen: a second window does not reach it either.
  EXPECT_EQ(start(0, 9), std::vector{&a_});
  end();
  EXPECT_EQ(b_.registration, Registration::kInsertDeferred);
  end();
  EXPECT_EQ(b_.registration, Registration::kTree);
  EXPECT_EQ(start(0, 9).size(), 2u);
  end();
}

TEST_F(IntervalNotifier, RemovingADeferredInsertNeedsNoWait) {
  insert(a_, 0, 9);
  start(0, 9);
  insert(b_, 0, 9);
  remove(b_);
  EXPECT_EQ(b_.registration, Registration::kOut);
  end();
  EXPECT_EQ(start(0, 9), std::vector{&a_});
  end();
}

TEST_F(IntervalNotifier, RemovingInAnEvenPeriodNeedsNoWait) {
  insert(a_, 0, 9);
  start(50, 60);
  remove(a_);
  EXPECT_EQ(a_.registration, Registration::kOut);
  EXPECT_TRUE(start(0, 9).empty());
  end();
  end();
}

TEST_F(IntervalNotifier, RemovingInAnOddPeriodWaitsForItsEnd) {
  insert(a_, 0, 9);
  start(0, 9);
  std::atomic<bool> asked = false;
  std::atomic<bool> ended = false;
  std::thread remover([&] {
    core_.remove(a_, [&] { asked = true; });
    EXPECT_TRUE(ended);
    EXPECT_EQ(a_.registration, Registration::kOut);
  });
  while (!asked) std::this_thread::yield();
  ended = true;
  end();
  remover.join();
}

TEST_F(IntervalNotifier, ReadBeginWaitsForTheEndOfItsOwnInvalidation) {
  insert(a_, 0, 9);
  start(0, 9);
  std::atomic<bool> asked = false;
  std::atomic<bool> ended = false;
  std::thread reader([&] {
    const std::uint64_t seen = core_.read_begin(
        a_,
        [&](std::uint64_t, bool busy) {
          EXPECT_TRUE(busy);
          asked = true;
        },
        [] {});
    EXPECT_TRUE(ended);
    EXPECT_EQ(seen, 3u);
    // Q3: the next hit stores another value.
    start(0, 9);
    EXPECT_EQ(a_.sequence, 5u);
    EXPECT_TRUE(retry(a_, seen));
    end();
  });
  while (!asked) std::this_thread::yield();
  ended = true;
  end();
  reader.join();
}

}  // namespace
}  // namespace mirrorcheck::impl::reference
