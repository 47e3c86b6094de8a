// prove: the inductive proof, or the counterexample to a proof without one of its rules.

#include "proofs/prove.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "fuzz/tool/commands.h"
#include "fuzz/tool/exit_code.h"
#include "proofs/second_solver.h"

namespace mirrorcheck::tool {
namespace {

constexpr std::string_view kSolvers[] = {"z3", "both"};

constexpr Option kOptions[] = {
    {"--property", "ID", "only this property (default: all that can be proved)"},
    {"--drop", "RULE",
     "do not assume this rule: RULE, RULE/CLAUSE, RULE/NUMBER of a clause, or RULE/FIELD"},
    {"--solver", "NAME", "who decides (default z3); both: cvc5, too", OptionKind::kChoice, 0, 0,
     kSolvers},
    {"--export", "DIR", "write each obligation there in SMT-LIB 2, for a solver of your own"},
    {"--timeout", "S", "seconds for one obligation and solver (default 10)", OptionKind::kNumber, 1,
     3'600},
};

constexpr unsigned kDefaultTimeout = 10;

// A file for each, named by its number, rule and what it says, and by the answer that proves it:
// cvc5 takes neither spaces nor parentheses in a name.
void write_to(const std::string& directory, const std::vector<proofs::Obligation>& obligations) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  for (std::size_t i = 0; i < obligations.size(); ++i) {
    const proofs::Obligation& o = obligations[i];
    std::string name =
        absl::StrCat(absl::Dec(i, absl::kZeroPad3), "-", o.rule.empty() ? "initial" : o.rule, "-",
                     o.what, o.proved_by_sat ? ".sat" : ".unsat", ".smt2");
    std::replace(name.begin(), name.end(), ' ', '_');
    const std::string path = absl::StrCat(directory, "/", name);
    std::ofstream file(path);
    if (!(file << o.smt2 << std::flush)) {
      throw proofs::ProveError(path + ": cannot be written; name a directory that can");
    }
  }
}

// What both solvers say of an obligation.
struct Answers {
  proofs::Verdict first;
  std::optional<proofs::Verdict> second;

  bool agree() const { return !second || *second == first; }
  bool proved() const { return agree() && first == proofs::Verdict::kProved; }
  bool refuted() const {
    return first == proofs::Verdict::kRefuted || second == proofs::Verdict::kRefuted;
  }
  std::string text() const {
    std::string out(proofs::name(first));
    if (second) out += agree() ? " twice" : ", cvc5: " + std::string(proofs::name(*second));
    return out;
  }
};

int print(const std::vector<proofs::Obligation>& obligations,
          const std::optional<proofs::SecondSolver>& second, unsigned timeout) {
  std::size_t proved = 0;
  std::size_t refuted = 0;
  double seconds = 0;
  for (const proofs::Obligation& obligation : obligations) {
    Answers answers{.first = obligation.verdict, .second = {}};
    const auto begin = std::chrono::steady_clock::now();
    if (second) answers.second = second->decide(obligation, timeout);
    const std::chrono::duration<double> of_second = std::chrono::steady_clock::now() - begin;
    const double taken = obligation.seconds + of_second.count();
    seconds += taken;
    std::printf("%-13s %-28s %s (%.2f s)\n", answers.text().c_str(), obligation.rule.c_str(),
                obligation.what.c_str(), taken);
    if (answers.proved()) ++proved;
    if (!answers.refuted()) continue;
    ++refuted;
    for (const std::string& conjunct : obligation.broken) {
      std::printf("           breaks %s\n", conjunct.c_str());
    }
    std::printf("%s\n", obligation.counterexample.c_str());
  }
  std::printf("%s: %zu of %zu obligations proved%s, %zu refuted, in %.1f s\n",
              refuted != 0                   ? "violated"
              : proved == obligations.size() ? "holds"
                                             : "inconclusive",
              proved, obligations.size(), second ? " by Z3 and by cvc5" : "", refuted, seconds);
  if (refuted != 0) return kViolated;
  return proved == obligations.size() && proved != 0 ? kHolds : kInconclusive;
}

int run(const Arguments& arguments) {
  const std::string solver = arguments.text("--solver", "z3");
  const std::string directory = arguments.text("--export", "");
  proofs::ProveOptions options;
  options.property = arguments.text("--property", "");
  options.drop = arguments.text("--drop", "");
  options.export_smt2 = solver != "z3" || !directory.empty();
  options.timeout_milliseconds =
      1000 * static_cast<unsigned>(arguments.number("--timeout", kDefaultTimeout));
  try {
    std::optional<proofs::SecondSolver> second;
    if (solver == "both") second.emplace();
    const std::vector<proofs::Obligation> obligations = proofs::prove(options);
    if (!directory.empty()) write_to(directory, obligations);
    return print(obligations, second, options.timeout_milliseconds);
  } catch (const proofs::ProveError& error) {
    std::fprintf(stderr, "mirrorcheck prove: %s\n", error.what());
    return kUsage;
  }
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
