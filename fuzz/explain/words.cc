#include "fuzz/explain/words.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>

#include <set>
#include <vector>

#include "fuzz/explain/columns.h"
#include "fuzz/explain/phrases.h"
#include "fuzz/explain/rows.h"
#include "fuzz/scenario/text.h"
#include "model/rules.h"

namespace mirrorcheck::fuzz {
namespace {

std::string clause_line(const char* what, const model::Breach& breach) {
  return absl::StrCat(what, std::string(breach.clause->id), " in ",
                      std::string(model::rule_name(breach.rule)), ": ",
                      std::string(breach.clause->sentence), "\n");
}

// What the steps shown mean, each rule once, in the order of the contract.
std::string legend(const std::vector<Row>& story, const History& history) {
  std::set<model::Rule> rules;
  for (const Row& row : story) {
    if (row.kind == Event::Kind::kStep) rules.insert(history[row.event].rule);
  }
  std::string out;
  for (const model::Rule rule : rules) {
    std::string name(model::rule_name(rule));
    name.resize(32, ' ');
    absl::StrAppend(&out, "  ", name, std::string(phrase(rule)), "\n");
  }
  return out;
}

}  // namespace

std::string states_text(const Verdict& verdict) {
  const std::vector<std::string> contract =
      absl::StrSplit(verdict.contract_state, '\n', absl::SkipEmpty());
  const std::vector<std::string> actual =
      absl::StrSplit(verdict.implementation_state, '\n', absl::SkipEmpty());
  std::string out;
  for (std::size_t i = 0; i < std::max(contract.size(), actual.size()); ++i) {
    const std::string left = i < contract.size() ? contract[i] : "-";
    const std::string right = i < actual.size() ? actual[i] : "-";
    if (left == right) {
      absl::StrAppend(&out, "  both            ", left, "\n");
    } else {
      absl::StrAppend(&out, "  contract        ", left, "\n> implementation  ", right, "\n");
    }
  }
  return out;
}

std::string explain(const RunRecord& run) {
  const Verdict& verdict = run.verdict;
  std::string out = absl::StrCat(run.implementation, ": ", headline(verdict), "\n");
  if (verdict.kind == VerdictKind::kInconclusive) return out;
  if (verdict.kind == VerdictKind::kViolated) {
    const model::PropertyInfo& property = model::info(verdict.breach.clause->property);
    absl::StrAppend(&out, "\nproperty  ", std::string(property.id), ": ",
                    std::string(property.meaning), "\n", clause_line("rule      ", verdict.breach),
                    "where     step ", verdict.step, ", t", static_cast<unsigned>(verdict.task),
                    ", ", operation_at(run.scenario, verdict.place), "\n");
    if (verdict.cause) {
      out += clause_line("before    ", verdict.cause);
      absl::StrAppend(&out, "          at step ", verdict.cause_step, ", marked with !\n");
    }
    if (!verdict.detail.empty()) absl::StrAppend(&out, "          ", verdict.detail, "\n");
  }
  absl::StrAppend(&out, "\nscenario\n\n", format(run.scenario));
  const std::vector<Row> story = story_of(run);
  absl::StrAppend(&out, "\nwhat happened, time downwards\n\n", columns(story));
  if (verdict.kind == VerdictKind::kViolated) {
    absl::StrAppend(&out, "\nthe two states at step ", verdict.step, "\n\n", states_text(verdict));
  }
  absl::StrAppend(&out, "\nthe steps\n\n", legend(story, run.history));
  return out;
}

}  // namespace mirrorcheck::fuzz
