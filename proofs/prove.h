// The proofs: for any number of pages, frames, tasks, windows, mms, files and mirrors, the safety
// properties hold after any number of steps of the contract.
//
// One obligation says one thing, and belongs to a group (group.h). Those of the inductive proof:
//   "holds at first"     the conjuncts of the group hold in the initial state
//   "keeps"              from a state in which the whole invariant holds, a step whose guard holds
//                        leads to one in which the conjuncts of the group hold
//   "can begin"          there is an initial state: the assumptions are no contradiction
//   "can fire"           there is a state with the invariant in which the guard of the rule holds
// A rule or clause that is dropped is not assumed: if the proof leans on it, an obligation is
// refuted, and the counterexample is the step that does the damage.
//
// Thread safety: each call is on its own, and uses two threads. Same options, same result, but for
// `seconds` and for what a timeout cuts off. Errors: ProveError for a name that nothing has.

#ifndef MIRRORCHECK_PROOFS_PROVE_H_
#define MIRRORCHECK_PROOFS_PROVE_H_

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "proofs/group.h"

namespace mirrorcheck::proofs {

enum class Verdict {
  kProved,
  kRefuted,  // with a counterexample
  kUnknown,  // the solver gave up, or the time was over: not a success
};
std::string_view name(Verdict verdict);

struct Obligation {
  std::string group;
  std::string rule;  // empty for what is of no one rule
  std::string what;
  std::string properties;  // the ids of those whose proof needs it, with spaces between
  Verdict verdict = Verdict::kUnknown;
  double seconds = 0;  // of the processor
  // The question in SMT-LIB 2, if it was asked for, and the answer that proves it.
  std::string smt2;
  bool proved_by_sat = false;
  // When refuted: the conjuncts that break, and a state and a step that break them, for people.
  std::vector<std::string> broken;
  std::string counterexample;
};

struct ProveOptions {
  // The name of one of groups(), or empty for all of them.
  std::string group{};
  // One of provable_properties(), or empty for all of them.
  std::string property{};
  // What not to assume, or empty:
  //   RULE             no clause of the rule's guard          "D1.install"
  //   RULE/CLAUSE      its clauses with this contract id      "M1.zap/M1"
  //   RULE/NUMBER      its clause with this number, from 1    "D1.install/3"
  //   RULE/FIELD       the step does not change this field    "D2.invalidate/sub_epoch"
  std::string drop{};
  // Whether to prove what the groups have to spare beside the invariant: a contract of which
  // something was dropped may keep the properties by another invariant than the whole one does.
  bool spare = false;
  // Only the obligations of this rule, or empty for all rules.
  std::string rule{};
  // For one obligation. Those of today take less than 5 s each; a busy machine may take longer.
  unsigned timeout_milliseconds = 60'000;
  // Whether to give each obligation's SMT-LIB 2 text.
  bool export_smt2 = false;
  // Whether Z3 is to decide. If not, verdicts are unknown but for what has to be searched for
  // before there is a question.
  bool decide = true;
};

// A group, property, rule, clause or field that there is not. what() is one line for the user.
struct ProveError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// In the order in which prove() goes through them.
std::vector<const Group*> groups();

// Whether the proof by induction leans on a clause: without it something is refuted.
struct Leaning {
  std::string rule;
  std::size_t number = 0;  // of the clause in the guard, from 1
  std::string clause;      // its contract id
  std::string sentence;
  bool protocol = false;
  // What breaks without it: conjuncts and properties of steps. Empty: nothing, the proof does
  // without it, because other clauses say as much or because each rule is one step.
  std::vector<std::string> breaks;
  bool unknown = false;  // a solver gave up
};

// For every clause of every rule, or of `options.rule`.
std::vector<Leaning> what_the_proof_leans_on(const ProveOptions& options);

// The ids of the properties that ProveOptions::property may name.
std::vector<std::string> provable_properties();

// The names of the groups whose obligations are about the property, with spaces between.
std::string groups_about(std::string_view property);

// Group by group.
std::vector<Obligation> prove(const ProveOptions& options);

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_PROVE_H_
