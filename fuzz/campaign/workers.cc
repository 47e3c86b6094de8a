#include "fuzz/campaign/workers.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "fuzz/campaign/process.h"
#include "fuzz/campaign/random_worker.h"
#include "fuzz/scenario/bytes.h"
#include "fuzz/scheduler/random.h"
#include "impl/loader/loader.h"

namespace mirrorcheck::fuzz {
namespace {

namespace fs = std::filesystem;

// Each job, and each start of it, has a seed of its own that depends on the campaign's alone.
std::uint64_t seed_of(std::uint64_t seed, unsigned job, unsigned start) {
  Random random(seed + (std::uint64_t{job} << 32) + start);
  return random.next();
}

// What a user has set, and `option`.
std::string with_option(const char* variable, const std::string& option) {
  const char* const set = std::getenv(variable);
  return set == nullptr || *set == '\0' ? option : std::string(set) + ":" + option;
}

Environment environment(const CampaignOptions& options, const Workplace& place, unsigned job) {
  return {{"MIRRORCHECK_IMPL", options.implementation},
          {"MIRRORCHECK_STATUS", place.status(job)},
          {"MIRRORCHECK_FINDINGS", options.findings}};
}

pid_t start_libfuzzer(const CampaignOptions& options, const Workplace& place, unsigned job,
                      unsigned start) {
  // A list instead of a directory, because directories have no order that one can rely on.
  const std::string list = place.directory + "/seeds.list";
  std::ofstream file(list);
  for (std::size_t i = 0; i < place.seeds.size(); ++i)
    file << (i == 0 ? "" : ",") << place.seeds[i];
  file.close();
  const std::uint64_t seed =
      1 + seed_of(options.seed, job, start) % 0xffff'fffe;  // 0: by the clock
  std::vector<std::string> arguments{
      target_of(options),
      "-seed=" + std::to_string(seed),
      "-seed_inputs=@" + list,
      "-max_len=" + std::to_string(kMaxEncodedSize),
      // Scenarios are decoded: a long input costs what its operations cost.
      "-len_control=0",
      // Other jobs' inputs, which come by the clock.
      std::string("-reload=") + (options.jobs > 1 ? "1" : "0"),
      // How often a step was taken hardly tells anything that the order does not; corpora get
      // several times smaller, and an engine's own work with them.
      "-use_counters=0",
      "-reduce_inputs=0",
      "-verbosity=0",
      "-rss_limit_mb=0",
      "-timeout=60",
      "-detect_leaks=0",
      "-error_exitcode=77",
      "-artifact_prefix=" + place.directory + "/",
  };
  arguments.push_back(place.corpus);
  Environment variables = environment(options, place, job);
  // A crash is told from a worker that could not begin. Signals are handled by the sanitizer that
  // libFuzzer brings along, not by libFuzzer.
  for (const char* name : {"UBSAN_OPTIONS", "ASAN_OPTIONS"}) {
    variables.emplace_back(name, with_option(name, "exitcode=77"));
  }
  return spawn(arguments, variables, place.log(job));
}

pid_t start_aflpp(const CampaignOptions& options, const Workplace& place, unsigned job,
                  unsigned start) {
  // AFL++ takes a directory only.
  std::error_code error;
  for (const std::string& seed : place.seeds) {
    fs::copy(seed, place.seeds_directory(), fs::copy_options::skip_existing, error);
  }
  const std::string name = "job" + std::to_string(job);
  std::vector<std::string> arguments{
      find_afl_fuzz(),
      "-i",
      start == 0 ? place.seeds_directory() : "-",
      "-o",
      place.afl_directory(),
      // Only what really hangs; a loaded machine is slow now and then.
      "-t",
      "1000",
      "-s",
      std::to_string(seed_of(options.seed, job, start) % 0x7fff'ffff),
      job == 0 ? "-M" : "-S",
      name,
  };
  arguments.emplace_back("--");
  arguments.push_back(target_of(options));
  Environment variables = environment(options, place, job);
  const Environment afl{
      {"AFL_NO_UI", "1"},
      {"AFL_NO_AFFINITY", "1"},
      {"AFL_SKIP_CPUFREQ", "1"},
      {"AFL_FAST_CAL", "1"},
      {"AFL_HANG_TMOUT", "20000"},
      // Crashes are seen in the status; where the system's core pattern sends them does not matter.
      {"AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES", "1"},
      {"AFL_CUSTOM_MUTATOR_LIBRARY", options.programs + "/byte_mutators_afl.so"},
      {"AFL_CUSTOM_MUTATOR_ONLY", "1"},
  };
  variables.insert(variables.end(), afl.begin(), afl.end());
  return spawn(arguments, variables, place.log(job));
}

pid_t start_random(const CampaignOptions& options, unsigned job, unsigned start,
                   std::uint64_t executions, Status& status) {
  return fork_child([&] {
    const impl::LoadedWorld loaded = impl::load_world(options.implementation);
    if (loaded.world == nullptr) return 2;
    work_randomly(*loaded.world, options.engine, seed_of(options.seed, job, start), executions,
                  status, options.findings);
    return 0;
  });
}

}  // namespace

pid_t start_worker(const CampaignOptions& options, const Workplace& place, unsigned job,
                   unsigned start, std::uint64_t executions, Status& status) {
  switch (options.engine) {
    case Engine::kLibFuzzer:
      return start_libfuzzer(options, place, job, start);
    case Engine::kAflpp:
      return start_aflpp(options, place, job, start);
    case Engine::kRandom:
    case Engine::kPct:
      return start_random(options, job, start, executions, status);
  }
  return -1;
}

std::string target_of(const CampaignOptions& options) {
  switch (options.engine) {
    case Engine::kLibFuzzer:
      return options.programs + "/mirror_fuzzer";
    case Engine::kAflpp:
      return options.programs + "/mirror_fuzzer_afl";
    case Engine::kRandom:
    case Engine::kPct:
      return "";
  }
  return "";
}

std::string find_afl_fuzz() {
  const char* const path = std::getenv("PATH");
  std::istringstream directories(path == nullptr ? "/usr/bin" : path);
  std::string directory;
  while (std::getline(directories, directory, ':')) {
    const std::string program = directory + "/afl-fuzz";
    if (::access(program.c_str(), X_OK) == 0) return program;
  }
  return "";
}

}  // namespace mirrorcheck::fuzz
