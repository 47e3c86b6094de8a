// Worlds that fail without a reason: each error that an operation may return, where there is none
// for it.

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

const char* const kOnNoDevice =
    "tasks t0:mm0\nsetup\n  t0 mmap_anon p0+2 rw\n  t0 mirror_open m0 p0+2\nt0\n";

const char* const kOfFile =
    "tasks t0:mm0\nfile f0 dax 8 cells\nsetup\n  t0 mmap_file p0+2 rw f0@0\n"
    "  t0 mirror_open m0 p0+2\nt0\n";

// What goes as far as to look at the entries.
void looks_only(Operation& operation) { operation.call = Call::kSplitHuge; }

const Case kErrors[] = {
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
    {"ErrorUnexplained_MadviseFree",
     &kErrorUnexplained,
     kMemory,
     "  madvise_free p0+1\n",
     {Call::kMadviseFree, nullptr, nullptr, [](Result& r) { r.error = -EINVAL; }}},
    {"ErrorUnexplained_MmapSync",
     &kErrorUnexplained,
     kFiles,
     "  mmap_sync p0+1 rw f0@1\n",
     {Call::kMmapSync, nothing, nullptr, error<-EOPNOTSUPP>}},
    {"ErrorUnexplained_MadviseRemove",
     &kErrorUnexplained,
     kFiles,
     "  mmap_file p0+2 rw f0@1\n  madvise_remove p0+2\n",
     {Call::kMadviseRemove, nothing, nullptr, error<-EACCES>}},
    {"ErrorUnexplained_Collapse",
     &kErrorUnexplained,
     kMemory,
     "  store p0 .0\n  madvise_collapse p0+2\n",
     {Call::kMadviseCollapse, nullptr, nullptr, [](Result& r) { r.error = -EAGAIN; }}},
    // Memory is free, nobody else has a page of it, and it has been written.
    {"ErrorUnexplained_CollapseWithoutShortage",
     &kErrorUnexplained,
     kMemory,
     "  store p0 .0\n  madvise_collapse p0+2\n",
     {Call::kMadviseCollapse, looks_only, nullptr, error<-ENOMEM>}},
    {"ErrorUnexplained_CollapseNobodyUses",
     &kErrorUnexplained,
     kMemory,
     "  store p0 .0\n  madvise_collapse p0+2\n",
     {Call::kMadviseCollapse, looks_only, nullptr, error<-EAGAIN>}},
    {"ErrorUnexplained_CollapseOfWritten",
     &kErrorUnexplained,
     kMemory,
     "  store p0 .0\n  madvise_collapse p0+2\n",
     {Call::kMadviseCollapse, looks_only, nullptr, error<-EINVAL>}},
    {"ErrorUnexplained_CloneElsewhere",
     &kErrorUnexplained,
     kFiles,
     "  mmap_file p0+1 rw f0@1\n  clone p0+1 f2@0\n",
     {Call::kClone, nothing, nullptr, error<-EXDEV>}},
    {"ErrorUnexplained_MovePages",
     &kErrorUnexplained,
     kMemory,
     "  move_pages p0+2\n",
     {Call::kMovePages, nothing, nullptr, [](Result& r) { r.error = -EINVAL; }}},
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
    {"ErrorUnexplained_UnmountBusy",
     &kErrorUnexplained,
     kFiles,
     "  unmount f0\n",
     {Call::kUnmount, nothing, nullptr, error<-EBUSY>}},
    {"ErrorUnexplained_UnmountOfDax",
     &kErrorUnexplained,
     kFiles,
     "  unmount f0\n",
     {Call::kUnmount, nothing, nullptr, error<-EINVAL>}},
    {"ErrorUnexplained_UnmountInterrupted",
     &kErrorUnexplained,
     kFiles,
     "  mmap_file p0+1 rw f0@1\n  pin p0 w\n  munmap p0+1\n  unmount f0\n  unpin\n",
     {Call::kUnmount, nullptr, nullptr, error<-EINTR>}},
    // X17: each has a code of its own for what it does not do.
    {"ErrorUnexplained_ExclusiveOfFile",
     &kErrorUnexplained,
     kOfFile,
     "  device_exclusive m0 p0+1 .0\n",
     {Call::kDeviceExclusive, nullptr, nullptr, error<-EINVAL>}},
    {"ErrorUnexplained_ExclusiveOfFileGone",
     &kErrorUnexplained,
     kOfFile,
     "  device_exclusive m0 p0+1 .0\n",
     {Call::kDeviceExclusive, nullptr, nullptr, error<-ENOENT>}},
    {"ErrorUnexplained_MigrateDax",
     &kErrorUnexplained,
     kOfFile,
     "  migrate_to_device m0 p0+1 .0\n",
     {Call::kMigrateToDevice, nullptr, nullptr, error<-EBUSY>}},
    {"ErrorUnexplained_MigrateDaxGone",
     &kErrorUnexplained,
     kOfFile,
     "  migrate_to_device m0 p0+1 .0\n",
     {Call::kMigrateToDevice, nullptr, nullptr, error<-ENOENT>}},
    {"ErrorUnexplained_CheckExclusive",
     &kErrorUnexplained,
     kOnDevice,
     "  check_exclusive m0 p0+2\n",
     {Call::kCheckExclusive, nullptr, nullptr, [](Result& r) { r.error = -EPERM; }}},
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
};

class ErrorAnswer : public testing::TestWithParam<Case> {};
TEST_P(ErrorAnswer, LieIsCaught) { expect_caught(GetParam()); }
TEST_P(ErrorAnswer, HonestWorldIsNotSlandered) { expect_not_slandered(GetParam()); }

INSTANTIATE_TEST_SUITE_P(All, ErrorAnswer, testing::ValuesIn(kErrors),
                         [](const auto& parameter) { return std::string(parameter.param.name); });

}  // namespace
}  // namespace mirrorcheck::fuzz
