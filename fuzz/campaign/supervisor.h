// The loop of a campaign: starts workers, notices what they find and when they die, says how it
// goes.
//
// Thread safety: one a process, on its only thread.

#ifndef MIRRORCHECK_FUZZ_CAMPAIGN_SUPERVISOR_H_
#define MIRRORCHECK_FUZZ_CAMPAIGN_SUPERVISOR_H_

#include <sys/types.h>

#include <csignal>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "fuzz/campaign/campaign.h"
#include "fuzz/campaign/finisher.h"
#include "fuzz/campaign/inputs.h"
#include "fuzz/campaign/output_file.h"
#include "fuzz/campaign/status.h"
#include "fuzz/campaign/workers.h"

namespace mirrorcheck::fuzz {

class Supervisor {
 public:
  Supervisor(const CampaignOptions& options, CampaignObserver& observer);
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  CampaignSummary run();

 private:
  struct Worker {
    pid_t process = -1;
    unsigned starts = 0;
    MappedStatus status;
    std::uint32_t found = 0;          // of status.found, how many were seen
    std::uint64_t executions = 0;     // when last looked at
    std::uint64_t moved = 0;          // when they last changed, in milliseconds
    std::set<std::string> afl_files;  // crashes and hangs that AFL++ has kept
  };

  bool prepare();
  bool self_check();
  void start(unsigned job);
  std::uint64_t left(unsigned job) const;
  bool working() const;
  bool wait_a_moment();
  void reap();
  void ended(unsigned job, int state);
  void look_at(unsigned job);
  void look_at_afl(unsigned job);
  bool is_done(unsigned job) const;
  void take_input(unsigned job, const std::string& kind, std::span<const std::uint8_t> bytes);
  void forget_seed(const Scenario& scenario, std::uint64_t choice);
  void finish_findings();
  void keep_inputs();
  void update();
  void count_times();
  void stop_workers();
  void conclude();
  void note(const std::string& line);

  const CampaignOptions& options_;
  CampaignObserver& observer_;
  WorkDirectory directory_;
  Workplace place_;
  std::vector<Worker> workers_;
  Finisher finisher_;
  Keeper keeper_;
  CampaignSummary summary_;
  std::set<std::string> keys_;      // kinds of findings that are taken care of
  std::set<std::string> finished_;  // what they turned out to be
  std::uint64_t ends_ = 0;          // crashes and hangs
  std::uint64_t began_ = 0;
  std::uint64_t counted_ = 0;  // when the corpus was last counted, and kept
  bool failed_ = false;        // the campaign could not do its work
  sigset_t signals_{};
  sigset_t before_{};
};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_CAMPAIGN_SUPERVISOR_H_
