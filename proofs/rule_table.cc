#include "proofs/rule_table.h"

#include <string>

#include "model/rules.h"
#include "proofs/prove.h"

namespace mirrorcheck::proofs {
namespace {

template <class R>
SymbolicRule make_rule() {
  return {R::kRule, R::kName,
          [](ClauseList& clauses, const UnboundedState& s, const SymbolicArguments& a) {
            R::guard(clauses, s, a);
          },
          [](UnboundedState& s, const SymbolicArguments& a) { R::apply(s, a); }};
}

}  // namespace

std::span<const SymbolicRule> symbolic_rules() {
  static const std::vector<SymbolicRule> kRules = [] {
    std::vector<SymbolicRule> rules;
    model::AllRules::each<Unbounded>([&]<class R>() { rules.push_back(make_rule<R>()); });
    return rules;
  }();
  return kRules;
}

bool apply_without(const SymbolicRule& rule, const Drop& drop, UnboundedState& s,
                   const SymbolicArguments& a) {
  const UnboundedState before = s;
  rule.apply(s, a);
  bool undone = false;
  UnboundedState::each_pair(before, s, [&](const char* name, const auto& old, auto& field) {
    if (drop.field(rule.name, name)) field = old, undone = true;
  });
  return undone;
}

SymbolicStep make_step(const SymbolicRule& rule, const Drop& drop) {
  SymbolicStep step{.rule = &rule, .guard = {}, .dropped = {}};
  ClauseList clauses;
  rule.guard(clauses, step.before, step.arguments);
  const bool undone = apply_without(rule, drop, step.after, step.arguments);
  std::size_t number = 0;
  for (const ClauseTerm& term : clauses.terms()) {
    const bool dropped = drop.clause(rule.name, *term.clause, ++number);
    (dropped ? step.dropped : step.guard).push_back(term);
  }
  if (drop.rule() == rule.name && step.dropped.empty() && !undone) {
    throw ProveError("nothing of rule " + std::string(rule.name) + " is called '" +
                     std::string(drop.part()) +
                     "'; give the id or number of a clause, or a field of the state");
  }
  return step;
}

}  // namespace mirrorcheck::proofs
