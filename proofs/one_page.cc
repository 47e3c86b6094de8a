#include "proofs/one_page.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <type_traits>
#include <utility>

#include "model/rules.h"
#include "model/safety.h"
#include "proofs/check.h"
#include "proofs/clause_list.h"
#include "proofs/counterexample.h"

namespace mirrorcheck::proofs {
namespace {

using OneState = model::State<Bounded>;

constexpr Sizes kSizes{.mms = 1,
                       .pages_per_mm = 1,
                       .files = 1,
                       .pages_per_file = 1,
                       .ram_frames = 0,
                       .blocks = 1,
                       .tasks = 2,
                       .mirrors = 1,
                       .classics = 1,
                       .windows = 1,
                       .counter_bits = 0};
constexpr unsigned kBlock = 2;  // after none and the zero page
constexpr unsigned kFaults = 0;
constexpr unsigned kPunches = 1;

struct BoundedRule {
  std::string_view name;
  void (*guard)(ClauseList&, const OneState&, const SymbolicArguments&);
  void (*apply)(OneState&, const SymbolicArguments&);
};
template <class R>
BoundedRule bounded_rule() {
  return {R::kName,
          [](ClauseList& c, const OneState& s, const SymbolicArguments& a) { R::guard(c, s, a); },
          [](OneState& s, const SymbolicArguments& a) { R::apply(s, a); }};
}

// What a task does in one go.
struct Errand {
  unsigned task;
  std::vector<BoundedRule> rules;
};
template <template <class> class... R>
Errand errand(unsigned task) {
  return {task, {bounded_rule<R<Bounded>>()...}};
}
std::vector<Errand> core() {
  using namespace model;
  return {
      errand<InvalidateShared, EntryLock, Populate, EntryUnlock, InvalidateUnlock>(kFaults),
      errand<ReadBegin>(kFaults),
      errand<ReadWake>(kFaults),
      errand<WalkPage>(kFaults),
      errand<UpdateLock, ReadRetry, Install, UpdateUnlock>(kFaults),
      errand<Abandon>(kFaults),
      errand<Start>(kPunches),
      errand<UpdateLock, Invalidate, UpdateUnlock>(kPunches),
      errand<Started>(kPunches),
      errand<Zap>(kPunches),
      errand<End>(kPunches),
      errand<InvalidateExclusive, Unmapped, Disconnect, InvalidateUnlock>(kPunches),
      errand<Free>(kPunches),
  };
}

// There is one of most things, so that there is no choice. Reads only, and no copies on write.
SymbolicArguments arguments_of(unsigned task) {
  SymbolicArguments a("argument ");
  const auto set = []<class Sort>(Term<Sort>& term, std::uint64_t value) {
    term = Term<Sort>::number(value);
  };
  set(a.task, task);
  set(a.mm, 0);
  set(a.mirror, 0);
  set(a.window, 0);
  set(a.classic, 0);
  set(a.page, 0);
  set(a.source, 0);
  set(a.pages, 1);
  set(a.file_page, 1);
  set(a.file_pages, 2);
  set(a.file, 0);
  set(a.frame, kBlock);
  a.event = model::WindowEvent::kClear;
  a.outcome = model::Outcome::kValid;
  a.required = true;
  a.write = false;
  a.flag = false;
  a.huge = false;
  return a;
}

// A clause that says what is reported of invalidate_seq, not whether the step may be taken.
bool is_answer(const z3::expr& clause, const SymbolicArguments& a) {
  return clause.is_eq() &&
         (z3::eq(clause.arg(0), a.sequence.expr()) || z3::eq(clause.arg(1), a.sequence.expr()));
}

// The elements of all fields, in a fixed order.
std::vector<z3::expr> cells_of(const OneState& state) {
  std::vector<z3::expr> cells;
  OneState::each_field(state, [&](const char*, const auto& field) {
    for (const auto& cell : field.cells()) cells.push_back(cell.expr().simplify());
  });
  return cells;
}
OneState state_of(const std::vector<z3::expr>& cells) {
  OneState state;
  std::size_t at = 0;
  OneState::each_field(state, [&](const char*, auto& field) {
    for (auto& cell : field.cells()) cell = std::remove_cvref_t<decltype(cell)>(cells[at++]);
  });
  return state;
}

// The Booleans, or the number, that a value is made of, and back.
std::vector<z3::expr> bits_of(const z3::expr& value) {
  if (!value.get_sort().is_bv()) return {value.simplify()};
  std::vector<z3::expr> bits;
  for (unsigned bit = 0; bit < value.get_sort().bv_size(); ++bit) {
    bits.push_back((value.extract(bit, bit) == value.ctx().bv_val(1, 1)).simplify());
  }
  return bits;
}
z3::expr value_of(const z3::sort& sort, const std::vector<z3::expr>& bits) {
  if (!sort.is_bv()) return bits.front();
  std::optional<z3::expr> value;
  for (const z3::expr& bit : bits) {
    const z3::expr one = fold_choose(bit, bit.ctx().bv_val(1, 1), bit.ctx().bv_val(0, 1));
    value = value ? z3::concat(one, *value) : one;
  }
  return value->simplify();
}
z3::expr variable(std::size_t cell, std::size_t bit, const z3::sort& sort) {
  const std::string name = "cell" + std::to_string(cell) + "." + std::to_string(bit);
  z3::context& c = sort.ctx();
  return c.constant(name.c_str(), sort.is_bv() ? c.bool_sort() : sort);
}

// The formula without bit vectors: Spacer does better with Booleans.
z3::expr in_booleans(const z3::expr& formula) {
  z3::context& c = formula.ctx();
  z3::goal goal(c);
  goal.add(formula);
  const z3::tactic simplify(c, "simplify");
  const z3::apply_result result = (simplify & z3::tactic(c, "bit-blast") & simplify)(goal);
  check(result.size() == 1, "a formula became several");
  return result[0].as_expr();
}

}  // namespace

OnePage::OnePage(std::string_view drop) : universe_(kSizes), scope_(universe_), drop_(drop) {
  first_ = cells_of(prologue());
  for (const z3::expr& cell : first_) bits_.push_back(bits_of(cell));
  while (find_what_varies()) {
  }
  keep_what_matters();
}

// A step that the contract allows, all of whose conditions are known.
template <template <class> class R, class F>
void OnePage::take(State& state, unsigned task, F set) {
  SymbolicArguments a = arguments_of(task);
  set(a);
  ClauseList clauses;
  R<Bounded>::guard(clauses, state, a);
  for (const ClauseTerm& c : clauses.terms()) {
    check(is_answer(c.holds, a) || c.holds.simplify().is_true(),
          "the contract does not allow the prologue");
  }
  R<Bounded>::apply(state, a);
  state = state_of(cells_of(state));
}

// The page is mapped and mirrored, the file has its block, both tasks hold mmap_lock for reading
// and the one that punches i_rwsem. One window and one section have been, so that what they say of
// themselves is said once.
OnePage::State OnePage::prologue() {
  using namespace model;
  State state = initial_state<Bounded>();
  state.users.set_all(1u);
  state.within.set_all(true);
  state.epoch.set_all(Term<Integer>(periods()));
  const auto plain = [](SymbolicArguments&) {};
  const auto flagged = [](SymbolicArguments& a) { a.flag = true; };
  take<MmapWrite>(state, kFaults, plain);
  take<Publish>(state, kFaults, plain);
  take<MapArea>(state, kFaults, [](SymbolicArguments& a) {
    a.area = Area::kDax;
    a.read = true;
    a.write = true;
  });
  take<MmapUnlock>(state, kFaults, plain);
  take<Insert>(state, kFaults, plain);
  take<InodeLock>(state, kPunches, plain);
  take<Allocate>(state, kPunches, plain);
  take<Fill>(state, kPunches, plain);
  take<Start>(state, kPunches, flagged);
  take<UpdateLock>(state, kPunches, plain);
  take<Invalidate>(state, kPunches, plain);
  take<UpdateUnlock>(state, kPunches, plain);
  take<Started>(state, kPunches, plain);
  take<End>(state, kPunches, plain);
  take<ReadBegin>(state, kFaults, plain);
  take<Abandon>(state, kFaults, plain);
  take<MmapRead>(state, kFaults, plain);
  take<MmapRead>(state, kPunches, plain);
  return state;
}

std::vector<OnePage::Taken> OnePage::take_all(const Cells& before) {
  std::vector<Taken> all;
  for (const Errand& errand : core()) {
    SymbolicArguments a = arguments_of(errand.task);
    std::vector<z3::expr> choices;
    if (errand.task == kFaults) {
      choices.push_back(a.flag.expr().ctx().bool_const("flag"));
      a.flag = Term<bool>(choices.back());
    } else {
      a.flag = Term<bool>(errand.rules.front().name == model::Start<Bounded>::kName);
    }
    z3::expr guard = universe_.truth(true);
    State state = state_of(before);
    for (const BoundedRule& rule : errand.rules) {
      ClauseList clauses;
      rule.guard(clauses, state, a);
      std::size_t number = 0;
      for (const ClauseTerm& c : clauses.terms()) {
        if (drop_.clause(rule.name, *c.clause, ++number) || is_answer(c.holds, a)) continue;
        guard = fold_and(guard, c.holds);
      }
      rule.apply(state, a);
    }
    guard = guard.simplify();
    if (!guard.is_false()) all.push_back({guard, cells_of(state), choices});
  }
  return all;
}

OnePage::Cells OnePage::cells() {
  Cells cells;
  for (std::size_t i = 0; i < first_.size(); ++i) {
    cells.push_back(value_of(first_[i].get_sort(), bits_[i]));
  }
  return cells;
}

// Whether there was one more: what a transition changes is a variable from now on.
bool OnePage::find_what_varies() {
  bool found = false;
  for (const Taken& taken : take_all(cells())) {
    for (std::size_t i = 0; i < bits_.size(); ++i) {
      const std::vector<z3::expr> next = bits_of(taken.next[i]);
      for (std::size_t k = 0; k < next.size(); ++k) {
        const z3::expr v = variable(i, k, first_[i].get_sort());
        if (z3::eq(next[k], bits_[i][k]) || z3::eq(v, bits_[i][k])) continue;
        bits_[i][k] = v;
        found = true;
      }
    }
  }
  return found;
}

// Backwards from the property: what it reads, and what decides whether and how that changes.
void OnePage::keep_what_matters() {
  const auto flat = [](const Cells& cells) {
    std::vector<z3::expr> bits;
    for (const z3::expr& cell : cells) {
      for (const z3::expr& bit : bits_of(cell)) bits.push_back(bit);
    }
    return bits;
  };
  const State state = state_of(cells());
  const z3::expr good =
      (model::StaleTranslation<Bounded>::holds(state) && model::FreedTarget<Bounded>::holds(state))
          .expr()
          .simplify();
  const std::vector<z3::expr> before = flat(cells());
  const std::vector<z3::expr> at_first = flat(first_);
  std::vector<Transition> all;
  for (const Taken& taken : take_all(cells())) {
    all.push_back({taken.guard, flat(taken.next), taken.choices});
  }
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (!z3::eq(before[i], at_first[i])) places[before[i].decl().name().str()] = i;
  }
  std::vector<bool> needed(before.size(), false);
  bool more = false;
  const auto need = [&](const z3::expr& e) {
    Symbols symbols;
    symbols.add(e);
    for (const auto& [name, i] : places) {
      if (!needed[i] && symbols.has(name)) needed[i] = more = true;
    }
  };
  const auto changes = [&](const Transition& t) {
    bool any = false;
    for (std::size_t i = 0; i < before.size(); ++i) {
      any = any || (needed[i] && !z3::eq(t.next[i], before[i]));
    }
    return any;
  };
  need(good);
  while (std::exchange(more, false)) {
    for (const Transition& t : all) {
      for (std::size_t i = 0; i < before.size(); ++i) {
        if (needed[i] && !z3::eq(t.next[i], before[i])) need(t.next[i]);
      }
      if (changes(t)) need(t.guard);
    }
  }
  const auto kept = [&](const std::vector<z3::expr>& bits) {
    std::vector<z3::expr> some;
    for (std::size_t i = 0; i < bits.size(); ++i) {
      if (needed[i]) some.push_back(bits[i]);
    }
    return some;
  };
  variables_ = kept(before);
  initial_ = kept(at_first);
  for (const Transition& t : all) {
    if (changes(t)) transitions_.push_back({in_booleans(t.guard), kept(t.next), t.choices});
  }
  good_.push_back(in_booleans(good));
}

}  // namespace mirrorcheck::proofs
