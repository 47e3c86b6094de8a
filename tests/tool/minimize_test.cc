#include "fuzz/minimize/minimize.h"

#include <gtest/gtest.h>

#include <optional>

#include "fuzz/harness/execution.h"
#include "fuzz/minimize/edits.h"
#include "fuzz/scenario/bytes.h"
#include "fuzz/scenario/generate.h"
#include "tests/tool/late_device.h"

namespace mirrorcheck::fuzz {
namespace {

// The first standard scenario that shows the lie.
Scenario violated_scenario(impl::World& world) {
  Execution execution(world, {});
  for (std::uint64_t seed = 1; seed < 1'000; ++seed) {
    const Scenario scenario = standard_scenario(seed);
    if (execution.replay(scenario).kind == VerdictKind::kViolated) return scenario;
  }
  ADD_FAILURE() << "no scenario invalidates what a device has";
  return standard_scenario(1);
}

TEST(MinimizeTest, LeavesWhatIsNeeded) {
  LateDevice world;
  const Scenario scenario = violated_scenario(world);
  const Verdict before = Execution(world, {}).replay(scenario);
  const std::optional<Minimized> small = minimize(world, scenario);
  ASSERT_TRUE(small);
  EXPECT_TRUE(small->verdict.same_finding(before));
  // A mapping, a mirror, something that installs and something that invalidates.
  EXPECT_LE(operation_count(small->scenario), 4u);
  EXPECT_LE(switch_count(small->scenario.schedule), 1u);
  EXPECT_LE(small->executions, kMinimizeExecutions);
  // What is written is what happens, with the verdict on file.
  EXPECT_TRUE(Execution(world, {}).replay(small->scenario).same_finding(before));
  EXPECT_EQ(small->scenario.expectations.verdict, ExpectedVerdict::kViolated);
  EXPECT_EQ(small->scenario.expectations.property, model::info(before.breach.clause->property).id);
}

TEST(MinimizeTest, IsTheSameEveryTime) {
  LateDevice world;
  const Scenario scenario = violated_scenario(world);
  const std::optional<Minimized> first = minimize(world, scenario);
  LateDevice other;
  const std::optional<Minimized> second = minimize(other, scenario);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->scenario, second->scenario);
  EXPECT_EQ(first->executions, second->executions);
}

TEST(MinimizeTest, KeepsToItsBound) {
  LateDevice world;
  const Scenario scenario = violated_scenario(world);
  const std::optional<Minimized> small = minimize(world, scenario, 20);
  ASSERT_TRUE(small);
  EXPECT_LE(small->executions, 20u);
  EXPECT_EQ(Execution(world, {}).replay(small->scenario).kind, VerdictKind::kViolated);
}

TEST(MinimizeTest, RefusesWhatHolds) {
  const std::unique_ptr<impl::World> world = impl::create_reference();
  EXPECT_FALSE(minimize(*world, standard_scenario(1)));
}

TEST(EditsTest, GiveCanonicalScenarios) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const Scenario scenario = random_scenario(seed, {.tasks = 4});
    std::vector<Scenario> edited = simpler(scenario);
    for (unsigned task = 0; task < scenario.layout.tasks; ++task) {
      if (scenario.layout.tasks > 1) {
        edited.push_back(without_task(scenario, task));
        EXPECT_EQ(edited.back().layout.tasks, scenario.layout.tasks - 1);
      }
      if (!scenario.tasks[task].empty()) {
        edited.push_back(without_operations(scenario, task, 0, 1));
        EXPECT_EQ(operation_count(edited.back()), operation_count(scenario) - 1);
      }
    }
    edited.push_back(without_setup(scenario, 0));
    for (Scenario& each : edited) {
      EXPECT_FALSE(each == scenario);
      Scenario again = each;
      canonicalize(again);
      EXPECT_EQ(again, each);
    }
  }
}

TEST(EditsTest, CalmerSchedulesHaveFewerSegments) {
  const Schedule schedule{{0, 3}, {1, 2}, {0, 1}, {2, 5}, {1, 1}};
  EXPECT_EQ(switch_count(schedule), 4u);
  const std::vector<Schedule> all = calmer(schedule);
  ASSERT_FALSE(all.empty());
  for (const Schedule& each : all) {
    EXPECT_LT(each.size(), schedule.size());
    unsigned points = 0;
    for (const Segment& segment : each) points += segment.points;
    EXPECT_EQ(points, 12u);
  }
  EXPECT_EQ(coalesced(Schedule{{0, 1}, {0, 2}, {1, 1}}), (Schedule{{0, 3}, {1, 1}}));
}

}  // namespace
}  // namespace mirrorcheck::fuzz
