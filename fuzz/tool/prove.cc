// prove: the proofs, group by group, or the counterexample to a proof without one of its rules.

#include "proofs/prove.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <future>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "fuzz/campaign/output_file.h"
#include "fuzz/tool/commands.h"
#include "fuzz/tool/exit_code.h"
#include "fuzz/tool/prove_json.h"
#include "proofs/second_solver.h"

namespace mirrorcheck::tool {
namespace {

constexpr std::string_view kSolvers[] = {"z3", "both"};

constexpr Option kProveOptions[] = {
    {"--group", "NAME", "only this group, with what it says (default: all)"},
    {"--property", "ID", "only this property (default: all that can be proved)"},
    {"--drop", "RULE",
     "do not assume this rule: RULE, RULE/CLAUSE, RULE/NUMBER of a clause, or RULE/FIELD; all: a "
     "table of the clauses, each dropped in turn"},
    {"--solver", "NAME", "who decides (default z3); both: cvc5, too", OptionKind::kChoice, 0, 0,
     kSolvers},
    {"--export", "DIR", "write each obligation there in SMT-LIB 2, for a solver of your own"},
    {"--json", "FILE", "write each obligation's verdicts and seconds there"},
    {"--timeout", "S", "seconds for one obligation and solver (default 60)", OptionKind::kNumber, 1,
     3'600},
};

constexpr unsigned kDefaultTimeout = 60;

// A file for each, named by its number, group, rule and what it says, and by the answer that proves
// it: cvc5 takes neither spaces nor parentheses in a name.
void write_to(const std::string& directory, const std::vector<proofs::Obligation>& obligations) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  for (std::size_t i = 0; i < obligations.size(); ++i) {
    const proofs::Obligation& o = obligations[i];
    std::string name = absl::StrCat(absl::Dec(i, absl::kZeroPad3), "-", o.group, "-", o.rule,
                                    o.rule.empty() ? "" : "-", o.what,
                                    o.proved_by_sat ? ".sat" : ".unsat", ".smt2");
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c == ' ' || c == '/' || c == '\''; }, '_');
    const std::string path = absl::StrCat(directory, "/", name);
    std::ofstream file(path);
    if (!(file << o.smt2 << std::flush)) {
      throw proofs::ProveError(path + ": cannot be written; name a directory that can");
    }
  }
}

// Seconds by the clock on the wall, since some time in the past.
double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Asks the second solver, too. The seconds are those of both.
std::vector<Decided> decide(const std::vector<proofs::Obligation>& obligations,
                            const std::optional<proofs::SecondSolver>& second, unsigned timeout) {
  std::vector<Decided> all;
  all.reserve(obligations.size());
  for (const proofs::Obligation& obligation : obligations) all.push_back({&obligation, {}, 0});
  if (!second) return all;
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < all.size(); i = next++) {
      const double begin = wall_seconds();
      all[i].second = second->decide(*all[i].obligation, timeout);
      all[i].second_seconds = wall_seconds() - begin;
    }
  };
  // A failure of one is that of all: get() throws it again.
  std::vector<std::future<void>> workers;
  for (unsigned n = std::max(1u, std::thread::hardware_concurrency()); n > 0; --n) {
    workers.push_back(std::async(std::launch::async, work));
  }
  for (std::future<void>& worker : workers) worker.get();
  return all;
}

std::string text(const Decided& d) {
  std::string out(proofs::name(d.obligation->verdict));
  if (d.second) out += d.agree() ? " twice" : ", cvc5: " + std::string(proofs::name(*d.second));
  return out;
}

void print(const Decided& d) {
  const proofs::Obligation& o = *d.obligation;
  std::printf("  %-13s %-28s %s (%.2f s)\n", text(d).c_str(), o.rule.c_str(), o.what.c_str(),
              d.seconds());
  if (d.proved()) return;
  for (const std::string& conjunct : o.broken)
    std::printf("             breaks %s\n", conjunct.c_str());
  std::printf("%s\n", o.counterexample.c_str());
}

// The table of one group: a line for it, then one for each obligation.
void print(const proofs::Group& group, const std::vector<Decided>& decided, bool in_full) {
  std::size_t proved = 0;
  std::size_t all = 0;
  double seconds = 0;
  for (const Decided& d : decided) {
    if (d.obligation->group != group.name) continue;
    ++all;
    proved += d.proved() ? 1 : 0;
    seconds += d.seconds();
  }
  if (all == 0) return;
  std::printf("%.*s: %.*s (%zu of %zu, %.1f s)\n", static_cast<int>(group.name.size()),
              group.name.data(), static_cast<int>(group.title.size()), group.title.data(), proved,
              all, seconds);
  if (in_full) {
    const auto line = [](const char* what, std::string_view words) {
      std::printf("  %s: %.*s.\n", what, static_cast<int>(words.size()), words.data());
    };
    line("says", group.says);
    line("does not say", group.does_not_say);
    line("assumes", group.assumes);
  }
  for (const Decided& d : decided) {
    if (d.obligation->group == group.name) print(d);
  }
}

// `taken`: seconds by the clock, from the first question to the last answer. Solvers run side by
// side, so that theirs are more.
int conclude(const std::vector<Decided>& decided, double taken) {
  std::size_t proved = 0;
  std::size_t refuted = 0;
  double seconds = 0;
  double longest = 0;
  for (const Decided& d : decided) {
    proved += d.proved() ? 1 : 0;
    refuted += d.refuted() ? 1 : 0;
    seconds += d.seconds();
    longest = std::max(longest, d.seconds());
  }
  const bool twice = !decided.empty() && decided.front().second.has_value();
  std::printf(
      "%s: %zu of %zu obligations proved%s, %zu refuted, in %.1f s (%.1f s of the solvers' time, "
      "the "
      "longest %.2f s)\n",
      refuted != 0               ? "violated"
      : proved == decided.size() ? "holds"
                                 : "inconclusive",
      proved, decided.size(), twice ? " by Z3 and by cvc5" : "", refuted, taken, seconds, longest);
  if (refuted != 0) return kViolated;
  return proved == decided.size() && proved != 0 ? kHolds : kInconclusive;
}

// Each clause dropped in turn.
int print_leanings(const proofs::ProveOptions& options) {
  std::size_t leans = 0;
  bool unknown = false;
  const std::vector<proofs::Leaning> all = proofs::what_the_proof_leans_on(options);
  for (const proofs::Leaning& l : all) {
    const std::string clause = absl::StrCat(l.rule, "/", l.number, " (", l.clause, ")");
    std::printf("%-36s %s\n", clause.c_str(),
                l.unknown ? "unknown"
                : l.breaks.empty()
                    ? l.protocol ? "not needed: a step of the protocol" : "not needed"
                    : absl::StrCat("breaks ", absl::StrJoin(l.breaks, ", ")).c_str());
    leans += l.breaks.empty() ? 0 : 1;
    unknown = unknown || l.unknown;
  }
  std::printf("%s: the proof leans on %zu of %zu clauses\n", unknown ? "inconclusive" : "holds",
              leans, all.size());
  return unknown ? kInconclusive : kHolds;
}

int run_prove(const Arguments& arguments) {
  const std::string solver = arguments.text("--solver", "z3");
  const std::string directory = arguments.text("--export", "");
  const std::string json = arguments.text("--json", "");
  proofs::ProveOptions options;
  options.group = arguments.text("--group", "");
  options.property = arguments.text("--property", "");
  options.drop = arguments.text("--drop", "");
  options.export_smt2 = solver != "z3" || !directory.empty();
  options.timeout_milliseconds =
      1000 * static_cast<unsigned>(arguments.number("--timeout", kDefaultTimeout));
  if (!directory.empty()) {
    if (const std::optional<std::string> problem = fuzz::prepare_directory(directory)) {
      std::fprintf(stderr, "mirrorcheck prove: %s\n", problem->c_str());
      return kUsage;
    }
  }
  if (!json.empty()) {
    if (const std::optional<std::string> problem = fuzz::can_write_file(json)) {
      std::fprintf(stderr, "mirrorcheck prove: %s\n", problem->c_str());
      return kUsage;
    }
  }
  try {
    if (options.drop == "all") {
      options.drop.clear();
      return print_leanings(options);
    }
    std::optional<proofs::SecondSolver> second;
    if (solver == "both") second.emplace();
    const double begin = wall_seconds();
    const std::vector<proofs::Obligation> obligations = proofs::prove(options);
    if (obligations.empty()) {
      throw proofs::ProveError(
          "no obligation is of all that was asked for; leave out --group, --property or --drop");
    }
    if (!directory.empty()) write_to(directory, obligations);
    const auto decided = decide(obligations, second, options.timeout_milliseconds);
    const double taken = wall_seconds() - begin;
    for (const proofs::Group* group : proofs::groups()) {
      print(*group, decided, !options.group.empty());
    }
    if (!json.empty()) {
      std::ofstream file(json);
      if (!(file << to_json(decided) << std::flush)) {
        throw proofs::ProveError(json + ": cannot be written; name a file that can");
      }
    }
    return conclude(decided, taken);
  } catch (const proofs::ProveError& error) {
    std::fprintf(stderr, "mirrorcheck prove: %s\n", error.what());
    return kUsage;
  }
}

}  // namespace

const Command kProve{"prove",
                     "",
                     0,
                     0,
                     "proves the contract's properties for worlds of any size",
                     "With --drop, one clause of a rule, or an effect of it, is left out, and the "
                     "groups of the induction\n"
                     "are asked: if they lean on it, the counterexample shows the step that does "
                     "the damage, and the\n"
                     "exit code is 1.\n",
                     kProveOptions,
                     run_prove};

}  // namespace mirrorcheck::tool
