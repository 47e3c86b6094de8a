// A second opinion on a run: Z3 decides whether the contract allows its history.
//
// Z3 sees the steps and nothing else. What the harness finds beyond them (wrong data, tables that
// lie, results that were not earned, deadlocks) is the native judge's alone; "the steps hold" is
// all that Z3 can say for a run.
//
// Thread safety: each call is on its own.

#ifndef MIRRORCHECK_FUZZ_TOOL_ORACLE_H_
#define MIRRORCHECK_FUZZ_TOOL_ORACLE_H_

#include <string>

#include "fuzz/harness/history.h"
#include "fuzz/scenario/scenario.h"

namespace mirrorcheck::tool {

struct SecondOpinion {
  int code = 0;         // exit code of what Z3 says
  bool agrees = false;  // with the native oracle on the same steps, to the step and the clause
  std::string text;     // "the steps hold", "violated S5 ...", what differs
};

SecondOpinion ask_z3(const fuzz::Scenario& scenario, const fuzz::History& history);

}  // namespace mirrorcheck::tool

#endif  // MIRRORCHECK_FUZZ_TOOL_ORACLE_H_
