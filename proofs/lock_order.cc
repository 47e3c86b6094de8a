#include "proofs/lock_order.h"

#include <array>
#include <string>
#include <utility>

#include "model/lock_order.h"
#include "model/rules/windows.h"
#include "proofs/hypothesis.h"
#include "proofs/questions.h"

namespace mirrorcheck::proofs {
namespace {

using model::Hold;
using model::LockRank;
using model::LockUse;
using model::Rule;
using State = UnboundedState;
using Task = Term<model::Task>;

// The ranks that have steps.
constexpr std::array<LockRank, 6> kRanks{LockRank::kInode, LockRank::kMmap,   LockRank::kInvalidate,
                                         LockRank::kEntry, LockRank::kWindow, LockRank::kUpdate};

constexpr std::size_t kAllRanks = model::kLockRankNames.size();
constexpr unsigned kRankBits = 4;
static_assert(kAllRanks < 1u << kRankBits);

// The task holds a lock of this rank; a window that it has opened counts as one.
Term<bool> holds(const State& s, const Task& t, LockRank rank) {
  switch (rank) {
    case LockRank::kInode:
      return !Unbounded::all<model::File>([&](const auto& f) { return !s.inode_lock(t, f); });
    case LockRank::kMmap:
      return !Unbounded::all<model::Mm>(
          [&](const auto& mm) { return s.mmap_lock(t, mm) == Hold::kNot; });
    case LockRank::kInvalidate:
      return !Unbounded::all<model::File>(
          [&](const auto& f) { return s.invalidate_lock(t, f) == Hold::kNot; });
    case LockRank::kEntry:
      return !Unbounded::all<model::FilePage>([&](const auto& f) { return !s.entry_lock(f, t); });
    case LockRank::kWindow:
      return !Unbounded::all<model::Window>([&](const auto& w) {
        return s.phase(w) == model::WindowPhase::kClosed || s.owner(w) != t;
      });
    default:
      return !Unbounded::all<model::Mirror>([&](const auto& m) { return !s.update_lock(t, m); });
  }
}

class LockOrderProof {
 public:
  explicit LockOrderProof(const ProveOptions& options) : scope_(universe_), questions_(options) {}

  std::vector<Obligation> run() {
    for (const SymbolicRule& rule : symbolic_rules()) takes_what_the_table_says(rule);
    no_cycle();
    non_blocking_starts_end();
    return questions_.take();
  }

 private:
  void takes_what_the_table_says(const SymbolicRule& rule) {
    const SymbolicArguments a("argument ");
    const model::LockStep step = model::lock_step(rule.rule);
    const Task t = Task::free("some task");
    State after = state_;
    rule.apply(after, a);
    Term<bool> other(false);
    for (const LockRank rank : kRanks) {
      const Term<bool> before_holds = holds(state_, t, rank);
      const Term<bool> after_holds = holds(after, t, rank);
      if (z3::eq(before_holds.expr(), after_holds.expr())) continue;
      const bool listed = step.use == LockUse::kTakes && step.rank == rank;
      const Term<bool> taken = !before_holds && after_holds;
      other = other || (listed ? taken && t != a.task : taken);
    }
    if (known_truth(other.expr()) == false) return;
    z3::solver solver = with(whole_guard(rule, state_, a));
    solver.add(other.expr());
    ask(rule.name, "L1", "takes no lock but that of its rank", solver, z3::unsat);
  }

  // Who waits for whom, as ranks: `wants` is the rank that a task waits for.
  void no_cycle() {
    z3::context& c = universe_.context();
    const z3::sort& task = universe_.sort(kSort<model::Task>);
    const z3::func_decl wants = c.function("wants", task, c.bv_sort(kRankBits));
    const auto rank = [&](std::size_t r) { return c.bv_val(static_cast<unsigned>(r), kRankBits); };
    const auto has = [&](const z3::expr& x, std::size_t r) {
      return c.function(("has " + std::to_string(r)).c_str(), task, c.bool_sort())(x);
    };
    const auto has_wanted = [&](const z3::expr& x, const z3::expr& by) {
      z3::expr_vector some(c);
      for (std::size_t r = 0; r < kAllRanks; ++r) some.push_back(has(x, r) && wants(by) == rank(r));
      return z3::mk_or(some);
    };
    const z3::expr t = c.constant("t", task);
    const z3::expr u = c.constant("u", task);
    z3::expr_vector later(c);
    z3::expr_vector not_earlier(c);
    for (std::size_t r = 0; r < kAllRanks; ++r) {
      later.push_back(z3::implies(has(u, r), z3::ult(rank(r), wants(u))));
      not_earlier.push_back(z3::implies(has(u, r), z3::ule(rank(r), wants(u))));
    }
    z3::solver rises = with(z3::forall(u, z3::mk_and(later)));
    rises.add(has_wanted(u, t) && !z3::ult(wants(t), wants(u)));  // t waits for u
    ask("", "L1", "whoever is waited for wants something of a later rank", rises, z3::unsat);
    z3::solver equal = with(z3::forall(u, z3::mk_and(not_earlier)));
    equal.add(t != u && has_wanted(u, t) && has_wanted(t, u));
    ask("", "L1", "two locks of one rank may close a cycle", equal, z3::sat);
  }

  // L5: from its start to its end without waiting for anybody.
  void non_blocking_starts_end() {
    SymbolicArguments a("argument ");
    a.task = state_.owner(a.window);
    const auto starting = state_.phase(a.window) == model::WindowPhase::kStarting;
    const auto due =
        starting && state_.hit(a.window, a.mirror) && !state_.acked(a.window, a.mirror);
    const auto rule = [](Rule r) { return symbolic_rules()[static_cast<std::size_t>(r)]; };

    z3::solver refuse = with((due && !state_.blockable(a.window)).expr());
    refuse.add(!whole_guard(rule(Rule::kRefuse), state_, a));
    ask(rule(Rule::kRefuse).name, "L5", "can be said whoever holds the update lock", refuse,
        z3::unsat);

    State refused = state_;
    rule(Rule::kRefuse).apply(refused, a);
    SymbolicArguments fails = a;
    fails.flag = Term<bool>(false);
    fails.sequence = model::PeriodEnd<Unbounded>::sequence(refused, a.window);
    z3::solver fail = with((due && !state_.blockable(a.window)).expr());
    fail.add(!whole_guard(rule(Rule::kStartFailed), refused, fails));
    ask(rule(Rule::kStartFailed).name, "L5", "can follow at once", fail, z3::unsat);

    z3::solver wait = with((due && state_.blockable(a.window)).expr());
    wait.add(!whole_guard(rule(Rule::kStarted), state_, a));
    wait.add(!whole_guard(rule(Rule::kRefuse), state_, a));
    ask(rule(Rule::kStarted).name, "L5", "has to wait for a callback where the start may block",
        wait, z3::sat);
  }

  z3::solver with(const z3::expr& given) {
    z3::solver solver = questions_.solver(universe_.context());
    for (const z3::expr& e : taken_for_granted()) solver.add(e);
    solver.add(given);
    return solver;
  }
  void ask(std::string_view rule, const char* property, const char* what, z3::solver& solver,
           z3::check_result wanted) {
    Obligation o;
    o.group = kLockOrderGroup.name;
    o.rule = rule;
    o.what = what;
    o.properties = property;
    questions_.ask(std::move(o), solver, wanted);
  }

  Universe universe_{std::nullopt};
  Universe::Scope scope_;
  Questions questions_;
  State state_ = arbitrary_state<Unbounded>();
};

}  // namespace

std::vector<Obligation> prove_lock_order(const ProveOptions& options) {
  if (!options.rule.empty()) return {};
  return LockOrderProof(options).run();
}

}  // namespace mirrorcheck::proofs
