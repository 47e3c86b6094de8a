#include "proofs/sequence_word.h"

#include <string>

#include "model/rules/registration.h"
#include "model/rules/section.h"
#include "model/rules/windows.h"
#include "proofs/hypothesis.h"
#include "proofs/invariant.h"
#include "proofs/special_proof.h"

namespace mirrorcheck::proofs {
namespace {

using model::Registration;
using model::Rule;
using State = UnboundedState;

// Counters of the contract are this much wider than the word, and stay below half of what they
// hold: they do not wrap.
constexpr unsigned kMoreBits = 8;

class Words : SpecialProof {
 public:
  Words(const ProveOptions& options, unsigned bits)
      : SpecialProof(kSequenceWordGroup, "S9", options, bits + kMoreBits), bits_(bits) {}

  // What a word of these bits does as well as an epoch. The words of a state are functions of it,
  // so each obligation compares the kernel's result with the words of the contract's next state.
  std::vector<Obligation> run() {
    seq_after_start();
    seq_after_end(Rule::kEnd);
    seq_after_end(Rule::kStartFailed);
    words_after_insert();
    cur_seq_stays();
    word_after_callback();
    comparisons();
    return obligations();
  }

  // That a shorter word, or another abstraction, would not do.
  std::vector<Obligation> run_twins() {
    const SymbolicArguments a("argument ");
    const Term<model::Mirror> m = a.mirror;
    const Term<model::Task> t = a.task;
    // A section whose mirror had callbacks since, and whose word says that none ran.
    ask("forgets: a section that sleeps too long passes its retry check",
        begun(t, m) && state_.saved(t) != state_.sub_epoch(m) &&
            word(state_.sub_epoch(m), true) == word(state_.saved(t), true),
        z3::sat);
    ask("waits for nothing: a subscription that slept too long looks busy",
        registered(m) && state_.sub_epoch(m) != state_.epoch(mm_of(m)) &&
            word(state_.sub_epoch(m), true) == seq(state_, mm_of(m)),
        z3::sat);
    return obligations();
  }

 private:
  // 2 * epoch + odd, as much of it as the word has.
  Term<model::Integer> word(const Term<model::Integer>& epoch, const Term<bool>& odd) const {
    return Term<model::Integer>(Unbounded::sequence(epoch, odd).expr().extract(bits_ - 1, 0));
  }
  Term<model::Integer> seq(const State& s, const Term<model::Mm>& mm) const {
    return word(s.epoch(mm), s.odd(mm));
  }
  Term<model::Integer> number(unsigned n) const {
    return Term<model::Integer>(Universe::current().context().bv_val(n, bits_));
  }
  // S & 1, S | 1.
  Term<bool> is_odd(const Term<model::Integer>& w) const {
    return Term<bool>((w.expr() & number(1).expr()) == number(1).expr());
  }
  Term<model::Integer> made_odd(const Term<model::Integer>& w) const {
    return Term<model::Integer>(w.expr() | number(1).expr());
  }
  Term<model::Mm> mm_of(const Term<model::Mirror>& m) const { return state_.mirror_mm(m); }
  Term<bool> registered(const Term<model::Mirror>& m) const {
    return state_.registration(m) != Registration::kOut;
  }
  Term<bool> begun(const Term<model::Task>& t, const Term<model::Mirror>& m) const {
    return state_.section(t) == model::Section::kBegun && state_.section_mirror(t) == m &&
           registered(m);
  }
  // Fewer periods from `early` to `late` than the word can tell apart.
  Term<bool> near(const Term<model::Integer>& early, const Term<model::Integer>& late) const {
    return Term<bool>(z3::ult(late.expr() - early.expr(), power_of_two(bits_ - 1)));
  }
  // As a counter.
  z3::expr power_of_two(unsigned n) const {
    const z3::expr one = Universe::current().context().bv_val(1, bits_ + kMoreBits);
    return z3::shl(one, static_cast<int>(n));
  }

  struct Taken {
    State after;
    z3::expr guard;
  };
  Taken take(Rule rule, const SymbolicArguments& a) const {
    const SymbolicRule& r = symbolic_rules()[static_cast<std::size_t>(rule)];
    Taken taken{state_, whole_guard(r, state_, a)};
    r.apply(taken.after, a);
    return taken;
  }

  // mn_itree_inv_start_range: if (a node is hit) S |= 1.
  void seq_after_start() {
    const SymbolicArguments a("argument ");
    const Taken step = take(Rule::kStart, a);
    const auto any =
        !Unbounded::all<model::Mirror>([&](const auto& m) { return !step.after.hit(a.window, m); });
    const auto before = seq(state_, a.mm);
    const auto kernel = Unbounded::choose<model::Integer>(any, made_odd(before), before);
    ask("start: if a node is hit, S |= 1",
        Term<bool>(step.guard) && kernel != seq(step.after, a.mm), z3::unsat);
  }
  // mn_itree_inv_end: if (--A != 0 || !(S & 1)) return; S++.
  void seq_after_end(Rule rule) {
    const SymbolicArguments a("argument ");
    const Taken step = take(rule, a);
    const auto mm = state_.window_mm(a.window);
    const auto last = Unbounded::all<model::Window>([&](const auto& w) {
      return w == a.window || state_.phase(w) == model::WindowPhase::kClosed ||
             state_.window_mm(w) != mm;
    });
    const auto before = seq(state_, mm);
    const auto kernel =
        Unbounded::choose<model::Integer>(last && is_odd(before), before + number(1), before);
    const std::string name = rule == Rule::kEnd ? "end" : "a start that fails";
    ask(name + ": if A drops to 0 and S is odd, S++",
        Term<bool>(step.guard) && kernel != seq(step.after, mm), z3::unsat);
    if (rule == Rule::kEnd) {
      ask(name + ": S may wrap around to 0",
          Term<bool>(step.guard) && seq(step.after, mm) == number(0), z3::sat);
      // Unsound on purpose: S++ whether or not windows are open.
      const auto hasty =
          Unbounded::choose<model::Integer>(is_odd(before), before + number(1), before);
      ask(name + ": S++ at every end would not do",
          Term<bool>(step.guard) && hasty != seq(step.after, mm), z3::sat);
    }
  }
  // __mmu_interval_notifier_insert: A == 0: s = S - 1; else S even: S |= 1, s = S; else deferred,
  // s = S.
  void words_after_insert() {
    const SymbolicArguments a("argument ");
    const Taken step = take(Rule::kInsert, a);
    const auto active = model::any_window_open<Unbounded>(state_, a.mm);
    const auto before = seq(state_, a.mm);
    const auto global = Unbounded::choose<model::Integer>(active, made_odd(before), before);
    const auto s = Unbounded::choose<model::Integer>(active, global, before - number(1));
    const Term<bool> guard(step.guard);
    ask("insert: S", guard && global != seq(step.after, a.mm), z3::unsat);
    ask("insert: s", guard && s != word(step.after.sub_epoch(a.mirror), true), z3::unsat);
    ask("insert: the list that the node goes to",
        guard && (active && is_odd(before)) !=
                     (step.after.registration(a.mirror) == Registration::kInsertDeferred),
        z3::unsat);
    ask("insert: s is odd", guard && !is_odd(s), z3::unsat);
    // Unsound on purpose: not taken to be under invalidation.
    ask("insert: s = S - 1 while windows are open would not do",
        guard && before - number(1) != word(step.after.sub_epoch(a.mirror), true), z3::sat);
  }
  // The cur_seq that start returned is S for as long as the window is open: callbacks store it.
  void cur_seq_stays() {
    const auto is_current = [&](const State& s, const Term<model::Window>& w) {
      const auto hits = !Unbounded::all<model::Mirror>([&](const auto& m) { return !s.hit(w, m); });
      return !hits || s.phase(w) == model::WindowPhase::kClosed ||
             cur_seq(w) == seq(s, s.window_mm(w));
    };
    const SymbolicArguments a("argument ");
    const Term<model::Window> w = Term<model::Window>::free("some window");
    for (const SymbolicRule& rule : symbolic_rules()) {
      const Taken step = take(rule.rule, a);
      // A start returns S for its own window, and must leave it to those that are open.
      const Term<bool> other = rule.rule == Rule::kStart ? w != a.window : Term<bool>(true);
      const auto before = is_current(state_, w);
      const auto after = is_current(step.after, w);
      if (z3::eq(before.expr(), after.expr())) continue;
      ask("cur_seq is S while its window is open",
          before && Term<bool>(step.guard) && other && !after, z3::unsat, rule.name);
    }
    // Unsound on purpose: each start opens a period of its own.
    const Taken nested = take(Rule::kStart, a);
    const auto hits =
        !Unbounded::all<model::Mirror>([&](const auto& m) { return !state_.hit(w, m); });
    const Term<bool> inside = Term<bool>(nested.guard) && w != a.window &&
                              state_.window_mm(w) == a.mm &&
                              state_.phase(w) != model::WindowPhase::kClosed;
    ask("a nested start: S += 2 would not do",
        inside && hits && is_current(state_, w) &&
            cur_seq(w) != seq(nested.after, a.mm) + number(2),
        z3::sat, "I2.start");
    // Nor is it S for a window that hit nobody: no callback stores it.
    ask("a nested start: S |= 1 passes by a window that hit nobody",
        inside && !hits && cur_seq(w) == seq(state_, a.mm) && cur_seq(w) != seq(nested.after, a.mm),
        z3::sat, "I2.start");
  }
  Term<model::Integer> cur_seq(const Term<model::Window>& w) const {
    z3::context& c = Universe::current().context();
    return Term<model::Integer>(
        c.function("cur_seq", universe_.sort(kSort<model::Window>), c.bv_sort(bits_))(w.expr()));
  }
  // mmu_interval_set_seq: s = cur_seq.
  void word_after_callback() {
    const SymbolicArguments a("argument ");
    const Taken step = take(Rule::kInvalidate, a);
    const auto current = seq(state_, state_.window_mm(a.window));
    ask("set_seq: s = cur_seq",
        Term<bool>(step.guard) && current != word(step.after.sub_epoch(a.mirror), true), z3::unsat);
  }
  void comparisons() {
    const SymbolicArguments a("argument ");
    const Term<model::Mirror> m = a.mirror;
    const Term<model::Task> t = a.task;
    const auto s = word(state_.sub_epoch(m), true);
    const auto global = seq(state_, mm_of(m));
    const auto known = registered(m) && near(state_.sub_epoch(m), state_.epoch(mm_of(m)));
    const auto busy = state_.odd(mm_of(m)) && state_.epoch(mm_of(m)) == state_.sub_epoch(m);
    ask("read_begin: is_invalidating is s == S", known && (s == global) != busy, z3::unsat);
    ask("read_begin: S & 1 would not do", known && is_odd(global) != busy, z3::sat);
    ask("what is stored in s is odd", registered(m) && !is_odd(s), z3::unsat);

    const auto saved = word(state_.saved(t), true);
    const auto waits = state_.section(t) == model::Section::kWaiting &&
                       state_.section_mirror(t) == m && registered(m) &&
                       near(state_.saved(t), state_.epoch(mm_of(m)));
    ask("read_begin: waits until S != seq",
        waits && (global != saved) !=
                     (!state_.odd(mm_of(m)) || state_.epoch(mm_of(m)) != state_.saved(t)),
        z3::unsat);
    ask("read_retry: s != seq",
        begun(t, m) && near(state_.saved(t), state_.sub_epoch(m)) &&
            (s != saved) != (state_.sub_epoch(m) != state_.saved(t)),
        z3::unsat);
  }

  // Of the invariant what speaks of sequences is assumed.
  void ask(const std::string& what, const Term<bool>& formula, z3::check_result wanted,
           std::string_view rule = {}) {
    const auto small = [&](const Term<model::Integer>& n) {
      return Term<bool>(z3::ult(n.expr(), power_of_two(bits_ + kMoreBits - 3)));
    };
    z3::solver solver = with({
        Unbounded::all<model::Mm>([&](const auto& mm) { return small(state_.epoch(mm)); }).expr(),
        Unbounded::all<model::Mirror>([&](const auto& m) {
          return small(state_.sub_epoch(m));
        }).expr(),
        Unbounded::all<model::Task>([&](const auto& t) { return small(state_.saved(t)); }).expr(),
        model::SequenceOrder<Unbounded>::holds(state_).expr(),
        model::FrozenByWindow<Unbounded>::holds(state_).expr(),
        hits_stay_in_the_frozen_tree(state_).expr(),
        sections_can_tell(state_).expr(),
        formula.expr(),
    });
    SpecialProof::ask(rule, std::to_string(bits_) + " bits: " + what, solver, wanted);
  }

  unsigned bits_;
};

}  // namespace

std::vector<Obligation> prove_sequence_word(const ProveOptions& options) {
  if (!options.rule.empty()) return {};
  std::vector<Obligation> all = Words(options, 64).run();
  for (Obligation& o : Words(options, 2).run_twins()) all.push_back(std::move(o));
  return all;
}

}  // namespace mirrorcheck::proofs
