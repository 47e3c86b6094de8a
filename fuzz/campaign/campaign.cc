#include "fuzz/campaign/campaign.h"

#include <unistd.h>

#include <optional>

#include "fuzz/campaign/output_file.h"
#include "fuzz/campaign/supervisor.h"
#include "fuzz/campaign/workers.h"
#include "impl/loader/loader.h"

namespace mirrorcheck::fuzz {
namespace {

// Empty: the implementation can be judged.
std::string implementation_problem(const std::string& name) {
  const impl::LoadedWorld loaded = impl::load_world(name);
  if (loaded.world == nullptr) return loaded.error;
  const impl::Capabilities can = loaded.world->capabilities();
  if (can.events && can.state) return "";
  return "implementation '" + name + "': offers no " + (can.events ? "state" : "events") +
         ", which every run is held against; impl/world.h tells how to";
}

std::string engine_problem(const CampaignOptions& options) {
  const std::string target = target_of(options);
  if (!target.empty() && ::access(target.c_str(), X_OK) != 0) {
    return target + ": is not there, and the engine needs it; build all with ./fuzz/run --help";
  }
  if (options.engine == Engine::kAflpp && find_afl_fuzz().empty()) {
    return "afl-fuzz is not in PATH; install the package afl++, or use another --engine";
  }
  return "";
}

}  // namespace

std::string campaign_problem(const CampaignOptions& options) {
  if (const std::string problem = implementation_problem(options.implementation);
      !problem.empty()) {
    return problem;
  }
  if (const std::string problem = engine_problem(options); !problem.empty()) return problem;
  for (const std::string& directory : {options.findings, options.corpus}) {
    if (directory.empty()) continue;
    if (const std::optional<std::string> problem = prepare_directory(directory)) return *problem;
  }
  return "";
}

CampaignSummary run_campaign(const CampaignOptions& options, CampaignObserver& observer) {
  return Supervisor(options, observer).run();
}

}  // namespace mirrorcheck::fuzz
