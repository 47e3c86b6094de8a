#include "proofs/term.h"

namespace mirrorcheck::proofs {

std::optional<bool> known_truth(const z3::expr& e) {
  const Z3_lbool v = Z3_get_bool_value(e.ctx(), e);
  return v == Z3_L_UNDEF ? std::nullopt : std::optional(v == Z3_L_TRUE);
}
std::optional<std::uint64_t> known_number(const z3::expr& e) {
  std::uint64_t n = 0;
  if (Z3_get_ast_kind(e.ctx(), e) != Z3_NUMERAL_AST) return std::nullopt;
  return Z3_get_numeral_uint64(e.ctx(), e, &n) ? std::optional(n) : std::nullopt;
}

z3::expr fold_not(const z3::expr& a) {
  const auto v = known_truth(a);
  return v ? Universe::current().truth(!*v) : !a;
}
z3::expr fold_and(const z3::expr& a, const z3::expr& b) {
  if (const auto v = known_truth(a)) return *v ? b : a;
  if (const auto v = known_truth(b)) return *v ? a : b;
  return a && b;
}
z3::expr fold_or(const z3::expr& a, const z3::expr& b) {
  if (const auto v = known_truth(a)) return *v ? a : b;
  if (const auto v = known_truth(b)) return *v ? b : a;
  return a || b;
}
z3::expr fold_equal(const z3::expr& a, const z3::expr& b) {
  if (z3::eq(a, b)) return Universe::current().truth(true);
  if (known_number(a) && known_number(b)) return Universe::current().truth(false);
  if (const auto v = known_truth(a)) return *v ? b : fold_not(b);
  if (const auto v = known_truth(b)) return *v ? a : fold_not(a);
  return a == b;
}
z3::expr fold_choose(const z3::expr& c, const z3::expr& a, const z3::expr& b) {
  if (const auto v = known_truth(c)) return *v ? a : b;
  if (z3::eq(a, b)) return a;
  if (a.is_bool()) {
    if (const auto v = known_truth(a)) return *v ? fold_or(c, b) : fold_and(fold_not(c), b);
    if (const auto v = known_truth(b)) return *v ? fold_or(fold_not(c), a) : fold_and(c, a);
  }
  return z3::ite(c, a, b);
}

}  // namespace mirrorcheck::proofs
