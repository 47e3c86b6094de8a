// Which folder of corpus/linux explains a violation of the kernel's notifiers or of its test
// driver.
//
// Each is recognised by what led to it, not by the rule alone that was broken: another way to break
// the same rule is not known, and is a finding of its own.
//
// Thread safety: pure.

#ifndef MIRRORCHECK_FUZZ_EXPLAIN_KNOWN_H_
#define MIRRORCHECK_FUZZ_EXPLAIN_KNOWN_H_

#include <string_view>

#include "fuzz/harness/history.h"
#include "fuzz/harness/verdict.h"
#include "fuzz/scenario/scenario.h"
#include "impl/world.h"

namespace mirrorcheck::fuzz {

// A run with all of its steps.
struct BrokenRun {
  const Scenario& scenario;
  const Verdict& verdict;
  const History& history;
};

// The name of the folder; empty: none.
std::string_view known_as(const BrokenRun& run);

// Sets `verdict.known`, where `world` declares that anything is known of it. `history` is of the
// run that the verdict is about.
void note_known(const impl::World& world, const Scenario& scenario, const History& history,
                Verdict& verdict);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_EXPLAIN_KNOWN_H_
