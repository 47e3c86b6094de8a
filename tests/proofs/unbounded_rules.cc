// The rules of worlds of any size, translated once for all tests: this takes a compiler long.

#include "model/rules.h"
#include "proofs/counterexample.h"
#include "tests/proofs/agreement.h"

namespace mirrorcheck::proofs::testing {

template std::vector<CompiledRule> compile_rules<Unbounded>(Evaluator& evaluator);

namespace {

// Not part of what is instantiated for each rule, like compile_fields() and for its reason.
FieldNames fields_among(const Symbols& symbols, const model::State<Unbounded>& state) {
  FieldNames fields;
  model::State<Unbounded>::each_field(state, [&](const char* name, const auto&) {
    if (symbols.has(name)) fields.emplace_back(name);
  });
  return fields;
}

}  // namespace

std::vector<FieldNames> fields_of_guards() {
  Universe universe(std::nullopt);
  Universe::Scope scope(universe);
  const auto state = arbitrary_state<Unbounded>();
  const SymbolicArguments arguments("argument ");
  std::vector<FieldNames> all;
  model::AllRules::each<Unbounded>([&]<class R>() {
    ClauseList clauses;
    R::guard(clauses, state, arguments);
    Symbols symbols;
    for (const ClauseTerm& c : clauses.terms()) symbols.add(c.holds);
    all.push_back(fields_among(symbols, state));
  });
  return all;
}

}  // namespace mirrorcheck::proofs::testing
