#include "proofs/rediscovery.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include "proofs/one_page.h"
#include "proofs/questions.h"

namespace mirrorcheck::proofs {
namespace {

// Each without its clause is a bug: an entry goes outside any window; read_begin does not wait; a
// start returns before its callbacks are done; a page is punched while it is mapped.
constexpr std::string_view kTwins[] = {"M1.zap/2", "Q3.read_wake/2", "I2.started/4",
                                       "X12.unmapped/3"};

z3::expr_vector vector_of(z3::context& c, const std::vector<z3::expr>& terms) {
  z3::expr_vector all(c);
  for (const z3::expr& e : terms) all.push_back(e);
  return all;
}

// The system as Horn clauses, for Spacer.
class Search {
 public:
  explicit Search(OnePage& world, unsigned timeout_milliseconds)
      : world_(world), c_(world.context()), engine_(c_), reached_(relation()) {
    z3::params p(c_);
    p.set("engine", c_.str_symbol("spacer"));
    p.set("timeout", timeout_milliseconds);
    // So that the answer is about all variables.
    p.set("xform.slice", false);
    p.set("xform.inline_linear", false);
    p.set("xform.inline_eager", false);
    // One that is quick; another finds another invariant.
    p.set("spacer.random_seed", 2u);
    engine_.set(p);
    engine_.register_relation(reached_);
    engine_.register_relation(bad_);
    add(z3::forall(world.periods(), reached_(vector_of(c_, world.initial()))), "first");
    const z3::expr_vector before = vector_of(c_, world.variables());
    for (std::size_t n = 0; n < world.transitions().size(); ++n) {
      add(clause(world.transitions()[n], before), std::to_string(n));
    }
    add(z3::forall(before, z3::implies(reached_(before) && !world.good(), bad_())), "bad");
  }

  // Unsatisfiable: `bad` is out of reach.
  z3::check_result run() {
    try {
      z3::expr query = bad_();
      return engine_.query(query);
    } catch (const z3::exception&) {  // out of time
      return z3::unknown;
    }
  }
  // After unsat: the invariant, over the variables.
  z3::expr invariant() {
    return engine_.get_cover_delta(-1, reached_).substitute(vector_of(c_, world_.variables()));
  }
  // After sat: the transitions of the run that was found, in order.
  std::vector<std::size_t> run_found() {
    const Z3_symbol names = Z3_fixedpoint_get_rule_names_along_trace(c_, engine_);
    std::istringstream backwards(Z3_get_symbol_string(c_, names));
    std::vector<std::size_t> run;
    for (std::string name; std::getline(backwards, name, ';');) {
      if (name.find_first_not_of("0123456789") == name.npos) run.push_back(std::stoul(name));
    }
    std::reverse(run.begin(), run.end());
    return run;
  }

 private:
  z3::func_decl relation() {
    z3::sort_vector sorts(c_);
    for (const z3::expr& v : world_.variables()) sorts.push_back(v.get_sort());
    return c_.function("reached", sorts, c_.bool_sort());
  }
  void add(z3::expr rule, const std::string& name) {
    engine_.add_rule(rule, c_.str_symbol(name.c_str()));
  }
  z3::expr clause(const OnePage::Transition& t, const z3::expr_vector& before) {
    z3::expr_vector bound = vector_of(c_, world_.variables());
    for (const z3::expr& choice : t.choices) bound.push_back(choice);
    z3::expr_vector after(c_);
    z3::expr body = reached_(before) && t.guard;
    for (std::size_t i = 0; i < t.next.size(); ++i) {
      if (z3::eq(t.next[i], world_.variables()[i])) {
        after.push_back(t.next[i]);
        continue;
      }
      const z3::expr next = c_.constant(("next" + std::to_string(i)).c_str(), t.next[i].get_sort());
      bound.push_back(next);
      after.push_back(next);
      body = body && next == t.next[i];
    }
    return z3::forall(bound, z3::implies(body, reached_(after)));
  }

  OnePage& world_;
  z3::context& c_;
  z3::fixedpoint engine_;
  z3::func_decl reached_;
  z3::func_decl bad_ = c_.function("bad", 0, nullptr, c_.bool_sort());
};

// That it is not an invariant, or not one that implies the property.
z3::expr counterexample_to(const z3::expr& invariant, OnePage& world) {
  z3::context& c = world.context();
  const z3::expr_vector variables = vector_of(c, world.variables());
  const auto after = [&](const std::vector<z3::expr>& values) {
    z3::expr copy = invariant;
    return copy.substitute(variables, vector_of(c, values));
  };
  z3::expr_vector some(c);
  some.push_back(!after(world.initial()));
  some.push_back(invariant && !world.good());
  for (const OnePage::Transition& t : world.transitions()) {
    some.push_back(invariant && t.guard && !after(t.next));
  }
  return z3::mk_or(some);
}

// That the transitions can be taken one after the other from the first state, and that the last one
// breaks the property.
z3::expr is_a_run(const std::vector<std::size_t>& run, OnePage& world) {
  z3::context& c = world.context();
  std::vector<z3::expr> state = world.initial();
  z3::expr_vector all(c);
  for (std::size_t n = 0; n < run.size(); ++n) {
    const OnePage::Transition& t = world.transitions()[run[n]];
    z3::expr_vector from = vector_of(c, world.variables());
    z3::expr_vector to = vector_of(c, state);
    for (const z3::expr& choice : t.choices) {
      from.push_back(choice);
      to.push_back(c.bool_const(("choice " + std::to_string(n)).c_str()));
    }
    z3::expr guard = t.guard;
    all.push_back(guard.substitute(from, to));
    std::vector<z3::expr> next;
    next.reserve(t.next.size());
    for (z3::expr value : t.next) next.push_back(value.substitute(from, to));
    state = std::move(next);
  }
  z3::expr good = world.good();
  all.push_back(!good.substitute(vector_of(c, world.variables()), vector_of(c, state)));
  return z3::mk_and(all);
}

// What Spacer says of the world without a clause, or with all of them, as an obligation.
void look(Questions& questions, const ProveOptions& options, std::string_view drop) {
  const double begin = processor_seconds();
  OnePage world(drop);
  Search search(world, options.timeout_milliseconds);
  const z3::check_result found = search.run();
  Obligation o;
  o.group = kRediscoveryGroup.name;
  o.properties = "S1 S2";
  o.what = drop.empty() ? "an invariant is found from nothing"
                        : "without " + std::string(drop) + " a run to harm is found";
  if (found != (drop.empty() ? z3::unsat : z3::sat)) {
    questions.give_up(std::move(o), found == z3::unknown ? "out of time" : "found the contrary");
    return;
  }
  z3::solver solver = questions.solver(world.context());
  if (drop.empty()) {
    solver.add(counterexample_to(search.invariant(), world));
  } else {
    const std::vector<std::size_t> run = search.run_found();
    o.what += ", of " + std::to_string(run.size()) + " steps";
    solver.add(is_a_run(run, world));
  }
  const double searching = processor_seconds() - begin;
  Obligation& asked = questions.ask(std::move(o), solver, drop.empty() ? z3::unsat : z3::sat);
  asked.seconds += searching;
}

}  // namespace

std::vector<Obligation> prove_rediscovery(const ProveOptions& options) {
  if (!options.rule.empty()) return {};
  Questions questions(options);
  look(questions, options, "");
  for (const std::string_view twin : kTwins) look(questions, options, twin);
  return questions.take();
}

}  // namespace mirrorcheck::proofs
