// How a worker of each engine is started.
//
// Thread safety: one thread.

#ifndef MIRRORCHECK_FUZZ_CAMPAIGN_WORKERS_H_
#define MIRRORCHECK_FUZZ_CAMPAIGN_WORKERS_H_

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <vector>

#include "fuzz/campaign/campaign.h"
#include "fuzz/campaign/status.h"

namespace mirrorcheck::fuzz {

// Where the files of a campaign are while it goes on.
struct Workplace {
  std::string directory;           // removed at the end
  std::string corpus;              // libFuzzer's
  std::vector<std::string> seeds;  // raw inputs

  std::string status(unsigned job) const { return directory + "/status-" + std::to_string(job); }
  std::string log(unsigned job) const { return directory + "/log-" + std::to_string(job); }
  std::string seeds_directory() const { return directory + "/seeds"; }
  std::string afl_directory() const { return directory + "/afl"; }
};

// Starts job number `job` for the `start`-th time (from 0); it has `executions` left to do (0: no
// bound). Returns its process, -1 on failure.
pid_t start_worker(const CampaignOptions& options, const Workplace& place, unsigned job,
                   unsigned start, std::uint64_t executions, Status& status);

// The program that an engine needs besides this one, or empty.
std::string target_of(const CampaignOptions& options);

// Where afl-fuzz is, or empty.
std::string find_afl_fuzz();

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_CAMPAIGN_WORKERS_H_
