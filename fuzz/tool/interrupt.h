// Running one scenario with everything written down.
//
// Thread safety: none.

#ifndef MIRRORCHECK_FUZZ_TOOL_RUN_H_
#define MIRRORCHECK_FUZZ_TOOL_RUN_H_

#include "fuzz/harness/execution.h"
#include "fuzz/harness/history.h"
#include "fuzz/harness/verdict.h"
#include "fuzz/tool/exit_code.h"

namespace mirrorcheck::tool {

constexpr int exit_code(const fuzz::Verdict& verdict) {
  switch (verdict.kind) {
    case fuzz::VerdictKind::kHolds:
      return kHolds;
    case fuzz::VerdictKind::kViolated:
      return kViolated;
    case fuzz::VerdictKind::kInconclusive:
      return kInconclusive;
  }
  return kInternal;
}

// Set by Ctrl-C, once watch_for_interrupt() was called; a second one ends the process.
bool interrupted();
void watch_for_interrupt();

}  // namespace mirrorcheck::tool

#endif  // MIRRORCHECK_FUZZ_TOOL_RUN_H_
