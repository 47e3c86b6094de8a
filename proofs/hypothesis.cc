#include "proofs/hypothesis.h"

#include <type_traits>

#include "proofs/invariant.h"

namespace mirrorcheck::proofs {

std::vector<z3::expr> taken_for_granted() {
  Universe& u = Universe::current();
  std::vector<z3::expr> granted = u.axioms();
  const UnboundedState arbitrary = arbitrary_state<Unbounded>();
  UnboundedState::each_field(arbitrary, [&](const char*, const auto& field) {
    constexpr SortId kId = kSort<typename std::remove_cvref_t<decltype(field)>::ValueSort>;
    if constexpr (is_enumeration(kId)) {
      constexpr unsigned kSize = enumeration_size(kId);
      if constexpr ((kSize & (kSize - 1)) != 0) {
        z3::expr_vector keys(u.context());
        for (const z3::expr& p : field.parameters()) keys.push_back(p);
        granted.push_back(z3::forall(keys, z3::ult(field.body(), u.value(kId, kSize))));
      }
    }
  });
  const SymbolicArguments arguments("argument ");
  SymbolicArguments::each(arguments, [&]<class Sort>(const char*, const Term<Sort>& argument) {
    if constexpr (is_enumeration(kSort<Sort>)) {
      granted.push_back(
          z3::ule(argument.expr(), u.value(kSort<Sort>, enumeration_size(kSort<Sort>) - 1)));
    }
  });
  return granted;
}

std::vector<z3::expr> whole_invariant(const UnboundedState& state) {
  std::vector<z3::expr> all;
  each_conjunct<Unbounded>(
      [&](std::string_view, std::string_view, auto holds) { all.push_back(holds(state).expr()); });
  return all;
}

std::vector<z3::expr> spare_invariant(const UnboundedState& state, std::string_view drop) {
  std::vector<z3::expr> all;
  InvariantGroups::each([&]<class G>() {
    each_spare_of<Unbounded, G>(drop, [&](std::string_view, std::string_view, auto holds, bool) {
      all.push_back(holds(state).expr());
    });
  });
  return all;
}

z3::expr whole_guard(const SymbolicRule& rule, const UnboundedState& state,
                     const SymbolicArguments& arguments) {
  ClauseList clauses;
  rule.guard(clauses, state, arguments);
  z3::expr all = Universe::current().truth(true);
  for (const ClauseTerm& c : clauses.terms()) all = fold_and(all, c.holds);
  return all;
}

}  // namespace mirrorcheck::proofs
