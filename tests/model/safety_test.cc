// Each safety property with a formula: a state in which all hold, one change, and exactly that one
// is broken.

#include "model/safety.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

#include "tests/model/contract.h"
#include "tests/model/frames.h"

namespace mirrorcheck::model {
namespace {

constexpr Page kAnonPage = page_of(kMm, 0);
constexpr Page kDaxPage = page_of(kMm, 1);
constexpr Page kOtherMmPage = page_of(Mm(1), 1);

// The ids of the properties that do not hold, in their order. The oracle's shorter way to look at
// everything has to find one of them.
std::string broken(const ConcreteState& state) {
  std::string ids;
  const Clause* const found = check_everything(state);
  bool among_them = found == nullptr;
  each_safety_property<Concrete>([&]<class P>() {
    if (P::holds(state)) return;
    ids += std::string(info(P::kProperty).id) + " ";
    among_them |= found == &P::kClause;
  });
  EXPECT_EQ(found == nullptr, ids.empty()) << ids;
  EXPECT_TRUE(among_them) << ids;
  return ids;
}

// A mirror of mm0 has an anonymous page, writable, and a page of a DAX file that another mm maps
// too.
class Safety : public testing::Test {
 protected:
  Safety() {
    for (const Frame frame : {kRam, kOtherRam, kBlock, kOtherBlock}) s_.used.set(frame, true);
    s_.area.set(kAnonPage, Area::kAnon);
    s_.cpu_frame.set(kAnonPage, kRam);
    s_.cpu_read.set(kAnonPage, true);
    s_.cpu_write.set(kAnonPage, true);
    for (const Page page : {kDaxPage, kOtherMmPage}) {
      s_.area.set(page, Area::kDax);
      s_.slot.set(page, kSlot);
      s_.cpu_frame.set(page, kBlock);
      s_.cpu_read.set(page, true);
    }
    s_.backing.set(kSlot, kBlock);
    s_.dirty.set(kSlot, true);
    s_.registration.set(kM0, Registration::kTree);
    s_.mirror_pages.set(kM0, pages(0, 3));
    s_.engine.set(kM0, true);
    s_.device_frame.set(kM0, kAnonPage, kRam);
    s_.device_write.set(kM0, kAnonPage, true);
    s_.device_frame.set(kM0, kDaxPage, kBlock);
  }
  Contract contract_;
  ConcreteState& s_ = contract_.state();
};

TEST_F(Safety, HoldsAtFirst) { EXPECT_EQ(broken(s_), ""); }

TEST_F(Safety, S1TheEntryIsGone) {
  s_.cpu_frame.set(kAnonPage, kNoFrame);
  EXPECT_EQ(broken(s_), "S1 ");
}
TEST_F(Safety, S1TheEntryNamesAnotherFrame) {
  s_.cpu_frame.set(kAnonPage, kOtherRam);
  EXPECT_EQ(broken(s_), "S1 ");
}
TEST_F(Safety, S1TheEntryIsReadOnlyNow) {
  s_.cpu_write.set(kAnonPage, false);
  EXPECT_EQ(broken(s_), "S1 ");
  s_.device_write.set(kM0, kAnonPage, false);
  EXPECT_EQ(broken(s_), "");
}
TEST_F(Safety, S1TheEntryMayNoLongerBeRead) {
  s_.cpu_read.set(kAnonPage, false);
  EXPECT_EQ(broken(s_), "S1 ");
  s_.device_frame.set(kM0, kAnonPage, kNoFrame);
  EXPECT_EQ(broken(s_), "");
}
TEST_F(Safety, S1TheDeviceMayHaveLess) {
  s_.cpu_write.set(kDaxPage, true);
  EXPECT_EQ(broken(s_), "");
}
TEST_F(Safety, S1TheSubscriptionIsGone) {
  s_.registration.set(kM0, Registration::kOut);
  EXPECT_EQ(broken(s_), "S1 ");
}
TEST_F(Safety, S1TheMirrorIsOfAnotherMm) {
  s_.device_frame.set(kM0, kOtherMmPage, kBlock);
  EXPECT_EQ(broken(s_), "S1 ");
}

TEST_F(Safety, S2ThePageIsFree) {
  s_.used.set(kRam, false);
  EXPECT_EQ(broken(s_), "S2 ");
}
TEST_F(Safety, S2TheBlockIsFree) {
  s_.used.set(kBlock, false);
  EXPECT_EQ(broken(s_), "S2 ");
}
TEST_F(Safety, S2WhatIsFreeIsPinned) {
  s_.used.set(kOtherRam, false);
  EXPECT_EQ(broken(s_), "");
  s_.pins.set(kOtherRam, 1);
  EXPECT_EQ(broken(s_), "S2 ");
}

TEST_F(Safety, S5ACpuStillReachesTheOldBlock) {
  s_.device_frame.set(kM0, kDaxPage, kNoFrame);
  s_.cut.set(kSlot, true);
  EXPECT_EQ(broken(s_), "S5 ");
  s_.cpu_frame.set(kDaxPage, kNoFrame);
  EXPECT_EQ(broken(s_), "S5 ");  // the other mm
  s_.cpu_frame.set(kOtherMmPage, kNoFrame);
  EXPECT_EQ(broken(s_), "");
}
TEST_F(Safety, S5ADeviceStillReachesTheOldBlock) {
  s_.cut.set(kSlot, true);
  s_.cpu_frame.set(kDaxPage, kNoFrame);
  s_.cpu_frame.set(kOtherMmPage, kNoFrame);
  EXPECT_EQ(broken(s_), "S1 S5 ");  // S1, too: there is no entry that justifies it
}
TEST_F(Safety, S5AHoleMayBeMappedInsideTheFileOnly) {
  s_.device_frame.set(kM0, kDaxPage, kNoFrame);
  s_.cut.set(kSlot, true);
  s_.cpu_frame.set(kOtherMmPage, kNoFrame);
  s_.cpu_frame.set(kDaxPage, kZeroFrame);
  s_.device_frame.set(kM0, kDaxPage, kZeroFrame);
  EXPECT_EQ(broken(s_), "");
  s_.within.set(kSlot, false);
  EXPECT_EQ(broken(s_), "S5 ");
}

TEST_F(Safety, S6PrimeAPageThatMayBeWrittenIsClean) {
  s_.dirty.set(kSlot, false);
  EXPECT_EQ(broken(s_), "");
  s_.cpu_write.set(kDaxPage, true);
  EXPECT_EQ(broken(s_), "S6' ");
}
TEST_F(Safety, S6ThePageHasAnotherBlockThanTheFile) {
  s_.backing.set(kSlot, kOtherBlock);
  EXPECT_EQ(broken(s_), "S6 ");
}
TEST_F(Safety, S6TheFileHasNoBlock) {
  s_.backing.set(kSlot, kNoFrame);
  EXPECT_EQ(broken(s_), "S6 S6' ");
}

// Whatever a state looks like, broken() itself compares the two ways.
TEST_F(Safety, EverythingIsCheckedAtOnceAsOneByOne) {
  std::minstd_rand random(1);
  const auto below = [&](std::size_t n) { return static_cast<unsigned>(random() % n); };
  std::map<std::string, unsigned> seen;
  const ConcreteState sound = s_;
  for (unsigned i = 0; i < 20'000; ++i) {
    s_ = sound;
    for (unsigned changes = 1 + below(3); changes != 0; --changes) {
      const auto page = Page(below(kPages));
      const auto frame = Frame(below(2) != 0 ? below(kFrames) : static_cast<unsigned>(kBlock));
      const auto mirror = Mirror(below(kMirrors));
      switch (below(12)) {
        case 11:
          s_.area_private.set(page, below(2) != 0);
          s_.copied.set(page, s_.area_private(page) && below(2) != 0);
          break;
        case 0:
          s_.cpu_frame.set(page, frame);
          break;
        case 1:
          s_.cpu_write.set(page, !s_.cpu_write(page));
          break;
        case 10:
          s_.cpu_read.set(page, false);
          break;
        case 2:
          s_.device_frame.set(mirror, page, frame);
          break;
        case 3:
          s_.device_write.set(mirror, page, below(2) != 0);
          break;
        case 4:
          s_.used.set(frame, !s_.used(frame));
          break;
        case 5:
          s_.pins.set(frame, below(2));
          break;
        case 6:
          s_.cut.set(FilePage(1 + below(2)), below(2) != 0);
          break;
        case 7:
          s_.backing.set(FilePage(1 + below(2)), frame);
          break;
        case 8:
          s_.sub_epoch.set(mirror, below(3));
          s_.registration.set(mirror, below(2) != 0 ? Registration::kTree : Registration::kOut);
          break;
        default:
          s_.odd.set(Mm(below(kMms)), below(2) != 0);
          break;
      }
    }
    ++seen[broken(s_)];
  }
  // Each of them alone, and states in which all is well.
  for (const char* ids : {"", "S1 ", "S2 ", "S4 ", "S5 ", "S6 ", "S9 ", "S7 "}) {
    EXPECT_GT(seen[ids], 0U) << "'" << ids << "'";
  }
}

TEST_F(Safety, S4APrivateFrameThatTwoMapIsWrittenByNeither) {
  const Page child = page_of(Mm(1), 0);
  s_.cpu_frame.set(child, kRam);
  EXPECT_EQ(broken(s_), "S4 ");
  s_.cpu_write.set(kAnonPage, false);
  s_.device_write.set(kM0, kAnonPage, false);
  EXPECT_EQ(broken(s_), "");
  s_.cpu_write.set(child, true);
  EXPECT_EQ(broken(s_), "S4 ");
}
TEST_F(Safety, S4APrivateMappingWritesCopiesOnly) {
  s_.area_private.set(kOtherMmPage, true);
  EXPECT_EQ(broken(s_), "");
  s_.cpu_write.set(kOtherMmPage, true);
  EXPECT_EQ(broken(s_), "S4 ");
  s_.cpu_frame.set(kOtherMmPage, kOtherRam);
  s_.copied.set(kOtherMmPage, true);
  EXPECT_EQ(broken(s_), "");
}
TEST_F(Safety, S5ACopyOutlivesAHoleAndNoTruncate) {
  s_.device_frame.set(kM0, kDaxPage, kNoFrame);
  s_.cpu_frame.set(kDaxPage, kNoFrame);
  s_.backing.set(kSlot, kNoFrame);
  s_.dirty.set(kSlot, false);
  s_.cut.set(kSlot, true);
  s_.area_private.set(kOtherMmPage, true);
  s_.cpu_frame.set(kOtherMmPage, kOtherRam);
  s_.copied.set(kOtherMmPage, true);
  EXPECT_EQ(broken(s_), "");
  s_.within.set(kSlot, false);
  EXPECT_EQ(broken(s_), "S5 ");
}
TEST_F(Safety, S4NobodyWritesTheZeroPage) {
  s_.cpu_frame.set(kOtherMmPage, kZeroFrame);
  s_.slot.set(kOtherMmPage, kNoFilePage);
  EXPECT_EQ(broken(s_), "");
  s_.cpu_write.set(kOtherMmPage, true);
  EXPECT_EQ(broken(s_), "S4 ");
}

TEST_F(Safety, S15PrimeADeviceLetsGoOfWhatItHasNotMarked) {
  s_.unmarked.set(kM0, kAnonPage, true);
  EXPECT_EQ(broken(s_), "");
  s_.device_frame.set(kM0, kAnonPage, kNoFrame);
  EXPECT_EQ(broken(s_), "S15' ");
  s_.unmarked.set(kM0, kAnonPage, false);
  EXPECT_EQ(broken(s_), "");
}

TEST_F(Safety, S7FrozenWithoutAWindow) {
  s_.odd.set(kMm, true);
  EXPECT_EQ(broken(s_), "S7 ");
  s_.phase.set(kW0, WindowPhase::kStarted);
  EXPECT_EQ(broken(s_), "");
  s_.window_mm.set(kW0, Mm(1));
  EXPECT_EQ(broken(s_), "S7 ");
}

TEST_F(Safety, S9ASubscriptionIsAheadOfItsMm) {
  s_.sub_epoch.set(kM0, 2);
  EXPECT_EQ(broken(s_), "S9 ");
}
TEST_F(Safety, S9ASubscriptionIsLevelWithItsMmInAPeriodOnly) {
  s_.sub_epoch.set(kM0, 1);
  EXPECT_EQ(broken(s_), "S9 ");
  s_.odd.set(kMm, true);
  s_.phase.set(kW0, WindowPhase::kStarted);
  EXPECT_EQ(broken(s_), "");
}
TEST_F(Safety, S9IsNotAskedOfWhatIsOut) {
  s_.sub_epoch.set(kM1, 7);
  EXPECT_EQ(broken(s_), "");
}

}  // namespace
}  // namespace mirrorcheck::model
