#include "fuzz/campaign/summary.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <tuple>

#include "fuzz/explain/escape.h"
#include "fuzz/scenario/calls.h"
#include "model/rules.h"

namespace mirrorcheck::fuzz {
namespace {

// 1234567 as 1,234,567.
std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
  return text;
}

std::string counted(std::uint64_t number, const char* what) {
  return absl::StrCat(grouped(number), " ", what, number == 1 ? "" : "s");
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
  return absl::StrFormat(
      "%.1f %%", whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::uint64_t rate(const CampaignSummary& summary) {
  return summary.seconds <= 0 ? 0
                              : static_cast<std::uint64_t>(static_cast<double>(summary.executions) /
                                                           summary.seconds);
}

// How often each of some things was exercised.
struct Count {
  std::string name;
  std::uint64_t times = 0;
};
using Counts = std::vector<Count>;

Counts rule_counts(const Coverage& coverage) {
  Counts counts;
  for (std::size_t r = 0; r < model::kRules; ++r) {
    counts.push_back(
        {std::string(model::rule_name(model::Rule(r))), coverage.count(model::Rule(r))});
  }
  return counts;
}

// Of operations only success counts: an error comes of looking, mostly, and not of doing.
Counts operation_counts(const Coverage& coverage) {
  Counts counts;
  for (const CallInfo& call : kCallTable) {
    counts.push_back({std::string(call.name), coverage.successes(call.call)});
  }
  return counts;
}

std::vector<std::string> not_exercised(const Counts& counts) {
  std::vector<std::string> names;
  for (const Count& each : counts) {
    if (each.times == 0) names.push_back(each.name);
  }
  return names;
}

// "58 of 58 exercised; least often D7.refuse 12, N8.unregister 40", or which were not.
std::string exercised(Counts counts) {
  const std::vector<std::string> missing = not_exercised(counts);
  std::string out =
      absl::StrCat(counts.size() - missing.size(), " of ", counts.size(), " exercised");
  if (!missing.empty()) return absl::StrCat(out, "; not: ", absl::StrJoin(missing, " "));
  std::sort(counts.begin(), counts.end(), [](const Count& a, const Count& b) {
    return std::tie(a.times, a.name) < std::tie(b.times, b.name);
  });
  for (std::size_t i = 0; i < 3 && i < counts.size(); ++i) {
    absl::StrAppend(&out, i == 0 ? "; least often " : ", ", counts[i].name, " ",
                    grouped(counts[i].times));
  }
  return out;
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
  if (summary.violations != 0) {
    absl::StrAppend(&out, "cut short     ", counted(summary.violations, "execution"), ", ",
                    percent(summary.violations, summary.executions),
                    ", by a violation: what follows one is not seen\n");
  }
  if (summary.avoided != 0) {
    absl::StrAppend(&out, "avoided       ", counted(summary.avoided, "execution"), ", ",
                    percent(summary.avoided, summary.executions),
                    ", did without what this implementation is known to break\n");
  }
  absl::StrAppend(&out, "rules         ", exercised(rule_counts(summary.coverage)), "\n");
  absl::StrAppend(&out, "operations    ", exercised(operation_counts(summary.coverage)), "\n");
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
                    absl::StrFormat("%.1f", finding.seconds), " s",
                    finding.times == 0 ? "" : absl::StrCat(", ", counted(finding.times, "time")),
                    ": ", finding.path, "\n");
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
  std::string rules;
  for (const Count& rule : rule_counts(summary.coverage)) {
    absl::StrAppend(&rules, rules.empty() ? "" : ", ", json(rule.name), ": ", rule.times);
  }
  std::string operations;
  for (const CallInfo& call : kCallTable) {
    absl::StrAppend(&operations, operations.empty() ? "" : ", ", json(std::string(call.name)),
                    ": {\"executed\": ", summary.coverage.count(call.call),
                    ", \"succeeded\": ", summary.coverage.successes(call.call), "}");
  }
  std::string findings;
  for (const CampaignFinding& finding : summary.findings) {
    absl::StrAppend(
        &findings, findings.empty() ? "\n" : ",\n", "    {\"path\": ", json(finding.path),
        ", \"property\": ", json(finding.property), ", \"rule\": ", json(finding.rule),
        ", \"headline\": ", json(finding.headline), ", \"executions\": ", finding.executions,
        ", \"seconds\": ", absl::StrFormat("%.3f", finding.seconds), ", \"times\": ", finding.times,
        "}");
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
      ",\n  \"avoided\": ", summary.avoided,
      ",\n  \"interrupted\": ", summary.interrupted ? "true" : "false",
      ",\n  \"corpus\": ", summary.corpus,
      ",\n  \"rules_exercised\": ", summary.coverage.rules_exercised(),
      ",\n  \"rules_total\": ", model::kRules,
      ",\n  \"rules_not_exercised\": ", strings(not_exercised(rule_counts(summary.coverage))),
      ",\n  \"rules\": {", rules,
      "},\n  \"operations_exercised\": ", summary.coverage.calls_exercised(),
      ",\n  \"operations_total\": ", impl::kCalls, ",\n  \"operations_not_exercised\": ",
      strings(not_exercised(operation_counts(summary.coverage))), ",\n  \"operations\": {",
      operations, "}", ",\n  \"rule_pairs_exercised\": ", summary.coverage.pairs_exercised(),
      ",\n  \"rule_pairs_total\": ", model::kRules * model::kRules, ",\n  \"findings\": [",
      findings, findings.empty() ? "]" : "\n  ]", ",\n  \"notes\": ", strings(summary.notes),
      "\n}\n");
}

}  // namespace mirrorcheck::fuzz
