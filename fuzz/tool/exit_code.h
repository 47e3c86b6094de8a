// The exit codes of every command. Inconclusive is never success.
//
// Thread safety: constants.

#ifndef MIRRORCHECK_FUZZ_TOOL_EXIT_CODE_H_
#define MIRRORCHECK_FUZZ_TOOL_EXIT_CODE_H_

#include "fuzz/harness/verdict.h"

namespace mirrorcheck::tool {

inline constexpr int kHolds = 0;
inline constexpr int kViolated = 1;
inline constexpr int kUsage = 2;  // the command line, an input, a place that can't be written
inline constexpr int kInternal = 3;
inline constexpr int kInconclusive = 4;

constexpr int exit_code(fuzz::VerdictKind verdict) {
  switch (verdict) {
    case fuzz::VerdictKind::kHolds:
      return kHolds;
    case fuzz::VerdictKind::kViolated:
      return kViolated;
    case fuzz::VerdictKind::kInconclusive:
      return kInconclusive;
  }
  return kInternal;
}

// What a command over several things answers: a violation counts most, then what nobody knows.
constexpr int worse_of(int a, int b) {
  constexpr int kRank[] = {0, 3, 2, 4, 1};
  return kRank[a] >= kRank[b] ? a : b;
}

}  // namespace mirrorcheck::tool

#endif  // MIRRORCHECK_FUZZ_TOOL_EXIT_CODE_H_
