// Golden counts of states, and each reduction against the exploration without it.

#include "proofs/explore/explore.h"

#include <gtest/gtest.h>

namespace mirrorcheck::proofs::explore {
namespace {

using Verdict = ExploreResult::Verdict;

ExploreOptions world(const Bounds& bounds, std::string_view rules) {
  ExploreOptions options;
  options.bounds = bounds;
  options.rules = parse_rules(rules);
  options.protections = false;
  return options;
}
constexpr Bounds kOneTask{.pages = 1, .files = 0, .frames = 1, .tasks = 1};
constexpr Bounds kTwoTasks{.pages = 1, .files = 0, .frames = 1, .tasks = 2, .windows = 0};
constexpr Bounds kTwoFrames{.pages = 2, .files = 0, .frames = 2, .tasks = 1, .windows = 0};
constexpr Bounds kTruncate{
    .pages = 1, .files = 1, .frames = 0, .blocks = 1, .tasks = 1, .mirrors = 0};

struct Golden {
  const char* what;
  ExploreOptions options;
  std::size_t states;
  unsigned depth;
};

TEST(Explore, CountsAreTheGoldenOnesAndNothingIsViolated) {
  ExploreOptions protections = world(kOneTask, "notifier");
  protections.protections = true;
  const Golden kGolden[] = {
      {"one task", world(kOneTask, "notifier"), 41'813, 30},
      {"protections", protections, 101'641, 30},
      {"two tasks", world(kTwoTasks, "notifier"), 5'768, 25},
      {"two frames", world(kTwoFrames, "notifier"), 29'925, 26},
      {"truncate", world(kTruncate, "core"), 84'240, 26},
  };
  for (const Golden& golden : kGolden) {
    const ExploreResult result = explore(golden.options);
    EXPECT_EQ(result.verdict, Verdict::kHolds) << golden.what;
    EXPECT_EQ(result.states, golden.states) << golden.what;
    EXPECT_EQ(result.depth, golden.depth) << golden.what;
  }
}

// Of each sort that has other names there are two somewhere, and three of one.
TEST(Explore, SymmetryExpandsToTheStatesWithoutIt) {
  constexpr Bounds kThreeTasks{.pages = 1, .files = 0, .frames = 0, .tasks = 3, .windows = 0};
  constexpr Bounds kTwoMms{
      .mms = 2, .pages = 2, .files = 0, .frames = 1, .tasks = 1, .mirrors = 0, .windows = 0};
  constexpr Bounds kTwoBlocks{
      .pages = 1, .files = 1, .frames = 0, .blocks = 2, .tasks = 1, .mirrors = 0, .windows = 0};
  for (const Bounds& bounds : {kTwoTasks, kTwoFrames, kThreeTasks, kTwoMms, kTwoBlocks}) {
    ExploreOptions options = world(bounds, bounds.files != 0 ? "core" : "notifier");
    const ExploreResult with = explore(options);
    options.symmetry = false;
    const ExploreResult without = explore(options);
    EXPECT_EQ(with.orbit_states, without.states);
    EXPECT_LT(with.states, without.states);
    EXPECT_EQ(with.depth, without.depth);
  }
}

// What is forgotten makes no difference: to the same depth there are the same states, once those
// that behave alike are counted as one.
TEST(Explore, ForgettingLosesNoState) {
  for (const Bounds& bounds : {kOneTask, kTruncate}) {
    ExploreOptions options = world(bounds, "core");
    options.symmetry = false;
    options.max_depth = 17;
    const ExploreResult with = explore(options);
    options.forget = false;
    const ExploreResult without = explore(options);
    EXPECT_EQ(with.states, without.representatives);
    EXPECT_LT(with.states, without.states);
  }
}

TEST(Explore, ChoicesLeaveOutNoStep) {
  for (const Bounds& bounds : {kOneTask, kTruncate}) {
    ExploreOptions options = world(bounds, "core");
    options.max_depth = 14;
    const ExploreResult some = explore(options);
    options.every_choice = true;
    const ExploreResult all = explore(options);
    EXPECT_EQ(some.states, all.states);
    EXPECT_LT(some.steps, all.steps);
  }
}

// With what narrows the world by default: it has choices of its own.
TEST(Explore, ChoicesLeaveOutNoStepOfPrivateMappings) {
  Bounds bounds = kTruncate;
  bounds.frames = 1;
  ExploreOptions options = world(bounds, "all");
  options.protections = true;
  options.private_mappings = true;
  options.max_depth = 8;
  const ExploreResult some = explore(options);
  options.every_choice = true;
  const ExploreResult all = explore(options);
  EXPECT_EQ(some.states, all.states);
  EXPECT_LE(some.steps, all.steps);
}

// Nor of what there is only where it is asked for; and those steps have the properties of steps.
TEST(Explore, ChoicesLeaveOutNoStepOfWhatIsAskedFor) {
  ExploreOptions device =
      world({.pages = 1, .files = 0, .frames = 1, .tasks = 1, .swap_slots = 1, .device_frames = 1},
            "all");
  device.owned_windows = true;
  device.max_depth = 7;
  ExploreOptions synchronous =
      world({.pages = 1, .files = 1, .frames = 0, .blocks = 1, .tasks = 1, .mirrors = 0}, "all");
  synchronous.synchronous = true;
  synchronous.max_depth = 9;
  ExploreOptions huge =
      world({.pages = 4, .files = 0, .frames = 2, .tasks = 1, .mirrors = 0, .huge = true},
            "A12.mmap_write,A6.mmap,M2.allocate,M4.populate,M4.join,M1.split,M1.zap,A6.move_entry");
  huge.max_depth = 9;
  for (ExploreOptions options : {device, synchronous, huge}) {
    options.symmetry = false;
    const ExploreResult some = explore(options);
    EXPECT_EQ(some.violated, nullptr);
    options.every_choice = true;
    EXPECT_EQ(explore(options).states, some.states);
    options.every_step = true;
    const ExploreResult each = explore(options);
    EXPECT_EQ(each.states, some.states);
    EXPECT_EQ(each.step_harm.name, "");
  }
  huge.symmetry = false;
  huge.synchronous = true;
  EXPECT_THROW(explore(huge), ExploreError);
}

TEST(Explore, TheOrderOfLocksOnlyLeavesStepsOut) {
  ExploreOptions options = world(kTruncate, "core");
  const ExploreResult in_order = explore(options);
  options.lock_order = false;
  const ExploreResult in_any = explore(options);
  EXPECT_EQ(in_any.verdict, Verdict::kHolds);
  EXPECT_LE(in_order.states, in_any.states);
  EXPECT_LT(in_order.steps, in_any.steps);
}

TEST(Explore, ABoundThatIsHitIsNoSuccess) {
  ExploreOptions options = world(kOneTask, "notifier");
  options.max_states = 100;
  EXPECT_EQ(explore(options).verdict, Verdict::kUnfinished);
}

// Epochs that are not counted from the present one are soon more than a state has bits for.
TEST(Explore, EndsThatAreCutOffAreNoSuccess) {
  ExploreOptions options =
      world({.pages = 1, .files = 0, .frames = 0, .tasks = 1},
            "A12.mmap_write,N2.publish,N4.insert,I2.start,D1.update_lock,D1.update_unlock,"
            "D2.invalidate,I2.started,I6.end");
  options.symmetry = false;
  const ExploreResult with = explore(options);
  EXPECT_EQ(with.verdict, Verdict::kHolds);
  EXPECT_EQ(with.cut, 0U);
  options.forget = false;
  const ExploreResult without = explore(options);
  EXPECT_EQ(without.verdict, Verdict::kUnfinished);
  EXPECT_GT(without.cut, 0U);
}

// A huge entry is made, walked and split, and nothing of it breaks.
TEST(Explore, HugeEntries) {
  ExploreOptions options =
      world({.pages = 2, .files = 0, .frames = 2, .tasks = 1, .huge = true},
            "A12.mmap_write,A6.mmap,M2.allocate,M4.populate,M4.join,M1.split,M1.zap,N2.publish,"
            "N4.insert,I2.start,D2.invalidate,I2.started,Q2.read_begin,F6.walk_page");
  EXPECT_THROW(explore(options), ExploreError);  // with symmetry
  options.symmetry = false;
  options.max_depth = 12;
  const ExploreResult some = explore(options);
  EXPECT_EQ(some.violated, nullptr);
  EXPECT_TRUE(some.taken.test(static_cast<std::size_t>(model::Rule::kJoin)));
  EXPECT_TRUE(some.taken.test(static_cast<std::size_t>(model::Rule::kSplit)));
  options.every_choice = true;
  const ExploreResult all = explore(options);
  EXPECT_EQ(some.states, all.states);
}

// What is proved of every step holds of those that are taken here, with all that is forgotten; of a
// rule that lacks something it does not (attack_test.cc).
TEST(Explore, StepsHaveThePropertiesOfSteps) {
  ExploreOptions huge = world({.pages = 2, .files = 0, .frames = 2, .tasks = 1, .huge = true},
                              "notifier,M4.join,M1.split,M1.write_protect");
  huge.symmetry = false;
  ExploreOptions files = world(kTruncate, "all");
  files.private_mappings = true;
  ExploreOptions owned = world(kOneTask, "all");
  owned.owned_windows = true;
  owned.lock_order = false;
  for (ExploreOptions options : {world(kTwoTasks, "all"), huge, files, owned}) {
    options.every_step = true;
    options.max_states = 3'000;
    const ExploreResult result = explore(options);
    EXPECT_EQ(result.step_harm.name, "");
    EXPECT_EQ(result.violated, nullptr);
    EXPECT_GT(result.steps, 3'000U);
  }
}

TEST(Explore, AWorldThatIsTooLargeIsRefused) {
  EXPECT_THROW(explore(world({.pages = 9}, "core")), ExploreError);
  EXPECT_THROW(parse_rules("cor"), ExploreError);
}

}  // namespace
}  // namespace mirrorcheck::proofs::explore
