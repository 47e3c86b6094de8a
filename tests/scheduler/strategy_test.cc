// Each strategy does what it promises.

#include "fuzz/scheduler/strategy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "fuzz/scheduler/exhaustive_strategy.h"
#include "fuzz/scheduler/pct_strategy.h"
#include "fuzz/scheduler/random_strategy.h"
#include "fuzz/scheduler/segment_strategy.h"
#include "impl/sync/atomic.h"
#include "impl/sync/mutex.h"
#include "tests/scheduler/tasks.h"

namespace mirrorcheck::fuzz {
namespace {

TEST(SegmentStrategyTest, ReadsAnyListAsASchedule) {
  const std::vector<Segment> segments{{1, 4}, {0, 0}, {7, 5}, {2, 6}};
  SegmentStrategy strategy(segments);
  strategy.begin(3);
  EXPECT_EQ(strategy.next(0b101, kNoTask, 0), (Segment{2, 4}));  // 1 cannot run: next one
  EXPECT_EQ(strategy.next(0b101, 2, 4), (Segment{2, 5}));  // no points: skipped; 7 is 1 of 3 tasks
  EXPECT_EQ(strategy.next(0b011, 2, 9), (Segment{0, 6}));  // cyclically
  // Exhausted: turns.
  EXPECT_EQ(strategy.next(0b111, 0, 15), (Segment{1, SegmentStrategy::kQuantum}));
  EXPECT_EQ(strategy.next(0b101, 1, 23), (Segment{2, SegmentStrategy::kQuantum}));
  EXPECT_EQ(strategy.next(0b111, 2, 31), (Segment{0, SegmentStrategy::kQuantum}));
  strategy.begin(3);
  EXPECT_EQ(strategy.next(0b111, kNoTask, 0), (Segment{1, 4}));
}

TEST(SegmentStrategyTest, EmptyListStarvesNobody) {
  // Each task waits for the others without blocking: ends only if all get turns.
  sync::Atomic<int> arrived;
  const auto body = [&] {
    arrived.fetch_add(1);
    while (arrived.load() != 3) {
    }
  };
  Tasks tasks{body, body, body};
  Scheduler scheduler;
  SegmentStrategy strategy({});
  EXPECT_EQ(run(scheduler, strategy, tasks).outcome, RunOutcome::kCompleted);
}

TEST(RandomStrategyTest, ChoosesEvenlyAmongRunnableTasks) {
  // Expected 10,000 each with standard deviation 82: the bounds are 6 of them away, so that a fair
  // choice fails here with a probability of about 1e-8. The seed is fixed: it fails always or
  // never.
  std::array<unsigned, 8> count{};
  RandomStrategy strategy(42);
  strategy.begin(8);
  for (int i = 0; i < 30'000; ++i) {
    const Segment segment = strategy.next(0b10100100, kNoTask, 0);
    ASSERT_GE(segment.points, 1u);
    ASSERT_LE(segment.points, 63u);
    ++count[segment.task];
  }
  for (const unsigned task : {2u, 5u, 7u}) EXPECT_NEAR(count[task], 10'000, 490);
}

TEST(RandomStrategyTest, SeedsDiffer) {
  std::set<unsigned> longest;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    RandomStrategy strategy(seed);
    strategy.begin(2);
    unsigned most = 0;
    for (int i = 0; i < 200; ++i) most = std::max<unsigned>(most, strategy.next(3, 0, 0).points);
    longest.insert(std::bit_width(most));
  }
  EXPECT_EQ(longest.size(), 6u);  // every scale of segments occurs
}

// Exhaustive enumeration.

// All words with `steps` times each task's letter, in which an unfinished task is left at most
// `bound` times. Written by recursion over words, not over decisions, to be independent of the
// strategy.
void words(std::vector<unsigned>& left, int last, unsigned preemptions, unsigned bound,
           std::string& word, std::set<std::string>& out) {
  bool ended = true;
  for (std::size_t task = 0; task < left.size(); ++task) {
    if (left[task] == 0) continue;
    ended = false;
    const bool preempts = last >= 0 && static_cast<std::size_t>(last) != task &&
                          left[static_cast<std::size_t>(last)] != 0;
    if (preempts && preemptions == bound) continue;
    --left[task];
    word += static_cast<char>('a' + task);
    words(left, static_cast<int>(task), preemptions + (preempts ? 1 : 0), bound, word, out);
    word.pop_back();
    ++left[task];
  }
  if (ended) out.insert(word);
}

// What the strategy enumerates for tasks of so many points each.
std::multiset<std::string> enumerate(const std::vector<unsigned>& points, unsigned bound) {
  std::string trace;
  Tasks tasks;
  tasks.reserve(points.size());
  for (std::size_t task = 0; task < points.size(); ++task) {
    tasks.push_back([&trace, task, count = points[task]] {
      const char name = static_cast<char>('a' + task);
      trace += name;
      for (unsigned i = 0; i < count; ++i) {
        point();
        trace += name;
      }
    });
  }
  std::multiset<std::string> seen;
  Scheduler scheduler;
  ExhaustiveStrategy strategy(bound);
  do {
    trace.clear();
    EXPECT_EQ(run(scheduler, strategy, tasks).outcome, RunOutcome::kCompleted);
    seen.insert(trace);
  } while (strategy.advance());
  return seen;
}

TEST(ExhaustiveStrategyTest, EnumeratesEveryBoundedScheduleOnce) {
  const std::vector<std::vector<unsigned>> shapes{
      {0}, {3}, {0, 0}, {1, 1}, {4, 4}, {2, 5}, {1, 1, 1}, {2, 2, 2}, {0, 1, 3}, {1, 1, 1, 1}};
  for (const auto& points : shapes) {
    for (const unsigned bound : {0u, 1u, 2u, 3u, ExhaustiveStrategy::kUnbounded}) {
      std::vector<unsigned> steps;
      steps.reserve(points.size());
      for (const unsigned count : points) steps.push_back(count + 1);
      std::set<std::string> expected;
      std::string word;
      words(steps, -1, 0, bound, word, expected);
      const std::multiset<std::string> seen = enumerate(points, bound);
      EXPECT_EQ(seen.size(), expected.size());
      EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()), expected);
    }
  }
}

TEST(ExhaustiveStrategyTest, GoldenCounts) {
  constexpr unsigned kAll = ExhaustiveStrategy::kUnbounded;
  // n tasks of k points are n sequences of k+1 steps: (n(k+1))! / ((k+1)!)^n interleavings.
  EXPECT_EQ(enumerate({1, 1}, kAll).size(), 6u);           // 4! / 2!^2
  EXPECT_EQ(enumerate({4, 4}, kAll).size(), 252u);         // 10! / 5!^2
  EXPECT_EQ(enumerate({1, 1, 1}, kAll).size(), 90u);       // 6! / 2!^3
  EXPECT_EQ(enumerate({2, 2, 2}, kAll).size(), 1680u);     // 9! / 3!^3
  EXPECT_EQ(enumerate({1, 1, 1, 1}, kAll).size(), 2520u);  // 8! / 2!^4
  // No preemption: n! orders. One: for two tasks of k points, 2 orders, each with k places to
  // preempt the first task at, after which the second runs to its end.
  EXPECT_EQ(enumerate({5, 5, 5}, 0).size(), 6u);
  EXPECT_EQ(enumerate({9, 9}, 1).size(), 2u + 2u * 9u);
}

TEST(ExhaustiveStrategyTest, FindsTheLostUpdateWithOnePreemptionAndNotWithout) {
  const auto lost = [](unsigned bound) {
    unsigned count = 0;
    Scheduler scheduler;
    ExhaustiveStrategy strategy(bound);
    do {
      sync::Atomic<int> value;
      const auto add = [&] { value.store(value.load() + 1); };
      Tasks tasks{add, add};
      run(scheduler, strategy, tasks);
      if (value.load() != 2) ++count;
    } while (strategy.advance());
    return count;
  };
  EXPECT_EQ(lost(0), 0u);
  EXPECT_GT(lost(1), 0u);
}

TEST(ExhaustiveStrategyTest, BlockingIsNoPreemption) {
  // Without preemptions a task that blocks hands over freely, and everything ends.
  unsigned schedules = 0;
  Scheduler scheduler;
  ExhaustiveStrategy strategy(2);
  do {
    sync::Mutex mutex({sync::LockClass::kUpdateLock, 0});
    int inside = 0;
    int total = 0;
    const auto body = [&] {
      const sync::MutexLock lock(mutex);
      EXPECT_EQ(++inside, 1);
      point();
      ++total;
      --inside;
    };
    Tasks tasks{body, body, body};
    ASSERT_EQ(run(scheduler, strategy, tasks).outcome, RunOutcome::kCompleted);
    ASSERT_EQ(total, 3);
    ++schedules;
  } while (strategy.advance());
  EXPECT_GT(schedules, 6u);
}

// Probabilistic concurrency testing.

// A bug of depth 2 among 3 tasks: task 0 must be preempted between two particular points, for
// task 1. Both other tasks and the rest of task 0 are there to hide it.
bool meets_bug(Scheduler& scheduler, Strategy& strategy, std::uint32_t& points) {
  sync::Atomic<int> noise;
  int phase = 0;
  bool bug = false;
  const auto rustle = [&](int times) {
    for (int i = 0; i < times; ++i) noise.load();
  };
  Tasks tasks{[&] {
                rustle(10);
                phase = 1;
                rustle(1);
                phase = 2;
                rustle(10);
              },
              [&] {
                rustle(5);
                if (phase == 1) bug = true;
                rustle(5);
              },
              [&] { rustle(20); }};
  points = run(scheduler, strategy, tasks).points;
  return bug;
}

TEST(PctStrategyTest, FindsADepthTwoBugAtLeastAsOftenAsGuaranteed) {
  constexpr unsigned kRuns = 20'000;
  constexpr std::uint32_t kPoints = 51;
  Scheduler scheduler;
  unsigned found = 0;
  for (std::uint64_t seed = 0; seed < kRuns; ++seed) {
    PctStrategy strategy(seed, 2, kPoints);
    std::uint32_t points = 0;
    if (meets_bug(scheduler, strategy, points)) ++found;
    ASSERT_EQ(points, kPoints);
  }
  // Guarantee p = 1 / (n k^(d-1)) = 1 / (3 * 51), 130.7 of 20,000 expected, standard
  // deviation 11.4. The test asks for five of those less: were p exactly the truth, independent
  // seeds would fail it with a probability below 1e-6. The seeds are fixed, so it fails always or
  // never.
  const double guaranteed = kRuns / (3.0 * kPoints);
  EXPECT_GE(found, guaranteed - 5 * std::sqrt(guaranteed));
}

TEST(PctStrategyTest, DepthOneNeverPreempts) {
  Scheduler scheduler;
  std::set<std::string> orders;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    std::string trace;
    Tasks tasks;
    for (const char name : {'a', 'b', 'c'}) {
      tasks.push_back([&trace, name] {
        for (int i = 0; i < 3; ++i) {
          trace += name;
          point();
        }
      });
    }
    PctStrategy strategy(seed, 1, 9);
    run(scheduler, strategy, tasks);
    orders.insert(trace);
  }
  // Each of the 3! orders, each missing with probability (5/6)^200 < 1e-15.
  EXPECT_EQ(orders, (std::set<std::string>{"aaabbbccc", "aaacccbbb", "bbbaaaccc", "bbbcccaaa",
                                           "cccaaabbb", "cccbbbaaa"}));
}

TEST(PctStrategyTest, WokenTaskOfHigherPriorityRunsAtOnce) {
  Scheduler scheduler;
  std::set<std::string> orders;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    sync::Mutex mutex({sync::LockClass::kUpdateLock, 0});
    std::string trace;
    // Whoever has the lower priority cannot have the mutex while the other waits, unless a change
    // point put it there: depth 2.
    const auto body = [&](char name) {
      mutex.lock();
      point();
      mutex.unlock();
      for (int i = 0; i < 3; ++i) {
        trace += name;
        point();
      }
    };
    Tasks tasks{[&] { body('a'); }, [&] { body('b'); }};
    PctStrategy strategy(seed, 2, 2);
    run(scheduler, strategy, tasks);
    orders.insert(trace);
  }
  // The one that is demoted inside the lock hands over when it unlocks, and comes last altogether.
  EXPECT_EQ(orders, (std::set<std::string>{"aaabbb", "bbbaaa"}));
}

}  // namespace
}  // namespace mirrorcheck::fuzz
