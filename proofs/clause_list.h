// Where a symbolic guard puts its clauses.
//
// Thread safety: none.

#ifndef MIRRORCHECK_PROOFS_CLAUSE_LIST_H_
#define MIRRORCHECK_PROOFS_CLAUSE_LIST_H_

#include <vector>

#include "model/properties.h"
#include "proofs/term.h"

namespace mirrorcheck::proofs {

struct ClauseTerm {
  const model::Clause* clause;
  z3::expr holds;
};

class ClauseList {
 public:
  void require(const model::Clause& clause, const Term<bool>& condition) {
    terms_.push_back({&clause, condition.expr()});
  }
  const std::vector<ClauseTerm>& terms() const { return terms_; }

 private:
  std::vector<ClauseTerm> terms_;
};

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_CLAUSE_LIST_H_
