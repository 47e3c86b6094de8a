// Worlds whose answers are not those that they have earned, and memory that is not what was stored.

#include <gtest/gtest.h>

#include "tests/harness/liar.h"

namespace mirrorcheck::fuzz {
namespace {

// All the blocks there are belong to files.
const char* const kNoBlocks =
    "tasks t0:mm0\n"
    "file f0 dax 32 cells\n"
    "file f1 dax 32 cells\n"
    "setup\n"
    "  t0 pwrite f0@0 .0\n  t0 pwrite f0@1 .0\n  t0 pwrite f0@2 .0\n  t0 pwrite f0@3 .0\n"
    "  t0 pwrite f0@4 .0\n  t0 pwrite f0@5 .0\n  t0 pwrite f0@6 .0\n  t0 pwrite f0@7 .0\n"
    "  t0 pwrite f1@0 .0\n  t0 pwrite f1@1 .0\n  t0 pwrite f1@2 .0\n  t0 pwrite f1@3 .0\n"
    "  t0 pwrite f1@4 .0\n  t0 pwrite f1@5 .0\n  t0 pwrite f1@6 .0\n  t0 pwrite f1@7 .0\n"
    "t0\n"
    "  mmap_anon p0+1 rw\n";

const char* const kOnDevice =
    "tasks t0:mm0\nsetup\n  t0 mmap_anon p0+2 rw\n  t0 mirror_open m0 p0+2\n"
    "  t0 migrate_to_device m0 p0+2 .0\nt0\n";

const char* const kOnNoDevice =
    "tasks t0:mm0\nsetup\n  t0 mmap_anon p0+2 rw\n  t0 mirror_open m0 p0+2\nt0\n";

const char* const kUnmovable =
    "tasks t0:mm0\nfile f0 dax 8 cells\nsetup\n  t0 mmap_file p0+2 rw f0@0\n"
    "  t0 mirror_open m0 p0+2\nt0\n";

const Case kAnswers[] = {
    {"NotDone_Mmap",
     &kNotDone,
     kEmpty,
     "  mmap_anon p0+1 rw\n",
     {Call::kMmapAnon, nothing, nullptr, success}},
    {"NotDone_MmapPrivate",
     &kNotDone,
     kFiles,
     "  mmap_private p0+1 rw f0@0\n",
     {Call::kMmapPrivate, nothing, nullptr, success}},
    {"NotDone_Munmap",
     &kNotDone,
     kMemory,
     "  munmap p0+1\n",
     {Call::kMunmap, nothing, nullptr, success}},
    {"NotDone_Mprotect",
     &kNotDone,
     kMemory,
     "  mprotect p0+1 r\n",
     {Call::kMprotect, nothing, nullptr, success}},
    {"NotDone_MprotectLess",
     &kNotDone,
     kMemory,
     "  mprotect p0+2 r\n",
     {Call::kMprotect, [](Operation& o) { --o.count; }}},
    {"NotDone_Madvise",
     &kNotDone,
     kMemory,
     "  madvise_dontneed p0+1\n",
     {Call::kMadviseDontneed, nothing, nullptr, success}},
    {"ErrorUnexplained_MadviseFree",
     &kErrorUnexplained,
     kMemory,
     "  madvise_free p0+1\n",
     {Call::kMadviseFree, nullptr, nullptr, [](Result& r) { r.error = -EINVAL; }}},
    {"NotDone_Mremap",
     &kNotDone,
     kMemory,
     "  mremap p0+2 to p8+2\n",
     {Call::kMremap, nothing, nullptr, success}},
    {"NotDone_MremapGrows",
     &kNotDone,
     kMemory,
     "  mremap p0+4 to p0+6\n",
     {Call::kMremap, nothing, nullptr, success}},
    {"NotDone_MremapShrinks",
     &kNotDone,
     kMemory,
     "  mremap p0+4 to p0+2\n",
     {Call::kMremap, nothing, nullptr, success}},
    {"NotDone_UffdMove",
     &kNotDone,
     kMemory,
     "  mmap_anon p4+2 rw\n  uffd_move p0+2 to p4\n",
     {Call::kUffdMove, nothing, nullptr, success}},
    {"NotDone_Fork",
     &kNotDone,
     "tasks t0:mm0 t1:mm1\nsetup\n  t0 mmap_anon p0+1 rw\n  t0 store p0 .0\nt0\n",
     "  fork\n",
     {Call::kFork, nothing, nullptr, success}},
    {"NotDone_Fsync",
     &kStillDirty,
     "tasks t0:mm0\nfile f0 dax 8 cells\nsetup\n  t0 mmap_file p0+1 rw f0@0\n"
     "  t0 store p0 .0\nt0\n",
     "  fsync f0\n",
     {Call::kFsync, nothing, nullptr, success}},
    {"NotDone_MadviseRemove",
     &kNotDone,
     kFiles,
     "  mmap_file p0+2 rw f0@1\n  madvise_remove p0+2\n",
     {Call::kMadviseRemove, nothing, nullptr, success}},
    {"NotDone_MadviseRemoveLess",
     &kNotDone,
     kFiles,
     "  mmap_file p0+2 rw f0@1\n  madvise_remove p0+2\n",
     {Call::kMadviseRemove, [](Operation& o) { --o.count; }}},
    {"ErrorUnexplained_MadviseRemove",
     &kErrorUnexplained,
     kFiles,
     "  mmap_file p0+2 rw f0@1\n  madvise_remove p0+2\n",
     {Call::kMadviseRemove, nothing, nullptr, error<-EACCES>}},
    {"NotDone_ClearRefs",
     &kNotDone,
     kMemory,
     "  clear_refs\n",
     {Call::kClearRefs, nothing, nullptr, success}},
    {"OtherCount_NumaScan",
     &kOtherCount,
     kMemory,
     "  numa_scan p0+2\n",
     {Call::kNumaScan, nullptr, nullptr, [](Result& r) { --r.pages; }}},
    {"OtherCount_KsmMerge",
     &kOtherCount,
     "tasks t0:mm0\nsetup\n  t0 mmap_anon p0+2 rw\n  t0 mirror_open m0 p0+2\n"
     "  t0 device_fault m0 p0+2 requests w,w default fw mask -\nt0\n",
     "  ksm_merge p0+1 to p1\n",
     {Call::kKsmMerge, nullptr, nullptr, [](Result& r) { --r.pages; }}},
    {"NotDone_KsmUnmerge",
     &kNotDone,
     "tasks t0:mm0\nsetup\n  t0 mmap_anon p0+2 rw\n  t0 mirror_open m0 p0+2\n"
     "  t0 device_fault m0 p0+2 requests w,w default fw mask -\n  t0 ksm_merge p0+1 to p1\nt0\n",
     "  ksm_unmerge p1+1\n",
     {Call::kKsmUnmerge, nothing, nullptr, success}},
    {"OtherCount_Clone",
     &kOtherCount,
     kFiles,
     "  mmap_file p0+1 rw f0@1\n  clone p0+1 f0@4\n",
     {Call::kClone, nullptr, nullptr, [](Result& r) { --r.pages; }}},
    {"NotDone_Clone",
     &kNotDone,
     kFiles,
     "  mmap_file p0+1 rw f0@1\n  clone p0+1 f0@4\n",
     {Call::kClone, nothing, nullptr, success}},
    {"StillUntracked",
     &kStillUntracked,
     kMemory,
     "  clear_refs\n",
     {Call::kClearRefs, nullptr, not_told<Rule::kWriteProtect>}},
    {"OtherCount_MovePages",
     &kOtherCount,
     kMemory,
     "  move_pages p0+2\n",
     {Call::kMovePages, nullptr, nullptr, [](Result& r) { --r.pages; }}},
    {"OtherCount_Reclaim",
     &kOtherCount,
     kMemory,
     "  reclaim p0+2\n",
     {Call::kReclaim, nullptr, nullptr, [](Result& r) { --r.pages; }}},
    {"ErrorUnexplained_MovePages",
     &kErrorUnexplained,
     kMemory,
     "  move_pages p0+2\n",
     {Call::kMovePages, nothing, nullptr, [](Result& r) { r.error = -EINVAL; }}},
    {"OtherCount_MigrateToRam",
     &kOtherCount,
     kOnDevice,
     "  migrate_to_ram m0 p0+2\n",
     {Call::kMigrateToRam, nullptr, nullptr, [](Result& r) { --r.pages; }}},
    {"ErrorUnexplained_MigrateToDevice",
     &kErrorUnexplained,
     kOnDevice,
     "  migrate_to_device m0 p0+2 .0\n",
     {Call::kMigrateToDevice, nullptr, nullptr, [](Result& r) { r.error = -ENOENT; }}},
    {"ErrorUnexplained_Exclusive",
     &kErrorUnexplained,
     kOnDevice,
     "  device_exclusive m0 p0+2 .0\n",
     {Call::kDeviceExclusive, nullptr, nullptr, [](Result& r) { r.error = -EBUSY; }}},
    {"ErrorUnexplained_CheckExclusive",
     &kErrorUnexplained,
     kOnDevice,
     "  check_exclusive m0 p0+2\n",
     {Call::kCheckExclusive, nullptr, nullptr, [](Result& r) { r.error = -EPERM; }}},
    // X17: what no driver may move is refused, not skipped.
    {"NotDone_MigrateDaxToRam",
     &kNotDone,
     kUnmovable,
     "  migrate_to_ram m0 p0+2\n",
     {Call::kMigrateToRam, nullptr, nullptr, success}},
    {"ResultUnearned_MigrateDaxToDevice",
     &kResultUnearned,
     kUnmovable,
     "  migrate_to_device m0 p0+1 .0\n",
     {Call::kMigrateToDevice, nullptr, nullptr, success}},
    {"NotDone_MigrateWithoutALook",
     &kNotDone,
     kOnDevice,
     "  migrate_to_ram m0 p0+2\n",
     {Call::kMigrateToRam, nothing, nullptr, success}},
    // It says that it has device memory, and has shown none yet.
    {"ErrorUnexplained_MigrateToDeviceAtFirst",
     &kErrorUnexplained,
     kOnNoDevice,
     "  migrate_to_device m0 p0+2 .0\n",
     {Call::kMigrateToDevice, nothing, nullptr, error<-EOPNOTSUPP>}},
    // It has device memory.
    {"ErrorUnexplained_MigrateToRam",
     &kErrorUnexplained,
     kOnDevice,
     "  migrate_to_ram m0 p0+2\n",
     {Call::kMigrateToRam, nothing, nullptr, error<-EOPNOTSUPP>}},
    {"NotDone_CheckExclusive",
     &kNotDone,
     kOnDevice,
     "  device_exclusive m0 p0+2 .0\n  check_exclusive m0 p0+2\n",
     {Call::kCheckExclusive, nullptr, nullptr, success}},
    {"NotDone_Truncate",
     &kNotDone,
     kFiles,
     "  ftruncate f0 4 cells\n",
     {Call::kFtruncate, nothing, nullptr, success}},
    {"NotDone_Punch",
     &kNotDone,
     kFiles,
     "  punch_hole f0@1+1\n",
     {Call::kPunchHole, nothing, nullptr, success}},
    {"NotDone_PunchLess",
     &kNotDone,
     kFiles,
     "  punch_hole f0@1+2\n",
     {Call::kPunchHole, [](Operation& o) { --o.count; }}},
    {"NotDone_Pread",
     &kNotDone,
     kFiles,
     "  pread f0@1 .3\n",
     {Call::kPread, nothing, nullptr, success}},
    {"NotDone_Pwrite",
     &kNotDone,
     kFiles,
     "  pwrite f0@1 .3\n",
     {Call::kPwrite, nothing, nullptr,
      [](Result& r) {
        r.error = 0;
        r.pages = 1;
      }}},
    {"NotDone_MirrorOpen",
     &kNotDone,
     kEmpty,
     "  mirror_open m0 p0+1\n",
     {Call::kMirrorOpen, nothing, nullptr, success}},
    {"NotDone_Register",
     &kNotDone,
     kEmpty,
     "  notifier_register n0\n",
     {Call::kNotifierRegister, nothing, nullptr, success}},
    {"NotDone_Fault",
     &kNotDone,
     kMemory,
     "  device_fault m0 p0+2 requests -,- default f mask -\n",
     {Call::kDeviceFault, [](Operation& o) { --o.count; }, nullptr, [](Result& r) { ++r.pages; }}},
    {"NotDone_Pin", &kNotDone, kMemory, "  pin p0 w\n", {Call::kPin, nothing, nullptr, success}},
    {"NotDone_PinOfNoZeroPage",
     &kNotDone,
     kMemory,
     "  pin p0 r\n",
     {Call::kPin, nothing, nullptr, success}},
    {"NotDone_Unpin",
     &kNotDone,
     kMemory,
     "  pin p0 w\n  unpin\n",
     {Call::kUnpin, nothing_of_pins, nullptr, success}},
    {"NotDone_UnpinOfNothing",
     &kNotDone,
     kMemory,
     "  unpin\n",
     {Call::kUnpin, nullptr, nullptr, success}},
    {"NotDone_Reap",
     &kNotDone,
     kMemory,
     "  oom_reap\n",
     {Call::kOomReap, nullptr, not_told<Rule::kZap, Rule::kFree>}},
    {"NotDone_Close",
     &kNotDone,
     kMemory,
     "  mirror_close m0\n",
     {Call::kMirrorClose, nothing, nullptr, success}},
    {"NotDone_CloseOfNothing",
     &kNotDone,
     kMemory,
     "  mirror_close m1\n",
     {Call::kMirrorClose, nullptr, nullptr, success}},
    {"NotDone_Unregister",
     &kNotDone,
     kClassic,
     "  notifier_unregister n0\n",
     {Call::kNotifierUnregister, nothing, nullptr, success}},
    {"NotDone_UnregisterOfNothing",
     &kNotDone,
     kEmpty,
     "  notifier_unregister n0\n",
     {Call::kNotifierUnregister, nullptr, nullptr, success}},
    {"NotDone_RegisterTwice",
     &kNotDone,
     kClassic,
     "  notifier_register n0\n",
     {Call::kNotifierRegister, nullptr, nullptr, success}},
    {"NotDone_SnapshotWithoutRetry",
     &kNotDone,
     kMemory,
     "  snapshot m0 p0+2\n",
     {Call::kSnapshot, nullptr,
      [](Rule rule, Arguments& a) {
        if (rule == Rule::kReadRetry) a.pages = {};
        return rule != Rule::kReadRetry;
      }}},

    {"ErrorUnexplained_Load",
     &kErrorUnexplained,
     kMemory,
     "  load p0 .0\n",
     {Call::kLoad, nothing, nullptr, error<-EFAULT>}},
    {"ErrorUnexplained_Store",
     &kErrorUnexplained,
     kMemory,
     "  store p0 .0\n",
     {Call::kStore, nothing, nullptr, error<-ENOMEM>}},
    // Anonymous memory needs no block.
    {"ErrorUnexplained_LoadWithoutBlocks",
     &kErrorUnexplained,
     kNoBlocks,
     "  load p0 .0\n",
     {Call::kLoad, nothing, nullptr, error<-EFAULT>}},
    {"ErrorUnexplained_PinWithoutBlocks",
     &kErrorUnexplained,
     kNoBlocks,
     "  pin p0 w\n",
     {Call::kPin, nothing, nullptr, error<-EFAULT>}},
    {"ErrorUnexplained_Mmap",
     &kErrorUnexplained,
     kEmpty,
     "  mmap_anon p0+1 rw\n",
     {Call::kMmapAnon, nothing, nullptr, error<-EEXIST>}},
    {"ErrorUnexplained_Munmap",
     &kErrorUnexplained,
     kMemory,
     "  munmap p0+1\n",
     {Call::kMunmap, nullptr, nullptr, error<-EINVAL>}},
    {"ErrorUnexplained_Mprotect",
     &kErrorUnexplained,
     kMemory,
     "  mprotect p0+1 r\n",
     {Call::kMprotect, nullptr, nullptr, error<-ENOMEM>}},
    {"ErrorUnexplained_Mremap",
     &kErrorUnexplained,
     kMemory,
     "  mremap p0+4 to p0+6\n",
     {Call::kMremap, nothing, nullptr, error<-ENOMEM>}},
    {"ErrorUnexplained_UffdMove",
     &kErrorUnexplained,
     kMemory,
     "  mmap_anon p4+2 rw\n  uffd_move p0+2 to p4\n",
     {Call::kUffdMove, nothing, nullptr, error<-ENOENT>}},
    // The zero page moves like any other.
    {"ErrorUnexplained_UffdMoveZeroPage",
     &kErrorUnexplained,
     "tasks t0:mm0\nsetup\n  t0 mmap_anon p0+1 rw\n  t0 mmap_anon p4+1 rw\n  t0 load p0 .0\nt0\n",
     "  uffd_move p0+1 to p4\n",
     {Call::kUffdMove, nothing, nullptr, error<-EBUSY>}},
    {"ErrorUnexplained_PinLongterm",
     &kErrorUnexplained,
     kMemory,
     "  pin_longterm p0 w\n",
     {Call::kPinLongterm, nothing_of_pins, nullptr, error<-EOPNOTSUPP>}},
    {"ErrorUnexplained_Truncate",
     &kErrorUnexplained,
     kFiles,
     "  ftruncate f0 4 cells\n",
     {Call::kFtruncate, nothing, nullptr, error<-EINTR>}},
    {"ErrorUnexplained_Pwrite",
     &kErrorUnexplained,
     kFiles,
     "  pwrite f0@3 .0\n",
     {Call::kPwrite, nothing, nullptr, error<-ENOSPC>}},
    {"ErrorUnexplained_Pread",
     &kErrorUnexplained,
     kFiles,
     "  pread f0@3 .0\n",
     {Call::kPread, nothing, nullptr, error<-ENOENT>}},
    {"ErrorUnexplained_Dead",
     &kErrorUnexplained,
     kEmpty,
     "  mmap_anon p0+1 rw\n",
     {Call::kMmapAnon, nothing, nullptr, error<-ESRCH>}},
    {"ErrorUnexplained_NotOpen",
     &kErrorUnexplained,
     kMemory,
     "  snapshot m0 p0+2\n",
     {Call::kSnapshot, nothing, nullptr, error<-EBADF>}},
    {"ErrorUnexplained_Close",
     &kErrorUnexplained,
     kMemory,
     "  mirror_close m0\n",
     {Call::kMirrorClose, nothing, nullptr, error<-EBADF>}},
    {"ErrorUnexplained_Interval",
     &kErrorUnexplained,
     kMemory,
     "  snapshot m0 p0+2\n",
     {Call::kSnapshot, nothing, nullptr, error<-EINVAL>}},
    {"ErrorUnexplained_Busy",
     &kErrorUnexplained,
     kMemory,
     "  snapshot m0 p0+2\n",
     {Call::kSnapshot, nothing, nullptr, error<-EBUSY>}},
    {"ErrorUnexplained_Reap",
     &kErrorUnexplained,
     kMemory,
     "  oom_reap\n",
     {Call::kOomReap, nullptr, nullptr, error<-EAGAIN>}},
    {"ErrorUnexplained_Fault",
     &kErrorUnexplained,
     "tasks t0:mm0\nsetup\n  t0 mmap_anon p0+1 rw\n  t0 mirror_open m0 p0+1\nt0\n",
     "  device_read m0 p0+1 .0\n",
     {Call::kDeviceRead, nullptr,
      [](Rule rule, Arguments& a) {
        if (rule == Rule::kFaultReturn) a.outcome = Outcome::kBadAddress;
        return rule != Rule::kWalkPage || a.outcome == Outcome::kFault;
      }}},

    // What another page, or another kind of memory, lacks is no reason.
    {"ErrorUnexplained_FaultBehindTheEndOfAFile",
     &kErrorUnexplained,
     "tasks t0:mm0\nfile f0 dax 4 cells\nsetup\n  t0 mmap_file p0+1 rw f0@1\n"
     "  t0 mmap_anon p1+1 rw\n  t0 mirror_open m0 p0+2\nt0\n",
     "  device_fault m0 p0+2 requests -,f default - mask f\n",
     {Call::kDeviceFault, nullptr,
      [](Rule rule, Arguments& a) {
        if (rule == Rule::kFaultReturn) a.outcome = Outcome::kBadAddress;
        return rule != Rule::kWalkPage || a.outcome != Outcome::kValid;
      }}},
    {"ErrorUnexplained_Pin",
     &kErrorUnexplained,
     kMemory,
     "  pin p0 w\n",
     {Call::kPin, nothing, nullptr, error<-ENOMEM>}},
    {"ErrorUnexplained_PinIsKept",
     &kErrorUnexplained,
     kMemory,
     "  pin p0 w\n  pin p0 w\n",
     {Call::kPin, nullptr, nullptr, error<-ENOMEM>}},
    // One pin is not as many as there can be.
    {"ErrorUnexplained_SecondPin",
     &kErrorUnexplained,
     kMemory,
     "  pin p0 w\n  pin p1 w\n",
     {Call::kPin,
      [](Operation& o) {
        if (o.page == 1) nothing_of_pins(o);
      },
      nullptr,
      [](Result& r) {
        if (r.error == -EBADF) r.error = -ENOMEM;
      }}},
    {"ErrorUnexplained_MirrorOpen",
     &kErrorUnexplained,
     kEmpty,
     "  mirror_open m0 p0+1\n",
     {Call::kMirrorOpen, nothing, nullptr, error<-EBUSY>}},
    {"ErrorUnexplained_Unpin",
     &kErrorUnexplained,
     kMemory,
     "  pin p0 w\n  unpin\n",
     {Call::kUnpin, nothing_of_pins, nullptr, error<-EINVAL>}},
    {"ErrorUnexplained_Register",
     &kErrorUnexplained,
     kEmpty,
     "  notifier_register n0\n",
     {Call::kNotifierRegister, nothing, nullptr, error<-EBUSY>}},
    {"ErrorUnexplained_Unregister",
     &kErrorUnexplained,
     kClassic,
     "  notifier_unregister n0\n",
     {Call::kNotifierUnregister, nothing, nullptr, error<-ENOENT>}},

    {"OtherCount_LoadPages",
     &kOtherCount,
     kMemory,
     "  load p0 .0\n",
     {Call::kLoad, nullptr, nullptr, [](Result& r) { r.pages = 7; }}},
    {"OtherCount_StoreFaults",
     &kOtherCount,
     kMemory,
     "  store p0 .0\n",
     {Call::kStore, nullptr, nullptr, [](Result& r) { r.faults = 3; }}},
    {"OtherCount_UffdMove",
     &kOtherCount,
     kMemory,
     "  mmap_anon p4+2 rw\n  uffd_move p0+2 to p4\n",
     {Call::kUffdMove, nullptr, nullptr, [](Result& r) { --r.pages; }}},
    {"OtherCount_Faults",
     &kOtherCount,
     kMemory,
     "  device_read m0 p0+2 .0\n",
     {Call::kDeviceRead, nullptr, nullptr, [](Result& r) { ++r.faults; }}},
    {"OtherCount_SnapshotPages",
     &kOtherCount,
     kMemory,
     "  snapshot m0 p0+2\n",
     {Call::kSnapshot, nullptr, nullptr, [](Result& r) { --r.pages; }}},
    {"OtherCount_Pread",
     &kOtherCount,
     kFiles,
     "  pread f0@1 .3\n",
     {Call::kPread, nullptr, nullptr, [](Result& r) { r.pages = 0; }}},
    {"OtherSnapshot",
     &kOtherSnapshot,
     kMemory,
     "  snapshot m0 p0+2\n",
     {Call::kSnapshot, nullptr, nullptr, [](Result& r) { r.data[1] ^= 3; }}},
    {"OtherSnapshot_Fault",
     &kOtherSnapshot,
     kMemory,
     "  device_fault m0 p0+2 requests -,- default f mask -\n",
     {Call::kDeviceFault, nullptr, nullptr, [](Result& r) { r.data[1] ^= impl::kFaultWrite; }}},
    {"OtherSnapshot_FaultError",
     &kOtherSnapshot,
     "tasks t0:mm0\nsetup\n  t0 mmap_anon p0+1 rw\n  t0 mirror_open m0 p0+2\nt0\n",
     "  device_fault m0 p0+2 requests -,- default - mask -\n",
     {Call::kDeviceFault, nullptr, nullptr, [](Result& r) { r.data[1] = 0; }}},
    {"ResultData_Pread",
     &kResultData,
     kFiles,
     "  pread f0@1 .3\n",
     {Call::kPread, nullptr, nullptr, [](Result& r) { ++r.data[0]; }}},
};

class Answer : public testing::TestWithParam<Case> {};
TEST_P(Answer, LieIsCaught) { expect_caught(GetParam()); }
TEST_P(Answer, HonestWorldIsNotSlandered) { expect_not_slandered(GetParam()); }

INSTANTIATE_TEST_SUITE_P(All, Answer, testing::ValuesIn(kAnswers),
                         [](const auto& parameter) { return std::string(parameter.param.name); });

// What nobody loads again is looked at when all is at rest.
struct Scribbles : LyingWorld {
  std::uint32_t cell(model::Frame frame, unsigned cell) const override {
    return cell == 2 && frame != model::kZeroFrame ? 1 : truth().cell(frame, cell);
  }
};
TEST(Rest, MemoryIsWhatWasStored) {
  for (const char* const setup : {kMemory, kFiles}) {
    Scribbles world;
    Execution execution(world, {});
    const Verdict verdict = execution.replay(scenario_of(std::string(setup)));
    ASSERT_EQ(verdict.kind, VerdictKind::kViolated) << sentence_of(verdict);
    EXPECT_EQ(verdict.breach.clause, &kMemoryDiffers) << sentence_of(verdict);
  }
}

// A punch that waits for a pin, is done, and says that it was interrupted.
struct InterruptedLate : LyingWorld {
  void apply(Task task, const Operation& operation, Result& result) override {
    truth().apply(task, operation, result);
    if (operation.call == Call::kPunchHole) result.error = -EINTR;
  }
  void step(Rule rule, const Arguments& arguments) override {
    if (rule != Rule::kTruncated || shutting_down()) tell(rule, arguments);
  }
};
TEST(Interrupted, NothingIsTakenAwayBefore) {
  InterruptedLate world;
  Execution execution(world, {});
  const Verdict verdict = execution.replay(scenario_of(
      "tasks t0:mm0 t1:mm0\nfile f0 dax 8 cells\nsetup\n  t0 mmap_file p0+2 rw f0@0\n"
      "  t1 store p1 .0\n  t1 pin p1 w\nt0\n  punch_hole f0@1+1\nt1\n  load p0 .0\n  unpin\n"
      "schedule t1*2 t0*60 t1*60 t0*60\n"));
  ASSERT_EQ(verdict.kind, VerdictKind::kViolated) << sentence_of(verdict);
  EXPECT_EQ(verdict.breach.clause, &kErrorUnexplained) << sentence_of(verdict);
}

class WithoutDeviceMemory final : public LyingWorld {
 public:
  impl::Capabilities capabilities() const override {
    impl::Capabilities can = LyingWorld::capabilities();
    can.device_memory = false;
    return can;
  }
  void apply(Task task, const Operation& operation, Result& result) override {
    if (operation.call >= Call::kMigrateToDevice && operation.call <= Call::kCheckExclusive) {
      result = {.error = -EOPNOTSUPP};
    } else {
      truth().apply(task, operation, result);
    }
  }
};

TEST(DeviceMemory, IsNotAskedOfWhoSaysThatThereIsNone) {
  WithoutDeviceMemory world;
  const Scenario scenario = scenario_of(std::string(kOnNoDevice) +
                                        "  migrate_to_device m0 p0+2 .0\n"
                                        "  device_exclusive m0 p0+2 .0\n"
                                        "  check_exclusive m0 p0+2\n"
                                        "  migrate_to_ram m0 p0+2\n"
                                        "  device_release m0\n");
  EXPECT_EQ(Execution(world, {}).replay(scenario).kind, VerdictKind::kHolds);
}

}  // namespace
}  // namespace mirrorcheck::fuzz
