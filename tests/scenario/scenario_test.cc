// Scenarios as values: provenance, and what canonicalize() does to the rest.

#include "fuzz/scenario/scenario.h"

#include <gtest/gtest.h>

#include <set>

#include "fuzz/scenario/calls.h"
#include "tests/scenario/wild_scenario.h"

namespace mirrorcheck::fuzz {
namespace {

TEST(Provenance, NamesThePlaceThatStoredADatum) {
  EXPECT_EQ(provenance(0), "0");
  EXPECT_EQ(provenance(place_in_task(0, 0)), "t0.1");
  EXPECT_EQ(provenance(place_in_task(7, 15)), "t7.16");
  EXPECT_EQ(provenance(place_in_setup(2)), "setup.3");
}

TEST(Provenance, WhatNoOperationStoresIsANumber) {
  EXPECT_EQ(provenance(17), "0x11");
  EXPECT_EQ(provenance(256), "0x100");
  EXPECT_EQ(provenance(256 + 17), "0x111");
  EXPECT_EQ(provenance(9 * 256 + 1), "0x901");
  EXPECT_EQ(provenance(0xffffffff), "0xffffffff");
}

TEST(Canonicalize, EveryStoreHasADatumOfItsOwn) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const Scenario scenario = wild_scenario(seed, false);
    std::set<std::uint32_t> seen = {0};
    const auto look = [&](const impl::Operation& operation, Place place) {
      if (!info(operation.call).reads(kValueField)) {
        EXPECT_EQ(operation.value, 0U);
      } else {
        EXPECT_EQ(operation.value, place);
        EXPECT_TRUE(seen.insert(operation.value).second) << provenance(operation.value);
      }
    };
    for (std::size_t i = 0; i < scenario.setup.size(); ++i) {
      look(scenario.setup[i].operation, place_in_setup(i));
    }
    for (std::size_t task = 0; task < model::kTasks; ++task) {
      for (std::size_t i = 0; i < scenario.tasks[task].size(); ++i) {
        look(scenario.tasks[task][i], place_in_task(task, i));
      }
    }
  }
}

TEST(Canonicalize, TwiceIsOnce) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const Scenario once = wild_scenario(seed, true);
    Scenario twice = once;
    canonicalize(twice);
    ASSERT_EQ(once, twice);
  }
}

TEST(Canonicalize, KeepsWhatIsInRange) {
  Scenario scenario;
  scenario.layout.tasks = 2;
  scenario.tasks[1].push_back({.call = impl::Call::kDeviceFault,
                               .page = 15,
                               .count = 8,
                               .mirror = 3,
                               .flags = 15,
                               .requests = 0xffff});
  scenario.schedule.push_back({.task = 1, .points = 65535});
  const Scenario before = scenario;
  canonicalize(scenario);
  EXPECT_EQ(scenario, before);
}

TEST(Canonicalize, BringsTheRestIntoRange) {
  Scenario scenario;
  scenario.layout.tasks = 0;
  scenario.layout.mm_of_task[3] = model::Mm(1);
  scenario.layout.files[0] = {.dax = true, .exists = false, .size = 9};
  scenario.layout.files[1] = {.dax = true, .exists = true, .size = 200};
  scenario.layout.files[2] = {.dax = false, .counted = true, .exists = true, .size = 4};
  scenario.tasks[0].push_back({.call = impl::Call::kUnpin, .page = 3, .value = 9});
  scenario.tasks[0].push_back({.call = impl::Call::kMunmap, .page = 16, .count = 0});
  scenario.tasks[5].push_back({});
  scenario.setup.push_back({.task = model::Task(4), .operation = {}});
  scenario.schedule.push_back({.task = 6, .points = 0});
  scenario.expectations.results.push_back({.place = place_in_task(0, 5)});
  scenario.expectations.results.push_back({.place = place_in_task(0, 1), .error = -1});
  scenario.expectations.results.push_back({.place = place_in_task(0, 0)});
  canonicalize(scenario);
  EXPECT_EQ(scenario.layout.tasks, 1);
  EXPECT_EQ(scenario.layout.mm_of_task[3], model::Mm(0));
  EXPECT_EQ(scenario.layout.files[0].size, 0);
  EXPECT_EQ(scenario.layout.files[1].size, kMaxFileSize);
  EXPECT_FALSE(scenario.layout.files[2].counted);
  EXPECT_EQ(scenario.tasks[0][0], impl::Operation{.call = impl::Call::kUnpin});
  EXPECT_EQ(scenario.tasks[0][1], impl::Operation{.call = impl::Call::kMunmap});
  EXPECT_TRUE(scenario.tasks[5].empty());
  EXPECT_EQ(scenario.setup[0].task, model::Task(0));
  EXPECT_EQ(scenario.schedule[0], Segment{});
  ASSERT_EQ(scenario.expectations.results.size(), 2U);
  EXPECT_EQ(scenario.expected(place_in_task(0, 1))->error, -1);
  EXPECT_EQ(scenario.expected(place_in_task(0, 0))->error, 0);
  EXPECT_EQ(scenario.expected(place_in_task(0, 2)), nullptr);
}

}  // namespace
}  // namespace mirrorcheck::fuzz
