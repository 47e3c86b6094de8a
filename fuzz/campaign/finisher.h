// Turns raw findings into finished ones, one at a time, each in a process of its own: whatever the
// implementation does while its finding is made small, the campaign goes on, and the raw finding
// stays.
//
// Thread safety: one thread.

#ifndef MIRRORCHECK_FUZZ_CAMPAIGN_FINISHER_H_
#define MIRRORCHECK_FUZZ_CAMPAIGN_FINISHER_H_

#include <sys/types.h>

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "fuzz/campaign/campaign.h"

namespace mirrorcheck::fuzz {

enum class Finish : std::uint8_t {
  kMinimize,      // make it small, explain it, write its directory
  kFindSchedule,  // it ends its process under one of several schedules: keep that one
  kAsItIs,        // it would end this process, too
};

class Finisher {
 public:
  explicit Finisher(const CampaignOptions& options) : options_(options) {}
  ~Finisher();
  Finisher(const Finisher&) = delete;
  Finisher& operator=(const Finisher&) = delete;

  // `finding.path` is the raw finding.
  void add(CampaignFinding finding, Finish how);

  // Starts the next one if none is under way. Returns one that is done.
  std::optional<CampaignFinding> poll();

  bool idle() const { return process_ <= 0 && waiting_.empty(); }

 private:
  struct Job {
    CampaignFinding finding;
    Finish how = Finish::kMinimize;
  };

  void start();
  CampaignFinding finished();

  const CampaignOptions& options_;
  std::deque<Job> waiting_;
  pid_t process_ = -1;
  int answer_ = -1;             // reads what the process found out
  std::uint64_t deadline_ = 0;  // monotonic_milliseconds()
};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_CAMPAIGN_FINISHER_H_
