// What Oracle::forget_what_is_over() forgets is read by no rule: the same steps are taken and the
// same refused, now and for all that follows.

#include <gtest/gtest.h>

#include <vector>

#include "fuzz/harness/execution.h"
#include "fuzz/harness/judge.h"
#include "fuzz/scenario/generate.h"
#include "fuzz/scheduler/random.h"
#include "impl/reference/reference.h"
#include "model/oracle.h"
#include "model/rules.h"

namespace mirrorcheck::model {
namespace {

constexpr unsigned kRuns = 150;
constexpr unsigned kTries = 12;

struct Taken {
  Rule rule;
  Arguments arguments;
};

std::vector<Taken> steps_of(const fuzz::History& history) {
  std::vector<Taken> steps;
  for (const fuzz::Event& event : history) {
    if (event.kind == fuzz::Event::Kind::kStep) steps.push_back({event.rule, event.arguments});
  }
  return steps;
}

bool accepts(Oracle oracle, const Taken& step) { return !oracle.step(step.rule, step.arguments); }

TEST(Over, IsReadByNoRule) {
  const auto world = impl::create_reference();
  fuzz::Execution execution(*world, {});
  fuzz::Random random(1);
  unsigned forgotten = 0;
  unsigned refused = 0;
  for (unsigned seed = 0; seed < kRuns; ++seed) {
    const fuzz::Scenario scenario = fuzz::random_scenario(seed, fuzz::Shape{});
    fuzz::History history;
    execution.replay(scenario, &history);
    const std::vector<Taken> steps = steps_of(history);
    Oracle whole;
    whole.begin(fuzz::initial_state(scenario.layout));
    Oracle forgetful = whole;
    for (const Taken& step : steps) {
      Oracle before = forgetful;
      forgetful.forget_what_is_over();
      forgotten += before.state().walked_frame != forgetful.state().walked_frame ||
                   before.state().window_pages != forgetful.state().window_pages;
      ASSERT_TRUE(accepts(whole, step)) << rule_name(step.rule);
      ASSERT_TRUE(accepts(forgetful, step)) << rule_name(step.rule);
      for (unsigned i = 0; i < kTries; ++i) {
        const Taken& other = steps[random.below(steps.size())];
        const bool accepted = accepts(whole, other);
        ASSERT_EQ(accepts(forgetful, other), accepted) << rule_name(other.rule);
        refused += !accepted;
      }
      whole.step(step.rule, step.arguments);
      forgetful.step(step.rule, step.arguments);
    }
    EXPECT_FALSE(whole.check_everything());
    EXPECT_FALSE(forgetful.check_everything());
  }
  EXPECT_GT(forgotten, kRuns);
  EXPECT_GT(refused, kRuns);
}

}  // namespace
}  // namespace mirrorcheck::model
