// What the proofs of the groups beside the induction have in common: a universe of their own, an
// arbitrary state in it, and obligations that bear the group's name.
//
// Thread safety: one thread, that of the universe.

#ifndef MIRRORCHECK_PROOFS_SPECIAL_PROOF_H_
#define MIRRORCHECK_PROOFS_SPECIAL_PROOF_H_

#include <z3++.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proofs/group.h"
#include "proofs/hypothesis.h"
#include "proofs/prove.h"
#include "proofs/questions.h"
#include "proofs/symbolic_state.h"
#include "proofs/universe.h"

namespace mirrorcheck::proofs {

class SpecialProof {
 protected:
  using State = UnboundedState;

  // `properties`: of the obligations that name none. `counter_bits`: as Universe has them.
  SpecialProof(const Group& group, std::string_view properties, const ProveOptions& options,
               unsigned counter_bits = 0)
      : universe_(std::nullopt, counter_bits),
        scope_(universe_),
        questions_(options),
        group_(group),
        properties_(properties) {}

  // A solver that knows what is taken for granted, and what is given.
  z3::solver with(const std::vector<z3::expr>& given) {
    z3::solver solver = questions_.solver(universe_.context());
    for (const z3::expr& e : granted_) solver.add(e);
    for (const z3::expr& e : given) solver.add(e);
    return solver;
  }
  z3::solver with(const z3::expr& given) { return with(std::vector{given}); }

  // Whether what `solver` knows can be; `wanted` is the answer that proves.
  void ask(std::string_view rule, std::string what, z3::solver& solver, z3::check_result wanted,
           std::string_view properties = {}) {
    Obligation o;
    o.group = group_.name;
    o.rule = rule;
    o.what = std::move(what);
    o.properties = properties.empty() ? properties_ : properties;
    questions_.ask(std::move(o), solver, wanted);
  }

  std::vector<Obligation> obligations() { return questions_.take(); }

  Universe universe_;

 private:
  Universe::Scope scope_;
  Questions questions_;
  const Group& group_;
  std::string_view properties_;
  std::vector<z3::expr> granted_ = taken_for_granted();

 protected:
  State state_ = arbitrary_state<Unbounded>();
};

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_SPECIAL_PROOF_H_
