// What operations return: errno values, data, counts.

#include <array>
#include <cerrno>

#include "tests/reference/recorder.h"

namespace mirrorcheck::impl {
namespace {

using Results = WorldTest;

TEST_F(Results, MmapAndMunmap) {
  EXPECT_EQ(error(0, map_anon(14, 3)), -ENOMEM);
  EXPECT_EQ(error(0, map_anon(12, 4)), 0);
  EXPECT_EQ(error(1, map_anon(15, 1)), -EEXIST);
  EXPECT_EQ(error(2, map_anon(15, 1)), 0);  // another mm
  EXPECT_EQ(error(0, map_file(0, 1, 2)), -ENOENT);
  EXPECT_EQ(error(0, map_file(0, 4, 0, 6)), -EOVERFLOW);
  EXPECT_EQ(error(0, map_file(11, 2, 0)), -EEXIST);
  EXPECT_EQ(error(0, on_pages(Call::kMunmap, 12, 8)), -EINVAL);
  EXPECT_EQ(error(0, on_pages(Call::kMunmap, 0, 4)), 0);  // a gap
}

TEST_F(Results, LoadsAndStores) {
  EXPECT_EQ(error(0, load(0)), -EFAULT);
  ok(0, map_anon(0, 2));
  ok(0, map_anon(2, 1, kProtRead));
  ok(0, map_anon(3, 1, 0));
  ok(0, {.call = Call::kMmapSpecial, .page = 4, .count = 1, .prot = kReadWrite});
  EXPECT_EQ(run(0, load(0)).data[0], 0u);
  ok(0, store(0, 11, 3));
  EXPECT_EQ(run(1, load(0, 3)).data[0], 11u);
  EXPECT_EQ(error(0, store(2, 1)), -EFAULT);
  EXPECT_EQ(error(0, load(2)), 0);
  EXPECT_EQ(error(0, load(3)), -EFAULT);
  EXPECT_EQ(error(0, load(4)), -EFAULT);
}

TEST_F(Results, MprotectKeepsDataAndStopsAtAGap) {
  ok(0, map_anon(0, 1));
  ok(0, store(0, 8));
  ok(0, on_pages(Call::kMprotect, 0, 1, 0));
  EXPECT_EQ(error(0, load(0)), -EFAULT);
  ok(0, on_pages(Call::kMprotect, 0, 1, kProtRead));
  EXPECT_EQ(run(0, load(0)).data[0], 8u);
  EXPECT_EQ(error(0, store(0, 9)), -EFAULT);
  EXPECT_EQ(error(0, on_pages(Call::kMprotect, 0, 2, kReadWrite)), -ENOMEM);
  ok(0, store(0, 9));  // as far as the gap it was done
}

TEST_F(Results, MadviseDropsPrivateMemoryAndPassesOverGaps) {
  ok(0, map_anon(0, 1));
  ok(0, map_anon(2, 1));
  ok(0, {.call = Call::kMmapSpecial, .page = 4, .count = 1, .prot = kReadWrite});
  ok(0, store(0, 8));
  ok(0, store(2, 8));
  EXPECT_EQ(error(0, on_pages(Call::kMadviseDontneed, 0, 3)), -ENOMEM);
  EXPECT_EQ(run(0, load(0)).data[0], 0u);
  EXPECT_EQ(run(0, load(2)).data[0], 0u);
  EXPECT_EQ(error(0, on_pages(Call::kMadviseDontneed, 4, 1)), -EINVAL);
}

TEST_F(Results, FilesOfBothKindsAgreeWithTheirMappings) {
  for (unsigned file : {0u, 1u}) {
    const auto page = static_cast<std::uint8_t>(4 * file);
    ok(0, map_file(page, 4, file));
    ok(0, on_file(Call::kPwrite, file, 1, 2, 50));
    EXPECT_EQ(run(0, load(static_cast<std::uint8_t>(page + 1), 2)).data[0], 50u);
    ok(0, store(page, 60));
    EXPECT_EQ(run(0, on_file(Call::kPread, file)).data[0], 60u);
    // A hole reads as zeros; beyond the end there is nothing.
    EXPECT_EQ(run(0, on_file(Call::kPread, file, 3)).pages, 1);
    EXPECT_EQ(run(0, on_file(Call::kPread, file, 4)).pages, 0);
    EXPECT_EQ(error(0, store(static_cast<std::uint8_t>(page + 3), 1)), 0);
    ok(0, truncate(file, 12));
    EXPECT_EQ(error(0, load(static_cast<std::uint8_t>(page + 3))), -EFAULT);
    // pwrite extends.
    ok(0, on_file(Call::kPwrite, file, 4, 1, 70));
    EXPECT_EQ(world_->file_size(model::File(file)), 18);
    EXPECT_EQ(run(0, load(static_cast<std::uint8_t>(page + 3))).data[0], 0u);
  }
}

TEST_F(Results, CreateAndUnlink) {
  EXPECT_EQ(error(0, on_file(Call::kUnlink, 2)), -ENOENT);
  ok(0, on_file(Call::kCreate, 2));
  ok(0, on_file(Call::kCreate, 2));
  ok(0, on_file(Call::kPwrite, 2, 0, 0, 5));
  ok(0, map_file(0, 1, 2));
  ok(0, on_file(Call::kUnlink, 2));
  EXPECT_EQ(error(0, on_file(Call::kPread, 2)), -ENOENT);
  // The inode lives on while it is mapped; there is no second one.
  EXPECT_EQ(error(0, on_file(Call::kCreate, 2)), -ENOSPC);
  EXPECT_EQ(run(0, load(0)).data[0], 5u);
  const model::Frame frame = cpu(0).frame;
  ok(0, on_pages(Call::kMunmap, 0, 1));
  EXPECT_TRUE(world_->is_free(frame));
  ok(0, on_file(Call::kCreate, 2));
  EXPECT_EQ(run(0, on_file(Call::kPread, 2)).pages, 0);
}

TEST_F(Results, PinsDelayFreeing) {
  EXPECT_EQ(error(0, on_pages(Call::kPin, 0)), -EFAULT);
  EXPECT_EQ(error(0, on_pages(Call::kUnpin, 0)), -EINVAL);
  ok(0, map_anon(0, 1));
  ok(0, on_pages(Call::kPin, 0, 1, kReadWrite));
  const model::Frame frame = cpu(0).frame;
  ok(0, on_pages(Call::kMunmap, 0, 1));
  EXPECT_FALSE(world_->is_free(frame));
  EXPECT_EQ(world_->pins(frame), 1u);
  ok(0, on_pages(Call::kUnpin, 0));
  EXPECT_TRUE(world_->is_free(frame));
}

// X12.3. Nobody who could drop the pin is under way: the wait is interrupted, as by a signal.
TEST_F(Results, ATruncateThatWouldWaitForEverIsInterrupted) {
  ok(0, map_file(0, 4, 0));
  ok(0, store(2, 1));
  ok(0, on_pages(Call::kPin, 2));
  EXPECT_EQ(error(0, truncate(0, 0)), -EINTR);
  EXPECT_EQ(error(1, truncate(0, 0)), -EINTR);
  EXPECT_EQ(error(1, {.call = Call::kPunchHole, .count = 1, .file = model::File(0)}), -EINTR);
  EXPECT_EQ(world_->file_size(model::File(0)), 16);
  EXPECT_EQ(run(0, load(2)).data[0], 1u);
  ok(0, on_pages(Call::kUnpin, 0));
  ok(1, truncate(0, 0));
}

TEST_F(Results, APinKeepsAnUnlinkedDaxFile) {
  ok(0, map_file(0, 1, 0));
  ok(0, store(0, 1));
  const model::Frame block = cpu(0).frame;
  ok(0, on_pages(Call::kPin, 0));
  ok(0, on_file(Call::kUnlink, 0));
  ok(0, on_pages(Call::kMunmap, 0, 1));
  EXPECT_FALSE(world_->is_free(block));
  ok(0, on_pages(Call::kUnpin, 0));
  EXPECT_TRUE(world_->is_free(block));
}

// X13: the page of a cached file outlives its file while it is pinned; truncate does not wait.
TEST_F(Results, ATruncateOfACachedFileDoesNotWaitForPins) {
  ok(0, map_file(0, 1, 1));
  ok(0, store(0, 1));
  const model::Frame frame = cpu(0).frame;
  ok(0, on_pages(Call::kPin, 0));
  ok(0, truncate(1, 0));
  EXPECT_FALSE(world_->is_free(frame));
  ok(0, on_pages(Call::kUnpin, 0));
  EXPECT_TRUE(world_->is_free(frame));
}

TEST_F(Results, BlocksRunOut) {
  ok(0, on_file(Call::kCreate, 2));
  for (unsigned index = 0; index < 8; ++index) {
    ok(0, on_file(Call::kPwrite, 0, static_cast<std::uint8_t>(index), 0, 1));
  }
  ok(0, map_file(0, 8, 0));
  EXPECT_EQ(error(0, on_file(Call::kPwrite, 2, 0, 0, 1)), 0);  // a cached file needs none
}

TEST_F(Results, MirrorsOpenOnceAndCloseOnce) {
  EXPECT_EQ(error(0, device(Call::kDeviceRead, 0, 1)), -EBADF);
  EXPECT_EQ(error(0, on_pages(Call::kMirrorClose, 0)), -EBADF);
  EXPECT_EQ(error(0, on_pages(Call::kMirrorOpen, 12, 8)), -EINVAL);
  ok(0, on_pages(Call::kMirrorOpen, 2, 8));
  EXPECT_EQ(error(1, on_pages(Call::kMirrorOpen, 0, 8)), -EBUSY);
  EXPECT_EQ(error(0, device(Call::kDeviceRead, 0, 4)), -EINVAL);
  EXPECT_EQ(error(0, device(Call::kDeviceRead, 8, 4)), -EINVAL);
  ok(1, on_pages(Call::kMirrorClose, 0));
  EXPECT_EQ(error(0, device(Call::kDeviceRead, 2, 1)), -EBADF);
  ok(0, on_pages(Call::kMirrorOpen, 0, 8));
}

TEST_F(Results, DeviceReadsAndWritesThroughItsOwnTable) {
  ok(0, on_pages(Call::kMirrorOpen, 0, 8));
  ok(0, map_anon(0, 4));
  const Result written = run(0, device(Call::kDeviceWrite, 0, 4, 21));
  EXPECT_EQ(written.error, 0);
  EXPECT_EQ(written.pages, 4);
  EXPECT_EQ(written.faults, 1);
  EXPECT_EQ(run(1, load(3)).data[0], 21u);
  ok(1, store(3, 22));
  const Result read = run(0, device(Call::kDeviceRead, 0, 4));
  EXPECT_EQ(read.faults, 0);
  EXPECT_EQ(read.data[0], 21u);
  EXPECT_EQ(read.data[3], 22u);
}

TEST_F(Results, DeviceAddsToWhatItHasForItself) {
  ok(0, on_pages(Call::kMirrorOpen, 0, 8));
  ok(0, map_anon(0, 1));
  ok(0, map_anon(1, 1, kProtRead));
  ok(0, store(0, 7));
  const Result first = run(0, device(Call::kDeviceAtomic, 0, 1));
  EXPECT_EQ(first.error, 0);
  EXPECT_EQ(first.pages, 1);
  EXPECT_EQ(first.data[0], 7u);
  EXPECT_EQ(error(0, device(Call::kCheckExclusive, 0, 1)), -EPERM);
  EXPECT_EQ(run(0, device(Call::kDeviceAtomic, 0, 1)).data[0], 7 + kAtomicAddend);
  EXPECT_EQ(run(1, load(0)).data[0], 7 + 2 * kAtomicAddend);
  EXPECT_EQ(error(0, device(Call::kCheckExclusive, 0, 1)), 0);
  EXPECT_EQ(error(0, device(Call::kDeviceAtomic, 1, 1)), -EFAULT);
  EXPECT_EQ(error(0, device(Call::kDeviceAtomic, 2, 1)), -EFAULT);  // a gap
}

TEST_F(Results, DeviceErrorsAreThoseOfTheDecisionTable) {
  ok(0, on_pages(Call::kMirrorOpen, 0, 8));
  EXPECT_EQ(error(0, device(Call::kDeviceRead, 0, 1)), -EFAULT);  // a gap
  ok(0, map_anon(0, 1, kProtRead));
  ok(0, map_anon(1, 1, 0));
  ok(0, {.call = Call::kMmapSpecial, .page = 2, .count = 1, .prot = kReadWrite});
  ok(0, map_file(4, 4, 0));
  ok(0, truncate(0, 4));
  EXPECT_EQ(error(0, device(Call::kDeviceWrite, 0, 1, 1)), -EPERM);
  EXPECT_EQ(error(0, device(Call::kDeviceRead, 0, 1)), 0);
  EXPECT_EQ(error(0, device(Call::kDeviceRead, 1, 1)), -EFAULT);
  EXPECT_EQ(error(0, device(Call::kDeviceWrite, 1, 1, 1)), -EFAULT);
  EXPECT_EQ(error(0, device(Call::kDeviceRead, 2, 1)), -EFAULT);
  EXPECT_EQ(error(0, device(Call::kDeviceRead, 4, 1)), 0);
  EXPECT_EQ(error(0, device(Call::kDeviceRead, 5, 1)), -EFAULT);  // beyond the end
}

TEST_F(Results, SnapshotBytesAreThoseOfTestHmm) {
  ok(0, on_pages(Call::kMirrorOpen, 0, 8));
  ok(0, map_anon(0, 1, 0));
  ok(0, map_anon(2, 3));
  ok(0, load(2));
  ok(0, store(3, 1));
  ok(0, store(4, 1));
  ok(0, on_pages(Call::kMprotect, 3, 1, kProtRead));
  ok(0, map_anon(5, 1));
  ok(0, map_anon(6, 2, kProtRead));
  const Result result = run(0, device(Call::kSnapshot, 0, 8));
  EXPECT_EQ(result.error, 0);
  EXPECT_EQ(result.pages, 8);
  EXPECT_EQ(result.data, (std::array<std::uint32_t, 8>{0xff, 0xff, 0x11, 1, 2, 0, 0, 0}));
  EXPECT_EQ(recorder_.count(model::Rule::kInstall), 0u);
}

TEST_F(Results, DeviceFaultHonoursEachPagesRequest) {
  ok(0, on_pages(Call::kMirrorOpen, 0, 8));
  ok(0, map_anon(0, 4));
  ok(0, load(0));  // the table is populated, so pages are faulted one by one
  // Page 0 nothing, 1 read, 2 write, 3 a write bit without the fault bit: nothing.
  const auto requests = static_cast<std::uint16_t>(
      kRequestFault << 2 | (kRequestFault | kRequestWrite) << 4 | kRequestWrite << 6);
  Operation fault = device(Call::kDeviceFault, 0, 4);
  fault.requests = requests;
  fault.flags = 3 << 2;  // pfn_flags_mask: heed the requests
  const Result result = run(0, fault);
  EXPECT_EQ(result.error, 0);
  // A fault takes the rest of its table along (F6): page 3 comes with page 1.
  EXPECT_EQ(result.data[0], 1u);
  EXPECT_EQ(result.data[1], 1u);
  EXPECT_EQ(result.data[2], 3u);
  EXPECT_EQ(dpt(0).frame, model::kZeroFrame);
  EXPECT_TRUE(dpt(2).write);
  // With the mask 0 the requests are ignored, and the default asks for nothing.
  ok(0, map_anon(4, 1));
  fault.page = 4;
  fault.count = 1;
  fault.flags = 0;
  EXPECT_EQ(run(0, fault).data[0], 0u);
}

TEST_F(Results, NobodyActsAfterItsExit) {
  ok(0, on_pages(Call::kExit, 0));
  EXPECT_EQ(error(0, load(0)), -ESRCH);
  EXPECT_EQ(error(0, on_pages(Call::kExit, 0)), -ESRCH);
  EXPECT_EQ(world_->users(model::Mm(0)), 1u);
}

TEST_F(Results, ResetForgetsARunThatWasCutOff) {
  ok(0, map_anon(0, 4));
  ok(0, store(0, 1));
  ok(0, on_pages(Call::kPin, 0));
  ok(0, on_pages(Call::kMirrorOpen, 0, 8));
  ok(0, {.call = Call::kNotifierRegister, .mirror = 1});
  Layout layout;
  layout.tasks = 1;
  world_->reset(layout, recorder_);
  EXPECT_TRUE(world_->is_free(model::Frame(2)));
  EXPECT_EQ(cpu(0), Entry{});
  EXPECT_EQ(world_->subscription(model::Mirror(0)).registration, model::Registration::kOut);
  EXPECT_EQ(error(0, load(0)), -EFAULT);
  ok(0, on_pages(Call::kMirrorOpen, 0, 8));
  ok(0, {.call = Call::kNotifierRegister, .mirror = 1});
}

}  // namespace
}  // namespace mirrorcheck::impl
