// The rules of the contract over worlds of any size, as a table: what a compiler takes long to make
// of the templates is made once.
//
// Thread safety: constants; the functions are those of the universe. REQUIRES: inside the Scope of
// an unbounded universe.

#ifndef MIRRORCHECK_PROOFS_RULE_TABLE_H_
#define MIRRORCHECK_PROOFS_RULE_TABLE_H_

#include <span>
#include <string_view>
#include <vector>

#include "model/vocabulary.h"
#include "proofs/clause_list.h"
#include "proofs/drop.h"
#include "proofs/symbolic_state.h"
#include "proofs/unbounded.h"

namespace mirrorcheck::proofs {

using UnboundedState = model::State<Unbounded>;

struct SymbolicRule {
  model::Rule rule;
  std::string_view name;
  void (*guard)(ClauseList&, const UnboundedState&, const SymbolicArguments&);
  void (*apply)(UnboundedState&, const SymbolicArguments&);
};

// In the order of the enumeration Rule.
std::span<const SymbolicRule> symbolic_rules();

// One step of a rule from an arbitrary state.
struct SymbolicStep {
  const SymbolicRule* rule;
  SymbolicArguments arguments{"argument "};
  UnboundedState before = arbitrary_state<Unbounded>();
  UnboundedState after = before;
  std::vector<ClauseTerm> guard;
  std::vector<ClauseTerm> dropped;  // clauses that are not assumed
};

// Takes the step, but for the effect that `drop` leaves out. Whether it leaves one out.
bool apply_without(const SymbolicRule& rule, const Drop& drop, UnboundedState& s,
                   const SymbolicArguments& a);

// Errors: ProveError when `drop` names the rule, but nothing of it.
SymbolicStep make_step(const SymbolicRule& rule, const Drop& drop);

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_RULE_TABLE_H_
