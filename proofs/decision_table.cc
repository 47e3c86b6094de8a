#include "proofs/decision_table.h"

#include <string>

#include "model/rules/section.h"
#include "proofs/clause_list.h"
#include "proofs/special_proof.h"
#include "proofs/symbolic_state.h"
#include "proofs/unbounded.h"

namespace mirrorcheck::proofs {
namespace {

using model::Outcome;
using Walk = model::WalkPage<Unbounded>;

constexpr unsigned kOutcomeCount = enumeration_size(kSort<Outcome>);

class Table : SpecialProof {
 public:
  explicit Table(const ProveOptions& options) : SpecialProof(kDecisionTableGroup, "S10", options) {
    // The entry is reported as it is.
    arguments_.frame = state_.cpu_frame(arguments_.page);
    arguments_.flag = state_.cpu_write(arguments_.page);
  }

  std::vector<Obligation> run() {
    z3::expr some = universe_.truth(false);
    for (unsigned o = 0; o < kOutcomeCount; ++o) some = fold_or(some, holds(Walk::kDecision, o));
    ask("has an answer for everything", !some, z3::unsat);

    z3::expr two = universe_.truth(false);
    z3::expr of_a_hole = universe_.truth(false);
    for (unsigned o = 0; o < kOutcomeCount; ++o) {
      for (unsigned other = o + 1; other < kOutcomeCount; ++other) {
        const z3::expr both = fold_and(holds(Walk::kDecision, o), holds(Walk::kDecision, other));
        const bool hole = Outcome(o) == Outcome::kNothing && Outcome(other) == Outcome::kFault;
        two = fold_or(two, hole ? fold_and(both, arguments_.required.expr()) : both);
        if (hole) of_a_hole = both;
      }
    }
    ask("has one answer only", two, z3::unsat);
    ask("leaves open whether a hole that nobody asked for is faulted", of_a_hole, z3::sat);

    const unsigned valid = static_cast<unsigned>(Outcome::kValid);
    ask("calls valid what has an entry to report",
        fold_and(holds(Walk::kDecision, valid), !holds(Walk::kEntry, valid)), z3::unsat);
    return obligations();
  }

 private:
  // The clause, when the walk's answer is this outcome.
  z3::expr holds(const model::Clause& clause, unsigned outcome) {
    arguments_.outcome = Term<Outcome>::number(outcome);
    ClauseList clauses;
    Walk::guard(clauses, state_, arguments_);
    for (const ClauseTerm& c : clauses.terms()) {
      if (c.clause == &clause) return c.holds;
    }
    return universe_.truth(true);
  }
  void ask(const char* what, const z3::expr& formula, z3::check_result wanted) {
    z3::solver solver = with(formula);
    SpecialProof::ask(Walk::kName, what, solver, wanted);
  }

  SymbolicArguments arguments_{"argument "};
};

}  // namespace

std::vector<Obligation> prove_decision_table(const ProveOptions& options) {
  if (!options.rule.empty() && options.rule != Walk::kName) return {};
  return Table(options).run();
}

}  // namespace mirrorcheck::proofs
