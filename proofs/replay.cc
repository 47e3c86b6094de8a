#include "proofs/replay.h"

#include <string>
#include <string_view>
#include <vector>

#include "model/rules.h"
#include "model/safety.h"
#include "proofs/bounded.h"
#include "proofs/check.h"
#include "proofs/clause_list.h"
#include "proofs/counterexample.h"
#include "proofs/symbolic_state.h"

namespace mirrorcheck::proofs {
namespace {

using BoundedState = model::State<Bounded>;

template <class Id>
std::uint64_t mask(model::Range<Id> range) {
  std::uint64_t bits = 0;
  for (auto i = static_cast<unsigned>(range.first); i <= static_cast<unsigned>(range.last); ++i) {
    bits |= std::uint64_t{1} << i;
  }
  return bits;
}

SymbolicArguments constants(const model::Arguments& a) {
  SymbolicArguments s("argument ");
  const auto set = []<class Sort>(Term<Sort>& term, auto value) {
    term = Term<Sort>::number(static_cast<std::uint64_t>(value));
  };
  set(s.task, a.task);
  set(s.mm, a.mm);
  set(s.mirror, a.mirror);
  set(s.window, a.window);
  set(s.classic, a.classic);
  set(s.page, a.page);
  set(s.source, a.source);
  set(s.pages, mask(a.pages));
  set(s.file_page, a.file_page);
  set(s.file_pages, mask(a.file_pages));
  set(s.file, a.file);
  set(s.frame, a.frame);
  set(s.area, a.area);
  set(s.kind, a.kind);
  set(s.event, a.event);
  set(s.outcome, a.outcome);
  set(s.write, a.write);
  set(s.read, a.read);
  set(s.flag, a.flag);
  set(s.required, a.required);
  set(s.huge, a.huge);
  set(s.sequence, a.sequence & 0xFFFF);
  return s;
}

// One clause at one step: the solver finds a value for `failed`.
struct Question {
  std::size_t step;
  model::Breach breach;
  z3::expr failed;
};

// Which fields each safety property reads, so that it is only asked about when one of them changes.
std::vector<Symbols> symbols_of_properties() {
  Universe universe(std::nullopt);
  Universe::Scope scope(universe);
  const auto state = arbitrary_state<Unbounded>();
  std::vector<Symbols> all;
  model::each_safety_property<Unbounded>([&]<class P>() {
    all.emplace_back();
    all.back().add(P::holds(state).expr());
  });
  return all;
}

class Replay {
 public:
  Replay(const model::InitialState& initial, unsigned timeout_milliseconds)
      : scope_(universe_),
        solver_(universe_.context(), "QF_BV"),
        state_(arbitrary_state<Bounded>()) {
    z3::params p(universe_.context());
    p.set("timeout", timeout_milliseconds);
    solver_.set(p);
    assert_initial(initial);
  }

  void take(std::size_t index, const HistoryStep& step) {
    const SymbolicArguments arguments = constants(step.arguments);
    model::visit_rule<Bounded>(step.rule, [&]<class R>() {
      ClauseList clauses;
      R::guard(clauses, state_, arguments);
      for (const ClauseTerm& c : clauses.terms()) ask(index, {c.clause, step.rule}, c.holds);
      R::apply(state_, arguments);
    });
    const std::vector<std::string_view> changed = name_cells();
    std::size_t property = 0;
    model::each_safety_property<Bounded>([&]<class P>() {
      const Symbols& reads = properties_[property++];
      for (const std::string_view field : changed) {
        if (!reads.has(std::string(field))) continue;
        ask(index, {&P::kClause, step.rule}, P::holds(state_).expr());
        break;
      }
    });
  }

  ReplayResult decide() {
    const z3::check_result result = solver_.check();
    // Everything is defined: the formula has exactly one model.
    check(result != z3::unsat, "replay: the history contradicts itself");
    if (result == z3::unknown) return {};
    const z3::model m = solver_.get_model();
    const Question* first = nullptr;
    for (const Question& q : questions_) {
      if (known_truth(m.eval(q.failed, true)) != true) continue;
      if (first == nullptr ||
          (first->step == q.step && first->breach.clause->protocol && !q.breach.clause->protocol)) {
        first = &q;
      }
      if (q.step > first->step) break;
    }
    if (first == nullptr) return {ReplayResult::Answer::kHolds, 0, {}};
    return {ReplayResult::Answer::kViolated, first->step, first->breach};
  }

 private:
  void assert_initial(const model::InitialState& initial) {
    const BoundedState wanted = initial_state<Bounded>();
    BoundedState::each_pair(state_, wanted, [&](const char*, const auto& field, const auto& value) {
      for (std::size_t i = 0; i < field.cells().size(); ++i) {
        const z3::expr& cell = field.cells()[i].expr();
        const z3::expr& first = value.cells()[i].expr();
        if (!z3::eq(cell, first)) solver_.add(cell == first);  // users and within are still free
      }
    });
    for (unsigned mm = 0; mm < model::kMms; ++mm) {
      solver_.add((state_.users(model::Mm(mm)) == Term<model::Integer>(initial.users[mm])).expr());
    }
    for (unsigned file = 0; file < model::kFiles; ++file) {
      for (unsigned i = 0; i < model::kPagesPerFile; ++i) {
        const auto page = model::file_page(model::File(file), i);
        solver_.add((state_.within(page) == Term<bool>(i < initial.file_pages[file])).expr());
      }
    }
    solver_.add((!state_.within(model::kNoFilePage)).expr());
    name_cells();
  }

  // Gives what the step changed a name of its own, so that terms stay small. Returns the fields
  // that changed.
  std::vector<std::string_view> name_cells() {
    std::vector<std::string_view> changed;
    std::size_t at = 0;
    BoundedState::each_field(state_, [&](const char* field_name, auto& field) {
      bool differs = false;
      for (auto& cell : field.cells()) {
        const z3::expr e = cell.expr();
        if (at == cells_.size()) cells_.push_back(e);
        z3::expr& before = cells_[at++];
        if (z3::eq(e, before)) continue;
        differs = true;
        before = e;
        if (e.is_const()) continue;  // has a name, or is a constant
        const z3::expr name =
            universe_.context().constant(("v" + std::to_string(names_++)).c_str(), e.get_sort());
        solver_.add(name == e);
        assign(cell, std::remove_cvref_t<decltype(cell)>(name));
        before = name;
      }
      if (differs) changed.emplace_back(field_name);
    });
    return changed;
  }

  void ask(std::size_t step, const model::Breach& breach, const z3::expr& holds) {
    if (known_truth(holds) == true) return;
    const z3::expr failed =
        universe_.context().bool_const(("failed" + std::to_string(questions_.size())).c_str());
    solver_.add(failed == !holds);
    questions_.push_back({step, breach, failed});
  }

  Universe universe_{Sizes::concrete()};
  Universe::Scope scope_;
  z3::solver solver_;
  BoundedState state_;
  std::vector<z3::expr> cells_;  // of the state before the step, in its order
  std::vector<Symbols> properties_ = symbols_of_properties();
  std::vector<Question> questions_;
  unsigned names_ = 0;
};

}  // namespace

ReplayResult replay(const model::InitialState& initial, std::span<const HistoryStep> history,
                    unsigned timeout_milliseconds) {
  Replay replay(initial, timeout_milliseconds);
  for (std::size_t i = 0; i < history.size(); ++i) replay.take(i, history[i]);
  return replay.decide();
}

}  // namespace mirrorcheck::proofs
