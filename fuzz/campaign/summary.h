// What a campaign tells: a line while it goes on, words at its end, JSON for programs.
//
// Thread safety: pure functions.

#ifndef MIRRORCHECK_FUZZ_CAMPAIGN_SUMMARY_H_
#define MIRRORCHECK_FUZZ_CAMPAIGN_SUMMARY_H_

#include <string>

#include "fuzz/campaign/campaign.h"

namespace mirrorcheck::fuzz {

// "12 s  3,201,554 executions  266,796/s  rules 57/57  pairs 812/3249  corpus 430  findings 1"
std::string progress_line(const CampaignSummary& summary, Engine engine);

std::string summary_text(const CampaignOptions& options, const CampaignSummary& summary);
std::string summary_json(const CampaignOptions& options, const CampaignSummary& summary);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_CAMPAIGN_SUMMARY_H_
