// Scenarios with every field drawn on its own, far from what a generator would find interesting:
// what round trips have to cope with.

#ifndef MIRRORCHECK_TESTS_SCENARIO_WILD_SCENARIO_H_
#define MIRRORCHECK_TESTS_SCENARIO_WILD_SCENARIO_H_

#include <cstdint>
#include <string>
#include <vector>

#include "fuzz/scenario/scenario.h"
#include "fuzz/scenario/words.h"
#include "fuzz/scheduler/random.h"

namespace mirrorcheck::fuzz {

inline impl::Operation wild_operation(Random& random) {
  impl::Operation operation;
  operation.call = impl::Call(random.below(impl::kCalls));
  operation.page = static_cast<std::uint8_t>(random.below(256));
  operation.count = static_cast<std::uint8_t>(random.below(10));
  operation.prot = static_cast<std::uint8_t>(random.below(256));
  operation.file = model::File(random.below(256));
  operation.index = static_cast<std::uint8_t>(random.below(256));
  operation.cell = static_cast<std::uint8_t>(random.below(256));
  operation.size = static_cast<std::uint8_t>(random.below(40));
  operation.mirror = static_cast<std::uint8_t>(random.below(256));
  operation.flags = static_cast<std::uint8_t>(random.below(256));
  operation.requests = static_cast<std::uint16_t>(random.below(65536));
  operation.value = random.below(1U << 31);
  return operation;
}

inline ExpectedResult wild_result(Random& random, Place place) {
  ExpectedResult result;
  result.place = place;
  do result.error = -static_cast<std::int32_t>(random.below(kMaxErrno + 1));
  while (error_name(result.error).empty());
  if (random.one_in(2)) result.pages = static_cast<std::uint8_t>(random.below(256));
  if (random.one_in(2)) result.faults = static_cast<std::uint8_t>(random.below(256));
  for (unsigned i = random.below(kMaxCount + 1U); i != 0; --i) {
    switch (random.below(4)) {
      case 0:
        result.data.push_back(0);
        break;
      case 1:
        result.data.push_back(random.below(256));
        break;
      case 2:
        result.data.push_back(
            place_in_task(random.below(model::kTasks), random.below(kMaxOperations)));
        break;
      default:
        result.data.push_back(static_cast<std::uint32_t>(random.next()));
        break;
    }
  }
  return result;
}

// Canonical. Without expectations unless asked for.
inline Scenario wild_scenario(std::uint64_t seed, bool expectations) {
  Random random(seed);
  Scenario scenario;
  scenario.layout.tasks = static_cast<std::uint8_t>(1 + random.below(model::kTasks));
  for (model::Mm& mm : scenario.layout.mm_of_task) mm = model::Mm(random.below(model::kMms));
  for (impl::FileLayout& file : scenario.layout.files) {
    file = {.dax = random.one_in(2),
            .counted = random.one_in(2),
            .huge = random.one_in(2),
            .exists = random.one_in(2),
            .size = static_cast<std::uint8_t>(random.below(40))};
  }
  std::vector<ExpectedResult>& results = scenario.expectations.results;
  for (std::size_t i = random.below(kMaxSetup + 1); i != 0; --i) {
    scenario.setup.push_back(
        {.task = model::Task(random.below(model::kTasks)), .operation = wild_operation(random)});
    if (random.one_in(3)) results.push_back(wild_result(random, place_in_setup(i - 1)));
  }
  for (std::size_t task = 0; task < scenario.layout.tasks; ++task) {
    for (std::size_t i = random.below(kMaxOperations + 1); i != 0; --i) {
      scenario.tasks[task].push_back(wild_operation(random));
      if (random.one_in(3)) results.push_back(wild_result(random, place_in_task(task, i - 1)));
    }
  }
  const unsigned longest = random.one_in(2) ? 40 : 65535;
  for (std::size_t i = random.below(kMaxSegments + 1); i != 0; --i) {
    scenario.schedule.push_back({.task = static_cast<std::uint8_t>(random.below(model::kTasks)),
                                 .points = static_cast<std::uint16_t>(random.below(longest + 1))});
  }
  scenario.expectations.verdict = ExpectedVerdict(random.below(3));
  if (scenario.expectations.verdict == ExpectedVerdict::kViolated && random.one_in(2)) {
    scenario.expectations.property = "S" + std::to_string(random.below(20));
    for (std::size_t i = random.below(kMaxRules + 1); i != 0; --i) {
      scenario.expectations.rules.push_back("X" + std::to_string(random.below(20)));
    }
  }
  canonicalize(scenario);
  if (!expectations) scenario.expectations = Expectations{};
  return scenario;
}

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_TESTS_SCENARIO_WILD_SCENARIO_H_
