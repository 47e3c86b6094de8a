#include "proofs/induction.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "proofs/check.h"
#include "proofs/counterexample.h"
#include "proofs/hypothesis.h"
#include "proofs/invariant.h"
#include "proofs/questions.h"
#include "proofs/rule_table.h"

namespace mirrorcheck::proofs {
namespace {

using State = UnboundedState;

using Property = StepProperty<Unbounded>;
using Fact = Consequence<Unbounded>;

struct Conjunct {
  std::string_view name;
  std::string_view needed_by;
  Term<bool> (*holds)(const State&);
};

// A group, as far as it is asked for. Conjuncts by their places.
struct Part {
  const Group* group;
  std::vector<std::size_t> conjuncts;
  std::vector<Property> steps;
  std::vector<Fact> facts;
};

template <class G, class F>
void each_step_of(F f) {
  if constexpr (requires { G::template each_step<Unbounded>(f); }) {
    G::template each_step<Unbounded>(f);
  }
}
template <class G, class F>
void each_consequence_of(F f) {
  if constexpr (requires { G::template each_consequence<Unbounded>(f); }) {
    G::template each_consequence<Unbounded>(f);
  }
}

// The properties whose conjuncts the proof of `property` needs.
std::string needed_for(std::string_view property) {
  std::string needed(property);
  const auto add = [&](const auto& of) {
    if (of.property == property) needed += " " + std::string(of.leans_on);
  };
  InvariantGroups::each([&]<class G>() {
    each_step_of<G>(add);
    each_consequence_of<G>(add);
  });
  return needed;
}

// What is asserted while it lives the solver forgets again, in whatever scopes it was: the search
// for a small counterexample leaves some open.
class Aside {
 public:
  explicit Aside(z3::solver& solver) : solver_(solver), scopes_(scopes()) { solver.push(); }
  ~Aside() { solver_.pop(scopes() - scopes_); }
  Aside(const Aside&) = delete;
  Aside& operator=(const Aside&) = delete;

 private:
  unsigned scopes() const { return Z3_solver_get_num_scopes(solver_.ctx(), solver_); }

  z3::solver& solver_;
  unsigned scopes_;
};

class Prover {
 public:
  Prover(const ProveOptions& options, bool (*wanted)(const ProveOptions&, const Group&))
      : scope_(universe_),
        options_(options),
        drop_(options.drop),
        questions_(options),
        arbitrary_(arbitrary_state<Unbounded>()) {
    const std::string needed = needed_for(options.property);
    InvariantGroups::each([&]<class G>() { add_group<G>(needed, wanted(options, G::kGroup)); });
    contradictions_ = wanted(options, kRulesGroup);
  }

  std::vector<Obligation> run() {
    if (options_.rule.empty()) {
      begin();
      follow();
    }
    for (const SymbolicRule& rule : symbolic_rules()) {
      if (options_.rule.empty() || rule.name == options_.rule) step(make_step(rule, drop_));
    }
    return questions_.take();
  }

  // REQUIRES: nothing is dropped.
  std::vector<Leaning> leanings() {
    std::vector<Leaning> all;
    for (const SymbolicRule& rule : symbolic_rules()) {
      if (!options_.rule.empty() && rule.name != options_.rule) continue;
      const std::size_t clauses = make_step(rule, drop_).guard.size();
      for (std::size_t number = 1; number <= clauses; ++number) {
        all.push_back(leaning(rule, number));
      }
    }
    return all;
  }

 private:
  Leaning leaning(const SymbolicRule& rule, std::size_t number) {
    const SymbolicStep step =
        make_step(rule, Drop(std::string(rule.name) + "/" + std::to_string(number)));
    const model::Clause& clause = *step.dropped.front().clause;
    Leaning leaning{.rule = std::string(rule.name),
                    .number = number,
                    .clause = std::string(clause.id),
                    .sentence = std::string(clause.sentence),
                    .protocol = clause.protocol,
                    .breaks = {}};
    z3::solver solver = from(step);
    const auto look = [&](const z3::expr& broken, std::string_view name) {
      const Aside aside(solver);
      solver.add(broken);
      const z3::check_result result = solver.check();
      if (result == z3::sat) leaning.breaks.emplace_back(name);
      leaning.unknown = leaning.unknown || result == z3::unknown;
    };
    for (const Part& part : parts_) {
      each_touched(part, step.after,
                   [&](std::size_t k, const z3::expr& holds) { look(!holds, conjuncts_[k].name); });
      for (const Property& property : part.steps) {
        if (property.only && property.only != rule.rule) continue;
        const z3::expr holds = property.holds(step.before, step.arguments, step.after).expr();
        if (!property.only && z3::eq(holds, idle(property, step.before, step.arguments))) continue;
        look(!holds, property.name);
      }
    }
    return leaning;
  }

  // All that is needed is assumed; what is wanted is asked.
  template <class G>
  void add_group(const std::string& needed, bool wanted) {
    Part part{&G::kGroup, {}, {}, {}};
    const bool all = options_.property.empty();
    const auto add = [&](std::string_view name, std::string_view needed_by,
                         Term<bool> (*holds)(const State&)) {
      bool one = all;
      each_word(needed, [&](std::string_view word) { one = one || lists(needed_by, word); });
      if (!one) return;
      part.conjuncts.push_back(conjuncts_.size());
      conjuncts_.push_back({name, needed_by, holds});
      assumed_.push_back(holds(arbitrary_).expr());
    };
    G::template each_conjunct<Unbounded>(add);
    const auto spare = [&](std::string_view name, std::string_view needed_by,
                           Term<bool> (*holds)(const State&), bool only) {
      const std::size_t k = conjuncts_.size();
      add(name, needed_by, holds);
      if (only && wanted && k < conjuncts_.size()) spares_.emplace_back(part.group, k);
    };
    if (options_.spare) each_spare_of<Unbounded, G>(options_.drop, spare);
    each_step_of<G>([&](const Property& step) {
      if (all || step.property == options_.property) part.steps.push_back(step);
    });
    each_consequence_of<G>([&](const Fact& fact) {
      if (all || fact.property == options_.property) part.facts.push_back(fact);
    });
    if (wanted) parts_.push_back(std::move(part));
  }

  void begin() {
    const State initial = initial_state<Unbounded>();
    const z3::expr empty = ranges_are_empty<Unbounded>(initial).expr();
    if (contradictions_) {
      z3::solver solver = new_solver();
      solver.add(empty);
      questions_.ask(named(kRulesGroup, "", "can begin"), solver, z3::sat);
    }
    for (const Part& part : parts_) {
      z3::solver solver = new_solver();
      solver.add(empty);
      if (!add_broken_conjunct(solver, part, initial)) continue;
      Obligation& o = questions_.ask(named(part, "", "holds at first"), solver, z3::unsat);
      if (o.verdict == Verdict::kRefuted) name_broken(o, part, solver.get_model(), initial);
    }
  }

  // The property of a step that changes nothing.
  static z3::expr idle(const Property& property, const State& state, const SymbolicArguments& a) {
    return property.holds(state, a, state).expr();
  }

  // What the invariant implies, and that steps may pass a property by.
  void follow() {
    for (const Part& part : parts_) {
      for (const Fact& fact : part.facts) {
        z3::solver solver = new_solver();
        for (const z3::expr& e : assumed_) solver.add(e);
        solver.add(!fact.holds(arbitrary_).expr());
        Obligation& o = questions_.ask(
            named(*part.group, "", std::string(fact.name), fact.property), solver, z3::unsat);
        if (o.verdict == Verdict::kRefuted) o.broken.emplace_back(fact.name);
        if (!options_.drop.empty()) continue;  // twins are of the whole contract
        each_word(fact.conjuncts, [&](std::string_view name) {
          z3::solver without = new_solver();
          check(assume_all_but(without, name), "a consequence names no conjunct that it needs");
          without.add(!fact.holds(arbitrary_).expr());
          questions_.ask(
              named(*part.group, "", std::string(fact.name) + " needs " + std::string(name),
                    fact.property),
              without, z3::sat);
        });
      }
      for (const Property& property : part.steps) {
        if (property.only) continue;
        z3::solver solver = new_solver();
        for (const z3::expr& e : assumed_) solver.add(e);
        solver.add(!idle(property, arbitrary_, SymbolicArguments("argument ")));
        Obligation& o = questions_.ask(
            named(*part.group, "", std::string(property.name) + " of steps that leave it alone",
                  property.property),
            solver, z3::unsat);
        if (o.verdict == Verdict::kRefuted) o.broken.emplace_back(property.name);
      }
    }
  }

  // Whether there is such a conjunct among those that are assumed.
  bool assume_all_but(z3::solver& solver, std::string_view name) const {
    bool left_out = false;
    for (std::size_t k = 0; k < conjuncts_.size(); ++k) {
      if (conjuncts_[k].name == name) {
        left_out = true;
      } else {
        solver.add(assumed_[k]);
      }
    }
    return left_out;
  }

  void step(const SymbolicStep& step) {
    z3::solver solver = from(step);
    if (contradictions_) {
      questions_.ask(named(kRulesGroup, step.rule->name, "can fire"), solver, z3::sat);
    }
    if (drop_.rule() == step.rule->name) refute_without_spares(step);
    for (const Part& part : parts_) {
      keep(part, step, solver);
      for (const Property& property : part.steps) {
        if (property.only && property.only != step.rule->rule) continue;
        take(*part.group, property, step, solver);
        if (options_.drop.empty()) refute_twins(*part.group, property, step);
      }
    }
  }

  // REQUIRES: `solver` is from(step).
  void keep(const Part& part, const SymbolicStep& step, z3::solver& solver) {
    const Aside aside(solver);
    if (!add_broken_conjunct(solver, part, step.after)) return;
    Obligation& o = questions_.ask(named(part, step.rule->name, "keeps"), solver, z3::unsat);
    if (o.verdict != Verdict::kRefuted) return;
    break_the_first_that_can(solver, part, step.after);
    const z3::model m = smallest_model(solver);
    name_broken(o, part, m, step.after);
    Symbols relevant = symbols_of(step);
    for (const Conjunct& c : conjuncts_) {
      if (std::find(o.broken.begin(), o.broken.end(), c.name) != o.broken.end()) {
        relevant.add(c.holds(step.after).expr());
      }
    }
    o.counterexample =
        describe(m, step.rule->name, relevant, step.arguments, step.before, step.after);
  }

  // A property of steps. REQUIRES: `solver` is from(step).
  void take(const Group& group, const Property& property, const SymbolicStep& step,
            z3::solver& solver) {
    const z3::expr holds = property.holds(step.before, step.arguments, step.after).expr();
    // A step that changes nothing of what the property speaks of is asked about once for all rules.
    if (!property.only && z3::eq(holds, idle(property, step.before, step.arguments))) return;
    const Aside aside(solver);
    solver.add(!holds);
    Obligation& o =
        questions_.ask(named(group, step.rule->name, std::string(property.name), property.property),
                       solver, z3::unsat);
    if (o.verdict == Verdict::kRefuted) {
      o.broken.emplace_back(property.name);
      Symbols relevant = symbols_of(step);
      relevant.add(holds);
      o.counterexample = describe(smallest_model(solver), step.rule->name, relevant, step.arguments,
                                  step.before, step.after);
    }
  }

  // That it fails without the clauses and effects that it rests on, and of an altered step.
  void refute_twins(const Group& group, const Property& property, const SymbolicStep& step) {
    const auto ask = [&](const SymbolicStep& taken, const State& after, const std::string& what) {
      z3::solver broken = from(taken);
      broken.add(!property.holds(taken.before, taken.arguments, after).expr());
      questions_.ask(
          named(group, step.rule->name, std::string(property.name) + what, property.property),
          broken, z3::sat);
    };
    each_word(property.twins, [&](std::string_view twin) {
      const Drop drop(twin);
      if (drop.rule() != step.rule->name) return;
      const SymbolicStep without = make_step(*step.rule, drop);
      ask(without, without.after, " needs " + std::string(drop.part()));
    });
    if (!property.altered || property.altered->rule != step.rule->rule) return;
    State altered = step.after;
    property.altered->apply(altered, step.arguments);
    ask(step, altered, " fails of a step that " + std::string(property.altered->what));
  }

  // That what holds only without the effect that was dropped is no part of the contract's
  // invariant: the whole rule breaks it. And that the rule without the effect keeps the rest by it
  // alone.
  void refute_without_spares(const SymbolicStep& step) {
    for (const auto& [group, k] : spares_) {
      const std::string name(conjuncts_[k].name);
      const SymbolicStep whole = make_step(*step.rule, Drop(""));
      z3::solver breaks = from(whole);
      breaks.add(!conjuncts_[k].holds(whole.after).expr());
      questions_.ask(named(*group, step.rule->name, name + " fails of the whole rule"), breaks,
                     z3::sat);
      z3::solver without = new_solver();
      assume_all_but(without, name);
      for (const ClauseTerm& e : step.guard) without.add(e.holds);
      z3::expr_vector some(universe_.context());
      for (const Part& part : parts_) {
        each_touched(part, step.after, [&](std::size_t other, const z3::expr& holds) {
          if (other != k) some.push_back(!holds);
        });
      }
      without.add(z3::mk_or(some));
      questions_.ask(named(*group, step.rule->name, "keeps the rest by " + name), without, z3::sat);
    }
  }

  z3::solver new_solver() {
    z3::solver solver = questions_.solver(universe_.context());
    for (const z3::expr& e : granted_) solver.add(e);
    return solver;
  }

  // Knows the invariant and that the step is taken.
  z3::solver from(const SymbolicStep& step) {
    z3::solver solver = new_solver();
    for (const z3::expr& e : assumed_) solver.add(e);
    for (const ClauseTerm& e : step.guard) solver.add(e.holds);
    return solver;
  }

  static Obligation named(const Group& group, std::string_view rule, std::string what,
                          std::string_view property = {}) {
    Obligation o;
    o.group = group.name;
    o.rule = rule;
    o.what = std::move(what);
    o.properties = property;
    return o;
  }
  Obligation named(const Part& part, std::string_view rule, const char* what) const {
    Obligation o = named(*part.group, rule, what);
    for (const std::string& property : inductive_properties()) {
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

  // What the rule speaks of.
  static Symbols symbols_of(const SymbolicStep& step) {
    Symbols symbols;
    for (const ClauseTerm& e : step.guard) symbols.add(e.holds);
    for (const ClauseTerm& e : step.dropped) symbols.add(e.holds);
    return symbols;
  }

  Universe universe_{std::nullopt};
  Universe::Scope scope_;
  ProveOptions options_;
  Drop drop_;
  Questions questions_;
  std::vector<Conjunct> conjuncts_;
  State arbitrary_;
  std::vector<z3::expr> granted_ = taken_for_granted();
  std::vector<z3::expr> assumed_;
  // Those conjuncts that hold only without what was dropped, with their groups.
  std::vector<std::pair<const Group*, std::size_t>> spares_;
  std::vector<Part> parts_;
  bool contradictions_ = false;
};

}  // namespace

std::vector<Leaning> what_the_proof_leans_on(const ProveOptions& options) {
  return Prover(options, [](const ProveOptions&, const Group&) { return true; }).leanings();
}

std::vector<std::string> inductive_properties() {
  std::string named;
  const auto name = [&](std::string_view words) { named += " " + std::string(words); };
  InvariantGroups::each([&]<class G>() {
    G::template each_conjunct<Unbounded>(
        [&](std::string_view, std::string_view needed_by, auto) { name(needed_by); });
    each_step_of<G>([&](const Property& step) { name(step.property); });
    each_consequence_of<G>([&](const Fact& fact) { name(fact.property); });
  });
  std::vector<std::string> ids;
  each_word(named, [&](std::string_view word) {
    if (std::find(ids.begin(), ids.end(), word) == ids.end()) ids.emplace_back(word);
  });
  return ids;
}

std::string inductive_groups_about(std::string_view property) {
  std::string names;
  InvariantGroups::each([&]<class G>() {
    bool about = false;
    G::template each_conjunct<Unbounded>([&](std::string_view, std::string_view needed_by, auto) {
      about = about || lists(needed_by, property);
    });
    const auto look = [&](const auto& of) { about = about || of.property == property; };
    each_step_of<G>(look);
    each_consequence_of<G>(look);
    if (about) names += (names.empty() ? "" : " ") + std::string(G::kGroup.name);
  });
  return names;
}

void check_rules(const ProveOptions& options) {
  Universe universe{std::nullopt};
  const Universe::Scope scope(universe);
  const Drop drop(options.drop);
  bool dropped = drop.rule().empty();
  bool found = options.rule.empty();
  for (const SymbolicRule& rule : symbolic_rules()) {
    found = found || rule.name == options.rule;
    if (rule.name != drop.rule()) continue;
    dropped = true;
    make_step(rule, drop);
  }
  if (!dropped) throw ProveError("there is no rule '" + std::string(drop.rule()) + "' to drop");
  if (!found) throw ProveError("there is no rule '" + options.rule + "'");
}

std::vector<Obligation> prove_by_induction(const ProveOptions& options,
                                           bool (*wanted)(const ProveOptions&, const Group&)) {
  return Prover(options, wanted).run();
}

}  // namespace mirrorcheck::proofs
