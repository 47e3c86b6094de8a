// Schedules that begin alike: where they part, and that a run which is paused there and goes on
// under another one is the run that this other one makes from the beginning.

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

// Begins as `segments` does, and goes on in another way.
Segments parting_from(const Segments& segments, Random& random) {
  Segments other = segments;
  other.resize(random.below(other.size() + 1));
  if (!other.empty() && random.one_in(2)) ++other.back().points;
  for (const Segment& segment : random_segments(random)) other.push_back(segment);
  return other;
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

TEST(BranchStrategy, GoesOnAsTheOtherScheduleWould) {
  if (!Scheduler::can_pause()) GTEST_SKIP() << "stacks are not copied under this sanitizer";
  Random random(1);
  unsigned resumed = 0;
  unsigned passed_by = 0;
  for (unsigned i = 0; i < 2000; ++i) {
    const Segments segments = random_segments(random);
    const Segments other = parting_from(segments, random);
    const std::array<BranchStrategy::Segments, 1> branches{other};
    Program program;
    Scheduler scheduler;
    BranchStrategy own(segments, branches, 1, true);
    RunResult result = scheduler.run(Program::kTasks, &Program::body, &program, own);
    if (result.outcome != RunOutcome::kPaused) {
      EXPECT_EQ(own.parted(), 0u);
      EXPECT_EQ((Course{result, program.trace}), from_the_beginning(other)) << "pair " << i;
      ++passed_by;
      continue;
    }
    EXPECT_EQ(own.parted(), 1u);
    const BranchStrategy::Positions positions = own.positions();
    Scheduler::Checkpoint checkpoint;
    scheduler.save(checkpoint);
    const std::vector<std::byte> memory(program.memory().begin(), program.memory().end());
    result = scheduler.resume(own);
    EXPECT_EQ((Course{result, program.trace}), from_the_beginning(segments)) << "pair " << i;
    // As often as one likes.
    for (unsigned time = 0; time < 2; ++time) {
      std::ranges::copy(memory, program.memory().begin());
      scheduler.restore(checkpoint);
      BranchStrategy rest(branches, 0, 0, positions);
      result = scheduler.resume(rest);
      EXPECT_EQ((Course{result, program.trace}), from_the_beginning(other)) << "pair " << i;
    }
    ++resumed;
  }
  EXPECT_GT(resumed, 500u);
  EXPECT_GT(passed_by, 0u);
}

// Without pausing it notes who parts, and is SegmentStrategy.
TEST(BranchStrategy, NotesWhoPartsWithoutPausing) {
  Random random(2);
  unsigned parted = 0;
  for (unsigned i = 0; i < 500; ++i) {
    const Segments segments = random_segments(random);
    const Segments one = parting_from(segments, random);
    const Segments other = parting_from(segments, random);
    const std::array<BranchStrategy::Segments, 2> branches{one, other};
    Program program;
    Scheduler scheduler;
    BranchStrategy own(segments, branches, 3, false);
    const RunResult result = scheduler.run(Program::kTasks, &Program::body, &program, own);
    const Course course{result, program.trace};
    EXPECT_EQ(course, from_the_beginning(segments)) << "schedule " << i;
    if ((own.parted() & 1) == 0) {
      EXPECT_EQ(course, from_the_beginning(one)) << "schedule " << i;
    }
    if ((own.parted() & 2) == 0) {
      EXPECT_EQ(course, from_the_beginning(other)) << "schedule " << i;
    }
    parted += own.parted() != 0;
  }
  EXPECT_GT(parted, 250u);
  EXPECT_LT(parted, 500u);
}

// What is written otherwise and decides alike does not part: a task that cannot run, more points
// than a segment can use.
TEST(BranchStrategy, ComparesWhatIsDecided) {
  const Segments alone = {{0, 0x7fff}, {1, 0x7fff}, {2, 0x7fff}};
  const Segments longer = {{0, 0x7ffe}, {0, 9}, {1, 0x7000}, {2, 0x7000}};
  const Segments other = {{0, 0x7fff}, {2, 0x7fff}};
  const std::array<BranchStrategy::Segments, 2> branches{longer, other};
  Program program;
  Scheduler scheduler;
  BranchStrategy own(alone, branches, 3, false);
  scheduler.run(Program::kTasks, &Program::body, &program, own);
  EXPECT_EQ(own.parted(), 2u);
}

}  // namespace
}  // namespace mirrorcheck::fuzz
