#include "proofs/lock_order.h"

#include <array>
#include <string>
#include <utility>

#include "model/lock_order.h"
#include "model/rules/locks.h"
#include "model/rules/windows.h"
#include "proofs/hypothesis.h"
#include "proofs/special_proof.h"

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

// The step in which a task waits for a lock of each rank, for write where there is a choice. Who
// waits for a window waits in read_begin.
constexpr Rule waiting_step(LockRank rank) {
  switch (rank) {
    case LockRank::kInode:
      return Rule::kInodeLock;
    case LockRank::kMmap:
      return Rule::kMmapWrite;
    case LockRank::kInvalidate:
      return Rule::kInvalidateExclusive;
    case LockRank::kEntry:
      return Rule::kEntryLock;
    case LockRank::kWindow:
      return Rule::kReadBegin;
    default:
      return Rule::kUpdateLock;
  }
}

// What the contract itself forbids (I10, A12): whatever comes before an update lock, under one. Of
// every other pair of ranks it is the order alone that does.
constexpr bool a_clause_forbids(LockRank held) { return held == LockRank::kUpdate; }
constexpr bool forbids_under_update(const model::Clause& clause) {
  return clause.property == model::Property::kL1 && clause.protocol;
}

const SymbolicRule& rule_of(Rule rule) { return symbolic_rules()[static_cast<std::size_t>(rule)]; }

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

class LockOrderProof : SpecialProof {
 public:
  explicit LockOrderProof(const ProveOptions& options)
      : SpecialProof(kLockOrderGroup, "L1", options) {}

  std::vector<Obligation> run() {
    for (const SymbolicRule& rule : symbolic_rules()) takes_what_the_table_says(rule);
    for (const SymbolicRule& rule : symbolic_rules()) waits_for_a_holder(rule);
    waits_for_windows();
    for (const LockRank outer : kRanks) {
      for (const LockRank inner : kRanks) {
        if (outer < inner) the_other_way_round(outer, inner);
      }
    }
    locks_of_one_rank();
    non_blocking_starts_end();
    return obligations();
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
    ask(rule.name, "takes no lock but that of its rank", solver, z3::unsat);
  }

  // What a task needs to take `rule`, but for the clauses that say that the lock is free; and
  // whether it is. A read_begin that has to wait is a step, and what it waits for comes after it.
  struct Wanted {
    Term<bool> allowed{true};
    Term<bool> free{true};
  };
  // Without the clause that forbids it under an update lock, if `outlaw`.
  Wanted wanted(const SymbolicRule& rule, SymbolicArguments& a, bool outlaw = false) const {
    Wanted wanted;
    if (rule.rule == Rule::kReadBegin) {
      a.flag = Term<bool>(true);
      wanted.free = Term<bool>(false);
    }
    ClauseList clauses;
    rule.guard(clauses, state_, a);
    for (const ClauseTerm& c : clauses.terms()) {
      if (outlaw && forbids_under_update(*c.clause)) continue;
      const bool excludes =
          c.clause == &model::kReadersExcludeWriter || c.clause == &model::kWriterAlone;
      (excludes ? wanted.free : wanted.allowed) =
          (excludes ? wanted.free : wanted.allowed) && Term<bool>(c.holds);
    }
    return wanted;
  }

  // A lock that is not free is held: by a task that holds something of the rank that the table
  // says.
  void waits_for_a_holder(const SymbolicRule& rule) {
    const model::LockStep step = model::lock_step(rule.rule);
    SymbolicArguments a("argument ");
    const Wanted lock = wanted(rule, a);
    if (step.use != LockUse::kTakes || known_truth(lock.free.expr()) == true) return;
    z3::solver solver = with((lock.allowed && !lock.free).expr());
    solver.add(Unbounded::all<model::Task>([&](const auto& u) {
                 return !holds(state_, u, step.rank);
               }).expr());
    ask(rule.name, "waits for a task that holds a lock of its rank", solver, z3::unsat);
  }

  // Who waits in read_begin or in remove waits for a task with an open window.
  void waits_for_windows() {
    const SymbolicArguments a("argument ");
    const auto nobody_has_one = Unbounded::all<model::Task>(
        [&](const auto& u) { return !holds(state_, u, LockRank::kWindow); });
    const auto asleep = state_.section(a.task) == model::Section::kWaiting;
    const Term<bool> may_wake(whole_guard(rule_of(Rule::kReadWake), state_, a));
    const auto removing = state_.registration(a.mirror) == model::Registration::kRemoveDeferred;
    for (const auto& [rule, waits] :
         {std::pair{Rule::kReadWake, asleep && !may_wake}, std::pair{Rule::kRemoved, removing}}) {
      z3::solver solver = with((waits && nobody_has_one).expr());
      for (const z3::expr& e : whole_invariant(state_)) solver.add(e);
      ask(rule_of(rule).name, "waits for a task that has a window open", solver, z3::unsat);
    }
  }

  // Two tasks, each of which alone holds what the other comes to take.
  Term<bool> wait_for_each_other(LockRank one, SymbolicArguments& a, LockRank other,
                                 SymbolicArguments& b, bool outlaw = false) const {
    const Wanted first = wanted(rule_of(waiting_step(one)), a, outlaw);
    const Wanted second = wanted(rule_of(waiting_step(other)), b, outlaw);
    const auto only = [&](LockRank rank, const Task& holder) {
      return Unbounded::all<model::Task>(
                 [&](const auto& u) { return u == holder || !holds(state_, u, rank); }) &&
             holds(state_, holder, rank);
    };
    const auto held = one == other ? holds(state_, a.task, one) && holds(state_, b.task, one)
                                   : only(one, b.task) && only(other, a.task);
    return a.task != b.task && first.allowed && !first.free && second.allowed && !second.free &&
           held;
  }

  // The twin of the order, for each of its edges: one holds the outer lock and wants the inner one,
  // as it should; another has it the other way round.
  void the_other_way_round(LockRank outer, LockRank inner) {
    const std::string taken = std::string(model::name(outer));
    const std::string held = std::string(model::name(inner));
    const bool forbidden = a_clause_forbids(inner);
    ask_for_cycle(outer, inner, false,
                  forbidden
                      ? "no clause lets a task that holds " + held + " come to wait for " + taken
                      : "a cycle closes if a task that holds " + held + " waits for " + taken,
                  forbidden ? z3::unsat : z3::sat);
    if (!forbidden) return;
    ask_for_cycle(outer, inner, true,
                  "a cycle closes without the clause that keeps who holds " + held +
                      " from waiting for " + taken,
                  z3::sat);
  }
  void ask_for_cycle(LockRank outer, LockRank inner, bool outlaw, std::string what,
                     z3::check_result answer) {
    SymbolicArguments a("argument ");
    SymbolicArguments b("other argument ");
    z3::solver solver = with(wait_for_each_other(inner, a, outer, b, outlaw).expr());
    for (const z3::expr& e : whole_invariant(state_)) solver.add(e);
    ask("", std::move(what), solver, answer);
  }
  void locks_of_one_rank() {
    SymbolicArguments a("argument ");
    SymbolicArguments b("other argument ");
    const auto each_other = wait_for_each_other(LockRank::kInode, a, LockRank::kInode, b);
    z3::solver solver = with((each_other && a.file != b.file).expr());
    for (const z3::expr& e : whole_invariant(state_)) solver.add(e);
    ask("", "two locks of one rank may close a cycle", solver, z3::sat);
  }

  // L5: from its start to its end without waiting for anybody.
  void non_blocking_starts_end() {
    SymbolicArguments a("argument ");
    a.task = state_.owner(a.window);
    const auto starting = state_.phase(a.window) == model::WindowPhase::kStarting;
    const auto due =
        starting && state_.hit(a.window, a.mirror) && !state_.acked(a.window, a.mirror);

    z3::solver refuse = with((due && !state_.blockable(a.window)).expr());
    refuse.add(!whole_guard(rule_of(Rule::kRefuse), state_, a));
    ask(rule_of(Rule::kRefuse).name, "can be said whoever holds the update lock", refuse, z3::unsat,
        "L5");

    State refused = state_;
    rule_of(Rule::kRefuse).apply(refused, a);
    SymbolicArguments fails = a;
    fails.flag = Term<bool>(false);
    fails.sequence = model::PeriodEnd<Unbounded>::sequence(refused, a.window);
    z3::solver fail = with((due && !state_.blockable(a.window)).expr());
    fail.add(!whole_guard(rule_of(Rule::kStartFailed), refused, fails));
    ask(rule_of(Rule::kStartFailed).name, "can follow at once", fail, z3::unsat, "L5");

    z3::solver wait = with((due && state_.blockable(a.window)).expr());
    wait.add(!whole_guard(rule_of(Rule::kStarted), state_, a));
    wait.add(!whole_guard(rule_of(Rule::kRefuse), state_, a));
    ask(rule_of(Rule::kStarted).name, "has to wait for a callback where the start may block", wait,
        z3::sat, "L5");
  }
};

}  // namespace

std::vector<Obligation> prove_lock_order(const ProveOptions& options) {
  if (!options.rule.empty()) return {};
  return LockOrderProof(options).run();
}

}  // namespace mirrorcheck::proofs
