// Compares one rule as the concrete interpretation has it with a symbolic one.
//
// Thread safety: that of the universe.

#ifndef MIRRORCHECK_TESTS_PROOFS_AGREEMENT_H_
#define MIRRORCHECK_TESTS_PROOFS_AGREEMENT_H_

#include <string>
#include <vector>

#include "model/rules.h"
#include "proofs/bounded.h"
#include "proofs/clause_list.h"
#include "proofs/symbolic_state.h"
#include "proofs/unbounded.h"
#include "tests/proofs/evaluator.h"
#include "tests/proofs/random_step.h"

namespace mirrorcheck::proofs::testing {

// A rule over a symbolic Domain, compiled: its clauses, and the term of each element of each field
// that the step may change.
struct CompiledRule {
  struct Element {
    std::size_t index;  // bounded: which cell. Unbounded: unused, the term has parameters
    Node term;
  };
  struct Field {
    bool changes = false;
    bool parametric = false;
    std::vector<Element> elements;
  };
  std::vector<Node> clauses;
  std::vector<Field> fields;  // in the order of the state
};

template <class Sort, class... Keys>
void compile_field(Evaluator& evaluator, const Unbounded::Map<Sort, Keys...>& before,
                   const Unbounded::Map<Sort, Keys...>& after, CompiledRule::Field& field) {
  field.parametric = true;
  field.changes = !z3::eq(before.body(), after.body());
  if (field.changes) field.elements.push_back({0, evaluator.compile(after.body())});
}

template <class Sort, class... Keys>
void compile_field(Evaluator& evaluator, const Bounded::Map<Sort, Keys...>& before,
                   const Bounded::Map<Sort, Keys...>& after, CompiledRule::Field& field) {
  for (std::size_t i = 0; i < before.cells().size(); ++i) {
    if (z3::eq(before.cells()[i].expr(), after.cells()[i].expr())) continue;
    field.changes = true;
    field.elements.push_back({i, evaluator.compile(after.cells()[i].expr())});
  }
}

// Not part of what is a template over the rule: 57 rules times all fields are more than a compiler
// should be asked for.
template <class D>
std::vector<CompiledRule::Field> compile_fields(Evaluator& evaluator, const model::State<D>& before,
                                                const model::State<D>& after) {
  std::vector<CompiledRule::Field> fields;
  model::State<D>::each_pair(before, after, [&](const char*, const auto& old, const auto& now) {
    fields.emplace_back();
    compile_field(evaluator, old, now, fields.back());
  });
  return fields;
}

// R is the rule over D.
template <class D, class R>
CompiledRule compile_rule(Evaluator& evaluator) {
  CompiledRule compiled;
  const SymbolicArguments arguments("argument ");
  const model::State<D> before = arbitrary_state<D>();
  model::State<D> after = before;
  ClauseList clauses;
  R::guard(clauses, before, arguments);
  R::apply(after, arguments);
  for (const ClauseTerm& c : clauses.terms())
    compiled.clauses.push_back(evaluator.compile(c.holds));
  compiled.fields = compile_fields<D>(evaluator, before, after);
  return compiled;
}

// All rules, in their order.
template <class D>
std::vector<CompiledRule> compile_rules(Evaluator& evaluator) {
  std::vector<CompiledRule> rules;
  model::AllRules::each<D>([&]<class R>() { rules.push_back(compile_rule<D, R>(evaluator)); });
  return rules;
}
// In translation units of their own.
extern template std::vector<CompiledRule> compile_rules<Unbounded>(Evaluator& evaluator);
extern template std::vector<CompiledRule> compile_rules<Bounded>(Evaluator& evaluator);

// The fields that each rule's guard reads, as the unbounded interpretation shows them.
std::vector<FieldNames> fields_of_guards();

// The first difference between the two, or nothing. REQUIRES: the evaluator's tables and arguments
// are those of the state before the step and its arguments. `mask`: the bits of a counter.
inline std::string difference(Evaluator& evaluator, const CompiledRule& rule,
                              const std::vector<ClauseValue>& guard, const Tables& before,
                              const Tables& after, std::uint64_t mask) {
  evaluator.reset();
  if (guard.size() != rule.clauses.size()) return "another number of clauses";
  for (std::size_t i = 0; i < guard.size(); ++i) {
    if ((evaluator(rule.clauses[i]) != 0) != guard[i].holds) {
      return "clause " + std::to_string(i + 1) + " (" + std::string(guard[i].clause->id) + ")";
    }
  }
  for (std::size_t f = 0; f < rule.fields.size(); ++f) {
    const Table& old = before.all()[f];
    const Table& now = after.all()[f];
    const CompiledRule::Field& field = rule.fields[f];
    if (!field.parametric || !field.changes) {
      // What the symbolic step leaves alone, the concrete one leaves alone.
      std::size_t next = 0;
      for (std::size_t i = 0; i < now.cells.size(); ++i) {
        const bool changes = next < field.elements.size() && field.elements[next].index == i;
        const std::uint64_t expected =
            changes ? evaluator(field.elements[next++].term) : old.cells[i];
        if (((expected ^ now.cells[i]) & mask) != 0) return std::string(now.name);
      }
      continue;
    }
    for (std::size_t i = 0; i < now.cells.size(); ++i) {
      const bool two = now.dimensions == 2;
      evaluator.set_parameter(now.keys[0], two ? i / now.counts[1] : i);
      if (two) evaluator.set_parameter(now.keys[1], i % now.counts[1]);
      if (evaluator(field.elements[0].term) != now.cells[i]) return std::string(now.name);
    }
  }
  return {};
}

}  // namespace mirrorcheck::proofs::testing

#endif  // MIRRORCHECK_TESTS_PROOFS_AGREEMENT_H_
