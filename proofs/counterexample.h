// A step that breaks the invariant, written for people.
//
// Thread safety: that of the universe.

#ifndef MIRRORCHECK_PROOFS_COUNTEREXAMPLE_H_
#define MIRRORCHECK_PROOFS_COUNTEREXAMPLE_H_

#include <string>
#include <string_view>

#include "model/state.h"
#include "proofs/unbounded.h"

namespace mirrorcheck::proofs {

// One line for the step, then one for each element of the state that is not empty, false or 0:
// `field(keys) = before -> after`, or `field(keys) = value` where the step leaves it alone.
// REQUIRES: `model` satisfies formulas over `before` and `arguments`.
std::string describe(const z3::model& model, std::string_view rule,
                     const SymbolicArguments& arguments, const model::State<Unbounded>& before,
                     const model::State<Unbounded>& after);

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_COUNTEREXAMPLE_H_
