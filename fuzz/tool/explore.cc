// explore: every interleaving of a scenario within a bound on preemptions.

#include <cstdio>
#include <optional>
#include <span>
#include <string>

#include "fuzz/explain/words.h"
#include "fuzz/harness/execution.h"
#include "fuzz/harness/history.h"
#include "fuzz/minimize/schedule_search.h"
#include "fuzz/scheduler/exhaustive_strategy.h"
#include "fuzz/tool/commands.h"
#include "fuzz/tool/exit_code.h"
#include "fuzz/tool/explore_model.h"
#include "fuzz/tool/input.h"
#include "fuzz/tool/interrupt.h"
#include "fuzz/tool/kernel_source.h"

namespace mirrorcheck::tool {
namespace {

constexpr std::uint64_t kDefaultPreemptions = 2;

constexpr Option kExploreOptions[] = {
    kImplOption,
    kKernelSourceOption,
    {"--preemptions", "N", "how often a task that could go on may be interrupted (default 2)",
     OptionKind::kNumber, 0, 64},
    kRawOption,
    kModelOption,
    kPagesOption,
    kFramesOption,
    kBlocksOption,
    kFilesOption,
    kFilePagesOption,
    kTasksOption,
    kWindowsOption,
    kMirrorsOption,
    kClassicsOption,
    kMmsOption,
    kRulesOption,
    kProtectionsOption,
    kAnyLockOrderOption,
    kNoSymmetryOption,
    kStatesOption,
};

// How many of them are for scenarios; the others are for the model.
constexpr std::size_t kForScenarios = 4;

// What has been seen within one bound.
struct Explored {
  std::uint64_t interleavings = 0;
  std::uint64_t inconclusive = 0;
  bool complete = true;
  fuzz::Verdict verdict;  // the first violation
};

Explored explore_all(fuzz::Execution& execution, const fuzz::Scenario& scenario,
                     unsigned preemptions, std::vector<fuzz::Segment>& executed) {
  Explored explored;
  fuzz::ExhaustiveStrategy strategy(preemptions);
  do {
    if (interrupted()) {
      explored.complete = false;
      break;
    }
    fuzz::Verdict verdict = execution.run(scenario, strategy, nullptr, &executed);
    ++explored.interleavings;
    if (verdict.kind == fuzz::VerdictKind::kInconclusive) ++explored.inconclusive;
    if (verdict.kind == fuzz::VerdictKind::kViolated) {
      explored.verdict = std::move(verdict);
      break;
    }
  } while (strategy.advance());
  return explored;
}

int report_violation(impl::World& world, const fuzz::Scenario& scenario, const Explored& explored,
                     const std::vector<fuzz::Segment>& executed, const std::string& name) {
  fuzz::Scenario shown = scenario;
  shown.expectations = fuzz::expectation_of(explored.verdict);
  if (!fuzz::store(executed, shown.schedule)) {
    std::printf("%s; its schedule has too many switches to be written down\n",
                fuzz::headline(explored.verdict).c_str());
    return kViolated;
  }
  fuzz::History history;
  const fuzz::Verdict verdict = fuzz::Execution(world, {}).replay(shown, &history);
  std::fputs(fuzz::explain({shown, history, verdict, name}).c_str(), stdout);
  return kViolated;
}

// Whether what is there fits together; one line if not.
bool sensible(const Arguments& arguments) {
  const bool model = arguments.has(kModelOption.name);
  if (model && !arguments.positionals().empty()) {
    std::fputs("mirrorcheck explore: --model: explores no scenario; leave one of them out\n",
               stderr);
    return false;
  }
  if (model) return true;
  if (arguments.positionals().empty()) {
    std::fputs(
        "mirrorcheck explore: SCENARIO: is missing; `mirrorcheck explore --help` tells what "
        "it is\n",
        stderr);
    return false;
  }
  for (const Option& option : std::span(kExploreOptions).subspan(kForScenarios)) {
    if (!arguments.has(option.name)) continue;
    std::fprintf(stderr, "mirrorcheck explore: %s: is for --model; say that, too\n",
                 std::string(option.name).c_str());
    return false;
  }
  return true;
}

int run_explore(const Arguments& arguments) {
  if (!sensible(arguments)) return kUsage;
  if (arguments.has(kModelOption.name)) return explore_model(arguments);
  const std::unique_ptr<impl::World> world = load_implementation(arguments);
  if (world == nullptr) return kUsage;
  const std::optional<fuzz::Scenario> scenario =
      read_scenario(arguments.positionals()[0], arguments.has(kRawOption.name));
  if (!scenario) return kUsage;
  watch_for_interrupt();
  const auto bound = static_cast<unsigned>(arguments.number("--preemptions", kDefaultPreemptions));
  fuzz::Execution execution(*world, {});
  std::vector<fuzz::Segment> executed;
  Explored explored;
  // Bound after bound, so that the first violation is one with the fewest preemptions. The last
  // bound costs by far the most.
  for (unsigned preemptions = 0; preemptions <= bound; ++preemptions) {
    explored = explore_all(execution, *scenario, preemptions, executed);
    if (explored.verdict.kind == fuzz::VerdictKind::kViolated) {
      std::printf("violated with %u preemptions, in interleaving %llu with at most that many\n",
                  preemptions, static_cast<unsigned long long>(explored.interleavings));
      return report_violation(*world, *scenario, explored, executed,
                              arguments.text("--impl", "reference"));
    }
    if (!explored.complete) {
      std::printf(
          "interrupted after %llu interleavings with at most %u preemptions: inconclusive\n",
          static_cast<unsigned long long>(explored.interleavings), preemptions);
      return kInconclusive;
    }
  }
  if (explored.inconclusive != 0) {
    std::printf("inconclusive: %llu of %llu interleavings did not come to their end\n",
                static_cast<unsigned long long>(explored.inconclusive),
                static_cast<unsigned long long>(explored.interleavings));
    return kInconclusive;
  }
  std::printf("holds in all %llu interleavings with at most %u preemptions\n",
              static_cast<unsigned long long>(explored.interleavings), bound);
  return kHolds;
}

}  // namespace

const Command kExplore{
    "explore",
    "SCENARIO",
    0,
    1,
    "runs every interleaving of a scenario within a bound on preemptions, or every state of the "
    "contract",
    "The scenario's own schedule is left aside. A violation is shown with the fewest preemptions\n"
    "that it needs; its text can be saved and replayed.\n"
    "With --model there is no implementation: every state that the contract allows in a small "
    "world\n"
    "is held to the safety properties.\n",
    kExploreOptions,
    run_explore};

}  // namespace mirrorcheck::tool
