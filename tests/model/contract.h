// A concrete state that tests drive step by step.

#ifndef MIRRORCHECK_TESTS_MODEL_CONTRACT_H_
#define MIRRORCHECK_TESTS_MODEL_CONTRACT_H_

#include <gtest/gtest.h>

#include <string>

#include "model/oracle.h"
#include "model/rules.h"
#include "model/step.h"

namespace mirrorcheck::model {

class Contract {
 public:
  // Two users of mm0, one of mm1; the first page of file 0 is inside it.
  Contract() { initialise(state_, {.users = {2, 1}, .file_pages = {1}}); }

  // Takes the step, whatever is wrong with it. Returns the clause that it broke, or null.
  const Clause* take(Rule rule, const Arguments& arguments) {
    const Clause* broken = nullptr;
    visit_rule<Concrete>(rule, [&]<class R>() { broken = take_step<R>(state_, arguments); });
    return broken;
  }
  // Takes a step that breaks nothing.
  void ok(Rule rule, const Arguments& arguments) {
    const Clause* const broken = take(rule, arguments);
    EXPECT_EQ(broken, nullptr) << rule_name(rule) << ": " << broken->sentence;
  }
  // Would break this clause; the state stays as it is.
  void breaks(const Clause& clause, Rule rule, const Arguments& arguments) {
    const ConcreteState before = state_;
    const Clause* const broken = take(rule, arguments);
    EXPECT_EQ(broken, &clause) << rule_name(rule) << ": "
                               << (broken == nullptr ? "nothing is broken" : broken->sentence);
    state_ = before;
  }

  // Several steps in one word.
  void publish(Mm mm) {
    ok(Rule::kMmapWrite, {.mm = mm});
    ok(Rule::kPublish, {.mm = mm});
    ok(Rule::kMmapUnlock, {.mm = mm});
  }
  void insert(Mirror mirror, PageRange pages, bool deferred, std::uint64_t sequence) {
    ok(Rule::kInsert, {.mirror = mirror, .pages = pages, .flag = deferred, .sequence = sequence});
  }
  void start(Task task, Window window, PageRange pages, std::uint64_t sequence,
             bool blockable = true) {
    ok(Rule::kStart, {.task = task,
                      .window = window,
                      .pages = pages,
                      .event = WindowEvent::kClear,
                      .flag = blockable,
                      .sequence = sequence});
  }
  void invalidate(Task task, Window window, Mirror mirror, std::uint64_t sequence) {
    ok(Rule::kUpdateLock, {.task = task, .mirror = mirror});
    ok(Rule::kInvalidate, {.task = task, .mirror = mirror, .window = window, .sequence = sequence});
    ok(Rule::kUpdateUnlock, {.task = task, .mirror = mirror});
  }
  void quiesce(Task task, Mirror mirror) {
    ok(Rule::kUpdateLock, {.task = task, .mirror = mirror});
    ok(Rule::kQuiesce, {.task = task, .mirror = mirror});
    ok(Rule::kUpdateUnlock, {.task = task, .mirror = mirror});
  }

  ConcreteState& state() { return state_; }
  std::uint64_t sequence(Mm mm) const {
    return Concrete::sequence(state_.epoch(mm), state_.odd(mm));
  }

 private:
  ConcreteState state_;
};

inline constexpr Mm kMm{0};
inline constexpr Task kT0{0}, kT1{1}, kT2{2};
inline constexpr Mirror kM0{0}, kM1{1};
// Windows of two tasks, and the second one of the first (I7).
inline constexpr Window kW0{0}, kW0Nested{1}, kW1{kNesting};

constexpr PageRange pages(unsigned first, unsigned last) {
  return {page_of(kMm, first), page_of(kMm, last)};
}

}  // namespace mirrorcheck::model

#endif  // MIRRORCHECK_TESTS_MODEL_CONTRACT_H_
