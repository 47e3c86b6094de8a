// What every proof over worlds of any size begins with.
//
// Thread safety: that of the universe. REQUIRES: inside the Scope of an unbounded universe.

#ifndef MIRRORCHECK_PROOFS_HYPOTHESIS_H_
#define MIRRORCHECK_PROOFS_HYPOTHESIS_H_

#include <z3++.h>

#include <string_view>
#include <vector>

#include "proofs/rule_table.h"

namespace mirrorcheck::proofs {

// What is no claim but the meaning of the terms: the universe's axioms, and that enumerations, in
// an arbitrary state and in the arguments of a step, have no values beyond their last.
std::vector<z3::expr> taken_for_granted();

// Every conjunct of the invariant.
std::vector<z3::expr> whole_invariant(const UnboundedState& state);

// What holds beside it, or instead, when `drop` is left out.
std::vector<z3::expr> spare_invariant(const UnboundedState& state, std::string_view drop);

// The conjunction of the clauses of a guard.
z3::expr whole_guard(const SymbolicRule& rule, const UnboundedState& state,
                     const SymbolicArguments& arguments);

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_HYPOTHESIS_H_
