#include "fuzz/campaign/summary.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/strings/str_join.h>

#include "fuzz/explain/escape.h"
#include "model/rules.h"

namespace mirrorcheck::fuzz {
namespace {

// 1234567 as 1,234,567.
std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
  return text;
}

std::uint64_t rate(const CampaignSummary& summary) {
  return summary.seconds <= 0 ? 0
                              : static_cast<std::uint64_t>(static_cast<double>(summary.executions) /
                                                           summary.seconds);
}

std::vector<std::string> rules_not_exercised(const Coverage& coverage) {
  std::vector<std::string> names;
  for (std::size_t r = 0; r < model::kRules; ++r) {
    if (coverage.count(model::Rule(r)) == 0) names.emplace_back(model::rule_name(model::Rule(r)));
  }
  return names;
}

const char* verdict_name(VerdictKind kind) {
  switch (kind) {
    case VerdictKind::kHolds:
      return "holds";
    case VerdictKind::kViolated:
      return "violated";
    case VerdictKind::kInconclusive:
      return "inconclusive";
  }
  return "";
}

bool has_corpus(Engine engine) { return engine == Engine::kLibFuzzer || engine == Engine::kAflpp; }

}  // namespace

std::string progress_line(const CampaignSummary& summary, Engine engine) {
  return absl::StrCat(static_cast<std::uint64_t>(summary.seconds), " s  ",
                      grouped(summary.executions), " executions  ", grouped(rate(summary)),
                      "/s  rules ", summary.coverage.rules_exercised(), "/", model::kRules,
                      "  pairs ", summary.coverage.pairs_exercised(), "/",
                      model::kRules * model::kRules,
                      has_corpus(engine) ? absl::StrCat("  corpus ", summary.corpus) : "",
                      "  findings ", summary.findings.size());
}

std::string summary_text(const CampaignOptions& options, const CampaignSummary& summary) {
  std::string out;
  switch (summary.verdict) {
    case VerdictKind::kHolds:
      out = "holds: no execution broke the contract\n";
      break;
    case VerdictKind::kViolated:
      out = absl::StrCat("violated: ", summary.findings.size(),
                         summary.findings.size() == 1 ? " kind" : " kinds", " of finding in ",
                         grouped(summary.violations), " executions\n");
      break;
    case VerdictKind::kInconclusive:
      out = summary.executions == 0 ? std::string("inconclusive: nothing was executed\n")
                                    : absl::StrCat("inconclusive: ", grouped(summary.inconclusive),
                                                   " executions did not come to their end\n");
      break;
  }
  absl::StrAppend(&out, "executions    ", grouped(summary.executions), " in ",
                  absl::StrFormat("%.1f", summary.seconds), " s, ", grouped(rate(summary)),
                  " a second", summary.interrupted ? ", interrupted" : "", "\n");
  const std::vector<std::string> missing = rules_not_exercised(summary.coverage);
  absl::StrAppend(&out, "rules         ", summary.coverage.rules_exercised(), " of ", model::kRules,
                  " exercised", missing.empty() ? "" : "; not: " + absl::StrJoin(missing, " "),
                  "\n");
  absl::StrAppend(&out, "rule pairs    ", summary.coverage.pairs_exercised(), " of ",
                  model::kRules * model::kRules,
                  " orders of two steps of different tasks (many cannot happen)\n");
  if (has_corpus(options.engine)) {
    absl::StrAppend(&out, "corpus        ", summary.corpus, " inputs\n");
  }
  absl::StrAppend(&out, "seed          ", options.seed, "\n");
  for (const CampaignFinding& finding : summary.findings) {
    absl::StrAppend(&out, "finding       ", finding.headline, "\n              after ",
                    grouped(finding.executions), " executions, ",
                    absl::StrFormat("%.1f", finding.seconds), " s: ", finding.path, "\n");
  }
  for (const std::string& note : summary.notes) absl::StrAppend(&out, "note          ", note, "\n");
  return out;
}

std::string summary_json(const CampaignOptions& options, const CampaignSummary& summary) {
  const auto strings = [](const std::vector<std::string>& list) {
    return absl::StrCat(
        "[",
        absl::StrJoin(list, ", ",
                      [](std::string* out, const std::string& each) { *out += json(each); }),
        "]");
  };
  std::string findings;
  for (const CampaignFinding& finding : summary.findings) {
    absl::StrAppend(
        &findings, findings.empty() ? "\n" : ",\n", "    {\"path\": ", json(finding.path),
        ", \"property\": ", json(finding.property), ", \"rule\": ", json(finding.rule),
        ", \"headline\": ", json(finding.headline), ", \"executions\": ", finding.executions,
        ", \"seconds\": ", absl::StrFormat("%.3f", finding.seconds), "}");
  }
  return absl::StrCat(
      "{\n  \"verdict\": ", json(verdict_name(summary.verdict)),
      ",\n  \"implementation\": ", json(options.implementation),
      ",\n  \"engine\": ", json(kEngineNames[static_cast<std::size_t>(options.engine)]),
      ",\n  \"seed\": ", options.seed, ",\n  \"jobs\": ", options.jobs,
      ",\n  \"executions\": ", summary.executions,
      ",\n  \"executions_per_second\": ", rate(summary),
      ",\n  \"seconds\": ", absl::StrFormat("%.3f", summary.seconds),
      ",\n  \"inconclusive\": ", summary.inconclusive, ",\n  \"violations\": ", summary.violations,
      ",\n  \"interrupted\": ", summary.interrupted ? "true" : "false",
      ",\n  \"corpus\": ", summary.corpus,
      ",\n  \"rules_exercised\": ", summary.coverage.rules_exercised(),
      ",\n  \"rules_total\": ", model::kRules,
      ",\n  \"rules_not_exercised\": ", strings(rules_not_exercised(summary.coverage)),
      ",\n  \"rule_pairs_exercised\": ", summary.coverage.pairs_exercised(),
      ",\n  \"rule_pairs_total\": ", model::kRules * model::kRules, ",\n  \"findings\": [",
      findings, findings.empty() ? "]" : "\n  ]", ",\n  \"notes\": ", strings(summary.notes),
      "\n}\n");
}

}  // namespace mirrorcheck::fuzz
