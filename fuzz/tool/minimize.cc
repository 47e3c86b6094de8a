// minimize: a smaller scenario that breaks the same property.

#include "fuzz/minimize/minimize.h"

#include <cstdio>
#include <optional>

#include "fuzz/explain/run_record.h"
#include "fuzz/harness/execution.h"
#include "fuzz/minimize/edits.h"
#include "fuzz/tool/commands.h"
#include "fuzz/tool/exit_code.h"
#include "fuzz/tool/input.h"
#include "fuzz/tool/kernel_source.h"

namespace mirrorcheck::tool {
namespace {

constexpr Option kMinimizeOptions[] = {
    {"-o", "FILE", "where the smaller scenario goes (required)"},
    kImplOption,
    kKernelSourceOption,
    {"--executions", "N", "runs to spend (default 40000)", OptionKind::kNumber, 8, 1'000'000'000},
    kRawOption,
};

void print_size(const char* when, const fuzz::Scenario& scenario) {
  std::size_t operations = 0;
  for (const fuzz::OperationList& list : scenario.tasks) operations += list.size();
  std::printf("%s %u tasks, %zu operations after %zu of set-up, %zu context switches\n", when,
              static_cast<unsigned>(scenario.layout.tasks), operations, scenario.setup.size(),
              fuzz::switch_count(scenario.schedule));
}

int run_minimize(const Arguments& arguments) {
  const std::string out = arguments.text("-o", "");
  if (out.empty()) {
    std::fputs("mirrorcheck minimize: -o: is missing; say -o FILE\n", stderr);
    return kUsage;
  }
  const std::unique_ptr<impl::World> world = load_implementation(arguments);
  if (world == nullptr) return kUsage;
  const std::optional<fuzz::Scenario> scenario =
      read_scenario(arguments.positionals()[0], arguments.has(kRawOption.name));
  if (!scenario) return kUsage;
  const std::optional<fuzz::Minimized> small = fuzz::minimize(
      *world, *scenario, arguments.number("--executions", fuzz::kMinimizeExecutions));
  if (!small) {
    const fuzz::Verdict verdict = fuzz::Execution(*world, {}).replay(*scenario);
    std::fprintf(stderr,
                 "mirrorcheck: %s: %s; only a violation can be minimised: is --impl the one that "
                 "it was found on?\n",
                 arguments.positionals()[0].c_str(), fuzz::headline(verdict).c_str());
    return verdict.kind == fuzz::VerdictKind::kHolds ? kUsage : exit_code(verdict.kind);
  }
  if (!wrote(fuzz::write_text_file(out, small->scenario))) return kUsage;
  std::printf("%s\n", fuzz::headline(small->verdict).c_str());
  print_size("before:", *scenario);
  print_size("after: ", small->scenario);
  std::printf("%llu runs; written to %s\n", static_cast<unsigned long long>(small->executions),
              out.c_str());
  return kViolated;
}

}  // namespace

const Command kMinimize{
    "minimize",
    "SCENARIO",
    1,
    1,
    "makes a violating scenario smaller: fewer operations, tasks and context switches",
    "The result breaks the same property, by the same clause wherever that is possible, and has "
    "the\n"
    "schedule that was executed. The exit code is 1, as for every violation.\n",
    kMinimizeOptions,
    run_minimize};

}  // namespace mirrorcheck::tool
