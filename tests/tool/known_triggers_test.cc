// What an implementation is known to break is left out of nearly all inputs, and only that.

#include "fuzz/campaign/known_triggers.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>

#include "fuzz/scenario/bytes.h"
#include "fuzz/scenario/scenario.h"

namespace mirrorcheck::fuzz {
namespace {

using impl::Call;
using impl::KnownTrigger;
using impl::mask_of;

constexpr std::array kTriggers{
    KnownTrigger{mask_of(Call::kMigrateToDevice),
                 mask_of(Call::kDeviceRead) | mask_of(Call::kDeviceWrite)},
    KnownTrigger{mask_of(Call::kNotifierRegister), mask_of(Call::kOomReap)}};

Scenario scenario_of(std::initializer_list<Call> calls) {
  Scenario scenario;
  standard_world(scenario);
  for (const Call call : calls) scenario.tasks[0].push_back({.call = call});
  canonicalize(scenario);
  return scenario;
}

bool has(const Scenario& scenario, Call call) {
  for (const impl::Operation& operation : scenario.tasks[0]) {
    if (operation.call == call) return true;
  }
  return false;
}

TEST(KnownTriggers, OneSideGoesAndEitherMay) {
  const Scenario whole =
      scenario_of({Call::kMigrateToDevice, Call::kStore, Call::kDeviceRead, Call::kDeviceWrite});
  unsigned without_here = 0;
  unsigned without_there = 0;
  unsigned alone = 0;
  for (std::uint64_t choice = 0; choice < 1024; ++choice) {
    Scenario scenario = whole;
    if (!avoid_known_triggers(scenario, kTriggers, choice)) {
      EXPECT_EQ(scenario, whole);
      ++alone;
      continue;
    }
    EXPECT_TRUE(has(scenario, Call::kStore));
    const bool reads = has(scenario, Call::kDeviceRead);
    EXPECT_EQ(reads, has(scenario, Call::kDeviceWrite));
    EXPECT_NE(reads, has(scenario, Call::kMigrateToDevice));
    ++(reads ? without_here : without_there);
    Scenario canonical = scenario;
    canonicalize(canonical);
    EXPECT_EQ(scenario, canonical);
  }
  EXPECT_EQ(alone, 32u);
  EXPECT_EQ(without_here, without_there);
}

TEST(KnownTriggers, WhatIsNotThereTogetherStays) {
  const Scenario whole = scenario_of({Call::kMigrateToDevice, Call::kNotifierRegister});
  for (std::uint64_t choice = 0; choice < 64; ++choice) {
    Scenario scenario = whole;
    EXPECT_FALSE(avoid_known_triggers(scenario, kTriggers, choice));
    EXPECT_EQ(scenario, whole);
    EXPECT_FALSE(avoid_known_triggers(scenario, {}, choice));
  }
}

TEST(KnownTriggers, OperationsOfTheSetUpCount) {
  Scenario whole = scenario_of({Call::kMigrateToDevice});
  whole.setup.push_back({.operation = {.call = Call::kDeviceRead}});
  canonicalize(whole);
  unsigned avoided = 0;
  for (std::uint64_t choice = 0; choice < 64; ++choice) {
    Scenario scenario = whole;
    if (avoid_known_triggers(scenario, kTriggers, choice)) ++avoided;
    EXPECT_TRUE(has_standard_world(scenario));
  }
  EXPECT_EQ(avoided, 62u);
}

TEST(KnownTriggers, TheSameInputAlwaysMakesTheSameChoice) {
  const std::array<std::uint8_t, 3> input{1, 2, 3};
  const std::array<std::uint8_t, 3> other{1, 2, 4};
  EXPECT_EQ(choice_of(input), choice_of(input));
  EXPECT_NE(choice_of(input), choice_of(other));
}

}  // namespace
}  // namespace mirrorcheck::fuzz
