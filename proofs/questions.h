// Puts questions to Z3, and keeps the answers as obligations.
//
// Thread safety: that of the universe.

#ifndef MIRRORCHECK_PROOFS_QUESTIONS_H_
#define MIRRORCHECK_PROOFS_QUESTIONS_H_

#include <z3++.h>

#include <string_view>
#include <utility>
#include <vector>

#include "proofs/prove.h"

namespace mirrorcheck::proofs {

// Whether the list "S1 S2" has the word.
bool lists(std::string_view list, std::string_view word);

class Questions {
 public:
  explicit Questions(const ProveOptions& options) : options_(options) {}

  // A solver that knows nothing yet.
  z3::solver solver(z3::context& context) const;
  // Whether what is asserted in `solver` can be; `wanted` is the answer that proves. The rest of
  // `named` is as given.
  Obligation& ask(Obligation named, z3::solver& solver, z3::check_result wanted);

  std::vector<Obligation> take() { return std::move(obligations_); }

 private:
  ProveOptions options_;
  std::vector<Obligation> obligations_;
};

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_QUESTIONS_H_
