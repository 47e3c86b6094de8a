// What is not promised, as a run: read_begin may wait for ever while windows overlap (Q8).
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

  Oracle oracle_;

 private:
  static Arguments of(unsigned window) {
    Arguments a;
    a.task = Task(static_cast<std::uint8_t>(window));
    a.window = Window(static_cast<std::uint8_t>(window));
    return a;
  }
};

TEST_F(StarvationTest, OverlappingWindowsKeepReadBeginWaitingForEver) {
  start(0);
  Arguments reader;
  reader.task = kReader;
  reader.flag = true;
  reader.sequence = sequence();
  take(Rule::kReadBegin, reader);
  start(1);
  const ConcreteState lasso = oracle_.state();
  for (int round = 0; round < 3; ++round) {
    EXPECT_FALSE(reader_may_wake());
    end(0, sequence());
    EXPECT_FALSE(reader_may_wake());
    start(0);
    EXPECT_FALSE(reader_may_wake());
    end(1, sequence());
    EXPECT_FALSE(reader_may_wake());
    start(1);
    // Where it was: this can go on for ever.
    ASSERT_TRUE(same_state(lasso)) << "round " << round;
  }
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
