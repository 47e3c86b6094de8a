// Scenarios that take wanted steps, on the reference.

#include <gtest/gtest.h>

#include "fuzz/directed/candidates.h"
#include "fuzz/directed/search.h"
#include "impl/reference/reference.h"

namespace mirrorcheck::fuzz {
namespace {

using model::Rule;

constexpr model::PageRange kPage{model::Page{0}, model::Page{0}};

WantedStep step(Rule rule, bool forbidden = false) {
  WantedStep step{rule, {}, forbidden};
  step.arguments.pages = kPage;
  step.arguments.area = model::Area::kAnon;
  if (rule == Rule::kWalkPage) step.arguments.outcome = model::Outcome::kValid;
  return step;
}

std::vector<WantedStep> device_fault_beside_window(bool stale) {
  std::vector<WantedStep> wanted{step(Rule::kMap), step(Rule::kInsert), step(Rule::kPopulate),
                                 step(Rule::kReadBegin), step(Rule::kWalkPage)};
  for (const Rule rule : {Rule::kStart, Rule::kInvalidate, Rule::kStarted, Rule::kZap}) {
    wanted.push_back(step(rule));
  }
  wanted.push_back(step(Rule::kReadRetry));
  wanted.back().arguments.flag = !stale;  // it has collided
  return wanted;
}

class DirectedSearchTest : public testing::Test {
 protected:
  std::optional<Directed> find(const std::vector<WantedStep>& wanted, unsigned most_missed) {
    return DirectedSearch(*world_).find(wanted, {}, most_missed);
  }
  std::unique_ptr<impl::World> world_ = impl::create_reference();
};

TEST_F(DirectedSearchTest, StepsOfTwoTasksComeInTheirOrder) {
  const std::vector<WantedStep> wanted = device_fault_beside_window(false);
  const std::optional<Directed> found = find(wanted, 0);
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->missed.empty());
  EXPECT_EQ(found->scenario.layout.tasks, 2);
  History history;
  const Verdict verdict = Execution(*world_, {}).replay(found->scenario, &history);
  EXPECT_EQ(verdict.kind, VerdictKind::kHolds);
  Matcher matcher;
  std::size_t next = 0;
  for (const Event& event : history) {
    if (next < wanted.size() && matcher.shows(wanted[next], event)) ++next;
  }
  EXPECT_EQ(next, wanted.size());
}

// read_retry must not pass after the window: no schedule makes it.
TEST_F(DirectedSearchTest, WhatTheContractForbidsIsMissed) {
  const std::vector<WantedStep> wanted = device_fault_beside_window(true);
  EXPECT_FALSE(find(wanted, 0));
  const std::optional<Directed> found = find(wanted, 1);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->missed, std::vector<std::size_t>{wanted.size() - 1});
}

TEST_F(DirectedSearchTest, SameStepsSameScenario) {
  const std::vector<WantedStep> wanted = device_fault_beside_window(false);
  EXPECT_EQ(find(wanted, 0)->scenario, find(wanted, 0)->scenario);
}

TEST_F(DirectedSearchTest, WhoeverIsRefusedHasBeenAsked) {
  const std::optional<Directed> found = find({step(Rule::kUnpin, true)}, 2);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->missed.size(), 1U);
  ASSERT_EQ(found->scenario.tasks[0].size(), 1U);
  EXPECT_EQ(found->scenario.tasks[0][0].call, impl::Call::kUnpin);
}

}  // namespace
}  // namespace mirrorcheck::fuzz
