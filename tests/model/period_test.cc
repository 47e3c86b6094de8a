// Odd and even periods, computed by hand: A2 of the contract for sequences, N4, N5 and N7 for what
// waits for the end of a period.

#include <gtest/gtest.h>

#include "tests/model/contract.h"

namespace mirrorcheck::model {
namespace {

class Period : public testing::Test {
 protected:
  Period() { contract_.publish(kMm); }
  Registration registration(Mirror mirror) { return contract_.state().registration(mirror); }
  void end(Task task, Window window, std::uint64_t sequence) {
    contract_.ok(Rule::kEnd, {.task = task, .window = window, .sequence = sequence});
  }
  void started(Task task, Window window) {
    contract_.ok(Rule::kStarted, {.task = task, .window = window});
  }
  Contract contract_;
};

// N4, first case: no window is open.
TEST_F(Period, InsertWhileNothingIsGoingOn) {
  contract_.breaks(Insert<Concrete>::kSequence, Rule::kInsert,
                   {.mirror = kM0, .pages = pages(0, 3), .sequence = 3});
  contract_.breaks(Insert<Concrete>::kDeferred, Rule::kInsert,
                   {.mirror = kM0, .pages = pages(0, 3), .flag = true, .sequence = 1});
  contract_.insert(kM0, pages(0, 3), false, 1);
  EXPECT_EQ(registration(kM0), Registration::kTree);
  EXPECT_EQ(contract_.sequence(kMm), 2u);
  // Odd, and not S: the first read_begin does not wait.
  contract_.breaks(ReadBegin<Concrete>::kBusy, Rule::kReadBegin,
                   {.mirror = kM0, .flag = true, .sequence = 1});
  contract_.ok(Rule::kReadBegin, {.mirror = kM0, .sequence = 1});
}

// N4, second case: a window is open that hit nobody. It makes S odd without a callback.
TEST_F(Period, InsertWhileAWindowIsOpenThatHitNobody) {
  contract_.start(kT0, kW0, pages(0, 3), 2);
  EXPECT_EQ(contract_.sequence(kMm), 2u);
  contract_.breaks(Insert<Concrete>::kSequence, Rule::kInsert,
                   {.task = kT1, .mirror = kM0, .pages = pages(0, 3), .sequence = 1});
  contract_.insert(kM0, pages(0, 3), false, 3);
  EXPECT_EQ(registration(kM0), Registration::kTree);
  EXPECT_EQ(contract_.sequence(kMm), 3u);
  // The new range is taken to be under invalidation until the window is closed.
  contract_.breaks(ReadBegin<Concrete>::kBusy, Rule::kReadBegin,
                   {.task = kT1, .mirror = kM0, .sequence = 3});
  contract_.ok(Rule::kReadBegin, {.task = kT1, .mirror = kM0, .flag = true, .sequence = 3});
  contract_.breaks(ReadWake<Concrete>::kMovedOn, Rule::kReadWake, {.task = kT1, .mirror = kM0});
  // The window does not reach it.
  contract_.breaks(Invalidate<Concrete>::kReached, Rule::kInvalidate,
                   {.mirror = kM0, .window = kW0, .sequence = 3});
  started(kT0, kW0);
  end(kT0, kW0, 4);
  contract_.ok(Rule::kReadWake, {.task = kT1, .mirror = kM0});
}

// N4, third case: the tree is frozen. The node waits; N7: the last end puts it in.
TEST_F(Period, InsertWhileTheTreeIsFrozen) {
  contract_.insert(kM0, pages(0, 3), false, 1);
  contract_.start(kT0, kW0, pages(0, 3), 3);
  contract_.breaks(Insert<Concrete>::kDeferred, Rule::kInsert,
                   {.task = kT1, .mirror = kM1, .pages = pages(0, 3), .sequence = 3});
  contract_.insert(kM1, pages(0, 3), true, 3);
  EXPECT_EQ(registration(kM1), Registration::kInsertDeferred);
  contract_.breaks(Invalidate<Concrete>::kReached, Rule::kInvalidate,
                   {.mirror = kM1, .window = kW0, .sequence = 3});
  contract_.invalidate(kT0, kW0, kM0, 3);
  started(kT0, kW0);
  contract_.ok(Rule::kReadBegin, {.task = kT1, .mirror = kM1, .flag = true, .sequence = 3});
  end(kT0, kW0, 4);
  EXPECT_EQ(registration(kM1), Registration::kTree);
  contract_.ok(Rule::kReadWake, {.task = kT1, .mirror = kM1});
  // From now on windows reach it.
  contract_.start(kT0, kW0, pages(1, 1), 5);
  contract_.invalidate(kT0, kW0, kM0, 5);
  contract_.breaks(Started<Concrete>::kAllDone, Rule::kStarted, {.window = kW0});
  contract_.invalidate(kT0, kW0, kM1, 5);
  started(kT0, kW0);
}

// N5, first case: S is even.
TEST_F(Period, RemoveWhileNothingIsGoingOn) {
  contract_.insert(kM0, pages(0, 3), false, 1);
  contract_.breaks(Remove<Concrete>::kQuiet, Rule::kRemove, {.mirror = kM0});
  contract_.quiesce(kT0, kM0);
  contract_.ok(Rule::kRemove, {.mirror = kM0});
  EXPECT_EQ(registration(kM0), Registration::kOut);
  contract_.ok(Rule::kRemoved, {.mirror = kM0});
}

// Also while a window is open that hit nobody: nobody walks the tree.
TEST_F(Period, RemoveWhileAWindowIsOpenThatHitNobody) {
  contract_.insert(kM0, pages(0, 3), false, 1);
  contract_.start(kT0, kW0, pages(8, 9), 2);
  contract_.quiesce(kT1, kM0);
  contract_.ok(Rule::kRemove, {.task = kT1, .mirror = kM0});
  contract_.ok(Rule::kRemoved, {.task = kT1, .mirror = kM0});
}

// N5, second case: the tree is frozen with it inside. It waits, and its callback still runs.
TEST_F(Period, RemoveWhileTheTreeIsFrozen) {
  contract_.insert(kM0, pages(0, 3), false, 1);
  contract_.start(kT0, kW0, pages(0, 3), 3);
  contract_.quiesce(kT1, kM0);
  contract_.ok(Rule::kRemove, {.task = kT1, .mirror = kM0});
  EXPECT_EQ(registration(kM0), Registration::kRemoveDeferred);
  contract_.breaks(Removed<Concrete>::kOut, Rule::kRemoved, {.task = kT1, .mirror = kM0});
  contract_.invalidate(kT0, kW0, kM0, 3);
  started(kT0, kW0);
  contract_.breaks(Removed<Concrete>::kOut, Rule::kRemoved, {.task = kT1, .mirror = kM0});
  end(kT0, kW0, 4);
  EXPECT_EQ(registration(kM0), Registration::kOut);
  contract_.ok(Rule::kRemoved, {.task = kT1, .mirror = kM0});
}

// N5, third case: it was inserted in the same odd period and is not in the tree yet.
TEST_F(Period, RemoveOfADeferredInsert) {
  contract_.insert(kM0, pages(0, 3), false, 1);
  contract_.start(kT0, kW0, pages(0, 3), 3);
  contract_.insert(kM1, pages(0, 3), true, 3);
  contract_.quiesce(kT1, kM1);
  contract_.ok(Rule::kRemove, {.task = kT1, .mirror = kM1});
  EXPECT_EQ(registration(kM1), Registration::kOut);
  contract_.ok(Rule::kRemoved, {.task = kT1, .mirror = kM1});
  contract_.invalidate(kT0, kW0, kM0, 3);
  started(kT0, kW0);
  end(kT0, kW0, 4);
  EXPECT_EQ(registration(kM1), Registration::kOut);
}

// N7: two windows overlap in time; only the last end changes S. Both store the same value.
TEST_F(Period, OverlappingWindowsShareAPeriod) {
  contract_.insert(kM0, pages(0, 3), false, 1);
  contract_.start(kT0, kW0, pages(0, 1), 3);
  contract_.start(kT1, kW1, pages(1, 2), 3);
  contract_.invalidate(kT0, kW0, kM0, 3);
  contract_.invalidate(kT1, kW1, kM0, 3);
  started(kT0, kW0);
  started(kT1, kW1);
  contract_.breaks(kSequenceAfter, Rule::kEnd, {.window = kW0, .sequence = 4});
  contract_.breaks(kOwnWindow, Rule::kEnd, {.task = kT1, .window = kW0, .sequence = 3});
  end(kT0, kW0, 3);
  contract_.breaks(End<Concrete>::kStarted, Rule::kEnd, {.window = kW0, .sequence = 3});
  contract_.breaks(kSequenceAfter, Rule::kEnd, {.task = kT1, .window = kW1, .sequence = 3});
  end(kT1, kW1, 4);
}

// I7: a task opens a window inside its window, over the same pages.
TEST_F(Period, NestedWindowsOfOneTask) {
  contract_.insert(kM0, pages(0, 3), false, 1);
  contract_.start(kT0, kW0, pages(0, 3), 3);
  contract_.breaks(Start<Concrete>::kClosed, Rule::kStart,
                   {.window = kW0, .pages = pages(0, 0), .flag = true, .sequence = 3});
  contract_.invalidate(kT0, kW0, kM0, 3);
  started(kT0, kW0);
  contract_.start(kT0, kW0Nested, pages(2, 2), 3);
  contract_.invalidate(kT0, kW0Nested, kM0, 3);
  started(kT0, kW0Nested);
  end(kT0, kW0Nested, 3);
  end(kT0, kW0, 4);
  EXPECT_FALSE(contract_.state().odd(kMm));
}

// Q3, the case that the wait of read_begin is for: two callbacks in one period.
TEST_F(Period, ASecondCallbackOfAPeriodIsMissedByWhoDidNotWait) {
  contract_.insert(kM0, pages(0, 3), false, 1);
  contract_.start(kT0, kW0, pages(0, 0), 3);
  contract_.invalidate(kT0, kW0, kM0, 3);
  const Arguments begin{.task = kT2, .mirror = kM0, .sequence = 3};
  contract_.breaks(ReadBegin<Concrete>::kBusy, Rule::kReadBegin, begin);
  EXPECT_EQ(contract_.take(Rule::kReadBegin, begin), &ReadBegin<Concrete>::kBusy);
  contract_.start(kT1, kW1, pages(1, 1), 3);
  contract_.invalidate(kT1, kW1, kM0, 3);
  // The sequence is what it was: read_retry cannot tell.
  contract_.ok(Rule::kUpdateLock, {.task = kT2, .mirror = kM0});
  contract_.ok(Rule::kReadRetry, {.task = kT2, .mirror = kM0, .sequence = 3});
}

// Q2: a reader that was not hit in the present period does not wait, and is told of a later hit.
TEST_F(Period, AReaderThatWasNotHitDoesNotWait) {
  contract_.insert(kM0, pages(0, 1), false, 1);
  contract_.insert(kM1, pages(2, 3), false, 1);
  contract_.start(kT0, kW0, pages(0, 0), 3);
  contract_.invalidate(kT0, kW0, kM0, 3);
  contract_.ok(Rule::kReadBegin, {.task = kT2, .mirror = kM1, .sequence = 1});
  contract_.start(kT1, kW1, pages(2, 2), 3);
  contract_.invalidate(kT1, kW1, kM1, 3);
  contract_.ok(Rule::kUpdateLock, {.task = kT2, .mirror = kM1});
  contract_.breaks(ReadRetry<Concrete>::kExact, Rule::kReadRetry,
                   {.task = kT2, .mirror = kM1, .sequence = 3});
  contract_.ok(Rule::kReadRetry, {.task = kT2, .mirror = kM1, .flag = true, .sequence = 3});
}

// Q5: invalidate_seq is an unsigned long and wraps; nobody may wait for ever because of it.
TEST_F(Period, TheSequenceWraps) {
  constexpr std::uint64_t kLastEpoch = ~std::uint64_t{0} >> 1;
  contract_.state().epoch.set(kMm, kLastEpoch);
  EXPECT_EQ(contract_.sequence(kMm), ~std::uint64_t{1});
  contract_.insert(kM0, pages(0, 3), false, ~std::uint64_t{0} - 2);
  contract_.start(kT0, kW0, pages(0, 3), ~std::uint64_t{0});
  contract_.invalidate(kT0, kW0, kM0, ~std::uint64_t{0});
  contract_.ok(Rule::kReadBegin,
               {.task = kT1, .mirror = kM0, .flag = true, .sequence = ~std::uint64_t{0}});
  started(kT0, kW0);
  end(kT0, kW0, 0);
  contract_.ok(Rule::kReadWake, {.task = kT1, .mirror = kM0});
  contract_.start(kT0, kW0, pages(0, 3), 1);
  contract_.invalidate(kT0, kW0, kM0, 1);
  contract_.ok(Rule::kUpdateLock, {.task = kT1, .mirror = kM0});
  contract_.ok(Rule::kReadRetry, {.task = kT1, .mirror = kM0, .flag = true, .sequence = 1});
}

}  // namespace
}  // namespace mirrorcheck::model
