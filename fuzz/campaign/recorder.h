// Writes a worker's findings the moment it has them.
//
// A raw finding is the scenario as it was run, in text form, with the verdict it has: enough to
// replay it should everything else be lost. Each kind (property, clause and rule) is written once;
// a broken mirror would otherwise fill the disk.
//
// Thread safety: none.

#ifndef MIRRORCHECK_FUZZ_CAMPAIGN_RECORDER_H_
#define MIRRORCHECK_FUZZ_CAMPAIGN_RECORDER_H_

#include <string>

#include "fuzz/campaign/status.h"
#include "fuzz/harness/verdict.h"
#include "fuzz/scenario/scenario.h"

namespace mirrorcheck::fuzz {

// What makes two findings one: "S5 X12.2 X12.truncated"; with the place of an implementation's own
// warning, "S7 N6 I2.started test_hmm.c:256"; with what is known of it,
// "S10 F6 F6.walk_page F6-read-only-device-page". REQUIRES: `verdict` is a violation.
std::string finding_key(const Verdict& verdict);

// A key as the name of a file.
std::string file_name(const std::string& key);

class Recorder {
 public:
  // Raw findings go to `directory`. `status` outlives this.
  Recorder(Status& status, std::string directory)
      : status_(status), directory_(std::move(directory)) {}

  // Whether a violation of this kind is yet to be written.
  bool is_new(const Verdict& verdict) const;

  // Counts the run, and writes a new kind of finding.
  void take(const Scenario& scenario, const Verdict& verdict);

 private:
  // Where that kind is in status_.found; found_count, if it is not.
  std::uint32_t index_of(const std::string& key) const;
  void write(const Scenario& scenario, const Verdict& verdict, const std::string& key);

  Status& status_;
  std::string directory_;
};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_CAMPAIGN_RECORDER_H_
