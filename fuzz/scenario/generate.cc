#include "fuzz/scenario/generate.h"

#include "fuzz/scenario/bytes.h"
#include "fuzz/scenario/random_operation.h"
#include "fuzz/scheduler/random.h"

namespace mirrorcheck::fuzz {
namespace {

void add_operations(Random& random, Scenario& scenario, std::size_t task, unsigned count,
                    std::size_t calls) {
  for (unsigned i = 0; i < count; ++i) {
    scenario.tasks[task].push_back(random_operation(random, scenario, calls));
  }
}

void add_segments(Random& random, Scenario& scenario, unsigned count) {
  for (unsigned i = 0; i < count; ++i) {
    scenario.schedule.push_back(random_segment(random, scenario.layout.tasks));
  }
}

impl::FileLayout random_file(Random& random, bool with_runs) {
  const bool dax = !random.one_in(3);
  return {.dax = dax,
          .counted = dax && random.one_in(2),
          .huge = with_runs && dax && random.one_in(2),
          .exists = !random.one_in(6),
          .size = static_cast<std::uint8_t>(random.below(kMaxFileSize + 1U))};
}

// What the file of the standard world is mapped with in a fourth of all scenarios: what follows
// from another kind of mapping seldom shows in one that is drawn among the operations, since pages
// are mostly mapped already.
void vary_mapping(Random& random, Scenario& scenario) {
  if (!random.one_in(4)) return;
  for (SetupOperation& step : scenario.setup) {
    if (step.operation.call != impl::Call::kMmapFile) continue;
    step.operation.call = impl::Call::kMmapPrivate;
  }
}

// In a fourth, too, its blocks come in runs: pages 4-7 are two that one entry each can map.
void vary_file(Random& random, Scenario& scenario) {
  impl::FileLayout& file = scenario.layout.files[0];
  if (random.one_in(4)) file.huge = may_be_huge(file);
}

}  // namespace

Scenario random_scenario(std::uint64_t seed, const Shape& shape) {
  Random random(seed);
  Scenario scenario;
  standard_world(scenario);
  scenario.layout.tasks = static_cast<std::uint8_t>(1 + random.below(shape.tasks));
  if (random.one_in(8)) {
    for (impl::FileLayout& file : scenario.layout.files) {
      file = random_file(random, shape.calls == impl::kCalls);
    }
  }
  if (random.one_in(4)) {
    for (model::Mm& mm : scenario.layout.mm_of_task) mm = model::Mm(random.below(model::kMms));
  }
  if (shape.calls == impl::kCalls) {
    vary_mapping(random, scenario);
    vary_file(random, scenario);
  }
  const unsigned setup = random.below(shape.setup + 1U);
  for (unsigned i = 0; i < setup; ++i) {
    scenario.setup.push_back({.task = model::Task(random.below(scenario.layout.tasks)),
                              .operation = random_operation(random, scenario, shape.calls)});
  }
  for (std::size_t task = 0; task < scenario.layout.tasks; ++task) {
    add_operations(random, scenario, task, random.below(shape.operations + 1U), shape.calls);
  }
  add_segments(random, scenario, random.below(shape.segments + 1U));
  canonicalize(scenario);
  return scenario;
}

Scenario standard_scenario(std::uint64_t seed) {
  constexpr unsigned kSegments = 48;
  Random random(seed);
  Scenario scenario;
  standard_world(scenario);
  scenario.layout.tasks = 3;
  for (std::size_t task = 0; task < scenario.layout.tasks; ++task) {
    add_operations(random, scenario, task, 8, kCallsOfStandardScenario);
  }
  add_segments(random, scenario, kSegments);
  // All pages are among the eight of the standard world.
  for (OperationList& operations : scenario.tasks) {
    for (impl::Operation& operation : operations) operation.page %= 8;
  }
  canonicalize(scenario);
  return scenario;
}

}  // namespace mirrorcheck::fuzz
