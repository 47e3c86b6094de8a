// A run is a function of its scenario, and cheap comparison is as good as thorough comparison.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fuzz/harness/execution.h"
#include "fuzz/scenario/generate.h"
#include "fuzz/scheduler/random_strategy.h"
#include "fuzz/scheduler/segment_strategy.h"
#include "tests/harness/history_text.h"
#include "tests/harness/lying_world.h"
#include "tests/harness/scenario_of.h"

namespace mirrorcheck::fuzz {
namespace {

Scenario scenario_of_seed(unsigned seed) {
  return seed % 4 == 0 ? standard_scenario(seed) : random_scenario(seed, Shape{});
}

// A world whose device now and then keeps an entry that it was told to drop.
class KeepsEntries final : public LyingWorld {
 public:
  impl::Entry device_entry(model::Mirror mirror, model::Page page) const override {
    const impl::Entry entry = truth().device_entry(mirror, page);
    return entry.frame == model::kNoFrame && page == model::Page(1) ? impl::Entry{kKept, true}
                                                                    : entry;
  }

 private:
  static constexpr model::Frame kKept{9};
};

TEST(Agreement, TheReferenceHoldsWhateverIsCompared) {
  LyingWorld world;
  Execution touched(world, {});
  Execution everything(world, {.compare_everything = true, .coverage = nullptr});
  for (unsigned seed = 0; seed < 10 * SEEDS; ++seed) {
    const Scenario scenario = scenario_of_seed(seed);
    const Verdict cheap = touched.replay(scenario);
    ASSERT_EQ(cheap.kind, VerdictKind::kHolds) << "seed " << seed << ": " << sentence_of(cheap);
    const Verdict thorough = everything.replay(scenario);
    ASSERT_EQ(thorough.kind, VerdictKind::kHolds)
        << "seed " << seed << ": " << sentence_of(thorough);
    ASSERT_EQ(touched.steps(), everything.steps()) << "seed " << seed;
    ASSERT_EQ(touched.points(), everything.points()) << "seed " << seed;
  }
}

TEST(Agreement, WhatIsWrongIsFoundEitherWay) {
  KeepsEntries world;
  Execution touched(world, {});
  Execution everything(world, {.compare_everything = true, .coverage = nullptr});
  for (unsigned seed = 0; seed < 200; ++seed) {
    const Scenario scenario = scenario_of_seed(seed);
    const Verdict cheap = touched.replay(scenario);
    const Verdict thorough = everything.replay(scenario);
    ASSERT_EQ(cheap.kind, VerdictKind::kViolated) << "seed " << seed;
    ASSERT_EQ(thorough.kind, VerdictKind::kViolated) << "seed " << seed;
    ASSERT_TRUE(cheap.same_finding(thorough))
        << "seed " << seed << ": " << sentence_of(cheap) << ", " << sentence_of(thorough);
    ASSERT_GE(cheap.step, thorough.step) << "seed " << seed;
  }
}

TEST(Determinism, TheSameScenarioTwiceIsTheSameRun) {
  LyingWorld world;
  Execution execution(world, {});
  LyingWorld other_world;
  Execution other(other_world, {});
  for (unsigned seed = 0; seed < 200; ++seed) {
    const Scenario scenario = scenario_of_seed(seed);
    History first;
    History second;
    History third;
    execution.replay(scenario, &first);
    execution.replay(scenario, &second);
    other.replay(scenario, &third);
    const std::string text = text_of(first);
    ASSERT_EQ(text, text_of(second)) << "seed " << seed;
    ASSERT_EQ(text, text_of(third)) << "seed " << seed;
  }
}

// A run that was cut off in the middle leaves nothing behind.
TEST(Determinism, ARunAfterAnAbandonedOneIsTheSame) {
  KeepsEntries world;
  Execution execution(world, {});
  const Scenario scenario = standard_scenario(3);
  const Verdict first = execution.replay(scenario);
  ASSERT_EQ(first.kind, VerdictKind::kViolated);
  for (unsigned seed = 0; seed < 20; ++seed) {
    execution.replay(scenario_of_seed(seed));
    const Verdict again = execution.replay(scenario);
    ASSERT_TRUE(again.same_finding(first)) << "after seed " << seed;
    ASSERT_EQ(again.step, first.step);
    ASSERT_EQ(again.contract_state, first.contract_state);
    ASSERT_EQ(again.implementation_state, first.implementation_state);
  }
}

// The schedule that was followed, written down, is followed again.
TEST(Determinism, ARecordedScheduleGivesTheSameHistory) {
  LyingWorld world;
  Execution execution(world, {});
  RandomStrategy random(0);
  for (unsigned seed = 0; seed < 200; ++seed) {
    const Scenario scenario = scenario_of_seed(seed);
    random.reseed(seed);
    History first;
    std::vector<Segment> executed;
    execution.run(scenario, random, &first, &executed);
    SegmentStrategy recorded(executed);
    History second;
    execution.run(scenario, recorded, &second);
    ASSERT_EQ(text_of(first), text_of(second)) << "seed " << seed;
  }
}

}  // namespace
}  // namespace mirrorcheck::fuzz
