#include "fuzz/scenario/generate.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "fuzz/scenario/bytes.h"
#include "fuzz/scenario/calls.h"
#include "fuzz/scenario/text.h"

namespace mirrorcheck::fuzz {
namespace {

TEST(Generate, TheSameSeedGivesTheSameScenario) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    ASSERT_EQ(random_scenario(seed, {}), random_scenario(seed, {}));
    ASSERT_EQ(standard_scenario(seed), standard_scenario(seed));
  }
  EXPECT_NE(standard_scenario(1), standard_scenario(2));
}

TEST(Generate, TheStandardScenarioHasItsShape) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Scenario scenario = standard_scenario(seed);
    ASSERT_EQ(scenario.layout.tasks, 3);
    ASSERT_TRUE(has_standard_world(scenario));
    ASSERT_EQ(scenario.setup.size(), kStandardSetup);
    for (std::size_t task = 0; task < 3; ++task) {
      ASSERT_EQ(scenario.tasks[task].size(), 8U);
      for (const impl::Operation& operation : scenario.tasks[task]) ASSERT_LT(operation.page, 8);
    }
    ASSERT_FALSE(scenario.schedule.empty());
    Scenario canonical = scenario;
    canonicalize(canonical);
    ASSERT_EQ(scenario, canonical);
  }
}

TEST(Generate, EveryShapeIsKept) {
  const Shape largest = {.tasks = model::kTasks,
                         .operations = kMaxOperations,
                         .setup = kMaxSetup - kStandardSetup,
                         .segments = kMaxSegments};
  std::size_t most = 0;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const Scenario scenario = random_scenario(seed, largest);
    most = std::max(most, scenario.tasks[0].size());
    const Scenario tiny =
        random_scenario(seed, {.tasks = 1, .operations = 0, .setup = 0, .segments = 0});
    ASSERT_EQ(tiny.layout.tasks, 1);
    ASSERT_TRUE(tiny.tasks[0].empty());
    ASSERT_TRUE(tiny.schedule.empty());
    ASSERT_EQ(tiny.setup.size(), kStandardSetup);
  }
  // 500 draws from 17 lengths miss the longest with probability (16/17)^500 < 1e-13.
  EXPECT_EQ(most, kMaxOperations);
}

// The weights leave no call out: the rarest is drawn with probability 1/150 or so, 8 times in each
// of 1000 scenarios, so that missing one has probability e^-50.
TEST(Generate, EveryCallIsDrawn) {
  std::vector<int> drawn(impl::kCalls);
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    for (const OperationList& operations : random_scenario(seed, {}).tasks) {
      for (const impl::Operation& operation : operations) {
        ++drawn[static_cast<std::size_t>(operation.call)];
      }
    }
  }
  for (std::size_t call = 0; call < drawn.size(); ++call) {
    EXPECT_GT(drawn[call], 0) << kCallTable[call].name;
  }
}

// Seeds are quoted in reports, so they must go on giving the same scenario.
TEST(Generate, OldSeedsKeepTheirMeaning) {
  const Scenario scenario =
      random_scenario(42, {.tasks = 2, .operations = 4, .setup = 1, .segments = 6, .calls = 26});
  EXPECT_EQ(format(scenario), R"(mirrorcheck scenario 1
tasks t0:mm0 t1:mm0
file f0 dax 16 cells
file f1 dax 0 cells
file f2 cache 8 cells
setup
  t0 mmap_anon p0+4 rw
  t0 mmap_file p4+4 rw f0@0
  t0 mirror_open m0 p0+8
t1
  load p1 .0
  punch_hole f2@7+1
  mmap_file p0+2 r f2@0
  device_write m1 p0+2 .0
schedule t0*2 t1*5 t0*4 t1*137
)");
}

}  // namespace
}  // namespace mirrorcheck::fuzz
