// The order of steps of single operations (M1-M3, X1, X8, X12).

#include <cerrno>

#include "tests/reference/recorder.h"

namespace mirrorcheck::impl {
namespace {

using model::Rule;
using model::WindowEvent;
using Rules = std::vector<Rule>;

class Order : public WorldTest {
 protected:
  Order() { ok(0, {.call = Call::kMirrorOpen, .page = 0, .count = 16}); }
};

TEST_F(Order, MunmapDowngradesBeforeItsWindowAndFreesAfterIt) {
  ok(0, map_anon(0, 2));
  ok(0, device(Call::kDeviceWrite, 0, 2, 7));
  ok(0, on_pages(Call::kMunmap, 0, 2));
  EXPECT_EQ(recorder_.order({Rule::kMmapWrite, Rule::kUnmap, Rule::kMmapDowngrade, Rule::kStart,
                             Rule::kInvalidate, Rule::kStarted, Rule::kZap, Rule::kEnd, Rule::kFree,
                             Rule::kMmapUnlock}),
            (Rules{Rule::kMmapWrite, Rule::kUnmap, Rule::kMmapDowngrade, Rule::kStart,
                   Rule::kInvalidate, Rule::kStarted, Rule::kZap, Rule::kZap, Rule::kEnd,
                   Rule::kFree, Rule::kFree, Rule::kMmapUnlock}));
  EXPECT_EQ(recorder_.all(Rule::kStart)[0].arguments.event, WindowEvent::kUnmap);
  EXPECT_EQ(dpt(0), Entry{});
}

TEST_F(Order, CopyOnWriteClearsBeforeItMapsTheCopyInsideAWindow) {
  ok(0, map_anon(0, 1));
  ok(0, load(0));
  EXPECT_EQ(cpu(0), (Entry{model::kZeroFrame, false, true}));
  ok(0, store(0, 5));
  EXPECT_EQ(recorder_.order({Rule::kAllocate, Rule::kStart, Rule::kStarted, Rule::kZap,
                             Rule::kPopulate, Rule::kEnd, Rule::kCpuAccess}),
            (Rules{Rule::kAllocate, Rule::kStart, Rule::kStarted, Rule::kZap, Rule::kPopulate,
                   Rule::kEnd, Rule::kCpuAccess}));
  EXPECT_EQ(recorder_.all(Rule::kStart)[0].arguments.event, WindowEvent::kClear);
  EXPECT_TRUE(cpu(0).write);
}

// X10: a child's copies come from its parent's mapping, which truncate looks at first. Otherwise a
// fork between the two could hide copies from it.
using ParentAndChild = WorldTest;
TEST_F(ParentAndChild, TruncateLooksAtTheParentFirst) {
  Operation map = map_file(0, 1, 0);
  map.call = Call::kMmapPrivate;
  ok(2, map);  // in mm 1: the child is mm 0
  ok(2, store(0, 5));
  ok(2, {.call = Call::kFork});
  EXPECT_EQ(cpu(0).frame, cpu(0, 1).frame);
  ok(2, truncate(0, 0));
  const std::vector<Step> zapped = recorder_.all(Rule::kZap);
  ASSERT_EQ(zapped.size(), 2u);
  EXPECT_EQ(zapped[0].arguments.page, model::page_of(model::Mm(1), 0));
  EXPECT_EQ(zapped[1].arguments.page, model::page_of(model::Mm(0), 0));
}

TEST_F(Order, TruncateOfADaxFileKeepsToX12) {
  ok(0, map_file(4, 4, 0));
  ok(0, device(Call::kDeviceWrite, 4, 4, 9));
  ok(0, truncate(0, 5));
  EXPECT_EQ(
      recorder_.order({Rule::kInodeLock, Rule::kInvalidateExclusive, Rule::kZap, Rule::kUnmapped,
                       Rule::kResize, Rule::kDisconnect, Rule::kFree, Rule::kZeroTail,
                       Rule::kTruncated, Rule::kInvalidateUnlock, Rule::kInodeUnlock}),
      (Rules{Rule::kInodeLock, Rule::kInvalidateExclusive,
             // break_layouts unmaps the whole file,
             Rule::kZap, Rule::kZap, Rule::kZap, Rule::kZap, Rule::kUnmapped,
             // then i_size, unmap, entries, unmap, blocks, tail.
             Rule::kResize, Rule::kUnmapped, Rule::kDisconnect, Rule::kDisconnect, Rule::kUnmapped,
             Rule::kFree, Rule::kFree, Rule::kZeroTail, Rule::kTruncated, Rule::kInvalidateUnlock,
             Rule::kInodeUnlock}));
  EXPECT_EQ(world_->file_size(model::File(0)), 5);
  EXPECT_EQ(dpt(4), Entry{});
  // Cell 0 of page 1 is inside, beyond it there are zeros.
  EXPECT_EQ(run(0, load(5)).data[0], 9u);
  EXPECT_EQ(run(0, load(5, 1)).data[0], 0u);
  EXPECT_EQ(error(0, load(6)), -EFAULT);
}

TEST_F(Order, GrowingZeroesTheTailOfTheOldLastPageFirst) {
  ok(0, truncate(0, 5));
  ok(0, map_file(4, 4, 0));
  ok(0, store(5, 3, 2));  // beyond the end, inside the last page
  ok(0, truncate(0, 16));
  EXPECT_EQ(recorder_.order({Rule::kZeroTail, Rule::kResize}),
            (Rules{Rule::kZeroTail, Rule::kResize}));
  EXPECT_EQ(run(0, load(5, 2)).data[0], 0u);
}

TEST_F(Order, PunchLeavesTheSizeAndGivesTheBlockBack) {
  ok(0, map_file(4, 4, 0));
  ok(0, store(5, 3));
  const model::Frame block = cpu(5).frame;
  ok(0, {.call = Call::kPunchHole, .count = 1, .file = model::File(0), .index = 1});
  EXPECT_EQ(
      recorder_.order(
          {Rule::kUnmapped, Rule::kDisconnect, Rule::kFree, Rule::kTruncated, Rule::kResize}),
      (Rules{Rule::kUnmapped, Rule::kUnmapped, Rule::kDisconnect, Rule::kFree, Rule::kTruncated}));
  EXPECT_TRUE(world_->is_free(block));
  EXPECT_EQ(run(0, load(5)).data[0], 0u);
  EXPECT_EQ(world_->file_size(model::File(0)), 16);
}

TEST_F(Order, AWriteIntoAHoleTakesTheZeroPageFromEveryMmFirst) {
  ok(0, map_file(4, 4, 0));
  ok(2, map_file(0, 4, 0));
  EXPECT_EQ(run(0, device(Call::kDeviceRead, 4, 1)).data[0], 0u);
  ok(2, load(0));
  EXPECT_EQ(dpt(4).frame, model::kZeroFrame);
  EXPECT_EQ(cpu(0, 1).frame, model::kZeroFrame);
  ok(1, on_file(Call::kPwrite, 0, 0, 0, 77));
  EXPECT_EQ(recorder_.order({Rule::kInodeLock, Rule::kEntryLock, Rule::kAllocate, Rule::kInvalidate,
                             Rule::kZap, Rule::kFill, Rule::kFileAccess, Rule::kEntryUnlock}),
            (Rules{Rule::kInodeLock, Rule::kEntryLock, Rule::kAllocate, Rule::kInvalidate,
                   Rule::kZap, Rule::kZap, Rule::kFill, Rule::kFileAccess, Rule::kEntryUnlock}));
  EXPECT_EQ(run(0, device(Call::kDeviceRead, 4, 1)).data[0], 77u);
  EXPECT_EQ(run(2, load(0)).data[0], 77u);
}

TEST_F(Order, TheLastUserReleasesFirstAndUnmapsThen) {
  ok(0, {.call = Call::kNotifierRegister, .mirror = 0});
  ok(0, map_anon(0, 1));
  ok(0, device(Call::kDeviceWrite, 0, 1, 1));
  ok(0, on_pages(Call::kExit, 0));
  EXPECT_EQ(recorder_.count(Rule::kStart), 0u);
  ok(1, on_pages(Call::kExit, 0));
  EXPECT_EQ(
      recorder_.order({Rule::kPutMm, Rule::kStart, Rule::kInvalidate, Rule::kEnd,
                       Rule::kClassicUnregister, Rule::kZap, Rule::kUnmap, Rule::kFree}),
      (Rules{Rule::kPutMm, Rule::kStart, Rule::kInvalidate, Rule::kEnd, Rule::kClassicUnregister,
             Rule::kStart, Rule::kInvalidate, Rule::kZap, Rule::kEnd, Rule::kUnmap, Rule::kFree}));
  EXPECT_EQ(recorder_.all(Rule::kStart)[0].arguments.event, WindowEvent::kRelease);
  EXPECT_EQ(recorder_.all(Rule::kStart)[1].arguments.event, WindowEvent::kUnmap);
  // X2: a device that still runs finds no mm.
  EXPECT_EQ(error(2, device(Call::kDeviceRead, 0, 1)), -EFAULT);
}

TEST_F(Order, MprotectTellsNobodyWhereNothingIsMapped) {
  ok(0, map_anon(0, 4));
  ok(0, on_pages(Call::kMprotect, 0, 4, kProtRead));
  EXPECT_EQ(recorder_.count(Rule::kStart), 0u);
  ok(0, load(0));
  ok(0, on_pages(Call::kMprotect, 0, 4, kReadWrite));
  EXPECT_EQ(recorder_.count(Rule::kStart), 1u);
  EXPECT_EQ(recorder_.all(Rule::kStart)[0].arguments.event, WindowEvent::kProtectionVma);
}

TEST_F(Order, ADeviceWriteFollowsTheCollisionRetryProtocol) {
  ok(0, map_anon(0, 1));
  ok(0, device(Call::kDeviceWrite, 0, 1, 4));
  EXPECT_EQ(
      recorder_.order({Rule::kGetMm, Rule::kReadBegin, Rule::kMmapRead, Rule::kWalkPage,
                       Rule::kFaultReturn, Rule::kMmapUnlock, Rule::kUpdateLock, Rule::kReadRetry,
                       Rule::kInstall, Rule::kDeviceAccess, Rule::kUpdateUnlock, Rule::kPutMm}),
      (Rules{Rule::kUpdateLock, Rule::kUpdateUnlock,  // nothing there yet
             Rule::kGetMm, Rule::kReadBegin, Rule::kMmapRead, Rule::kWalkPage, Rule::kWalkPage,
             Rule::kFaultReturn, Rule::kMmapUnlock, Rule::kUpdateLock, Rule::kReadRetry,
             Rule::kInstall, Rule::kUpdateUnlock, Rule::kPutMm, Rule::kUpdateLock,
             Rule::kDeviceAccess, Rule::kUpdateUnlock}));
}

TEST_F(Order, AFaultThatInvalidatesItselfStartsOver) {
  ok(0, map_anon(0, 1));
  ok(0, load(0));  // the zero page: the device's write copies it inside a window
  const Result result = run(0, device(Call::kDeviceWrite, 0, 1, 4));
  EXPECT_EQ(result.error, 0);
  EXPECT_EQ(result.faults, 1);
  const std::vector<Step> returns = recorder_.all(Rule::kFaultReturn);
  ASSERT_EQ(returns.size(), 2u);
  EXPECT_EQ(returns[0].arguments.outcome, model::Outcome::kBusy);
  EXPECT_EQ(returns[1].arguments.outcome, model::Outcome::kValid);
  EXPECT_EQ(recorder_.count(Rule::kAbandon), 1u);
}

}  // namespace
}  // namespace mirrorcheck::impl
