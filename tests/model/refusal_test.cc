// Windows that must not block and are refused: I3-I5, N8, D7.

#include <gtest/gtest.h>

#include "tests/model/contract.h"

namespace mirrorcheck::model {
namespace {

constexpr Classic kHasEnd{0};
constexpr Classic kCanFail{1};

// A mirror over pages 0-3, and two classic notifiers: one with an end, one that can fail.
class Refusal : public testing::Test {
 protected:
  Refusal() {
    contract_.publish(kMm);
    contract_.insert(kM0, pages(0, 3), false, 1);
    contract_.ok(Rule::kClassicRegister, {.classic = kHasEnd});
    contract_.ok(Rule::kClassicRegister, {.classic = kCanFail, .flag = true});
  }
  Arguments classic(Classic id, bool accepts = true) {
    return {.window = kW0, .classic = id, .flag = accepts};
  }
  Contract contract_;
};

TEST_F(Refusal, OfTheTreeKeepsClassicNotifiersOut) {
  contract_.start(kT0, kW0, pages(0, 0), 3, false);
  contract_.ok(Rule::kRefuse, {.mirror = kM0, .window = kW0});
  contract_.breaks(Started<Concrete>::kNotRefused, Rule::kStarted, {.window = kW0});
  contract_.breaks(End<Concrete>::kStarted, Rule::kEnd, {.window = kW0, .sequence = 4});
  // The start balances itself: S is even again (I5).
  contract_.breaks(StartFailed<Concrete>::kBalanced, Rule::kStartFailed,
                   {.window = kW0, .flag = true, .sequence = 3});
  contract_.ok(Rule::kStartFailed, {.window = kW0, .flag = true, .sequence = 4});
  EXPECT_EQ(contract_.state().phase(kW0), WindowPhase::kClosed);
  // The device's translations are as they were, and so is its sequence.
  EXPECT_EQ(contract_.state().sub_epoch(kM0), 0u);
}

TEST_F(Refusal, OfTheTreeAfterAClassicStartIsAgainstTheOrder) {
  contract_.start(kT0, kW0, pages(0, 0), 3, false);
  EXPECT_EQ(contract_.take(Rule::kClassicStart, classic(kHasEnd)),
            &ClassicStart<Concrete>::kIntervalDone);
  contract_.ok(Rule::kRefuse, {.mirror = kM0, .window = kW0});
  contract_.breaks(StartFailed<Concrete>::kHlistNever, Rule::kStartFailed,
                   {.window = kW0, .flag = true, .sequence = 4});
}

TEST_F(Refusal, OfABlockableWindowIsForbidden) {
  contract_.start(kT0, kW0, pages(0, 0), 3);
  contract_.breaks(Refuse<Concrete>::kNonBlockable, Rule::kRefuse, {.mirror = kM0, .window = kW0});
  contract_.invalidate(kT0, kW0, kM0, 3);
  contract_.breaks(ClassicStart<Concrete>::kMayFail, Rule::kClassicStart, classic(kCanFail, false));
}

TEST_F(Refusal, NeedsARefusal) {
  contract_.start(kT0, kW0, pages(0, 0), 3, false);
  contract_.breaks(StartFailed<Concrete>::kRefused, Rule::kStartFailed,
                   {.window = kW0, .flag = true, .sequence = 4});
}

// I5: who accepted gets the end that it has, before the start fails.
TEST_F(Refusal, OfAClassicNotifierIsMadeGoodToTheOthers) {
  contract_.start(kT0, kW0, pages(0, 0), 3, false);
  contract_.invalidate(kT0, kW0, kM0, 3);
  contract_.ok(Rule::kClassicStart, classic(kHasEnd));
  contract_.breaks(ClassicStart<Concrete>::kOnce, Rule::kClassicStart, classic(kHasEnd));
  contract_.ok(Rule::kClassicStart, classic(kCanFail, false));
  contract_.breaks(Started<Concrete>::kNotRefused, Rule::kStarted, {.window = kW0});
  // One that can fail has no end (N8).
  contract_.breaks(ClassicEnd<Concrete>::kOwed, Rule::kClassicEnd, classic(kCanFail));
  contract_.ok(Rule::kClassicEnd, classic(kHasEnd));
  contract_.breaks(ClassicEnd<Concrete>::kOwed, Rule::kClassicEnd, classic(kHasEnd));
  contract_.ok(Rule::kStartFailed, {.window = kW0, .sequence = 4});
  contract_.start(kT0, kW0, pages(0, 0), 5, false);
}

// C-C1: without it, the next window of the same task finds the debt.
TEST_F(Refusal, ThatIsNotMadeGoodIsFound) {
  contract_.start(kT0, kW0, pages(0, 0), 3, false);
  contract_.invalidate(kT0, kW0, kM0, 3);
  contract_.ok(Rule::kClassicStart, classic(kHasEnd));
  contract_.ok(Rule::kClassicStart, classic(kCanFail, false));
  contract_.ok(Rule::kStartFailed, {.window = kW0, .sequence = 4});
  contract_.breaks(Start<Concrete>::kPaid, Rule::kStart,
                   {.window = kW0, .pages = pages(0, 0), .flag = true, .sequence = 5});
}

TEST_F(Refusal, OfOneWhoMayNotIsForbidden) {
  contract_.start(kT0, kW0, pages(0, 0), 3, false);
  contract_.invalidate(kT0, kW0, kM0, 3);
  contract_.breaks(ClassicStart<Concrete>::kMayFail, Rule::kClassicStart, classic(kHasEnd, false));
}

TEST_F(Refusal, ByNobodyGoesThroughBothKinds) {
  contract_.start(kT0, kW0, pages(0, 0), 3, false);
  contract_.invalidate(kT0, kW0, kM0, 3);
  contract_.breaks(Started<Concrete>::kAllTold, Rule::kStarted, {.window = kW0});
  contract_.ok(Rule::kClassicStart, classic(kHasEnd));
  contract_.ok(Rule::kClassicStart, classic(kCanFail));
  contract_.ok(Rule::kStarted, {.window = kW0});
  // I1: the interval part of end comes first.
  contract_.breaks(ClassicEnd<Concrete>::kIntervalFirst, Rule::kClassicEnd, classic(kHasEnd));
  contract_.ok(Rule::kEnd, {.window = kW0, .sequence = 4});
  contract_.ok(Rule::kClassicEnd, classic(kHasEnd));
}

}  // namespace
}  // namespace mirrorcheck::model
