// attack: what goes wrong without a clause of the contract, shown from the initial state.

#include "proofs/explore/attack.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <absl/strings/str_replace.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <vector>

#include "fuzz/campaign/output_file.h"
#include "fuzz/tool/attack_scenario.h"
#include "fuzz/tool/commands.h"
#include "fuzz/tool/exit_code.h"
#include "fuzz/tool/explore_model.h"
#include "impl/loader/loader.h"
#include "proofs/explore/attack_text.h"
#include "proofs/progress.h"
#include "proofs/prove.h"

namespace mirrorcheck::tool {
namespace {

namespace explore = proofs::explore;
using Outcome = explore::Attack::Outcome;

constexpr Option kAttackOptions[] = {
    {"--drop", "RULE", "what to do without: RULE/CLAUSE, RULE/NUMBER of a clause, or RULE/FIELD"},
    {"--states", "N", "give up after so many states of each world (default 150000)",
     OptionKind::kNumber, 1, 100'000'000},
    {"-o", "FILE", "with --drop: write the steps there, too"},
    {"--write", "DIR", "without --drop: write the attacks, the table of them and scenarios there"},
    {"--scenarios", "DIR", "without --drop: write the scenarios of the attacks that are there"},
};

// What the proof says of the rule without what was dropped.
struct Proof {
  bool keeps = true;       // the rule keeps the invariant: no property of states can break
  bool otherwise = false;  // it does not, but no property breaks: they hold by another invariant
  std::string property;    // of steps, that does not hold any more; empty: none
  bool waits = false;      // it is one of progress instead: something waits for ever
};

Proof ask_proof(const std::string& drop) {
  proofs::ProveOptions options;
  options.drop = drop;
  options.rule = drop.substr(0, drop.find('/'));
  Proof proof;
  for (const proofs::Obligation& o : proofs::prove(options)) {
    if (o.verdict == proofs::Verdict::kProved) continue;
    if (o.what == "keeps" || o.verdict == proofs::Verdict::kUnknown) {
      proof.keeps = false;
    } else if (proof.property.empty()) {
      proof.property = absl::StrCat(o.properties, " (", o.what, ")");
    }
  }
  return proof;
}

// Whether all is proved without what was dropped, by another invariant than the contract's.
//
// A rule that can not be taken any more breaks no property of states or steps, and `stopped` tells
// of it; nor is it any harm that something need not wait any more. But where by that invariant
// there is no state at all in which what has to go on could, something never comes to its end.
void look_for_another_invariant(const std::string& drop, Proof& proof) {
  proofs::ProveOptions options;
  options.drop = drop;
  options.spare = true;
  std::string never;
  for (const proofs::Obligation& o : proofs::prove(options)) {
    if (o.verdict == proofs::Verdict::kProved) continue;
    const bool there_is_no_state = o.verdict == proofs::Verdict::kRefuted && o.proved_by_sat;
    const bool progress = o.group == proofs::kProgressGroup.name;
    if (!there_is_no_state || (!progress && o.what != "can fire")) return;
    if (never.empty() && progress && o.what.ends_with(proofs::kThereAreSuchStates)) {
      never = absl::StrCat(o.properties, " (no state in which ", o.rule, " ",
                           o.what.substr(0, o.what.find(':')), ")");
    }
  }
  proof.property = never;
  proof.otherwise = never.empty();
  proof.waits = !never.empty();
}

struct Account {
  explore::Attack attack;
  Proof proof;
  std::vector<model::Rule> stopped;  // where an effect was dropped and no harm was found
};

// A run shows what comes of it. One that ends with what nothing but the clause forbids says less
// than a property that the proof has lost.
bool is_shown(const Account& a) {
  return explore::breaks(a.attack) ||
         (a.attack.outcome == Outcome::kIsTheHarm && a.proof.property.empty());
}

Account account(const std::string& drop, std::size_t states) {
  Account a;
  a.attack = explore::find_attack(drop, std::min(states, explore::kNear));
  if (a.attack.outcome == Outcome::kBreaksProperty) return a;
  a.proof = ask_proof(drop);
  if (!explore::harms(a.attack) && !explore::parse_drop(drop).field.empty()) {
    a.stopped = explore::stopped_by(drop, explore::kNear);
  }
  // Then no state is any worse, and no other step.
  if (a.proof.keeps && (a.proof.property.empty() || explore::breaks(a.attack))) return a;
  a.attack = explore::find_attack(drop, states);
  if (!is_shown(a)) look_for_another_invariant(drop, a.proof);
  return a;
}

// That small worlds were searched to their end says nothing where the proof leans on what was
// dropped: they may be too small for the harm, or for the step. Nor does it that without an effect
// some step is not taken there: what else becomes of its absence is not known by that.
int code_of(const Account& a) {
  if (is_shown(a) || !a.proof.property.empty()) return kViolated;
  return a.proof.keeps || a.proof.otherwise ? kHolds : kInconclusive;
}

// The first of them, and how many there are besides.
std::string names(const std::vector<model::Rule>& rules) {
  constexpr std::size_t kShown = 3;
  std::vector<std::string> shown;
  shown.reserve(kShown);
  for (std::size_t i = 0; i < std::min(kShown, rules.size()); ++i) {
    shown.emplace_back(model::rule_name(rules[i]));
  }
  const std::string out = absl::StrJoin(shown, ", ");
  return rules.size() <= kShown ? out : absl::StrCat(out, " and ", rules.size() - kShown, " more");
}

// A property of steps as words.
std::string phrase(const explore::StepHarm& harm) {
  return absl::StrReplaceAll(std::string(harm.name), {{"_", " "}});
}

std::string sentence(const Account& a) {
  const explore::Attack& attack = a.attack;
  if (is_shown(a)) {
    const std::string what = attack.outcome == Outcome::kBreaksStep
                                 ? absl::StrCat("not so: ", phrase(attack.step))
                                 : std::string(attack.broken->sentence);
    return absl::StrCat("violated ", std::string(explore::broken_property(attack).id), ": ", what,
                        attack.outcome == Outcome::kIsTheHarm
                            ? ", which nothing but the clause forbids: the last of "
                        : attack.outcome == Outcome::kBreaksStep ? ", by the last of "
                                                                 : ", after ",
                        attack.trace.size(), " steps");
  }
  if (!a.proof.property.empty()) {
    return absl::StrCat("violated ", a.proof.property,
                        a.proof.waits ? ": something never comes to its end, by proof"
                                      : ": a property of steps that leans on it, by proof");
  }
  if (a.proof.otherwise) {
    return absl::StrCat("holds: not what the proof says of all states, but every property in ",
                        "the induction, by another invariant, in worlds of any size",
                        a.stopped.empty() ? "" : "; but nobody comes any more to ",
                        names(a.stopped));
  }
  if (a.proof.keeps) {
    return absl::StrCat("holds: no property in the induction leans on it, in worlds of any size",
                        a.stopped.empty() ? "" : "; but nobody comes any more to ",
                        names(a.stopped));
  }
  if (!a.stopped.empty()) {
    return absl::StrCat("inconclusive: the proof leans on it, and all that the ", attack.states,
                        " states that were searched show is that nobody comes any more to ",
                        names(a.stopped));
  }
  return absl::StrCat(
      "inconclusive: the proof leans on it, and the ", attack.states,
      attack.outcome == Outcome::kUnfinished
          ? " states that were searched do not show why; raise --states, or add a world"
          : " states of the worlds that there are do not show why");
}

// Whether that went well; one line if not.
bool put(const std::string& path, const std::string& content) {
  const std::optional<std::string> problem = fuzz::write_file(path, content);
  if (problem) std::fprintf(stderr, "mirrorcheck attack: %s\n", problem->c_str());
  return !problem;
}

// The same before the work; one line if it would not.
bool can_put(const std::string& path) {
  const std::optional<std::string> problem = fuzz::can_write_file(path);
  if (problem) std::fprintf(stderr, "mirrorcheck attack: %s\n", problem->c_str());
  return !problem;
}

int attack_one(const std::string& drop, const Arguments& arguments) {
  const std::string file = arguments.text("-o", "");
  explore::parse_drop(drop);
  if (!file.empty() && !can_put(file)) return kUsage;
  const Account a = account(drop, arguments.number("--states", explore::kFar));
  std::printf("without %s\n", drop.c_str());
  unsigned number = 0;
  for (const explore::ExploreStep& step : a.attack.trace) {
    std::printf("%s\n", describe_step(step, ++number).c_str());
  }
  std::printf("%s\n", sentence(a).c_str());
  if (!file.empty()) {
    if (!is_shown(a)) {
      std::fprintf(stderr, "mirrorcheck attack: %s: there is no attack to write; leave out -o\n",
                   file.c_str());
      return kUsage;
    }
    if (!put(file, to_text(a.attack))) return kUsage;
  }
  return code_of(a);
}

// DIR/RULE/PART.steps.
bool write_attack(const std::string& directory, const explore::Attack& attack) {
  const std::string path = absl::StrCat(directory, "/", attack.drop, ".steps");
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  return put(path, to_text(attack));
}

// The drops of the attacks below the directory, in the order of their names.
std::vector<std::string> attacks_in(const std::string& directory) {
  std::vector<std::string> drops;
  std::error_code error;
  std::filesystem::recursive_directory_iterator entry(directory, error);
  for (; !error && entry != std::filesystem::recursive_directory_iterator();
       entry.increment(error)) {
    if (entry->path().extension() != ".steps") continue;
    std::filesystem::path drop = entry->path().lexically_relative(directory);
    drops.push_back(drop.replace_extension().string());
  }
  std::sort(drops.begin(), drops.end());
  return drops;
}

// DIR/RULE/PART.scenario of each, and the table of what is in them.
int write_scenarios(const std::string& directory, const std::vector<std::string>& drops) {
  if (drops.empty()) {
    std::fprintf(stderr,
                 "mirrorcheck attack: %s: has no attacks, which are files *.steps; "
                 "write them there with --write\n",
                 directory.c_str());
    return kUsage;
  }
  const impl::LoadedWorld reference = impl::load_world("reference");
  std::string table;
  std::size_t found = 0;
  for (const std::string& drop : drops) {
    const std::string path = absl::StrCat(directory, "/", drop, ".steps");
    std::ifstream file(path);
    const std::string steps(std::istreambuf_iterator<char>(file), {});
    const explore::Attack attack = explore::find_again(drop, steps);
    if (!explore::breaks(attack)) {
      std::fprintf(stderr,
                   "mirrorcheck attack: %s: is no attack on the present contract; "
                   "find them again with --write\n",
                   path.c_str());
      return kUsage;
    }
    const AttackScenario scenario = scenario_of(attack, *reference.world);
    const std::string line = absl::StrCat(drop, ": ", scenario.summary, "\n");
    std::printf("%s", line.c_str());
    std::fflush(stdout);
    table += line;
    if (scenario.text.empty()) continue;
    ++found;
    if (!put(absl::StrCat(directory, "/", drop, ".scenario"), scenario.text)) return kUsage;
  }
  const std::string summary =
      absl::StrCat(found, " of ", drops.size(), " attacks are scenarios of the reference\n");
  std::printf("%s", summary.c_str());
  return put(directory + "/scenarios.txt", table + summary) ? kHolds : kUsage;
}

std::string line_of(const Account& a) {
  if (is_shown(a)) return table_line(a.attack);
  if (!a.proof.property.empty()) {
    return absl::StrCat(a.attack.drop, " breaks ", a.proof.property, " by proof");
  }
  if (!a.stopped.empty()) {
    return absl::StrCat(a.attack.drop, " stops ", names(a.stopped),
                        a.proof.otherwise ? "; the proof leans on it, the properties hold without"
                        : a.proof.keeps   ? "; no property in the induction leans on it"
                                          : "; the proof leans on it");
  }
  return a.attack.drop + (a.proof.otherwise
                              ? " harmless: the proof leans on it, the properties hold without"
                          : a.proof.keeps ? " harmless: no property in the induction leans on it"
                                          : " open: the proof leans on it, no trace shows why");
}

int attack_all(const Arguments& arguments) {
  const std::string directory = arguments.text("--write", "");
  if (!directory.empty()) {
    if (const std::optional<std::string> problem = fuzz::prepare_directory(directory)) {
      std::fprintf(stderr, "mirrorcheck attack: %s\n", problem->c_str());
      return kUsage;
    }
  }
  const std::size_t states = arguments.number("--states", explore::kFar);
  std::string table;
  std::vector<std::string> attacks;
  std::size_t shown = 0;
  std::size_t taken = 0;
  std::size_t proved = 0;
  std::size_t forbidden = 0;
  std::size_t stops = 0;
  std::size_t leans = 0;  // stops others, and whether a property breaks is not known
  std::size_t harmless = 0;
  std::size_t open = 0;
  for (const std::string& drop : explore::every_drop()) {
    const Account a = account(drop, states);
    const int code = code_of(a);
    const std::string line = line_of(a);
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
    table += line + "\n";
    ++(a.attack.outcome == Outcome::kBreaksProperty ? shown
       : a.attack.outcome == Outcome::kBreaksStep   ? taken
       : is_shown(a)                                ? forbidden
       : code == kViolated                          ? proved
       : !a.stopped.empty() && code == kHolds       ? stops
       : !a.stopped.empty()                         ? leans
       : code == kHolds                             ? harmless
                                                    : open);
    if (directory.empty() || !explore::breaks(a.attack)) continue;
    if (!write_attack(directory, a.attack)) return kUsage;
    attacks.push_back(drop);
  }
  const std::string summary = absl::StrCat(
      shown, " drops lead to a state that breaks a property, ", taken,
      " to a step that breaks one of steps, ", proved, " break one by proof, ", forbidden,
      " allow what only the clause forbids, ", stops, " keep other rules from happening, ", leans,
      " do so and the proof leans on them, ", harmless, " do no harm that the induction knows, ",
      open, " are open");
  std::printf("%s\n", summary.c_str());
  if (!directory.empty()) {
    if (!put(directory + "/table.txt", table + summary + "\n")) return kUsage;
    std::sort(attacks.begin(), attacks.end());
    if (const int code = write_scenarios(directory, attacks); code != kHolds) return code;
  }
  return open + leans == 0 ? kHolds : kInconclusive;
}

int run_attack(const Arguments& arguments) {
  const std::string drop = arguments.text("--drop", "");
  for (const char* option : {"-o", "--write", "--scenarios"}) {
    if (!arguments.has(option) || (option[1] == 'o') == !drop.empty()) continue;
    std::fprintf(stderr, "mirrorcheck attack: %s: goes %s --drop; say which\n", option,
                 option[1] == 'o' ? "with" : "without");
    return kUsage;
  }
  const std::string scenarios = arguments.text("--scenarios", "");
  try {
    if (!scenarios.empty()) {
      if (!can_put(scenarios + "/scenarios.txt")) return kUsage;
      return write_scenarios(scenarios, attacks_in(scenarios));
    }
    return drop.empty() ? attack_all(arguments) : attack_one(drop, arguments);
  } catch (const explore::ExploreError& error) {
    std::fprintf(stderr, "mirrorcheck attack: %s\n", error.what());
    return kUsage;
  }
}

}  // namespace

const Command kAttack{"attack",
                      "",
                      0,
                      0,
                      "shows what goes wrong without a clause of the contract, step by step",
                      "The steps are the fewest that do harm in the smallest world in which they "
                      "can. Without --drop,\n"
                      "every clause and every effect is dropped in turn; the exit code is then 0 "
                      "if of each it is known what\n"
                      "comes of it.\n",
                      kAttackOptions,
                      run_attack};

}  // namespace mirrorcheck::tool
