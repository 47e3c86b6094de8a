// A second opinion on an obligation: cvc5, which shares no code with Z3, as a program of its own.
//
// It gets the obligation's SMT-LIB 2 text, so that the way from the contract's terms to the text is
// looked at from the other side, too. What both have in common is the translation of the contract
// into terms (proofs/groups/README.md).
//
// Thread safety: each call is on its own. Errors: ProveError where there is no such program.

#ifndef MIRRORCHECK_PROOFS_SECOND_SOLVER_H_
#define MIRRORCHECK_PROOFS_SECOND_SOLVER_H_

#include <string>

#include "proofs/prove.h"

namespace mirrorcheck::proofs {

class SecondSolver {
 public:
  SecondSolver();

  // REQUIRES: `obligation` has its text (ProveOptions::export_smt2).
  Verdict decide(const Obligation& obligation, unsigned timeout_milliseconds) const;
};

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_SECOND_SOLVER_H_
