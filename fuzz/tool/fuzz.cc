// fuzz: a campaign.

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <random>
#include <string>
#include <system_error>

#include "fuzz/campaign/campaign.h"
#include "fuzz/campaign/output_file.h"
#include "fuzz/campaign/summary.h"
#include "fuzz/tool/commands.h"
#include "fuzz/tool/exit_code.h"
#include "fuzz/tool/input.h"
#include "fuzz/tool/kernel_source.h"
#include "impl/loader/kernel_tree.h"

namespace mirrorcheck::tool {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kDefaultSeconds = 60;
constexpr double kPlainLineSeconds = 10;
constexpr std::uint64_t kMostSeed = 0xffff'ffff;

constexpr Option kFuzzOptions[] = {
    kImplOption,
    kKernelSourceOption,
    {"--seconds", "N", "how long to run (default 60, unless --executions is given)",
     OptionKind::kNumber, 1, 100'000'000},
    {"--executions", "N", "how many executions, all jobs together", OptionKind::kNumber, 1,
     1'000'000'000'000'000},
    {"--jobs", "N", "worker processes (default 1)", OptionKind::kNumber, 1, 1'024},
    {"--engine", "NAME", "who chooses scenarios and schedules (default libfuzzer)",
     OptionKind::kChoice, 0, 0, fuzz::kEngineNames},
    {"--seed", "N", "same seed, same campaign (with --jobs 1 and --executions; not by aflpp)",
     OptionKind::kNumber, 1, kMostSeed},
    {"--corpus", "DIR", "raw inputs to begin with; new ones are kept there (default: see above)"},
    {"--findings", "DIR", "where findings go (default findings)"},
    {"--summary", "FILE.json", "also write the summary there"},
};

// The tool's own path, from which the fuzz targets are found.
fs::path own_path() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error);
}

fuzz::Engine engine_of(const std::string& name) {
  for (const fuzz::EngineInfo& engine : fuzz::kEngines) {
    if (engine.name == name) return engine.engine;
  }
  return fuzz::Engine::kLibFuzzer;
}

fuzz::CampaignOptions campaign_options(const Arguments& arguments) {
  const fs::path tool = own_path();
  fuzz::CampaignOptions options;
  options.implementation = arguments.text("--impl", "reference");
  // A campaign's processes, and who reproduces a finding later, may stand elsewhere.
  std::error_code error;
  if (!options.implementation.starts_with(impl::kKernelTree) &&
      (options.implementation.find('/') != std::string::npos ||
       options.implementation.ends_with(".so"))) {
    options.implementation = fs::absolute(options.implementation, error).string();
  }
  options.engine = engine_of(arguments.text("--engine", "libfuzzer"));
  options.executions = arguments.number("--executions", 0);
  options.seconds =
      arguments.number("--seconds", arguments.has("--executions") ? 0 : kDefaultSeconds);
  options.jobs = static_cast<unsigned>(arguments.number("--jobs", 1));
  options.seed = arguments.has("--seed") ? arguments.number("--seed", 0)
                                         : 1 + std::random_device{}() % kMostSeed;
  options.tool = tool.string();
  options.programs = (tool.parent_path() / "fuzzers").string();
  options.seeds = MIRRORCHECK_SEEDS;
  // Who gives a seed wants the same campaign again, so what earlier ones found is left aside.
  const std::string kept = arguments.has("--seed") ? "" : (tool.parent_path() / "corpus").string();
  options.corpus = arguments.text("--corpus", kept);
  options.findings = arguments.text("--findings", "findings");
  return options;
}

// The command that makes the same campaign.
std::string command_of(const fuzz::CampaignOptions& options, const Arguments& arguments) {
  std::string command = "mirrorcheck fuzz --impl " + options.implementation + " --engine " +
                        std::string(fuzz::kEngineNames[static_cast<std::size_t>(options.engine)]) +
                        " --seed " + std::to_string(options.seed);
  for (const char* option : {"--seconds", "--executions", "--jobs", "--corpus"}) {
    if (arguments.has(option))
      command += std::string(" ") + option + " " + arguments.text(option, "");
  }
  return command;
}

class Reporter final : public fuzz::CampaignObserver {
 public:
  Reporter(const fuzz::CampaignOptions& options, std::string command)
      : options_(options), command_(std::move(command)), terminal_(::isatty(STDOUT_FILENO) != 0) {}

  void progress(const fuzz::CampaignSummary& so_far) override {
    if (!terminal_ && so_far.seconds < next_line_) return;
    next_line_ = so_far.seconds + kPlainLineSeconds;
    const std::string line = fuzz::progress_line(so_far, options_.engine);
    std::printf(terminal_ ? "\r%s\033[K" : "%s\n", line.c_str());
    std::fflush(stdout);
  }

  void found(const fuzz::CampaignFinding& finding) override {
    clear_line();
    std::printf("finding: %s\n  after %llu executions, %.1f s; %s%s %s\n  this campaign: %s\n",
                finding.headline.c_str(), static_cast<unsigned long long>(finding.executions),
                finding.seconds,
                finding.replays
                    ? "reproduce: mirrorcheck replay --impl "
                    : "its schedule is lost, the scenario may do it again: mirrorcheck replay "
                      "--impl ",
                options_.implementation.c_str(), finding.path.c_str(), command_.c_str());
    std::fflush(stdout);
  }

  void clear_line() const {
    if (terminal_) std::fputs("\r\033[K", stdout);
  }

 private:
  const fuzz::CampaignOptions& options_;
  std::string command_;
  bool terminal_;
  double next_line_ = kPlainLineSeconds;
};

int run_fuzz(const Arguments& arguments) {
  const fuzz::CampaignOptions options = campaign_options(arguments);
  const std::string summary_path = arguments.text("--summary", "");
  std::string problem = fuzz::campaign_problem(options);
  // Better now than after the campaign.
  if (problem.empty() && !summary_path.empty()) {
    problem = fuzz::write_file(summary_path, "").value_or("");
  }
  if (!problem.empty()) {
    std::fprintf(stderr, "mirrorcheck fuzz: %s\n", problem.c_str());
    return kUsage;
  }
  // From the first line on, Ctrl-C means: end with a summary. The campaign takes the signal.
  sigset_t interrupts;
  sigemptyset(&interrupts);
  sigaddset(&interrupts, SIGINT);
  sigaddset(&interrupts, SIGTERM);
  sigprocmask(SIG_BLOCK, &interrupts, nullptr);
  const std::string command = command_of(options, arguments);
  std::printf("%s\n", command.c_str());
  std::fflush(stdout);
  Reporter reporter(options, command);
  const fuzz::CampaignSummary summary = fuzz::run_campaign(options, reporter);
  reporter.clear_line();
  std::fputs(fuzz::summary_text(options, summary).c_str(), stdout);
  if (!summary_path.empty()) {
    if (const std::optional<std::string> failed =
            fuzz::write_file(summary_path, fuzz::summary_json(options, summary))) {
      std::fprintf(stderr, "mirrorcheck fuzz: %s\n", failed->c_str());
      return kUsage;
    }
  }
  return summary.self_check_failed ? kInternal : exit_code(summary.verdict);
}

}  // namespace

const Command kFuzz{
    "fuzz",
    "",
    0,
    0,
    "runs a campaign: many scenarios, each step held against the contract",
    "Every new kind of finding is written at once, made small, and explained in a directory of "
    "its\n"
    "own; the campaign goes on. Ctrl-C ends it with its summary.\n\n"
    "Without --corpus, inputs are kept in the build directory for the next campaign; with --seed\n"
    "the campaign begins with the seeds alone, so that it is the same each time.\n",
    kFuzzOptions,
    run_fuzz};

}  // namespace mirrorcheck::tool
