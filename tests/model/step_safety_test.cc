// A step whose guard is satisfied and that still leaves a broken state behind: the state was wrong
// before, in a way that the guard does not ask for. The oracle looks at what the step touched.

#include <gtest/gtest.h>

#include "model/safety.h"
#include "tests/model/contract.h"
#include "tests/model/frames.h"

namespace mirrorcheck::model {
namespace {

constexpr Page kPage = page_of(kMm, 0);

using S1 = StaleTranslation<Concrete>;
using S2 = FreedTarget<Concrete>;
using S5 = Truncation<Concrete>;
using S9 = SequenceOrder<Concrete>;

class Step : public testing::Test {
 protected:
  Step() {
    for (const Frame frame : {kRam, kOtherRam, kBlock}) s_.used.set(frame, true);
    s_.registration.set(kM0, Registration::kTree);
    s_.mirror_pages.set(kM0, pages(0, 3));
    s_.engine.set(kM0, true);
    s_.mmap_lock.set(kT0, kMm, Hold::kShared);
  }
  void map(Area area, Frame frame, bool write) {
    s_.area.set(kPage, area);
    s_.area_read.set(kPage, true);
    s_.area_write.set(kPage, true);
    s_.cpu_frame.set(kPage, frame);
    s_.cpu_read.set(kPage, frame != kNoFrame);
    s_.cpu_write.set(kPage, write);
    if (area != Area::kAnon) s_.slot.set(kPage, kSlot);
  }
  void device(Frame frame, bool write) {
    s_.device_frame.set(kM0, kPage, frame);
    s_.device_write.set(kM0, kPage, write);
  }
  // A window whose callbacks the contract believes done.
  void window() {
    s_.published.set(kMm, true);
    s_.phase.set(kW0, WindowPhase::kStarted);
    s_.window_pages.set(kW0, pages(0, 3));
  }
  // A section that passed, having walked this.
  void walked(Frame frame, bool write) {
    s_.section.set(kT0, Section::kPassed);
    s_.update_lock.set(kT0, kM0, true);
    s_.walked_frame.set(kT0, kPage, frame);
    s_.walked_write.set(kT0, kPage, write);
  }
  Contract contract_;
  ConcreteState& s_ = contract_.state();
};

TEST_F(Step, ZapsWhatADeviceStillUses) {
  map(Area::kAnon, kRam, true);
  window();
  contract_.ok(Rule::kZap, {.page = kPage});
  map(Area::kAnon, kRam, true);
  device(kRam, false);
  contract_.breaks(S1::kClause, Rule::kZap, {.page = kPage});
}

TEST_F(Step, WriteProtectsWhatADeviceWrites) {
  map(Area::kAnon, kRam, true);
  window();
  device(kRam, true);
  contract_.breaks(S1::kClause, Rule::kWriteProtect, {.page = kPage});
  device(kRam, false);
  contract_.ok(Rule::kWriteProtect, {.page = kPage});
}

TEST_F(Step, TakesTheRightToReadFromWhatADeviceReads) {
  map(Area::kAnon, kRam, true);
  window();
  device(kRam, false);
  contract_.breaks(S1::kClause, Rule::kWriteProtect, {.page = kPage, .flag = true});
  device(kNoFrame, false);
  contract_.ok(Rule::kWriteProtect, {.page = kPage, .flag = true});
}

TEST_F(Step, MapsAnotherFrameThanADeviceUses) {
  map(Area::kAnon, kNoFrame, false);
  device(kOtherRam, false);
  const Arguments populate{.page = kPage, .frame = kRam, .write = true};
  contract_.breaks(S1::kClause, Rule::kPopulate, populate);
  device(kNoFrame, false);
  contract_.ok(Rule::kPopulate, populate);
}

TEST_F(Step, MapsWhatWasTruncated) {
  map(Area::kDax, kNoFrame, false);
  s_.backing.set(kSlot, kBlock);
  s_.invalidate_lock.set(kT0, File(0), Hold::kShared);
  s_.entry_lock.set(kSlot, kT0, true);
  const Arguments populate{.page = kPage, .frame = kBlock};
  s_.cut.set(kSlot, true);
  contract_.breaks(S5::kClause, Rule::kPopulate, populate);
  s_.cut.set(kSlot, false);
  contract_.ok(Rule::kPopulate, populate);
}

TEST_F(Step, InstallsWhatTheCpuNoLongerMaps) {
  walked(kRam, false);
  map(Area::kAnon, kOtherRam, false);
  const Arguments install{.pages = pages(0, 0)};
  contract_.breaks(S1::kClause, Rule::kInstall, install);
  map(Area::kAnon, kRam, false);
  contract_.ok(Rule::kInstall, install);
}

TEST_F(Step, InstallsMorePermissionThanTheCpuHas) {
  walked(kRam, true);
  map(Area::kAnon, kRam, false);
  contract_.breaks(S1::kClause, Rule::kInstall, {.pages = pages(0, 0)});
}

TEST_F(Step, InstallsAFreeFrame) {
  walked(kRam, false);
  map(Area::kAnon, kRam, false);
  s_.used.set(kRam, false);
  contract_.breaks(S2::kClause, Rule::kInstall, {.pages = pages(0, 0)});
}

TEST_F(Step, InstallsWhatWasTruncated) {
  walked(kBlock, false);
  map(Area::kDax, kBlock, false);
  s_.backing.set(kSlot, kBlock);
  s_.cut.set(kSlot, true);
  contract_.breaks(S5::kClause, Rule::kInstall, {.pages = pages(0, 0)});
}

// What the core mm can know about a block says nothing of the devices (X13).
TEST_F(Step, FreesABlockThatADeviceUses) {
  contract_.ok(Rule::kFree, {.frame = kBlock});
  s_.used.set(kBlock, true);
  device(kBlock, false);
  contract_.breaks(S2::kClause, Rule::kFree, {.frame = kBlock});
}

TEST_F(Step, DeletesAnEntryWhileThePageIsMapped) {
  s_.backing.set(kSlot, kBlock);
  s_.invalidate_lock.set(kT0, File(0), Hold::kExclusive);
  s_.unmapped.set(kT0, kSlot, true);
  map(Area::kDax, kBlock, false);
  contract_.breaks(kGoneWhileMapped, Rule::kDisconnect, {.file_page = kSlot});
  map(Area::kDax, kNoFrame, false);
  contract_.ok(Rule::kDisconnect, {.file_page = kSlot});
}

// Harm counts more than the broken order that led to it.
TEST_F(Step, DeletesAnEntryThatNobodyUnmapped) {
  s_.backing.set(kSlot, kBlock);
  s_.invalidate_lock.set(kT0, File(0), Hold::kExclusive);
  contract_.breaks(Disconnect<Concrete>::kUnmapped, Rule::kDisconnect, {.file_page = kSlot});
  map(Area::kDax, kBlock, false);
  contract_.breaks(kGoneWhileMapped, Rule::kDisconnect, {.file_page = kSlot});
}

TEST_F(Step, TruncateReturnsWhileADeviceReachesTheBlock) {
  s_.invalidate_lock.set(kT0, File(0), Hold::kExclusive);
  map(Area::kDax, kNoFrame, false);
  s_.unmapped.set(kT0, kSlot, true);
  const Arguments truncated{.file_pages = {kSlot, kSlot}};
  device(kBlock, false);
  contract_.breaks(S5::kClause, Rule::kTruncated, truncated);
  device(kNoFrame, false);
  contract_.ok(Rule::kTruncated, truncated);
}

TEST_F(Step, ACallbackStoresASequenceOutsideAPeriod) {
  s_.phase.set(kW0, WindowPhase::kStarting);
  s_.window_pages.set(kW0, pages(0, 0));
  s_.hit.set(kW0, kM0, true);
  s_.update_lock.set(kT0, kM0, true);
  const Arguments invalidate{.mirror = kM0, .window = kW0, .sequence = 3};
  contract_.breaks(S9::kClause, Rule::kInvalidate, invalidate);
  s_.odd.set(kMm, true);
  contract_.ok(Rule::kInvalidate, invalidate);
}

}  // namespace
}  // namespace mirrorcheck::model
