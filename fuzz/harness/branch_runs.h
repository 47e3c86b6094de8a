// All the runs that a campaign makes of one input (branches.h), one after the other.
//
// Thread safety: none.

#ifndef MIRRORCHECK_FUZZ_HARNESS_BRANCH_RUNS_H_
#define MIRRORCHECK_FUZZ_HARNESS_BRANCH_RUNS_H_

#include "fuzz/harness/branches.h"
#include "fuzz/harness/execution.h"

namespace mirrorcheck::fuzz {

// Before each run begin(bytes) is called with the scenario as it is run, encoded, and after it
// end(verdict). A begin() that answers false ends it all. The schedule of `scenario` is that of the
// present run, and of the last one in the end.
template <class Begin, class End>
void run_branches(Execution& execution, Scenario& scenario, Begin begin, End end,
                  History* history = nullptr) {
  Branches branches(scenario);
  if (!begin(branches.bytes())) return;
  end(execution.replay(scenario, branches, history));
  for (std::size_t i = 0; i < branches.size(); ++i) {
    branches.enter(i, scenario);
    if (!begin(branches.bytes())) return;
    end(execution.replay_branch(branches[i], scenario, history));
  }
}

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_HARNESS_BRANCH_RUNS_H_
