// The solver's opinion of a history is the oracle's.

#include "proofs/replay.h"

#include <gtest/gtest.h>

#include <vector>

#include "model/rules.h"
#include "model/safety.h"
#include "tests/proofs/random_step.h"

namespace mirrorcheck::proofs::testing {
namespace {

using namespace mirrorcheck::model;

struct History {
  InitialState initial;
  std::vector<HistoryStep> steps;
};

// Steps that the contract allows, in a small corner of the world.
History random_history(Random& random, unsigned length) {
  History history{random_initial(random), {}};
  ConcreteState state;
  initialise(state, history.initial);
  while (history.steps.size() < length) {
    HistoryStep step{Rule(random.below(kRules)), {}};
    if (!find_enabled(random, step.rule, state, 100, step.arguments)) continue;
    concrete_apply(step.rule, state, step.arguments);
    history.steps.push_back(step);
  }
  return history;
}

// What the oracle finds when it looks at every property after every step.
ReplayResult native(const History& history) {
  Oracle oracle;
  oracle.begin(history.initial);
  ConcreteState state;
  initialise(state, history.initial);
  for (std::size_t i = 0; i < history.steps.size(); ++i) {
    const HistoryStep& step = history.steps[i];
    const Clause* first = nullptr;
    const auto require = [&](const Clause& clause, bool holds) {
      if (!holds && (first == nullptr || (first->protocol && !clause.protocol))) first = &clause;
    };
    for (const ClauseValue& c : concrete_guard(step.rule, state, step.arguments)) {
      require(*c.clause, c.holds);
    }
    concrete_apply(step.rule, state, step.arguments);
    each_safety_property<Concrete>([&]<class P>() { require(P::kClause, P::holds(state)); });
    const Breach breach = oracle.step(step.rule, step.arguments);
    // The oracle looks only where the step was: it must not see more than there is.
    if (breach) {
      EXPECT_NE(first, nullptr) << breach.clause->sentence;
    }
    if (first != nullptr) return {ReplayResult::Answer::kViolated, i, {first, step.rule}};
  }
  return {ReplayResult::Answer::kHolds, 0, {}};
}

void expect_agreement(const History& history) {
  const ReplayResult expected = native(history);
  const ReplayResult found = replay(history.initial, history.steps);
  ASSERT_EQ(found.answer, expected.answer);
  EXPECT_EQ(found.step, expected.step);
  // One clause has one address in each Domain: compare what it says.
  if (expected.breach) {
    ASSERT_NE(found.breach.clause, nullptr);
    EXPECT_EQ(found.breach.clause->sentence, expected.breach.clause->sentence);
    EXPECT_EQ(found.breach.rule, expected.breach.rule);
  }
}

TEST(Replay, AnEmptyHistoryHolds) {
  EXPECT_EQ(replay({}, {}).answer, ReplayResult::Answer::kHolds);
}

TEST(Replay, AcceptsValidHistories) {
  Random random(1);
  for (int n = 0; n < 5; ++n) {
    const History history = random_history(random, 60);
    EXPECT_EQ(replay(history.initial, history.steps).answer, ReplayResult::Answer::kHolds);
    expect_agreement(history);
  }
}

// One argument of one step is another: the two find the same clause at the same step, or both find
// that it did not matter.
TEST(Replay, FindsWhatTheOracleFindsInCorruptedHistories) {
  Random random(2);
  int violated = 0;
  for (int n = 0; n < 32; ++n) {
    History history = random_history(random, 40);
    const unsigned at = random.below(40);
    ConcreteState state;
    initialise(state, history.initial);
    const auto file_page = history.steps[at].arguments.file_page;
    history.steps[at].arguments = random_arguments(random, state);
    history.steps[at].arguments.file_page = file_page;
    violated += native(history).answer == ReplayResult::Answer::kViolated;
    expect_agreement(history);
  }
  EXPECT_GE(violated, 15) << "hardly any history was corrupted";
}

TEST(Replay, ALongHistoryIsOneQuestion) {
  Random random(3);
  const History history = random_history(random, 300);
  EXPECT_EQ(native(history).answer, ReplayResult::Answer::kHolds);
  expect_agreement(history);
}

}  // namespace
}  // namespace mirrorcheck::proofs::testing
