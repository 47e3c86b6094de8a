// A step whose guard is satisfied and that still leaves a broken state behind: the state was wrong
// before, in a way that the guard does not ask for. The oracle looks at what the step touched.

#include <gtest/gtest.h>

#include "model/safety.h"
#include "tests/model/contract.h"

namespace mirrorcheck::model {
namespace {

constexpr Page kPage = page_of(kMm, 0);
constexpr FilePage kSlot = file_page(File(0), 0);
constexpr Frame kRam{2}, kOtherRam{3};
constexpr Frame kBlock{2 + kRamFrames};

using S1 = StaleTranslation<Concrete>;
using S2 = FreedTarget<Concrete>;
using S5 = Truncation<Concrete>;
using S9 = SequenceOrder<Concrete>;

class Step : public testing::Test {
 protected:
  Step() {
    for (const Frame frame : {kRam, kOtherRam, kBlock}) s.used.set(frame, true);
    s.registration.set(kM0, Registration::kTree);
    s.mirror_pages.set(kM0, pages(0, 3));
    s.engine.set(kM0, true);
    s.mmap_lock.set(kT0, kMm, Hold::kShared);
  }
  void map(Area area, Frame frame, bool write) {
    s.area.set(kPage, area);
    s.area_read.set(kPage, true);
    s.area_write.set(kPage, true);
    s.cpu_frame.set(kPage, frame);
    s.cpu_write.set(kPage, write);
    if (area != Area::kAnon) s.slot.set(kPage, kSlot);
  }
  void device(Frame frame, bool write) {
    s.device_frame.set(kM0, kPage, frame);
    s.device_write.set(kM0, kPage, write);
  }
  // A window whose callbacks the contract believes done.
  void window() {
    s.published.set(kMm, true);
    s.phase.set(kW0, WindowPhase::kStarted);
    s.window_pages.set(kW0, pages(0, 3));
  }
  // A section that passed, having walked this.
  void walked(Frame frame, bool write) {
    s.section.set(kT0, Section::kPassed);
    s.update_lock.set(kT0, kM0, true);
    s.walked_frame.set(kT0, kPage, frame);
    s.walked_write.set(kT0, kPage, write);
  }
  Contract contract;
  ConcreteState& s = contract.state();
};

TEST_F(Step, ZapsWhatADeviceStillUses) {
  map(Area::kAnon, kRam, true);
  window();
  contract.ok(Rule::kZap, {.page = kPage});
  map(Area::kAnon, kRam, true);
  device(kRam, false);
  contract.breaks(S1::kClause, Rule::kZap, {.page = kPage});
}

TEST_F(Step, WriteProtectsWhatADeviceWrites) {
  map(Area::kAnon, kRam, true);
  window();
  device(kRam, true);
  contract.breaks(S1::kClause, Rule::kWriteProtect, {.page = kPage});
  device(kRam, false);
  contract.ok(Rule::kWriteProtect, {.page = kPage});
}

TEST_F(Step, MapsAnotherFrameThanADeviceUses) {
  map(Area::kAnon, kNoFrame, false);
  device(kOtherRam, false);
  const Arguments populate{.page = kPage, .frame = kRam, .write = true};
  contract.breaks(S1::kClause, Rule::kPopulate, populate);
  device(kNoFrame, false);
  contract.ok(Rule::kPopulate, populate);
}

TEST_F(Step, MapsWhatWasTruncated) {
  map(Area::kDax, kNoFrame, false);
  s.backing.set(kSlot, kBlock);
  s.invalidate_lock.set(kT0, File(0), Hold::kShared);
  s.entry_lock.set(kT0, kSlot, true);
  const Arguments populate{.page = kPage, .frame = kBlock};
  s.cut.set(kSlot, true);
  contract.breaks(S5::kClause, Rule::kPopulate, populate);
  s.cut.set(kSlot, false);
  contract.ok(Rule::kPopulate, populate);
}

TEST_F(Step, InstallsWhatTheCpuNoLongerMaps) {
  walked(kRam, false);
  map(Area::kAnon, kOtherRam, false);
  const Arguments install{.pages = pages(0, 0)};
  contract.breaks(S1::kClause, Rule::kInstall, install);
  map(Area::kAnon, kRam, false);
  contract.ok(Rule::kInstall, install);
}

TEST_F(Step, InstallsMorePermissionThanTheCpuHas) {
  walked(kRam, true);
  map(Area::kAnon, kRam, false);
  contract.breaks(S1::kClause, Rule::kInstall, {.pages = pages(0, 0)});
}

TEST_F(Step, InstallsAFreeFrame) {
  walked(kRam, false);
  map(Area::kAnon, kRam, false);
  s.used.set(kRam, false);
  contract.breaks(S2::kClause, Rule::kInstall, {.pages = pages(0, 0)});
}

TEST_F(Step, InstallsWhatWasTruncated) {
  walked(kBlock, false);
  map(Area::kDax, kBlock, false);
  s.backing.set(kSlot, kBlock);
  s.cut.set(kSlot, true);
  contract.breaks(S5::kClause, Rule::kInstall, {.pages = pages(0, 0)});
}

// What the core mm can know about a block says nothing of the devices (X13).
TEST_F(Step, FreesABlockThatADeviceUses) {
  contract.ok(Rule::kFree, {.frame = kBlock});
  s.used.set(kBlock, true);
  device(kBlock, false);
  contract.breaks(S2::kClause, Rule::kFree, {.frame = kBlock});
}

TEST_F(Step, DeletesAnEntryWhileThePageIsMapped) {
  s.backing.set(kSlot, kBlock);
  s.invalidate_lock.set(kT0, File(0), Hold::kExclusive);
  s.unmapped.set(kT0, kSlot, true);
  map(Area::kDax, kBlock, false);
  contract.breaks(kGoneWhileMapped, Rule::kDisconnect, {.file_page = kSlot});
  map(Area::kDax, kNoFrame, false);
  contract.ok(Rule::kDisconnect, {.file_page = kSlot});
}

// Harm counts more than the broken order that led to it.
TEST_F(Step, DeletesAnEntryThatNobodyUnmapped) {
  s.backing.set(kSlot, kBlock);
  s.invalidate_lock.set(kT0, File(0), Hold::kExclusive);
  contract.breaks(Disconnect<Concrete>::kUnmapped, Rule::kDisconnect, {.file_page = kSlot});
  map(Area::kDax, kBlock, false);
  contract.breaks(kGoneWhileMapped, Rule::kDisconnect, {.file_page = kSlot});
}

TEST_F(Step, TruncateReturnsWhileADeviceReachesTheBlock) {
  s.invalidate_lock.set(kT0, File(0), Hold::kExclusive);
  map(Area::kDax, kNoFrame, false);
  const Arguments truncated{.file_pages = {kSlot, kSlot}};
  device(kBlock, false);
  contract.breaks(S5::kClause, Rule::kTruncated, truncated);
  device(kNoFrame, false);
  contract.ok(Rule::kTruncated, truncated);
}

TEST_F(Step, ACallbackStoresASequenceOutsideAPeriod) {
  s.phase.set(kW0, WindowPhase::kStarting);
  s.window_pages.set(kW0, pages(0, 0));
  s.hit.set(kW0, kM0, true);
  s.update_lock.set(kT0, kM0, true);
  const Arguments invalidate{.mirror = kM0, .window = kW0, .sequence = 3};
  contract.breaks(S9::kClause, Rule::kInvalidate, invalidate);
  s.odd.set(kMm, true);
  contract.ok(Rule::kInvalidate, invalidate);
}

}  // namespace
}  // namespace mirrorcheck::model
