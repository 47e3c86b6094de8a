// Runs of one input share what they have in common (Execution::replay_branch). Each is the very run
// that its schedule makes from the beginning: same steps, same verdict.

#include <gtest/gtest.h>

#include <span>

#include "fuzz/harness/execution.h"
#include "fuzz/scenario/generate.h"
#include "impl/reference/reference.h"
#include "tests/harness/branches.h"
#include "tests/harness/lying_world.h"

namespace mirrorcheck::fuzz {
namespace {

constexpr unsigned kSeeds = SEEDS;

Scenario scenario_for(unsigned seed) {
  return seed % 2 == 0 ? standard_scenario(seed) : random_scenario(seed, Shape{});
}

// Runs that share in one world, and alone in another of the same kind.
void compare_all(impl::World& world, impl::World& other_world, BranchCounts& counts,
                 unsigned seeds = kSeeds) {
  Execution shared(world, {});
  Execution alone(other_world, {});
  for (unsigned seed = 0; seed < seeds; ++seed) {
    ASSERT_NO_FATAL_FAILURE(compare_branches(shared, alone, scenario_for(seed), counts))
        << "seed " << seed;
  }
}

TEST(Branches, AreTheRunsOfTheirSchedules) {
  const auto world = impl::create_reference();
  const auto other_world = impl::create_reference();
  BranchCounts counts;
  ASSERT_NO_FATAL_FAILURE(compare_all(*world, *other_world, counts));
  EXPECT_GT(counts.branches, kSeeds);
  EXPECT_EQ(counts.violated, 0u);
  EXPECT_GE(counts.shorter, Scheduler::can_pause() ? kSeeds : 0u);
  EXPECT_GE(counts.rejoined, Scheduler::can_pause() ? kSeeds : 0u);
  EXPECT_LT(counts.rejoined, counts.branches);
  // Tasks that take turns in another way, and nobody sees it.
  EXPECT_LT(counts.repeated * 4, counts.branches);
}

// A world that is wrong now and then, and whose memory is that of the reference.
class KeepsAnEntry final : public LyingWorld {
 public:
  impl::Entry device_entry(model::Mirror mirror, model::Page page) const override {
    const impl::Entry entry = truth().device_entry(mirror, page);
    const bool kept = entry.frame == model::kNoFrame && page == model::Page(5);
    return kept && truth().backing(model::file_page(model::File(0), 2)) != model::kNoFrame
               ? impl::Entry{.frame = model::Frame{9}, .write = true}
               : entry;
  }
  impl::WorldMemory memory() override { return inside().memory(); }
};

TEST(Branches, HaveTheVerdictsOfTheirSchedules) {
  KeepsAnEntry world;
  KeepsAnEntry other_world;
  BranchCounts counts;
  ASSERT_NO_FATAL_FAILURE(compare_all(world, other_world, counts));
  EXPECT_GT(counts.violated, kSeeds / 20);
  EXPECT_LT(counts.violated, counts.branches);
}

// A world that does not tell of an unlock before which another task took a step. What it knows in
// the end is what it would know otherwise; the judge waits for that unlock.
class ForgetsToTell final : public LyingWorld {
 public:
  void reset(const impl::Layout& layout, impl::Observer& observer) override {
    last_ = {};
    LyingWorld::reset(layout, observer);
  }
  impl::WorldMemory memory() override {
    return {inside().memory()[0], std::as_writable_bytes(std::span(&last_, 1))};
  }

 private:
  void step(model::Rule rule, const model::Arguments& arguments) override {
    const bool switched = arguments.task != last_;
    last_ = arguments.task;
    if (rule == model::Rule::kUpdateUnlock && switched) return;
    tell(rule, arguments);
  }
  model::Task last_{};
};

TEST(Branches, ComeTogetherWhereTheJudgeKnowsTheSameToo) {
  ForgetsToTell world;
  ForgetsToTell other_world;
  BranchCounts counts;
  ASSERT_NO_FATAL_FAILURE(compare_all(world, other_world, counts));
  EXPECT_GT(counts.violated, kSeeds / 20);
  EXPECT_LT(counts.violated, counts.branches);
}

// An input with more stops than it may have branches keeps the last ones: they are where the tasks
// are nearly through. What follows then, to be shut down, is a quarter of a run.
TEST(Branches, AreTheLastOnesOfALongRun) {
  if (!Scheduler::can_pause()) GTEST_SKIP() << "where a run was put back shows in its steps";
  const auto world = impl::create_reference();
  Execution execution(*world, {});
  unsigned inputs = 0;
  double put_back = 0;
  for (unsigned seed = 0; seed < kSeeds / 2; ++seed) {
    Scenario scenario = standard_scenario(seed);
    scenario.schedule.clear();
    Branches branches(scenario);
    ASSERT_EQ(execution.replay(scenario, branches).kind, VerdictKind::kHolds);
    const std::uint32_t steps = execution.steps();
    if (branches.size() + 1 < Branches::kMost) continue;
    const std::size_t last = branches.size() - 1;
    branches.enter(last, scenario);
    ASSERT_EQ(execution.replay_branch(branches[last], scenario).kind, VerdictKind::kHolds);
    ++inputs;
    put_back += static_cast<double>(execution.steps() - execution.steps_taken()) / steps;
  }
  ASSERT_GT(inputs, kSeeds / 10);
  EXPECT_GT(put_back, 0.65 * inputs);
}

// A world that does not offer its memory runs each schedule from the beginning.
TEST(Branches, NeedNoMemory) {
  LyingWorld world;
  LyingWorld other_world;
  BranchCounts counts;
  ASSERT_NO_FATAL_FAILURE(compare_all(world, other_world, counts, kSeeds / 4));
  EXPECT_GT(counts.branches, kSeeds / 4);
  EXPECT_EQ(counts.shorter, 0u);
  EXPECT_EQ(counts.rejoined, 0u);
}

}  // namespace
}  // namespace mirrorcheck::fuzz
