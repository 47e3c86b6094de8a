// A step that breaks the invariant, written for people.
//
// Thread safety: that of the universe.

#ifndef MIRRORCHECK_PROOFS_COUNTEREXAMPLE_H_
#define MIRRORCHECK_PROOFS_COUNTEREXAMPLE_H_

#include <set>
#include <string>
#include <string_view>

#include "model/state.h"
#include "proofs/unbounded.h"

namespace mirrorcheck::proofs {

// The names of the functions and constants of terms.
class Symbols {
 public:
  void add(const z3::expr& term);
  bool has(const std::string& name) const { return names_.contains(name); }

 private:
  std::set<std::string> names_;
  std::set<unsigned> seen_;  // ids of terms
};

// Looks for a model of what is asserted in `solver` with as few things of each sort as it can.
// REQUIRES: the last check said satisfiable.
z3::model smallest_model(z3::solver& solver);

// One line for the step, then one for each element of a field in `relevant` that is not empty,
// false or 0: `field(keys) = before -> after`, or `field(keys) = value` where the step leaves it
// alone. REQUIRES: `model` satisfies formulas over `before` and `arguments`.
std::string describe(const z3::model& model, std::string_view rule, const Symbols& relevant,
                     const SymbolicArguments& arguments, const model::State<Unbounded>& before,
                     const model::State<Unbounded>& after);

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_COUNTEREXAMPLE_H_
