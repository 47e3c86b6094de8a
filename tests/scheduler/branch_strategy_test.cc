// Schedules that leave another one on the way: where they may, and that a run which is put back
// there and goes on under such a one is the run that this one makes from the beginning.

#include "fuzz/scheduler/branch_strategy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "fuzz/scheduler/random.h"
#include "fuzz/scheduler/scheduler.h"
#include "fuzz/scheduler/segment_strategy.h"
#include "impl/sync/mutex.h"

namespace mirrorcheck::fuzz {
namespace {

using Segments = std::vector<Segment>;

// Three tasks that take two locks now and then, and what they did, in order.
struct Program {
  static constexpr unsigned kTasks = 3;
  sync::Mutex first{{}};
  sync::Mutex second{{}};
  std::array<std::uint8_t, 64> trace{};
  std::size_t length = 0;

  static void body(void* self, unsigned task) {
    auto& program = *static_cast<Program*>(self);
    for (unsigned round = 0; round < 6; ++round) {
      const sync::MutexLock outer(program.first);
      program.trace[program.length++] = static_cast<std::uint8_t>(task);
      if (round % 3 != task) continue;
      const sync::MutexLock inner(program.second);
      program.trace[program.length++] = static_cast<std::uint8_t>(task + 10);
    }
  }
  std::span<std::byte> memory() { return {reinterpret_cast<std::byte*>(this), sizeof *this}; }
};

Segments random_segments(Random& random) {
  Segments segments(random.below(12));
  for (Segment& segment : segments) {
    segment = {static_cast<std::uint8_t>(random.below(Program::kTasks)),
               static_cast<std::uint16_t>(1 + random.below(9))};
  }
  return segments;
}

struct Course {
  RunResult result;
  std::array<std::uint8_t, 64> trace{};
  bool operator==(const Course&) const = default;
};

Course from_the_beginning(const Segments& segments) {
  Program program;
  Scheduler scheduler;
  SegmentStrategy strategy(segments);
  return {scheduler.run(Program::kTasks, &Program::body, &program, strategy), program.trace};
}

// Begins another schedule at each stop: another task for a while, and then all that was to follow.
class Listener final : public BranchStrategy::Listener {
 public:
  struct Branch {
    Segments segments;
    std::size_t made = 0;
    std::uint32_t points = 0;
  };
  explicit Listener(Random& random) : random_(random) {}

  bool stopped(const BranchStrategy::Stop& stop) override {
    EXPECT_NE(stop.others, 0u);
    if (random_.one_in(4)) return false;
    Branch branch{{stop.made.begin(), stop.made.end()}, stop.made.size(), stop.points};
    branch.segments.push_back({static_cast<std::uint8_t>(first_of(stop.others)),
                               static_cast<std::uint16_t>(1 + random_.below(5))});
    if (stop.cut.points != 0) branch.segments.push_back(stop.cut);
    branch.segments.insert(branch.segments.end(), stop.rest.begin(), stop.rest.end());
    branches.push_back(branch);
    return true;
  }
  std::vector<Branch> branches;

 private:
  Random& random_;
};

std::vector<std::uint32_t> random_stops(Random& random) {
  std::vector<std::uint32_t> stops(random.below(5));
  for (std::uint32_t& stop : stops) stop = random.below(40);
  std::ranges::sort(stops);
  return stops;
}

TEST(BranchStrategy, GoesOnAsTheOtherScheduleWould) {
  if (!Scheduler::can_pause()) GTEST_SKIP() << "stacks are not copied under this sanitizer";
  Random random(1);
  unsigned begun = 0;
  unsigned other_runs = 0;
  for (unsigned i = 0; i < 2000; ++i) {
    const Segments segments = random_segments(random);
    const std::vector<std::uint32_t> stops = random_stops(random);
    Program program;
    Scheduler scheduler;
    Listener listener(random);
    BranchStrategy own;
    own.follow(segments, stops, true, listener);
    struct Saved {
      Scheduler::Checkpoint checkpoint;
      std::vector<std::byte> memory;
    };
    std::vector<Saved> saved;
    RunResult result = scheduler.run(Program::kTasks, &Program::body, &program, own);
    while (result.outcome == RunOutcome::kPaused) {
      ASSERT_EQ(listener.branches.size(), saved.size() + 1);
      scheduler.save(saved.emplace_back().checkpoint);
      saved.back().memory.assign(program.memory().begin(), program.memory().end());
      result = scheduler.resume(own);
    }
    ASSERT_EQ(listener.branches.size(), saved.size());
    const Course course = from_the_beginning(segments);
    EXPECT_EQ((Course{result, program.trace}), course) << "schedule " << i;
    for (std::size_t branch = 0; branch < saved.size(); ++branch) {
      const Listener::Branch& other = listener.branches[branch];
      const Course whole = from_the_beginning(other.segments);
      other_runs += whole != course;
      // As often as one likes.
      for (unsigned time = 0; time < 2; ++time) {
        std::ranges::copy(saved[branch].memory, program.memory().begin());
        scheduler.restore(saved[branch].checkpoint);
        SegmentStrategy rest(std::span(other.segments).subspan(other.made));
        rest.begin(Program::kTasks);
        result = scheduler.resume(rest);
        EXPECT_EQ((Course{result, program.trace}), whole) << "schedule " << i;
      }
      ++begun;
    }
  }
  EXPECT_GT(begun, 1000u);
  EXPECT_GT(other_runs, begun / 2);
}

// Without pausing the listener hears the same.
TEST(BranchStrategy, TellsTheSameWithoutPausing) {
  Random random(2);
  unsigned begun = 0;
  for (unsigned i = 0; i < 500; ++i) {
    const Segments segments = random_segments(random);
    const std::vector<std::uint32_t> stops = random_stops(random);
    Random same_random = random;
    const auto branches_of = [&](Random own_random, bool pausing) {
      Program program;
      Scheduler scheduler;
      Listener listener(own_random);
      BranchStrategy own;
      own.follow(segments, stops, pausing, listener);
      RunResult result = scheduler.run(Program::kTasks, &Program::body, &program, own);
      while (result.outcome == RunOutcome::kPaused) result = scheduler.resume(own);
      EXPECT_EQ((Course{result, program.trace}), from_the_beginning(segments)) << "schedule " << i;
      std::vector<Segments> out;
      out.reserve(listener.branches.size());
      for (const Listener::Branch& branch : listener.branches) out.push_back(branch.segments);
      return out;
    };
    const std::vector<Segments> branches = branches_of(random, false);
    EXPECT_EQ(branches_of(same_random, Scheduler::can_pause()), branches) << "schedule " << i;
    begun += static_cast<unsigned>(branches.size());
  }
  EXPECT_GT(begun, 250u);
}

// A stop is where its points have been passed, in the middle of a segment too, or later where there
// was nobody else.
TEST(BranchStrategy, StopsWhereItIsTold) {
  Random random(3);
  unsigned exact = 0;
  for (unsigned i = 0; i < 500; ++i) {
    const Segments segments = random_segments(random);
    const std::array<std::uint32_t, 1> stops{1 + random.below(20)};
    Program program;
    Scheduler scheduler;
    Listener listener(random);
    BranchStrategy own;
    own.follow(segments, stops, false, listener);
    scheduler.run(Program::kTasks, &Program::body, &program, own);
    ASSERT_LE(listener.branches.size(), 1u);
    for (const Listener::Branch& branch : listener.branches) {
      EXPECT_GE(branch.points, stops[0]);
      exact += branch.points == stops[0];
    }
  }
  EXPECT_GT(exact, 100u);
}

}  // namespace
}  // namespace mirrorcheck::fuzz
