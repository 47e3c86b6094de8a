#include "proofs/prove.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "model/rules.h"
#include "proofs/clause_list.h"
#include "proofs/counterexample.h"
#include "proofs/invariant.h"
#include "proofs/symbolic_state.h"
#include "proofs/unbounded.h"

namespace mirrorcheck::proofs {
namespace {

using State = model::State<Unbounded>;
using Clock = std::chrono::steady_clock;

struct Conjunct {
  std::string_view name;
  Term<bool> (*holds)(const State&);
};

// Whether the list "S1 S2" has the word.
bool lists(std::string_view list, std::string_view word) {
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t end = std::min(list.find(' ', at), list.size());
    if (list.substr(at, end - at) == word) return true;
    at = end + 1;
  }
  return false;
}

std::vector<Conjunct> conjuncts_for(std::string_view property) {
  std::vector<Conjunct> conjuncts;
  each_conjunct<Unbounded>(
      [&](std::string_view name, std::string_view needed_by, Term<bool> (*holds)(const State&)) {
        if (property.empty() || lists(needed_by, property)) conjuncts.push_back({name, holds});
      });
  return conjuncts;
}

// What is left of a rule when something of it is dropped.
class Drop {
 public:
  explicit Drop(std::string_view text) {
    const std::size_t slash = std::min(text.find('/'), text.size());
    rule_ = text.substr(0, slash);
    if (slash < text.size()) part_ = text.substr(slash + 1);
    const char* end = part_.data() + part_.size();
    const auto parsed = std::from_chars(part_.data(), end, number_);
    if (parsed.ec != std::errc{} || parsed.ptr != end) number_ = 0;
  }
  bool clause(std::string_view rule, const model::Clause& clause, std::size_t number) const {
    return rule == rule_ && (part_.empty() || part_ == clause.id || number == number_);
  }
  bool field(std::string_view rule, std::string_view field) const {
    return rule == rule_ && field == part_;
  }
  std::string_view rule() const { return rule_; }
  std::string_view part() const { return part_; }

 private:
  std::string rule_;
  std::string part_;
  std::size_t number_ = 0;
};

struct Step {
  std::string_view rule;
  SymbolicArguments arguments{"argument "};
  State before = arbitrary_state<Unbounded>();
  State after = before;
  std::vector<z3::expr> guard;
  std::vector<z3::expr> dropped;  // clauses that are not assumed
};

// Undoes what the step did to the fields that `drop` names. Whether there was one.
bool undo_dropped(const Drop& drop, Step& step) {
  bool undone = false;
  State::each_pair(step.before, step.after, [&](const char* name, const auto& old, auto& field) {
    if (drop.field(step.rule, name)) field = old, undone = true;
  });
  return undone;
}

// What does not depend on the rule's type, so that it is compiled once.
void finish_step(const Drop& drop, const ClauseList& clauses, Step& step) {
  bool dropped = false;
  std::size_t number = 0;
  for (const ClauseTerm& term : clauses.terms()) {
    if (drop.clause(step.rule, *term.clause, ++number)) {
      dropped = true;
      step.dropped.push_back(term.holds);
    } else {
      step.guard.push_back(term.holds);
    }
  }
  dropped = undo_dropped(drop, step) || dropped;
  if (drop.rule() == step.rule && !dropped) {
    throw ProveError("nothing of rule " + std::string(step.rule) + " is called '" +
                     std::string(drop.part()) +
                     "'; give the id or number of a clause, or a field of the state");
  }
}

template <class R>
Step make_step(const Drop& drop) {
  Step step;
  step.rule = R::kName;
  ClauseList clauses;
  R::guard(clauses, step.before, step.arguments);
  R::apply(step.after, step.arguments);
  finish_step(drop, clauses, step);
  return step;
}

std::string to_smt2(z3::solver& solver) {
  // Z3 names no logic. It ends the text with the question.
  return "(set-logic ALL)\n" + solver.to_smt2();
}

class Prover {
 public:
  explicit Prover(const ProveOptions& options)
      : scope_(universe_),
        options_(options),
        drop_(options.drop),
        conjuncts_(conjuncts_for(options.property)),
        arbitrary_(arbitrary_state<Unbounded>()) {
    for (const Conjunct& c : conjuncts_) assumed_.push_back(c.holds(arbitrary_).expr());
    add_enumeration_axioms();
  }

  std::vector<Obligation> run() {
    if (options_.rule.empty()) begin();
    bool dropped = drop_.rule().empty();
    bool found = options_.rule.empty();
    model::AllRules::each<Unbounded>([&]<class R>() {
      dropped = dropped || R::kName == drop_.rule();
      if (!options_.rule.empty() && R::kName != options_.rule) return;
      found = true;
      step(make_step<R>(drop_));
    });
    if (!dropped) throw ProveError("there is no rule '" + std::string(drop_.rule()) + "' to drop");
    if (!found) throw ProveError("there is no rule '" + options_.rule + "'");
    return std::move(obligations_);
  }

 private:
  void begin() {
    const State initial = initial_state<Unbounded>();
    z3::solver solver = new_solver();
    check({}, "can begin", solver, z3::sat);
    add_broken_conjunct(solver, initial);
    check({}, "holds at first", solver, z3::unsat);
    if (obligations_.back().verdict == Verdict::kRefuted) {
      name_broken(solver.get_model(), initial);
    }
  }

  void step(const Step& step) {
    z3::solver solver = new_solver();
    for (const z3::expr& e : assumed_) solver.add(e);
    for (const z3::expr& e : step.guard) solver.add(e);
    check(step.rule, "can fire", solver, z3::sat);
    add_broken_conjunct(solver, step.after);
    check(step.rule, "keeps", solver, z3::unsat);
    if (obligations_.back().verdict == Verdict::kRefuted) {
      break_the_first_that_can(solver, step.after);
      const z3::model m = smallest_model(solver);
      name_broken(m, step.after);
      obligations_.back().counterexample =
          describe(m, step.rule, relevant_to(step), step.arguments, step.before, step.after);
    }
  }

  z3::solver new_solver() {
    z3::solver solver(universe_.context(), z3::solver::simple());
    z3::params p(universe_.context());
    p.set("timeout", options_.timeout_milliseconds);
    solver.set(p);
    for (const z3::expr& e : universe_.axioms()) solver.add(e);
    for (const z3::expr& e : enumerations_) solver.add(e);
    return solver;
  }

  // A Boolean for each conjunct, so that a model says which one breaks.
  void add_broken_conjunct(z3::solver& solver, const State& after) {
    z3::expr_vector some(universe_.context());
    for (std::size_t k = 0; k < conjuncts_.size(); ++k) {
      const z3::expr broken = conjuncts_[k].holds(after).expr();
      // What the step does not touch it cannot break.
      if (z3::eq(broken, assumed_[k])) continue;
      some.push_back(marker(k) && !broken);
    }
    solver.add(z3::mk_or(some));
  }
  z3::expr marker(std::size_t k) {
    return universe_.context().bool_const(("breaks " + std::string(conjuncts_[k].name)).c_str());
  }
  // The properties come first in the list: a counterexample shows the harm itself where one step is
  // enough for it. REQUIRES: the last check said satisfiable.
  void break_the_first_that_can(z3::solver& solver, const State& after) {
    for (std::size_t k = 0; k < conjuncts_.size(); ++k) {
      const z3::expr holds = conjuncts_[k].holds(after).expr();
      if (z3::eq(holds, assumed_[k])) continue;
      solver.push();
      solver.add(marker(k) && !holds);
      for (std::size_t other = 0; other < conjuncts_.size(); ++other) {
        if (other != k) solver.add(!marker(other));
      }
      if (solver.check() == z3::sat) return;
      solver.pop();
    }
    solver.check();
  }
  void name_broken(const z3::model& m, const State& after) {
    for (std::size_t k = 0; k < conjuncts_.size(); ++k) {
      if (z3::eq(conjuncts_[k].holds(after).expr(), assumed_[k])) continue;
      if (known_truth(m.eval(marker(k), true)) == true) {
        obligations_.back().broken.emplace_back(conjuncts_[k].name);
      }
    }
  }

  // What the rule and the broken conjuncts speak of.
  Symbols relevant_to(const Step& step) const {
    Symbols symbols;
    for (const z3::expr& e : step.guard) symbols.add(e);
    for (const z3::expr& e : step.dropped) symbols.add(e);
    for (const Conjunct& c : conjuncts_) {
      const auto& broken = obligations_.back().broken;
      if (std::find(broken.begin(), broken.end(), c.name) != broken.end()) {
        symbols.add(c.holds(step.after).expr());
      }
    }
    return symbols;
  }

  void check(std::string_view rule, const char* what, z3::solver& solver, z3::check_result wanted) {
    Obligation o;
    o.rule = rule;
    o.what = what;
    o.proved_by_sat = wanted == z3::sat;
    if (options_.export_smt2) o.smt2 = to_smt2(solver);
    const auto begin = Clock::now();
    const z3::check_result result = solver.check();
    const std::chrono::duration<double> taken = Clock::now() - begin;
    o.seconds = taken.count();
    o.verdict = result == z3::unknown ? Verdict::kUnknown
                : result == wanted    ? Verdict::kProved
                                      : Verdict::kRefuted;
    if (result == z3::unknown) o.counterexample = "  the solver: " + solver.reason_unknown() + "\n";
    obligations_.push_back(std::move(o));
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
  std::vector<Conjunct> conjuncts_;
  State arbitrary_;
  std::vector<z3::expr> assumed_;
  std::vector<z3::expr> enumerations_;
  std::vector<Obligation> obligations_;
};

}  // namespace

std::string_view name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kProved:
      return "proved";
    case Verdict::kRefuted:
      return "refuted";
    case Verdict::kUnknown:
      break;
  }
  return "unknown";
}

std::vector<std::string_view> provable_properties() { return {"S1", "S2", "S4", "S5", "S6", "S9"}; }

std::vector<Obligation> prove(const ProveOptions& options) {
  const auto known = provable_properties();
  if (!options.property.empty() &&
      std::find(known.begin(), known.end(), options.property) == known.end()) {
    throw ProveError("there is no proof of property '" + options.property +
                     "'; there is one of S1, S2, S4, S5, S6 and S9");
  }
  return Prover(options).run();
}

}  // namespace mirrorcheck::proofs
