// Worlds that do something else than they are asked to, and tell a consistent story about it: their
// steps obey the contract, their tables agree with their steps.

#include <gtest/gtest.h>

#include <string>

#include "model/concrete.h"
#include "model/rules.h"
#include "tests/harness/liar.h"

namespace mirrorcheck::fuzz {
namespace {

bool pinned_for_long(Rule rule, Arguments& told) {
  if (rule == Rule::kPin) told.flag = true;
  return true;
}

bool hints_first_page(Rule rule, Arguments& told) {
  if (rule == Rule::kWriteProtect && told.flag) told.page = Page{};
  return true;
}

const Case kAssignments[] = {
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
    {"OtherArea_Shared",
     &kOtherArea,
     kFiles,
     "  mmap_private p0+2 rw f0@0\n",
     {Call::kMmapPrivate, [](Operation& o) { o.call = Call::kMmapFile; }}},
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

    {"OtherArea_MremapElsewhere",
     &kOtherArea,
     kMemory,
     "  mremap p0+2 to p8+2\n",
     {Call::kMremap, [](Operation& o) { ++o.target; }}},
    {"OtherArea_MremapMore",
     &kOtherArea,
     kMemory,
     "  mremap p0+4 to p0+1\n",
     {Call::kMremap, nullptr,
      [](Rule rule, Arguments& a) {
        if (rule == Rule::kUnmap) a.pages.first = Page{};
        return true;
      }}},
    {"OtherArea_MremapMixesUp",
     &kOtherArea,
     kMemory,
     "  mremap p0+2 to p8+2\n",
     {Call::kMremap, nullptr,
      [](Rule rule, Arguments& a) {
        if (rule == Rule::kMoveEntry) {
          a.source = Page(static_cast<unsigned>(a.source) ^ 1u);
        }
        return true;
      }}},
    {"OtherArea_MremapProtection",
     &kOtherArea,
     kMemory,
     "  mremap p0+4 to p0+5\n",
     {Call::kMremap, nullptr,
      [](Rule rule, Arguments& a) {
        if (rule == Rule::kMap) a.write = false;
        return true;
      }}},
    {"OtherArea_UffdMove",
     &kOtherArea,
     kMemory,
     "  mmap_anon p4+4 rw\n  uffd_move p0+2 to p4\n",
     {Call::kUffdMove, [](Operation& o) { ++o.page; }}},
    // The task that has pinned the page is gone, and nobody was told that its pin is.
    {"NotAlone",
     &kNotAlone,
     "tasks t0:mm0 t1:mm0\nsetup\n  t0 mmap_anon p0+1 rw\n  t0 mmap_anon p4+1 rw\n"
     "  t0 store p0 .0\n  t1 pin p0 w\n  t1 exit\nt0\n",
     "  uffd_move p0+1 to p4\n",
     {Call::kExit, nullptr, not_told<Rule::kUnpin>}},
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
    {"PinnedForLong",
     &model::Pin<model::Concrete>::kShort,
     "tasks t0:mm0\nfile f0 dax 8 cells\nsetup\n  t0 mmap_file p0+1 rw f0@0\nt0\n",
     "  pin_longterm p0 w\n",
     {Call::kPinLongterm, [](Operation& o) { o.call = Call::kPin; }, pinned_for_long}},
    {"PinnedForLong_ToWrite",
     &model::Pin<model::Concrete>::kShort,
     "tasks t0:mm0\nfile f0 cache 8 cells\nsetup\n  t0 mmap_file p0+1 rw f0@0\nt0\n",
     "  pin_longterm p0 w\n",
     {Call::kPinLongterm, [](Operation& o) { o.call = Call::kPin; }, pinned_for_long}},
    {"PinnedForLong_ZeroPage",
     &kPinnedForLong,
     "tasks t0:mm0\nfile f0 dax 8 cells\nsetup\n  t0 mmap_private p0+1 rw f0@0\nt0\n",
     "  pin_longterm p0 r\n",
     {Call::kPinLongterm, [](Operation& o) { o.call = Call::kPin; }}},
    {"OtherPin_ForLong",
     &kOtherPin,
     kMemory,
     "  pin p0 w\n",
     {Call::kPin, [](Operation& o) { o.call = Call::kPinLongterm; }}},
    {"OtherPin_Unpin", &kOtherPin, kMemory, "  pin p0 w\n  load p0 .0\n", {Call::kLoad, nothing}},

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

    {"StillDirty_OtherFile",
     &kStillDirty,
     "tasks t0:mm0\nfile f0 dax 8 cells\nfile f1 dax 8 cells\nsetup\n"
     "  t0 mmap_file p0+1 rw f0@0\n  t0 store p0 .0\nt0\n",
     "  fsync f0\n",
     {Call::kFsync, [](Operation& o) { o.file = model::File(1); }}},
    {"OtherArea_ForkProtection",
     &kOtherArea,
     "tasks t0:mm0 t1:mm1\nsetup\n  t0 mmap_anon p0+2 rw\nt0\n",
     "  fork\n",
     {Call::kFork, nullptr,
      [](Rule rule, Arguments& a) {
        if (rule == Rule::kMap) a.write = false;
        return true;
      }}},

    {"DataLost_MadviseRemove",
     &kDataLost,
     kFiles,
     "  mmap_file p0+2 rw f0@1\n  madvise_remove p1+1\n",
     {Call::kMadviseRemove, [](Operation& o) { --o.page; }}},
    {"OtherHint_Page",
     &kOtherHint,
     kMemory,
     "  numa_scan p0+1\n",
     {Call::kNumaScan, [](Operation& o) { ++o.page; }}},
    {"OtherHint_Merged",
     &kOtherHint,
     "tasks t0:mm0\nsetup\n  t0 mmap_anon p0+3 rw\n  t0 pin p0 w\n  t0 unpin\n  t0 pin p2 w\n"
     "  t0 unpin\n  t0 ksm_merge p0+1 to p2\n  t0 munmap p2+1\n  t0 store p1 .0\nt0\n",
     "  numa_scan p0+2\n",
     {Call::kNumaScan, nullptr, hints_first_page}},
    {"OtherHint_PinnedPageOfPrivateMapping",
     &kOtherHint,
     "tasks t0:mm0\nfile f0 cache 8 cells\nsetup\n  t0 mmap_private p0+2 rw f0@0\n"
     "  t0 load p0 .0\n  t0 load p1 .0\n  t0 pin p0 r\nt0\n",
     "  numa_scan p0+2\n",
     {Call::kNumaScan, nullptr, hints_first_page}},
    {"OtherHint_MappedPageOfPrivateMapping",
     &kOtherHint,
     "tasks t0:mm0\nfile f0 cache 8 cells\nsetup\n  t0 mmap_private p0+2 rw f0@0\n"
     "  t0 mmap_file p4+1 r f0@0\n  t0 load p0 .0\n  t0 load p1 .0\n  t0 load p4 .0\nt0\n",
     "  numa_scan p0+2\n",
     {Call::kNumaScan, nullptr, hints_first_page}},
    {"OtherHint_NotAsked",
     &kOtherHint,
     kMemory,
     "  load p0 .0\n",
     {Call::kLoad, [](Operation& o) { o = {.call = Call::kNumaScan, .page = 0}; }}},

    {"OtherArea_Clone",
     &kOtherArea,
     kFiles,
     "  mmap_file p0+1 rw f0@1\n  clone p0+1 f0@4\n",
     {Call::kClone, [](Operation& o) { ++o.index; }}},
    {"OtherArea_NotSynchronous",
     &kOtherArea,
     kFiles,
     "  mmap_sync p0+1 rw f0@1\n",
     {Call::kMmapSync, [](Operation& o) { o.call = Call::kMmapFile; }}},
    {"OtherArea_CloneOfAnother",
     &kOtherArea,
     kFiles,
     "  mmap_file p0+2 rw f0@1\n  clone p0+1 f0@4\n",
     {Call::kClone, [](Operation& o) { ++o.page; }}},
    {"OtherMerge_Page",
     &kOtherMerge,
     "tasks t0:mm0\nsetup\n  t0 mmap_anon p0+3 rw\n  t0 mirror_open m0 p0+3\n"
     "  t0 device_fault m0 p0+3 requests w,w,w default fw mask -\nt0\n",
     "  ksm_merge p0+1 to p1\n",
     {Call::kKsmMerge, [](Operation& o) { ++o.target; }}},
    {"OtherHuge_Join",
     &kOtherHuge,
     "tasks t0:mm0\nsetup\n  t0 mmap_anon p0+2 rw\n  t0 store p0 .0\nt0\n",
     "  ksm_unmerge p0+2\n",
     {Call::kKsmUnmerge, [](Operation& o) { o.call = Call::kMadviseCollapse; }}},
    {"OtherHuge_Split",
     &kOtherHuge,
     "tasks t0:mm0\nsetup\n  t0 mmap_anon p0+2 rw\n  t0 store p0 .0\n"
     "  t0 madvise_collapse p0+2\nt0\n",
     "  load p0 .0\n",
     {Call::kLoad, [](Operation& o) { o.call = Call::kSplitHuge; }}},
    {"OtherHuge_FreesAllOfIt",
     &kOtherHuge,
     "tasks t0:mm0\nsetup\n  t0 mmap_anon p0+2 rw\n  t0 store p0 .0\n"
     "  t0 madvise_collapse p0+2\nt0\n",
     "  madvise_free p0+2\n",
     {Call::kMadviseFree, [](Operation& o) { o.call = Call::kSplitHuge; }}},
    {"OtherMove_Page",
     &kOtherMove,
     kMemory,
     "  move_pages p0+1\n",
     {Call::kMovePages, [](Operation& o) { ++o.page; }}},
    {"OtherMove_NotAsked",
     &kOtherMove,
     kMemory,
     "  load p0 .0\n",
     {Call::kLoad, [](Operation& o) { o = {.call = Call::kMovePages, .page = 1}; }}},
    {"OtherMove_Exclusive",
     &kOtherMove,
     "tasks t0:mm0\nsetup\n  t0 mmap_anon p0+2 rw\n  t0 mirror_open m0 p0+2\nt0\n",
     "  device_exclusive m0 p0+1 .0\n",
     {Call::kDeviceExclusive, [](Operation& o) { ++o.page; }}},
    {"OtherMove_ToDevice",
     &kOtherMove,
     "tasks t0:mm0\nsetup\n  t0 mmap_anon p0+2 rw\n  t0 mirror_open m0 p0+2\nt0\n",
     "  migrate_to_device m0 p0+1 .0\n",
     {Call::kMigrateToDevice, [](Operation& o) { ++o.page; }}},
    {"OtherMove_BroughtBack",
     &kOtherMove,
     "tasks t0:mm0\nsetup\n  t0 mmap_anon p0+2 rw\n  t0 mirror_open m0 p0+2\n"
     "  t0 migrate_to_device m0 p0+2 .0\nt0\n",
     "  madvise_dontneed p0+1\n",
     {Call::kMadviseDontneed, [](Operation& o) { o.call = Call::kLoad; }}},
    {"OtherMove_ReclaimedAnother",
     &kOtherMove,
     kMemory,
     "  reclaim p0+1\n",
     {Call::kReclaim, [](Operation& o) { ++o.page; }}},
    {"OtherMove_EvictedAnother",
     &kOtherMove,
     kFiles,
     "  mmap_file p0+2 rw f1@2\n  load p1 .3\n  reclaim p0+1\n",
     {Call::kReclaim, [](Operation& o) { ++o.page; }}},
    {"OtherMove_ReclaimedUnasked",
     &kOtherMove,
     kMemory,
     "  move_pages p0+1\n",
     {Call::kMovePages, [](Operation& o) { o.call = Call::kReclaim; }}},
    {"OtherMove_SwappedInUnasked",
     &kOtherMove,
     "tasks t0:mm0\nsetup\n  t0 mmap_anon p0+2 rw\n  t0 store p0 .0\n  t0 reclaim p0+1\nt0\n",
     "  madvise_dontneed p0+1\n",
     {Call::kMadviseDontneed, [](Operation& o) { o.call = Call::kLoad; }}},
    {"OtherMove_BroughtBackAnother",
     &kOtherMove,
     "tasks t0:mm0\nsetup\n  t0 mmap_anon p0+2 rw\n  t0 mirror_open m0 p0+2\n"
     "  t0 migrate_to_device m0 p0+2 .0\nt0\n",
     "  load p0 .0\n",
     {Call::kLoad, [](Operation& o) { ++o.page; }}},
    // Another device's memory, where there was a page and where there was none.
    {"OtherMove_IntoAnother",
     &kOtherMove,
     "tasks t0:mm0\nsetup\n  t0 mmap_anon p0+1 rw\n  t0 store p0 .0\n"
     "  t0 mirror_open m0 p0+1\n  t0 mirror_open m1 p0+1\nt0\n",
     "  migrate_to_device m0 p0+1 .0\n",
     {Call::kMigrateToDevice, [](Operation& o) { o.mirror = 1; }}},
    {"OtherMove_NewInAnother",
     &kOtherMove,
     "tasks t0:mm0\nsetup\n  t0 mmap_anon p0+1 rw\n"
     "  t0 mirror_open m0 p0+1\n  t0 mirror_open m1 p0+1\nt0\n",
     "  migrate_to_device m0 p0+1 .0\n",
     {Call::kMigrateToDevice, [](Operation& o) { o.mirror = 1; }}},
    {"Unresolved",
     &kUnresolved,
     kMemory,
     "  move_pages p0+1\n",
     {Call::kMovePages, nullptr, not_told<Rule::kReveal>}},

    {"DataLost_Private",
     &kDataLost,
     kMemory,
     "  madvise_dontneed p0+2\n",
     {Call::kMadviseDontneed, [](Operation& o) { ++o.count; }}},
    {"DataLost_FreedLazily",
     &kDataLost,
     kMemory,
     "  madvise_free p0+2\n",
     {Call::kMadviseFree, [](Operation& o) { ++o.count; }}},
    {"DataLost_FreedLazilyUnasked",
     &kDataLost,
     kMemory,
     "  move_pages p0+2\n",
     {Call::kMovePages, [](Operation& o) { o.call = Call::kMadviseFree; }}},
    {"DataLost_Discarded",
     &kDataLost,
     "tasks t0:mm0\nsetup\n  t0 mmap_anon p0+2 rw\n  t0 store p0 .0\n  t0 madvise_free p0+1\nt0\n",
     "  move_pages p0+1\n",
     {Call::kMovePages, [](Operation& o) { o.call = Call::kReclaim; }}},
    {"DataLost_Mremap",
     &kDataLost,
     kMemory,
     "  mremap p0+2 to p8+2\n",
     {Call::kMremap, [](Operation& o) { o.call = Call::kMadviseDontneed; }}},
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
     "tasks t0:mm0\nsetup\n  t0 mmap_anon p0+4 rw\n  t0 mirror_open m0 p0+2\nt0\n",
     "  madvise_dontneed p2+2\n  snapshot m0 p0+2\n",
     {Call::kMadviseDontneed, nullptr, not_told<Rule::kEnd>}},

    {"StillMapped",
     &kStillMapped,
     kMemory,
     "  munmap p0+2\n",
     {Call::kMunmap, nullptr, not_told<Rule::kZap, Rule::kFree>}},
    {"StillMapped_Mremap",
     &kStillMapped,
     kMemory,
     "  mremap p0+2 to p8+2\n",
     {Call::kMremap, nullptr, not_told<Rule::kMoveEntry>}},
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

    // The rules' own: what no other entry, window or answer gives away.
    {"ReadsWhatProtNoneHasClosed",
     &model::CpuAccess<model::Concrete>::kReadable,
     "tasks t0:mm0\nsetup\n  t0 mmap_anon p0+2 rw\n  t0 store p0 .0\n"
     "  t0 mprotect p0+1 none\nt0\n",
     "  load p0 .1\n",
     {Call::kLoad, [](Operation& o) { ++o.page; },
      [](Rule rule, Arguments& a) {
        if (rule == Rule::kCpuAccess) a.page = Page{};
        return true;
      }}},
    {"PinsForReadingWhatMayOnlyBeWritten",
     &model::Pin<model::Concrete>::kReadable,
     "tasks t0:mm0\nsetup\n  t0 mmap_anon p0+1 w\n  t0 store p0 .0\nt0\n",
     "  pin p0 r\n",
     {Call::kPin, [](Operation& o) { o.prot = impl::kProtWrite; },
      [](Rule rule, Arguments& a) {
        if (rule == Rule::kPin) a.write = false;
        return true;
      }}},
};

class Assignment : public testing::TestWithParam<Case> {};
TEST_P(Assignment, LieIsCaught) { expect_caught(GetParam()); }
TEST_P(Assignment, HonestWorldIsNotSlandered) { expect_not_slandered(GetParam()); }

INSTANTIATE_TEST_SUITE_P(All, Assignment, testing::ValuesIn(kAssignments),
                         [](const auto& parameter) { return std::string(parameter.param.name); });

// A CPU reads write-only memory, also through an entry that gives no write permission, and again
// after PROT_NONE has come and gone.
TEST(WriteOnly, MayBeLoaded) {
  Liar honest(Lie{});
  Execution execution(honest, {.compare_everything = true});
  const Verdict verdict = execution.replay(
      scenario_of("tasks t0:mm0\nt0\n  mmap_anon p0+1 w\n  load p0 .0\n  mprotect p0+1 none\n"
                  "  load p0 .0\n  mprotect p0+1 w\n  load p0 .0\n  munmap p0+1\n"));
  EXPECT_EQ(verdict.kind, VerdictKind::kHolds) << sentence_of(verdict);
}

}  // namespace
}  // namespace mirrorcheck::fuzz
