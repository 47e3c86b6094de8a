#include "fuzz/explain/html.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "fuzz/explain/columns.h"
#include "fuzz/explain/escape.h"
#include "fuzz/explain/svg.h"
#include "fuzz/scenario/text.h"
#include "model/rules.h"

namespace mirrorcheck::fuzz {
namespace {

constexpr std::string_view kPageStyle =
    "body{font:15px/1.5 system-ui,sans-serif;color:#1c2733;max-width:80rem;margin:2rem auto;"
    "padding:0 1rem}h1{font-size:1.3rem}h2{font-size:1.05rem;margin-top:2rem}"
    "pre,td{font:12px/1.5 'DejaVu Sans Mono',Menlo,Consolas,monospace}"
    "pre{background:#f3f6fa;padding:.8rem;overflow-x:auto}"
    "table{border-collapse:collapse}td,th{border:1px solid #c3ccd6;padding:.2rem .6rem;"
    "text-align:left;vertical-align:top}tr.differs td{background:#fde3e6}"
    ".drawing{overflow-x:auto}dt{font-weight:bold}dd{margin:0 0 .4rem 1.5rem}";

std::string clause_entry(const char* what, const model::Breach& breach, std::uint32_t step) {
  return absl::StrCat("<dt>", what, "</dt><dd>", xml(breach.clause->id), " in ",
                      xml(model::rule_name(breach.rule)), ", step ", step, ": ",
                      xml(breach.clause->sentence), "</dd>\n");
}

std::string states_table(const Verdict& verdict) {
  const std::vector<std::string> contract =
      absl::StrSplit(verdict.contract_state, '\n', absl::SkipEmpty());
  const std::vector<std::string> actual =
      absl::StrSplit(verdict.implementation_state, '\n', absl::SkipEmpty());
  std::string out = "<table><tr><th>the contract says</th><th>the implementation has</th></tr>\n";
  for (std::size_t i = 0; i < std::max(contract.size(), actual.size()); ++i) {
    const std::string left = i < contract.size() ? contract[i] : "";
    const std::string right = i < actual.size() ? actual[i] : "";
    absl::StrAppend(&out, left == right ? "<tr>" : "<tr class=\"differs\">", "<td>", xml(left),
                    "</td><td>", xml(right), "</td></tr>\n");
  }
  return out + "</table>\n";
}

}  // namespace

std::string html(const RunRecord& run) {
  const Verdict& verdict = run.verdict;
  const std::string title = absl::StrCat(run.implementation, ": ", headline(verdict));
  std::string out =
      absl::StrCat("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>",
                   xml(title), "</title><style>", std::string(kPageStyle),
                   "</style></head><body>\n<h1>", xml(title), "</h1>\n");
  if (verdict.kind == VerdictKind::kViolated) {
    const model::PropertyInfo& property = model::info(verdict.breach.clause->property);
    absl::StrAppend(&out, "<dl><dt>Property ", xml(property.id), "</dt><dd>", xml(property.meaning),
                    "</dd>\n", clause_entry("Rule", verdict.breach, verdict.step),
                    "<dt>Operation</dt><dd>", xml(operation_at(run.scenario, verdict.place)),
                    "</dd>\n");
    if (verdict.cause) {
      out += clause_entry("Broken before that", verdict.cause, verdict.cause_step);
    }
    if (!verdict.detail.empty()) {
      absl::StrAppend(&out, "<dt>Detail</dt><dd>", xml(verdict.detail), "</dd>\n");
    }
    out += "</dl>\n";
  }
  absl::StrAppend(&out, "<h2>What happened</h2>\n<div class=\"drawing\">", svg(run), "</div>\n");
  if (verdict.kind == VerdictKind::kViolated) {
    absl::StrAppend(&out, "<h2>The two states at step ", verdict.step, "</h2>\n",
                    states_table(verdict));
  }
  absl::StrAppend(&out, "<h2>Scenario</h2>\n<pre>", xml(format(run.scenario)),
                  "</pre>\n<details><summary>Every event</summary><pre>", xml(history_text(run)),
                  "</pre></details>\n</body></html>\n");
  return out;
}

}  // namespace mirrorcheck::fuzz
