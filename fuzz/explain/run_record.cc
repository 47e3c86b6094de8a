#include "fuzz/explain/run_record.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>

#include "fuzz/harness/clauses.h"
#include "fuzz/scenario/text.h"
#include "model/properties.h"
#include "model/rules.h"

namespace mirrorcheck::fuzz {

std::string headline(const Verdict& verdict) {
  switch (verdict.kind) {
    case VerdictKind::kHolds:
      return "holds";
    case VerdictKind::kInconclusive:
      return "inconclusive: " + verdict.detail;
    case VerdictKind::kViolated:
      break;
  }
  const model::Clause& clause = *verdict.breach.clause;
  return absl::StrCat(
      "violated ", std::string(model::info(clause.property).id), " (", std::string(clause.id),
      ", in ", std::string(model::rule_name(verdict.breach.rule)),
      "): ", std::string(clause.sentence), &clause == &kComplaint ? ": " + verdict.detail : "",
      verdict.known.empty() ? "" : "; known: corpus/linux/" + std::string(verdict.known));
}

std::string operation_at(const Scenario& scenario, Place place) {
  if (place == 0) return "the end of the run";
  const unsigned task = place / 256;
  const unsigned index = place % 256 - 1;
  if (task == 0) {
    return absl::StrCat(provenance(place), " ", format(scenario.setup[index].operation));
  }
  return absl::StrCat(provenance(place), " ", format(scenario.tasks[task - 1][index]));
}

std::string unexpected(const Expectations& expectations, const Verdict& verdict) {
  switch (expectations.verdict) {
    case ExpectedVerdict::kNone:
      return "";
    case ExpectedVerdict::kHolds:
      return verdict.kind == VerdictKind::kHolds ? "" : "expected to hold";
    case ExpectedVerdict::kViolated:
      break;
  }
  std::string wanted =
      absl::StrCat("expected violated ", expectations.property,
                   expectations.rules.empty() ? "" : " ", absl::StrJoin(expectations.rules, " "));
  if (verdict.kind != VerdictKind::kViolated) return wanted;
  const model::Clause& clause = *verdict.breach.clause;
  if (!expectations.property.empty() && expectations.property != model::info(clause.property).id) {
    return wanted;
  }
  const auto names_it = [&](const std::string& rule) {
    return rule == clause.id || rule == model::rule_name(verdict.breach.rule) ||
           std::string_view(clause.id).starts_with(rule + ".");
  };
  return expectations.rules.empty() ||
                 std::any_of(expectations.rules.begin(), expectations.rules.end(), names_it)
             ? ""
             : wanted;
}

Expectations expectation_of(const Verdict& verdict) {
  Expectations out;
  if (verdict.kind == VerdictKind::kInconclusive) return out;
  out.verdict =
      verdict.kind == VerdictKind::kHolds ? ExpectedVerdict::kHolds : ExpectedVerdict::kViolated;
  if (verdict.kind == VerdictKind::kViolated) {
    out.property = std::string(model::info(verdict.breach.clause->property).id);
    out.rules.emplace_back(verdict.breach.clause->id);
  }
  return out;
}

}  // namespace mirrorcheck::fuzz
