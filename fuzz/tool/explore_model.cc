#include "fuzz/tool/explore_model.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>

#include <cstdio>

#include "fuzz/harness/describe.h"
#include "fuzz/tool/exit_code.h"

namespace mirrorcheck::tool {
namespace {

namespace explore = proofs::explore;
using Verdict = explore::ExploreResult::Verdict;

constexpr std::uint64_t kDefaultStates = 20'000'000;

explore::ExploreOptions explore_options(const Arguments& arguments) {
  const auto number = [&](const Option& option, unsigned otherwise) {
    return static_cast<unsigned>(arguments.number(option.name, otherwise));
  };
  explore::ExploreOptions options;
  options.bounds = {.mms = number(kMmsOption, 1),
                    .pages = number(kPagesOption, 1),
                    .files = number(kFilesOption, 0),
                    .file_pages = number(kFilePagesOption, 1),
                    .frames = number(kFramesOption, 1),
                    .blocks = number(kBlocksOption, 0),
                    .tasks = number(kTasksOption, 2),
                    .mirrors = number(kMirrorsOption, 1),
                    .classics = number(kClassicsOption, 0),
                    .windows = number(kWindowsOption, 1)};
  options.rules = explore::parse_rules(arguments.text(kRulesOption.name, "notifier"));
  options.symmetry = !arguments.has(kNoSymmetryOption.name);
  options.lock_order = !arguments.has(kAnyLockOrderOption.name);
  options.protections = arguments.has(kProtectionsOption.name);
  options.max_states = arguments.number(kStatesOption.name, kDefaultStates);
  return options;
}

void print_trace(const explore::ExploreOptions& options) {
  // Once more, with every thing under one name from the first step to the last.
  explore::ExploreOptions again = options;
  again.symmetry = false;
  unsigned number = 0;
  for (const explore::ExploreStep& step : explore::explore(again).trace) {
    std::printf("%s\n", describe_step(step, ++number).c_str());
  }
}

}  // namespace

std::string describe_step(const explore::ExploreStep& step, unsigned number) {
  return absl::StrFormat("%4u  task %u  %s%s", number, static_cast<unsigned>(step.arguments.task),
                         fuzz::describe(step.rule, step.arguments),
                         step.broken != 0 ? "   <- not allowed" : "");
}

int explore_model(const Arguments& arguments) {
  try {
    const explore::ExploreOptions options = explore_options(arguments);
    const explore::ExploreResult result = explore::explore(options);
    const auto states = static_cast<double>(result.states);
    std::printf("states   %zu", result.states);
    if (options.symmetry) std::printf(" up to renaming, %zu in all", result.orbit_states);
    std::printf(", depth %u, %zu steps by %zu rules\n", result.depth, result.steps,
                options.rules.count());
    std::printf(
        "rate     %.2f million states/s, %.1f million steps/s of one core (%.1f s of its time)\n",
        states / result.seconds / 1e6, static_cast<double>(result.steps) / result.seconds / 1e6,
        result.seconds);
    std::printf("memory   %.1f bytes a state, each kept whole: none is missed\n",
                static_cast<double>(result.bytes) / states);
    switch (result.verdict) {
      case Verdict::kHolds:
        std::printf("holds in every state of this world\n");
        return kHolds;
      case Verdict::kViolated:
        std::printf("violated %s: %s, after\n",
                    std::string(model::info(result.violated->property).id).c_str(),
                    std::string(result.violated->sentence).c_str());
        print_trace(options);
        return kViolated;
      case Verdict::kUnfinished:
        break;
    }
    std::printf("inconclusive: holds in the states seen, but there are more; raise --states\n");
    return kInconclusive;
  } catch (const explore::ExploreError& error) {
    std::fprintf(stderr, "mirrorcheck explore: %s\n", error.what());
    return kUsage;
  }
}

}  // namespace mirrorcheck::tool
