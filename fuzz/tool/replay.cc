// replay: scenarios under their own schedules, one verdict a line.

#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "fuzz/explain/columns.h"
#include "fuzz/explain/known.h"
#include "fuzz/explain/run_record.h"
#include "fuzz/harness/execution.h"
#include "fuzz/harness/history.h"
#include "fuzz/tool/commands.h"
#include "fuzz/tool/exit_code.h"
#include "fuzz/tool/input.h"
#include "fuzz/tool/kernel_source.h"
#include "fuzz/tool/oracle.h"
#include "model/properties.h"
#include "model/rules.h"

namespace mirrorcheck::tool {
namespace {

constexpr std::string_view kOracles[] = {"native", "z3", "both"};
constexpr Option kReplayOptions[] = {
    kImplOption,
    kKernelSourceOption,
    {"--repeat", "N", "run each N times and compare verdicts and histories byte by byte",
     OptionKind::kNumber, 1, 1'000'000},
    {"--oracle", "WHICH", "who judges: the native oracle (default), Z3, or both",
     OptionKind::kChoice, 0, 0, kOracles},
    {"--compare-everything", "",
     "compare every table after every step, not only what the step touched", OptionKind::kFlag},
    kRawOption,
};

// The history in full and the verdict: what two runs of one scenario have in common.
std::string fingerprint(const fuzz::Scenario& scenario, const fuzz::History& history,
                        const fuzz::Verdict& verdict) {
  return fuzz::history_text({scenario, history, verdict, ""}) + verdict.contract_state +
         verdict.implementation_state + verdict.detail;
}

class Replay {
 public:
  Replay(impl::World& world, const Arguments& arguments)
      : world_(world),
        execution_(world, {.compare_everything = arguments.has("--compare-everything")}),
        repeat_(arguments.number("--repeat", 1)),
        oracle_(arguments.text("--oracle", "native")) {}

  int run(const std::string& path, const fuzz::Scenario& scenario) {
    fuzz::Verdict verdict = execution_.replay(scenario, &history_);
    const std::string first =
        repeat_ > 1 ? fingerprint(scenario, history_, verdict) : std::string();
    for (std::uint64_t i = 1; i < repeat_; ++i) {
      const fuzz::Verdict again = execution_.replay(scenario, &history_);
      if (fingerprint(scenario, history_, again) == first) continue;
      std::printf("%s: not repeatable: run %s of %s differs from the first: %s\n", path.c_str(),
                  std::to_string(i + 1).c_str(), std::to_string(repeat_).c_str(),
                  fuzz::headline(again).c_str());
      return kInternal;
    }
    fuzz::note_known(world_, scenario, history_, verdict);
    int code = exit_code(verdict.kind);
    std::string line = path + ": " + fuzz::headline(verdict);
    if (verdict.kind == fuzz::VerdictKind::kViolated) {
      line += " [step " + std::to_string(verdict.step) + ", " +
              fuzz::operation_at(scenario, verdict.place) + "]";
    }
    const std::string differs = fuzz::unexpected(scenario.expectations, verdict);
    if (!differs.empty()) {
      line += "; the file has " + differs;
      // Holding where a violation is on file is good news, for instance about a repaired mirror.
      if (scenario.expectations.verdict == fuzz::ExpectedVerdict::kHolds) code = kViolated;
    }
    if (oracle_ != "native") {
      const SecondOpinion opinion = ask_z3(scenario, history_);
      if (oracle_ == "z3") {
        line = path + ": z3: " + opinion.text;
        const int native = code;
        code = opinion.code;
        if (code == kHolds && native != kHolds) {
          line += "; beyond the steps: " + fuzz::headline(verdict);
          code = native;
        }
      } else {
        line += "; z3: " + opinion.text;
        // A solver that gives up takes nothing back; one that contradicts does.
        if (opinion.code == kInternal || opinion.code == kInconclusive) {
          code = worse_of(code, opinion.code);
        }
      }
    }
    if (repeat_ > 1) line += " (" + std::to_string(repeat_) + " identical runs)";
    std::printf("%s\n", line.c_str());
    return code;
  }

 private:
  const impl::World& world_;
  fuzz::Execution execution_;
  fuzz::History history_;
  std::uint64_t repeat_;
  std::string oracle_;
};

int run_replay(const Arguments& arguments) {
  const std::unique_ptr<impl::World> world = load_implementation(arguments);
  if (world == nullptr) return kUsage;
  const bool raw = arguments.has(kRawOption.name);
  Replay replay(*world, arguments);
  int code = kHolds;
  for (const std::string& path : arguments.positionals()) {
    const std::optional<std::vector<std::string>> files = scenario_files(path, raw);
    if (!files) {
      code = worse_of(code, kUsage);
      continue;
    }
    for (const std::string& file : *files) {
      const std::optional<fuzz::Scenario> scenario = read_scenario(file, raw);
      code = worse_of(code, scenario ? replay.run(file, *scenario) : kUsage);
    }
  }
  return code;
}

}  // namespace

const Command kReplay{
    "replay",
    "PATH...",
    1,
    1'000,
    "runs scenarios under their own schedules and says of each whether the contract holds",
    "PATH is a scenario's file, a finding's directory, or a directory of scenarios. What a file\n"
    "expects (results, `expect holds`, `expect violated`) is compared, and the line says what\n"
    "differs. The exit code is the worst of all.\n\n"
    "Z3 judges the steps alone, as its `the steps hold` says: what the native judge finds beyond\n"
    "them (wrong data, tables that differ, unearned or unexpected results, deadlocks) it does not\n"
    "see, and that is added to the line and counts. With both, the two have to agree on the\n"
    "steps; otherwise the exit code is 3.\n",
    kReplayOptions,
    run_replay};

}  // namespace mirrorcheck::tool
