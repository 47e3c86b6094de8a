// A campaign: workers run scenarios, a supervisor watches them, and every new kind of finding is
// written down at once, made small, explained, and the campaign goes on.
//
// The supervisor runs no code under test itself, so nothing that an implementation does can bring
// it down. A worker that crashes or hangs is a finding too; another one takes its place.
//
//   worker ---- Status, mapped ----> supervisor ---- fork ----> finisher: minimise, explain, write
//      \---- findings/raw-*.txt -------------------------------> findings/S5-X12.2-.../
//
// A raw finding is deleted once its directory is there. A campaign that is killed leaves the raw
// ones.
//
// With one job, a number of executions and a seed, a campaign is the same every time.
//
// Thread safety: one campaign a process; it takes over SIGINT, SIGTERM and SIGCHLD while it runs.

#ifndef MIRRORCHECK_FUZZ_CAMPAIGN_CAMPAIGN_H_
#define MIRRORCHECK_FUZZ_CAMPAIGN_CAMPAIGN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "fuzz/campaign/engine.h"
#include "fuzz/harness/coverage.h"
#include "fuzz/harness/verdict.h"

namespace mirrorcheck::fuzz {

struct CampaignOptions {
  std::string implementation = "reference";
  Engine engine = Engine::kLibFuzzer;
  std::uint64_t seconds = 0;     // 0: no bound
  std::uint64_t executions = 0;  // of all jobs together; 0: no bound
  unsigned jobs = 1;
  std::uint64_t seed = 1;
  std::string corpus;  // where inputs are kept between campaigns; empty: nowhere
  std::string seeds;   // a directory of scenarios to begin with, or empty
  std::string findings = "findings";
  std::string tool;      // this program
  std::string programs;  // the directory of the fuzz targets
};

struct CampaignFinding {
  std::string path;       // of its directory; of the raw finding where it could not be finished
  bool finished = false;  // minimised and explained
  std::string property;   // "crash" or "hang" where the code under test did not survive
  std::string rule;
  std::string headline;
  bool replays = true;  // by the scenario that is kept
  // Property, clause and rule as it was met; several, where they turned out to be one.
  std::vector<std::string> kinds;
  std::uint64_t executions = 0;  // until it was found, of the job that found it
  std::uint64_t times = 0;       // executions that it ended, of all jobs
  double seconds = 0;
};

struct CampaignSummary {
  VerdictKind verdict = VerdictKind::kInconclusive;
  std::uint64_t executions = 0;
  std::uint64_t inconclusive = 0;  // executions that hit a bound
  std::uint64_t violations = 0;    // executions, not kinds
  std::uint64_t avoided = 0;       // executions without what is known (known_triggers.h)
  double seconds = 0;
  Coverage coverage;
  std::size_t corpus = 0;  // inputs
  std::vector<CampaignFinding> findings;
  bool interrupted = false;
  bool self_check_failed = false;  // nothing was run, since nothing would have been found
  std::vector<std::string> notes;  // what else a reader of the summary should know, a line each
};

// Told what goes on, by the supervisor.
class CampaignObserver {
 public:
  virtual void progress(const CampaignSummary& so_far) = 0;  // ten times a second or so
  virtual void found(const CampaignFinding& finding) = 0;

 protected:
  ~CampaignObserver() = default;
};

// What makes the campaign impossible, found out before it starts; empty: nothing. One line.
std::string campaign_problem(const CampaignOptions& options);

// REQUIRES: campaign_problem(options) is empty.
CampaignSummary run_campaign(const CampaignOptions& options, CampaignObserver& observer);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_CAMPAIGN_CAMPAIGN_H_
