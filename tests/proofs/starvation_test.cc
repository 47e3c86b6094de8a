// What is not promised, as runs: while windows overlap, read_begin may wait for ever (Q8), and so
// may a removal; and a fault loop that is disturbed each time never passes (L2'). In each run every
// task but the one that starves has its turns, and that one cannot go on at any step of it.
//
//   task 0                      task 1                      task 2
//   start A, callback: S odd
//                                                           read_begin waits for S to move on
//                               start B, callback       <-+
//   end A: B is open, S stays                             |
//   start A, callback                                     |
//                               end B: A is open, S stays |
//                               and from here on again  --+

#include <gtest/gtest.h>

#include <optional>
#include <utility>

#include "model/oracle.h"
#include "model/rules.h"
#include "tests/proofs/random_step.h"

namespace mirrorcheck::proofs::testing {
namespace {

using namespace mirrorcheck::model;

constexpr Task kReader{2};

class StarvationTest : public ::testing::Test {
 protected:
  void SetUp() override {
    InitialState initial;
    initial.users[0] = 3;
    oracle_.begin(initial);
    Arguments a;
    take(Rule::kMmapWrite, a);
    take(Rule::kPublish, a);
    take(Rule::kMmapUnlock, a);
    a.pages = {Page(0), Page(1)};
    a.sequence = 1;
    take(Rule::kInsert, a);
  }

  // The contract allows the step.
  void take(Rule rule, const Arguments& a) {
    const Breach breach = oracle_.step(rule, a);
    ASSERT_FALSE(breach) << rule_name(rule) << ": " << breach.clause->sentence;
    if (starves_) {
      EXPECT_FALSE(enabled(starves_->first, oracle_.state(), starves_->second)) << rule_name(rule);
    }
  }
  void start(unsigned window) {
    Arguments a = of(window);
    a.flag = true;  // may block
    a.event = WindowEvent::kClear;
    a.pages = {Page(0), Page(0)};
    a.sequence = sequence();
    take(Rule::kStart, a);
    take(Rule::kUpdateLock, a);
    a.flag = false;
    take(Rule::kInvalidate, a);
    take(Rule::kUpdateUnlock, a);
    take(Rule::kStarted, a);
  }
  void end(unsigned window, std::uint64_t sequence_after) {
    Arguments a = of(window);
    a.sequence = sequence_after;
    take(Rule::kEnd, a);
  }
  // One round in which a window is open at each moment.
  void overlap() {
    end(0, sequence());
    start(0);
    end(1, sequence());
    start(1);
  }
  // S while it is odd.
  std::uint64_t sequence() const { return 2 * oracle_.state().epoch(Mm(0)) + 1; }
  bool reader_may_wake() const {
    Arguments a;
    a.task = kReader;
    return enabled(Rule::kReadWake, oracle_.state(), a);
  }
  bool same_state(const ConcreteState& before) const {
    bool same = true;
    ConcreteState::each_pair(
        before, oracle_.state(),
        [&](const char*, const auto& old, const auto& now) { same = same && old == now; });
    return same;
  }

  // The one task that wants to go on, and cannot at any step from here on.
  void starve(Rule rule, Task task, Mirror mirror = {}) {
    Arguments a;
    a.task = task;
    a.mirror = mirror;
    starves_ = {rule, a};
    EXPECT_FALSE(enabled(rule, oracle_.state(), a));
  }

  Oracle oracle_;

 private:
  static Arguments of(unsigned window) {
    Arguments a;
    a.task = Task(static_cast<std::uint8_t>(window));
    a.window = Window(static_cast<std::uint8_t>(window));
    return a;
  }

  std::optional<std::pair<Rule, Arguments>> starves_;
};

TEST_F(StarvationTest, OverlappingWindowsKeepReadBeginWaitingForEver) {
  start(0);
  Arguments reader;
  reader.task = kReader;
  reader.flag = true;
  reader.sequence = sequence();
  take(Rule::kReadBegin, reader);
  start(1);
  starve(Rule::kReadWake, kReader);
  const ConcreteState lasso = oracle_.state();
  for (int round = 0; round < 3; ++round) {
    overlap();
    // Where it was: this can go on for ever.
    ASSERT_TRUE(same_state(lasso)) << "round " << round;
  }
}

// The same of a removal: it waits for the period to end, in which nobody calls it any more.
TEST_F(StarvationTest, OverlappingWindowsKeepARemovalWaitingForEver) {
  Arguments remover;
  remover.task = kReader;
  take(Rule::kUpdateLock, remover);
  take(Rule::kQuiesce, remover);
  take(Rule::kUpdateUnlock, remover);
  start(0);
  take(Rule::kRemove, remover);
  start(1);
  starve(Rule::kRemoved, kReader);
  const ConcreteState lasso = oracle_.state();
  for (int round = 0; round < 3; ++round) {
    overlap();
    ASSERT_TRUE(same_state(lasso)) << "round " << round;
  }
}

// L2': each round of the fault loop is disturbed by a window that opens and closes inside it. The
// state is what it was but for the number of the period, and that no guard compares with anything
// but its own kind.
TEST_F(StarvationTest, AFaultLoopThatIsDisturbedEachTimeNeverPasses) {
  Arguments fault;
  fault.task = kReader;
  const std::uint64_t epoch = oracle_.state().epoch(Mm(0));
  for (int round = 0; round < 3; ++round) {
    fault.flag = false;
    fault.sequence = 2 * oracle_.state().sub_epoch(Mirror(0)) + 1;
    take(Rule::kReadBegin, fault);
    start(0);
    end(0, sequence() + 1);
    take(Rule::kUpdateLock, fault);
    fault.flag = false;
    EXPECT_FALSE(enabled(Rule::kReadRetry, oracle_.state(), fault)) << "it must not pass";
    fault.flag = true;
    take(Rule::kReadRetry, fault);
    take(Rule::kUpdateUnlock, fault);
    EXPECT_EQ(oracle_.state().section(kReader), Section::kNone);
  }
  EXPECT_EQ(oracle_.state().epoch(Mm(0)), epoch + 3);
}

TEST_F(StarvationTest, AndItWakesWhenTheyDoNotOverlap) {
  start(0);
  Arguments reader;
  reader.task = kReader;
  reader.flag = true;
  reader.sequence = sequence();
  take(Rule::kReadBegin, reader);
  end(0, sequence() + 1);
  EXPECT_TRUE(reader_may_wake());
  start(1);
  EXPECT_TRUE(reader_may_wake()) << "a window that begins later does not hold it back";
  take(Rule::kReadWake, reader);
}

}  // namespace
}  // namespace mirrorcheck::proofs::testing
