// Scenarios of tests, in text without the first line.

#ifndef MIRRORCHECK_TESTS_HARNESS_SCENARIO_OF_H_
#define MIRRORCHECK_TESTS_HARNESS_SCENARIO_OF_H_

#include <gtest/gtest.h>

#include <string>
#include <variant>

#include "fuzz/harness/verdict.h"
#include "fuzz/scenario/text.h"

namespace mirrorcheck::fuzz {

inline Scenario scenario_of(const std::string& text) {
  const ScenarioOrError parsed = parse("mirrorcheck scenario 1\n" + text, "test");
  if (const auto* error = std::get_if<Error>(&parsed)) {
    ADD_FAILURE() << error->message;
    return {};
  }
  return std::get<Scenario>(parsed);
}

inline std::string sentence_of(const Verdict& verdict) {
  switch (verdict.kind) {
    case VerdictKind::kHolds:
      return "holds";
    case VerdictKind::kInconclusive:
      return "inconclusive: " + verdict.detail;
    case VerdictKind::kViolated:
      return "violated: " + std::string(verdict.breach.clause->sentence);
  }
  return "";
}

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_TESTS_HARNESS_SCENARIO_OF_H_
