#include "proofs/induction.h"

#include <algorithm>
#include <optional>
#include <string>

#include "proofs/counterexample.h"
#include "proofs/invariant.h"
#include "proofs/questions.h"
#include "proofs/rule_table.h"

namespace mirrorcheck::proofs {
namespace {

using State = UnboundedState;

struct Conjunct {
  const Group* group;
  std::string_view name;
  std::string_view needed_by;
  Term<bool> (*holds)(const State&);
};

std::vector<Conjunct> conjuncts_for(std::string_view property) {
  std::vector<Conjunct> conjuncts;
  InvariantGroups::each([&]<class G>() {
    G::template each_conjunct<Unbounded>(
        [&](std::string_view name, std::string_view needed_by, Term<bool> (*holds)(const State&)) {
          if (property.empty() || lists(needed_by, property)) {
            conjuncts.push_back({&G::kGroup, name, needed_by, holds});
          }
        });
  });
  return conjuncts;
}

class Prover {
 public:
  Prover(const ProveOptions& options, bool (*wanted)(const ProveOptions&, const Group&))
      : scope_(universe_),
        options_(options),
        drop_(options.drop),
        questions_(options),
        conjuncts_(conjuncts_for(options.property)),
        arbitrary_(arbitrary_state<Unbounded>()) {
    for (const Conjunct& c : conjuncts_) {
      assumed_.push_back(c.holds(arbitrary_).expr());
      if (groups_.empty() || groups_.back().group != c.group) {
        groups_.push_back({c.group, {}, wanted(options, *c.group)});
      }
      groups_.back().conjuncts.push_back(assumed_.size() - 1);
    }
    contradictions_ = wanted(options, kRulesGroup);
    add_enumeration_axioms();
  }

  std::vector<Obligation> run() {
    if (options_.rule.empty()) begin();
    bool dropped = drop_.rule().empty();
    bool found = options_.rule.empty();
    for (const SymbolicRule& rule : symbolic_rules()) {
      dropped = dropped || rule.name == drop_.rule();
      if (!options_.rule.empty() && rule.name != options_.rule) continue;
      found = true;
      step(make_step(rule, drop_));
    }
    if (!dropped) throw ProveError("there is no rule '" + std::string(drop_.rule()) + "' to drop");
    if (!found) throw ProveError("there is no rule '" + options_.rule + "'");
    return questions_.take();
  }

 private:
  // Conjuncts by their places.
  struct Part {
    const Group* group;
    std::vector<std::size_t> conjuncts;
    bool wanted;
  };

  void begin() {
    const State initial = initial_state<Unbounded>();
    if (contradictions_) {
      z3::solver solver = new_solver();
      questions_.ask(named(kRulesGroup, "", "can begin"), solver, z3::sat);
    }
    for (const Part& part : groups_) {
      if (!part.wanted) continue;
      z3::solver solver = new_solver();
      add_broken_conjunct(solver, part, initial);
      Obligation& o = questions_.ask(named(part, "", "holds at first"), solver, z3::unsat);
      if (o.verdict == Verdict::kRefuted) name_broken(o, part, solver.get_model(), initial);
    }
  }

  void step(const SymbolicStep& step) {
    z3::solver solver = new_solver();
    for (const z3::expr& e : assumed_) solver.add(e);
    for (const ClauseTerm& e : step.guard) solver.add(e.holds);
    if (contradictions_) {
      questions_.ask(named(kRulesGroup, step.rule->name, "can fire"), solver, z3::sat);
    }
    for (const Part& part : groups_) {
      if (!part.wanted) continue;
      // A solver of its own: what is left over from one question makes the next one slower.
      z3::solver own = new_solver();
      for (const z3::expr& e : solver.assertions()) own.add(e);
      if (!add_broken_conjunct(own, part, step.after)) continue;
      Obligation& o = questions_.ask(named(part, step.rule->name, "keeps"), own, z3::unsat);
      if (o.verdict == Verdict::kRefuted) {
        break_the_first_that_can(own, part, step.after);
        const z3::model m = smallest_model(own);
        name_broken(o, part, m, step.after);
        o.counterexample = describe(m, step.rule->name, relevant_to(step, o.broken), step.arguments,
                                    step.before, step.after);
      }
    }
  }

  z3::solver new_solver() {
    z3::solver solver = questions_.solver(universe_.context());
    for (const z3::expr& e : universe_.axioms()) solver.add(e);
    for (const z3::expr& e : enumerations_) solver.add(e);
    return solver;
  }

  static Obligation named(const Group& group, std::string_view rule, const char* what) {
    Obligation o;
    o.group = group.name;
    o.rule = rule;
    o.what = what;
    return o;
  }
  Obligation named(const Part& part, std::string_view rule, const char* what) const {
    Obligation o = named(*part.group, rule, what);
    for (const std::string_view property : inductive_properties()) {
      const bool needs =
          std::any_of(part.conjuncts.begin(), part.conjuncts.end(),
                      [&](std::size_t k) { return lists(conjuncts_[k].needed_by, property); });
      if (needs) o.properties += (o.properties.empty() ? "" : " ") + std::string(property);
    }
    return o;
  }

  // Calls f(k, formula) for the conjuncts of `part` that the step can break: not those that it does
  // not touch.
  template <class F>
  void each_touched(const Part& part, const State& after, F f) const {
    for (const std::size_t k : part.conjuncts) {
      const z3::expr holds = conjuncts_[k].holds(after).expr();
      if (!z3::eq(holds, assumed_[k])) f(k, holds);
    }
  }
  // A Boolean for each conjunct, so that a model says which one breaks. Whether there is one that
  // can.
  bool add_broken_conjunct(z3::solver& solver, const Part& part, const State& after) {
    z3::expr_vector some(universe_.context());
    each_touched(part, after, [&](std::size_t k, const z3::expr& holds) {
      some.push_back(marker(k) && !holds);
    });
    if (some.empty()) return false;
    solver.add(z3::mk_or(some));
    return true;
  }
  z3::expr marker(std::size_t k) {
    return universe_.context().bool_const(("breaks " + std::string(conjuncts_[k].name)).c_str());
  }
  // The properties come first in a group: a counterexample shows the harm itself where one step is
  // enough for it. REQUIRES: the last check said satisfiable.
  void break_the_first_that_can(z3::solver& solver, const Part& part, const State& after) {
    std::optional<std::size_t> first;
    each_touched(part, after, [&](std::size_t k, const z3::expr& holds) {
      if (first) return;
      solver.push();
      solver.add(marker(k) && !holds);
      for (const std::size_t other : part.conjuncts) {
        if (other != k) solver.add(!marker(other));
      }
      if (solver.check() == z3::sat) {
        first = k;
      } else {
        solver.pop();
      }
    });
    if (!first) solver.check();
  }
  void name_broken(Obligation& o, const Part& part, const z3::model& m, const State& after) {
    each_touched(part, after, [&](std::size_t k, const z3::expr&) {
      if (known_truth(m.eval(marker(k), true)) == true) {
        o.broken.emplace_back(conjuncts_[k].name);
      }
    });
  }

  // What the rule and the broken conjuncts speak of.
  Symbols relevant_to(const SymbolicStep& step, const std::vector<std::string>& broken) const {
    Symbols symbols;
    for (const ClauseTerm& e : step.guard) symbols.add(e.holds);
    for (const ClauseTerm& e : step.dropped) symbols.add(e.holds);
    for (const Conjunct& c : conjuncts_) {
      if (std::find(broken.begin(), broken.end(), c.name) != broken.end()) {
        symbols.add(c.holds(step.after).expr());
      }
    }
    return symbols;
  }

  // Enumerations are bit vectors: they have no values beyond their last.
  void add_enumeration_axioms() {
    State::each_field(arbitrary_, [&](const char*, const auto& field) {
      constexpr SortId kId = kSort<typename std::remove_cvref_t<decltype(field)>::ValueSort>;
      if constexpr (is_enumeration(kId)) {
        constexpr unsigned kSize = enumeration_size(kId);
        if constexpr ((kSize & (kSize - 1)) != 0) {
          z3::expr_vector keys(universe_.context());
          for (const z3::expr& p : field.parameters()) keys.push_back(p);
          enumerations_.push_back(
              z3::forall(keys, z3::ult(field.body(), universe_.value(kId, kSize))));
        }
      }
    });
    const SymbolicArguments arguments("argument ");
    SymbolicArguments::each(arguments, [&]<class Sort>(const char*, const Term<Sort>& argument) {
      if constexpr (is_enumeration(kSort<Sort>)) {
        enumerations_.push_back(
            z3::ult(argument.expr(), universe_.value(kSort<Sort>, enumeration_size(kSort<Sort>))));
      }
    });
  }

  Universe universe_{std::nullopt};
  Universe::Scope scope_;
  ProveOptions options_;
  Drop drop_;
  Questions questions_;
  std::vector<Conjunct> conjuncts_;
  State arbitrary_;
  std::vector<z3::expr> assumed_;
  std::vector<Part> groups_;
  bool contradictions_ = false;
  std::vector<z3::expr> enumerations_;
};

}  // namespace

std::vector<std::string_view> inductive_properties() {
  return {"S1", "S2", "S4", "S5", "S6", "S9"};
}

std::vector<Obligation> prove_by_induction(const ProveOptions& options,
                                           bool (*wanted)(const ProveOptions&, const Group&)) {
  return Prover(options, wanted).run();
}

}  // namespace mirrorcheck::proofs
