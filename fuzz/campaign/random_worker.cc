#include "fuzz/campaign/random_worker.h"

#include <algorithm>

#include "fuzz/campaign/known_triggers.h"
#include "fuzz/campaign/recorder.h"
#include "fuzz/explain/known.h"
#include "fuzz/harness/execution.h"
#include "fuzz/minimize/schedule_search.h"
#include "fuzz/scenario/generate.h"
#include "fuzz/scheduler/pct_strategy.h"
#include "fuzz/scheduler/random.h"
#include "fuzz/scheduler/random_strategy.h"

namespace mirrorcheck::fuzz {
namespace {

// PCT's guarantee falls with the length of runs, so these are shorter than what an engine with
// feedback grows.
constexpr Shape kShape{.tasks = 3, .operations = 6, .setup = 2, .segments = 0};
constexpr unsigned kDeepest = 4;
constexpr std::uint32_t kFirstGuess = 200;  // points of a run, before there was one
constexpr std::uint64_t kSearchRuns = 5'000;

// A schedule may have more switches than a scenario can hold; then another one is looked for.
Scenario with_schedule(impl::World& world, const Scenario& scenario, Strategy& strategy,
                       const Verdict& verdict) {
  Scenario written = scenario;
  std::vector<Segment> executed;
  {
    Execution execution(world, {});
    execution.run(scenario, strategy, nullptr, &executed);
    if (store(executed, written.schedule)) {
      History history;
      Verdict again = execution.replay(written, &history);
      note_known(world, written, history, again);
      if (again.same_finding(verdict)) return written;
    }
  }
  written = scenario;
  ScheduleSearch search(world, kSearchRuns);
  search.look_for(verdict, Likeness::kSameClause);
  Verdict found;
  search.find(written, found);
  return written;
}

}  // namespace

void work_randomly(impl::World& world, Engine engine, std::uint64_t seed, std::uint64_t executions,
                   Status& status, const std::string& findings) {
  Coverage fresh;
  fresh.merge(status.coverage);
  status.coverage = fresh;
  Execution execution(world, {.coverage = &status.coverage});
  Recorder recorder(status, findings);
  Random seeds(seed);
  RandomStrategy walk(0);
  History history;
  std::uint32_t points = kFirstGuess;
  for (std::uint64_t i = 0; executions == 0 || i < executions; ++i) {
    const std::uint64_t own = seeds.next();
    Scenario scenario = random_scenario(own, kShape);
    const bool avoids = avoid_known_triggers(scenario, world.known_triggers(), own >> 32);
    PctStrategy pct(own, 2 + static_cast<unsigned>(own % (kDeepest - 1)), points);
    walk.reseed(own);
    Strategy& strategy = engine == Engine::kPct ? static_cast<Strategy&>(pct) : walk;
    const std::vector<std::uint8_t> bytes = encode(scenario);
    status.begin_input(bytes);
    Verdict verdict = execution.run(scenario, strategy);
    points = std::max<std::uint32_t>(
        1, (points * 7 + static_cast<std::uint32_t>(execution.points())) / 8);
    if (verdict.kind == VerdictKind::kViolated && !world.known_triggers().empty()) {
      verdict = execution.run(scenario, strategy, &history);  // the same one
      note_known(world, scenario, history, verdict);
    }
    if (verdict.kind == VerdictKind::kViolated && recorder.is_new(verdict)) {
      recorder.take(with_schedule(world, scenario, strategy, verdict), verdict);
    } else {
      recorder.take(scenario, verdict);
    }
    status.end_input(avoids);
  }
}

}  // namespace mirrorcheck::fuzz
