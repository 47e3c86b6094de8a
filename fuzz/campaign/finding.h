// A finding: a directory with all that somebody needs who was not there.
//
//   scenario.txt     what to run, with the schedule that was executed and the verdict it has
//   explanation.txt  in words, for a mail
//   history.txt      every event, a column for each task
//   index.html       the drawing; needs no other file
//   trace.json       for ui.perfetto.dev
//   reproduce.sh     the one command
//
// Thread safety: none. Errors: one line.

#ifndef MIRRORCHECK_FUZZ_CAMPAIGN_FINDING_H_
#define MIRRORCHECK_FUZZ_CAMPAIGN_FINDING_H_

#include <string>

#include "fuzz/harness/verdict.h"
#include "fuzz/scenario/scenario.h"
#include "impl/world.h"

namespace mirrorcheck::fuzz {

struct Written {
  std::string path;     // of the directory
  std::string problem;  // not empty: nothing was written
};

// Runs `scenario` once more and writes a new directory below `findings`, which appears complete.
// `implementation` is the name to load it by, `tool` the program's path.
// REQUIRES: the scenario is violated on `world`.
Written write_finding(impl::World& world, const Scenario& scenario,
                      const std::string& implementation, const std::string& tool,
                      const std::string& findings);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_CAMPAIGN_FINDING_H_
