#include "fuzz/tool/prove_json.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/strings/str_replace.h>

#include "fuzz/explain/escape.h"

namespace mirrorcheck::tool {
namespace {

std::string verdict(const char* solver, proofs::Verdict verdict, double seconds) {
  return absl::StrFormat(", \"%s\": %s, \"%s_seconds\": %.3f", solver,
                         fuzz::json(proofs::name(verdict)), solver, seconds);
}

std::string object(const Decided& d) {
  const proofs::Obligation& o = *d.obligation;
  std::string out = absl::StrCat("{\"group\": ", fuzz::json(o.group));
  if (!o.rule.empty()) absl::StrAppend(&out, ", \"rule\": ", fuzz::json(o.rule));
  absl::StrAppend(&out, ", \"obligation\": ", fuzz::json(o.what), ", \"properties\": [");
  if (!o.properties.empty()) {
    absl::StrAppend(&out, "\"", absl::StrReplaceAll(o.properties, {{" ", "\", \""}}), "\"");
  }
  absl::StrAppend(&out, "]", verdict("z3", o.verdict, o.seconds));
  if (d.second) absl::StrAppend(&out, verdict("cvc5", *d.second, d.second_seconds));
  return out + "}";
}

}  // namespace

std::string to_json(const std::vector<Decided>& decided) {
  std::string out = "[";
  for (const Decided& d : decided) {
    absl::StrAppend(&out, out.size() == 1 ? "\n  " : ",\n  ", object(d));
  }
  return out + "\n]\n";
}

}  // namespace mirrorcheck::tool
