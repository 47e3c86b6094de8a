// Which schedule of an input takes the code under test along.
//
// Thread safety: one thread. Runs the input in child processes, and waits for them.

#ifndef MIRRORCHECK_FUZZ_CAMPAIGN_ENDING_H_
#define MIRRORCHECK_FUZZ_CAMPAIGN_ENDING_H_

#include <string>

#include "fuzz/scenario/scenario.h"

namespace mirrorcheck::fuzz {

// AFL++ keeps the input with which a worker crashed or stood still. Gives `scenario`, which was
// decoded from it, the schedule of that one of its runs (run_branches) with which it does so again.
// False where none does, which takes an implementation that is not deterministic.
bool find_ending_schedule(const std::string& implementation, Scenario& scenario);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_CAMPAIGN_ENDING_H_
