// prove: the inductive proof, or the counterexample to a proof without one of its rules.

#include "proofs/prove.h"

#include <cstdio>
#include <string>

#include "fuzz/tool/commands.h"
#include "fuzz/tool/exit_code.h"

namespace mirrorcheck::tool {
namespace {

constexpr Option kOptions[] = {
    {"--property", "ID", "only this property (default: all that can be proved)"},
    {"--drop", "RULE",
     "do not assume this rule: RULE, RULE/CLAUSE, RULE/NUMBER of a clause, or RULE/FIELD"},
};

int run(const Arguments& arguments) {
  proofs::ProveOptions options;
  options.property = arguments.text("--property", "");
  options.drop = arguments.text("--drop", "");
  std::vector<proofs::Obligation> obligations;
  try {
    obligations = proofs::prove(options);
  } catch (const proofs::ProveError& error) {
    std::fprintf(stderr, "mirrorcheck prove: %s\n", error.what());
    return kUsage;
  }
  std::size_t proved = 0;
  std::size_t refuted = 0;
  double seconds = 0;
  for (const proofs::Obligation& obligation : obligations) {
    seconds += obligation.seconds;
    const std::string verdict(proofs::name(obligation.verdict));
    std::printf("%-10s %-28s %s (%.2f s)\n", verdict.c_str(), obligation.rule.c_str(),
                obligation.what.c_str(), obligation.seconds);
    if (obligation.verdict == proofs::Verdict::kProved) ++proved;
    if (obligation.verdict != proofs::Verdict::kRefuted) continue;
    ++refuted;
    for (const std::string& conjunct : obligation.broken) {
      std::printf("           breaks %s\n", conjunct.c_str());
    }
    std::printf("%s\n", obligation.counterexample.c_str());
  }
  std::printf("%s: %zu of %zu obligations proved, %zu refuted, in %.1f s\n",
              refuted != 0                   ? "violated"
              : proved == obligations.size() ? "holds"
                                             : "inconclusive",
              proved, obligations.size(), refuted, seconds);
  if (refuted != 0) return kViolated;
  return proved == obligations.size() && proved != 0 ? kHolds : kInconclusive;
}

}  // namespace

const Command kProve{
    "prove",
    "",
    0,
    0,
    "proves the contract's properties for worlds of any size",
    "With --drop, one rule is not assumed: if the proof leans on it, the counterexample shows the\n"
    "step that does the damage, and the exit code is 1.\n",
    kOptions,
    run};

}  // namespace mirrorcheck::tool
