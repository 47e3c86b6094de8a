// Worlds that do something else than they are asked to, and tell a consistent story about it: their
// steps obey the contract, their tables agree with their steps.

#include <gtest/gtest.h>

#include <cerrno>
#include <fstream>
#include <set>
#include <string>

#include "fuzz/harness/execution.h"
// After the scheduler, which has a kDeadlock of its own.
#include "fuzz/harness/assignment.h"
#include "fuzz/harness/clauses.h"
#include "tests/harness/lying_world.h"
#include "tests/harness/scenario_of.h"

namespace mirrorcheck::fuzz {
namespace {

using impl::Call;
using impl::Operation;
using impl::Result;
using model::Arguments;
using model::Outcome;
using model::Rule;
using model::Task;

// Set-up operations and those of other calls than `call` are done as they should be.
struct Lie {
  Call call{};
  // Changes what is done.
  void (*does)(Operation&) = nullptr;
  // Changes what is told of a step; false: it is not told.
  bool (*tells)(Rule, Arguments&) = nullptr;
  void (*answers)(Result&) = nullptr;
};

class Liar final : public LyingWorld {
 public:
  explicit Liar(const Lie& lie) : lie_(lie) {}

  void apply(Task task, const Operation& operation, Result& result) override {
    lying_ = operation.call == lie_.call;
    Operation done = operation;
    if (lying_ && lie_.does != nullptr) lie_.does(done);
    truth().apply(task, done, result);
    if (lying_ && lie_.answers != nullptr) lie_.answers(result);
    lying_ = false;
  }

 protected:
  void step(Rule rule, const Arguments& arguments) override {
    Arguments told = arguments;
    if (lying_ && lie_.tells != nullptr && !lie_.tells(rule, told)) return;
    tell(rule, told);
  }

 private:
  Lie lie_;
  bool lying_ = false;
};

// Nothing is done, and that was it.
void nothing(Operation& operation) { operation = {.call = Call::kUnpin}; }
void success(Result& result) { result.error = 0; }
template <Rule... kRule>
bool not_told(Rule rule, Arguments&) {
  return ((rule != kRule) && ...);
}
template <int kError>
void error(Result& result) {
  result.error = kError;
}

// The same where doing nothing must not be an unpin.
void nothing_of_pins(Operation& operation) {
  operation = {.call = Call::kMirrorClose, .mirror = 3};
}

constexpr const char* kMemory =
    "tasks t0:mm0\n"
    "setup\n"
    "  t0 mmap_anon p0+4 rw\n"
    "  t0 mirror_open m0 p0+4\n"
    "  t0 device_write m0 p0+4 .0\n"
    "t0\n";
constexpr const char* kClassic = "tasks t0:mm0\nsetup\n  t0 notifier_register n0\nt0\n";
constexpr const char* kEmpty = "tasks t0:mm0\nt0\n";
// Eight pages of three files, and what is in two of them.
constexpr const char* kFiles =
    "tasks t0:mm0\n"
    "file f0 dax 32 cells\n"
    "file f1 cache 32 cells\n"
    "file f2 dax 6 cells\n"
    "setup\n"
    "  t0 pwrite f0@1 .3\n"
    "  t0 pwrite f0@2 .0\n"
    "  t0 pwrite f1@1 .3\n"
    "  t0 pwrite f2@1 .1\n"
    "t0\n";

struct Case {
  const char* name;
  const Clause* clause;
  const char* setup;
  const char* operations;
  Lie lie;
};

const Case kCases[] = {
    {"OtherAccess_Page",
     &kOtherAccess,
     kMemory,
     "  store p0 .0\n",
     {Call::kStore, [](Operation& o) { ++o.page; }}},
    {"OtherAccess_Cell",
     &kOtherAccess,
     kMemory,
     "  load p0 .0\n",
     {Call::kLoad, [](Operation& o) { ++o.cell; }}},
    {"OtherAccess_Value",
     &kOtherAccess,
     kMemory,
     "  store p0 .0\n",
     {Call::kStore, [](Operation& o) { ++o.value; }}},
    {"OtherAccess_Kind",
     &kOtherAccess,
     kMemory,
     "  load p0 .0\n",
     {Call::kLoad, [](Operation& o) { o.call = Call::kStore; }}},
    {"OtherAccess_DevicePage",
     &kOtherAccess,
     kMemory,
     "  device_read m0 p1+2 .0\n",
     {Call::kDeviceRead, [](Operation& o) { ++o.page; }}},
    {"OtherAccess_DeviceValue",
     &kOtherAccess,
     kMemory,
     "  device_write m0 p1+2 .0\n",
     {Call::kDeviceWrite, [](Operation& o) { ++o.value; }}},
    {"OtherAccess_FilePage",
     &kOtherAccess,
     kFiles,
     "  pread f0@1 .3\n",
     {Call::kPread, [](Operation& o) { ++o.index; }}},
    {"OtherAccess_FileValue",
     &kOtherAccess,
     kFiles,
     "  pwrite f0@1 .3\n",
     {Call::kPwrite, [](Operation& o) { ++o.value; }}},

    {"OtherRequest_Weaker",
     &kOtherRequest,
     kMemory,
     "  device_fault m0 p0+2 requests -,- default fw mask -\n",
     {Call::kDeviceFault, [](Operation& o) { o.flags = impl::kRequestFault; }}},
    {"OtherRequest_MaskIgnored",
     &kOtherRequest,
     kMemory,
     "  device_fault m0 p0+2 requests f,f default - mask f\n",
     {Call::kDeviceFault, [](Operation& o) { o.flags = 0; }}},
    {"OtherRequest_Stronger",
     &kOtherRequest,
     kMemory,
     "  device_fault m0 p0+2 requests -,- default f mask -\n",
     {Call::kDeviceFault,
      [](Operation& o) { o.flags = impl::kRequestFault | impl::kRequestWrite; }}},
    {"OtherRequest_SnapshotFaults",
     &kOtherRequest,
     kMemory,
     "  snapshot m0 p0+2\n",
     {Call::kSnapshot,
      [](Operation& o) {
        o.call = Call::kDeviceFault;
        o.flags = impl::kRequestFault;
      }}},
    // F11: a page is faulted in because it, or another one of the same hole, was asked for.
    {"OtherRequest_FaultsUnasked",
     &model::WalkPage<model::Concrete>::kHole,
     "tasks t0:mm0\nsetup\n  t0 mmap_anon p0+4 rw\n  t0 mirror_open m0 p0+4\nt0\n",
     "  snapshot m0 p0+2\n",
     {Call::kSnapshot, nullptr,
      [](Rule rule, Arguments& a) {
        if (rule == Rule::kWalkPage) a.outcome = Outcome::kFault;
        return true;
      }}},
    {"OtherRequest_FaultsAnotherHole",
     &model::WalkPage<model::Concrete>::kHole,
     "tasks t0:mm0\nsetup\n  t0 mmap_anon p0+8 rw\n  t0 mirror_open m0 p0+8\nt0\n",
     "  device_fault m0 p2+4 requests -,-,f,- default - mask f\n",
     {Call::kDeviceFault, nullptr,
      [](Rule rule, Arguments& a) {
        if (rule == Rule::kWalkPage && a.outcome == Outcome::kNothing) {
          a.outcome = Outcome::kFault;
          a.pages = {a.page, a.page};
        }
        return true;
      }}},

    {"OtherRange_Elsewhere",
     &kOtherRange,
     kMemory,
     "  snapshot m0 p0+2\n",
     {Call::kSnapshot, [](Operation& o) { ++o.page; }}},
    {"OtherRange_More",
     &kOtherRange,
     kMemory,
     "  device_fault m0 p0+2 requests -,- default f mask -\n",
     {Call::kDeviceFault, [](Operation& o) { ++o.count; }}},
    {"OtherRange_Mirror",
     &kOtherRange,
     "tasks t0:mm0\nsetup\n  t0 mmap_anon p0+4 rw\n  t0 mirror_open m0 p0+4\n"
     "  t0 mirror_open m1 p0+4\nt0\n",
     "  snapshot m0 p0+2\n",
     {Call::kSnapshot, [](Operation& o) { ++o.mirror; }}},
    {"OtherRange_Interval",
     &kOtherRange,
     kEmpty,
     "  mirror_open m0 p0+2\n",
     {Call::kMirrorOpen, [](Operation& o) { ++o.count; }}},
    {"OtherRange_Close",
     &kOtherRange,
     "tasks t0:mm0\nsetup\n  t0 mirror_open m0 p0+4\n  t0 mirror_open m1 p0+4\nt0\n",
     "  mirror_close m0\n",
     {Call::kMirrorClose, [](Operation& o) { ++o.mirror; }}},
    {"OtherRange_InstallsUnchecked",
     &kOtherRange,
     kMemory,
     "  device_fault m0 p0+2 requests -,- default f mask -\n",
     {Call::kDeviceFault, nullptr,
      [](Rule rule, Arguments& a) {
        if (rule == Rule::kFaultReturn) a.pages.last = a.pages.first;
        return true;
      }}},

    {"OtherArea_Protection",
     &kOtherArea,
     kEmpty,
     "  mmap_anon p0+2 r\n",
     {Call::kMmapAnon, [](Operation& o) { o.prot = impl::kProtRead | impl::kProtWrite; }}},
    {"OtherArea_FileIndex",
     &kOtherArea,
     kFiles,
     "  mmap_file p0+2 rw f0@0\n",
     {Call::kMmapFile, [](Operation& o) { ++o.index; }}},
    {"OtherArea_Munmap",
     &kOtherArea,
     kMemory,
     "  munmap p0+2\n",
     {Call::kMunmap, [](Operation& o) { ++o.count; }}},
    {"OtherArea_Mprotect",
     &kOtherArea,
     kMemory,
     "  mprotect p0+2 r\n",
     {Call::kMprotect, [](Operation& o) { ++o.page; }}},

    {"OtherNotifier_Kind",
     &kOtherNotifier,
     kEmpty,
     "  notifier_register n0\n",
     {Call::kNotifierRegister, [](Operation& o) { o.prot = o.prot == 0 ? 3 : 0; }}},
    {"OtherNotifier_Other",
     &kOtherNotifier,
     "tasks t0:mm0\nsetup\n  t0 notifier_register n0\n  t0 notifier_register n1\nt0\n",
     "  notifier_unregister n0\n",
     {Call::kNotifierUnregister, [](Operation& o) { ++o.mirror; }}},

    {"OtherPin_Page",
     &kOtherPin,
     kMemory,
     "  pin p0 w\n",
     {Call::kPin, [](Operation& o) { ++o.page; }}},
    {"OtherPin_Permission",
     &kOtherPin,
     kMemory,
     "  pin p0 w\n",
     {Call::kPin, [](Operation& o) { o.prot = impl::kProtRead; }}},
    {"OtherPin_Unpin",
     &kOtherPin,
     kMemory,
     "  pin p0 w\n  load p0 .0\n",
     {Call::kLoad, nothing}},

    {"OtherSize_Truncate",
     &kOtherSize,
     kFiles,
     "  ftruncate f0 16 cells\n",
     {Call::kFtruncate, [](Operation& o) { o.size = 12; }}},
    {"OtherSize_WriteDoesNotGrow",
     &kOtherSize,
     kFiles,
     "  pwrite f2@3 .0\n",
     {Call::kPwrite, nullptr, not_told<Rule::kResize>}},
    {"OtherSize_EvictedWithoutUnlink",
     &kOtherSize,
     kFiles,
     "  oom_reap\n",
     {Call::kOomReap, [](Operation& o) { o = {.call = Call::kUnlink, .file = model::File(1)}; }}},
    {"SizeDiffers_InCells",
     &kSizeDiffers,
     kFiles,
     "  ftruncate f2 3 cells\n",
     {Call::kFtruncate, [](Operation& o) { --o.size; },
      [](Rule rule, Arguments& a) {
        if (rule == Rule::kZeroTail) ++a.cell;
        return true;
      }}},

    {"DataLost_Private",
     &kDataLost,
     kMemory,
     "  madvise_dontneed p0+2\n",
     {Call::kMadviseDontneed, [](Operation& o) { ++o.count; }}},
    {"DataLost_Punch",
     &kDataLost,
     kFiles,
     "  punch_hole f0@1+1\n",
     {Call::kPunchHole, [](Operation& o) { ++o.count; }}},
    {"DataLost_Tail",
     &kDataLost,
     kFiles,
     "  ftruncate f2 7 cells\n",
     {Call::kFtruncate, nullptr,
      [](Rule rule, Arguments& a) {
        if (rule == Rule::kZeroTail) --a.cell;
        return true;
      }}},

    {"LockOrder",
     &kLockOrder,
     kFiles,
     "  mmap_anon p0+1 rw\n  ftruncate f0 4 cells\n",
     {Call::kMmapAnon, nullptr, not_told<Rule::kMmapUnlock>}},
    {"LockOrder_Inner",
     &kLockOrder,
     kFiles,
     "  pread f1@1 .3\n  punch_hole f0@1+1\n",
     {Call::kPread, nullptr, not_told<Rule::kEntryUnlock>}},
    {"LockOrder_Window",
     &kLockOrder,
     kMemory,
     "  madvise_dontneed p0+2\n  load p0 .0\n",
     {Call::kMadviseDontneed, nullptr, not_told<Rule::kEnd>}},
    {"LockOrder_ReadBeginInsideWindow",
     &kLockOrder,
     kMemory,
     "  madvise_dontneed p0+2\n  snapshot m0 p0+2\n",
     {Call::kMadviseDontneed, nullptr, not_told<Rule::kEnd>}},

    {"StillMapped",
     &kStillMapped,
     kMemory,
     "  munmap p0+2\n",
     {Call::kMunmap, nullptr, not_told<Rule::kZap, Rule::kFree>}},
    {"StillWritable",
     &kStillWritable,
     kMemory,
     "  mprotect p0+2 r\n",
     {Call::kMprotect, nullptr, not_told<Rule::kWriteProtect>}},
    // No entry is told to lose a permission, so no rule asks for a window.
    {"StillReadable",
     &kStillReadable,
     "tasks t0:mm0\nsetup\n  t0 mmap_anon p0+1 rw\n  t0 mirror_open m0 p0+1\n"
     "  t0 device_read m0 p0+1 .0\nt0\n",
     "  mprotect p0+1 none\n",
     {Call::kMprotect, nullptr,
      not_told<Rule::kStart, Rule::kInvalidate, Rule::kStarted, Rule::kEnd, Rule::kWriteProtect>}},
    {"TailKept_Shrinks",
     &kTailKept,
     kFiles,
     "  ftruncate f2 5 cells\n",
     {Call::kFtruncate, nullptr, not_told<Rule::kZeroTail>}},
    {"TailKept_Pwrite",
     &kTailKept,
     kFiles,
     "  pwrite f2@1 .3\n",
     {Call::kPwrite, nullptr, not_told<Rule::kZeroTail>}},
    {"TailKept_PwriteElsewhere",
     &kTailKept,
     kFiles,
     "  pwrite f2@3 .0\n",
     {Call::kPwrite, nullptr, not_told<Rule::kZeroTail>}},
    {"TailKept_Grows",
     &kTailKept,
     kFiles,
     "  ftruncate f2 7 cells\n",
     {Call::kFtruncate, nullptr, not_told<Rule::kZeroTail>}},

    {"NotDone_Mmap",
     &kNotDone,
     kEmpty,
     "  mmap_anon p0+1 rw\n",
     {Call::kMmapAnon, nothing, nullptr, success}},
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

std::string text_of(const Case& each) { return std::string(each.setup) + each.operations; }

class Assignment : public testing::TestWithParam<Case> {};

TEST_P(Assignment, LieIsCaught) {
  Liar world(GetParam().lie);
  Execution execution(world, {});
  const Verdict verdict = execution.replay(scenario_of(text_of(GetParam())));
  ASSERT_EQ(verdict.kind, VerdictKind::kViolated) << sentence_of(verdict);
  // Of a breach of protocol, harm may come.
  EXPECT_EQ(
      GetParam().clause->protocol && verdict.cause ? verdict.cause.clause : verdict.breach.clause,
      GetParam().clause)
      << sentence_of(verdict);
}

TEST_P(Assignment, HonestWorldIsNotSlandered) {
  Liar honest(Lie{});
  Execution execution(honest, {.compare_everything = true, .coverage = nullptr});
  const Verdict verdict = execution.replay(scenario_of(text_of(GetParam())));
  EXPECT_EQ(verdict.kind, VerdictKind::kHolds) << sentence_of(verdict);
}

INSTANTIATE_TEST_SUITE_P(All, Assignment, testing::ValuesIn(kCases),
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

// A clause that nobody has seen broken may be one that cannot break.
TEST(Clauses, EachIsInTheTable) {
  std::ifstream header(SOURCE_DIRECTORY "/fuzz/harness/assignment.h");
  ASSERT_TRUE(header.is_open());
  std::set<std::string> tested;
  for (const Case& each : kCases) {
    const std::string name = each.name;
    tested.insert(name.substr(0, name.find('_')));
  }
  constexpr std::string_view kBefore = "inline constexpr Clause k";
  unsigned clauses = 0;
  for (std::string line; std::getline(header, line);) {
    if (!line.starts_with(kBefore)) continue;
    ++clauses;
    const std::string name = line.substr(kBefore.size(), line.find('{') - kBefore.size());
    EXPECT_TRUE(tested.contains(name)) << name << " is in no test";
  }
  EXPECT_GT(clauses, 12u);
}

}  // namespace
}  // namespace mirrorcheck::fuzz
