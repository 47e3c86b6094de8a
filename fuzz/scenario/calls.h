// The table of calls: how each is spelled, and which fields of impl::Operation it reads.
//
// The text form, the byte form and the mutator all follow this table, so a new call is one line
// here. The order is that of impl::Call, and the byte form writes a call as its position: append
// only.
//
// Thread safety: constants.

#ifndef MIRRORCHECK_FUZZ_SCENARIO_CALLS_H_
#define MIRRORCHECK_FUZZ_SCENARIO_CALLS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "impl/operation.h"

namespace mirrorcheck::fuzz {

// In the order in which the text form writes them.
enum Field : std::uint16_t {
  kMirrorField = 1 << 0,
  kClassicField = 1 << 1,  // Operation::mirror is the id of a classic notifier
  kPageField = 1 << 2,
  kCountField = 1 << 3,    // pages of the address space, or of the file where there is no page
  kProtField = 1 << 4,     // Operation::prot, read and write
  kAccessField = 1 << 5,   // Operation::prot is 0 or kProtWrite
  kCanFailField = 1 << 6,  // Operation::prot is 0 or not; canonically both bits
  kFileField = 1 << 7,
  kIndexField = 1 << 8,
  kSizeField = 1 << 9,
  kCellField = 1 << 10,
  kRequestsField = 1 << 11,  // Operation::requests and ::flags
  kTargetField = 1 << 12,    // a page where others go
  kTargetCountField = 1 << 13,
  kValueField = 1 << 14,  // stores a datum
};

struct CallInfo {
  impl::Call call;
  std::string_view name;
  std::uint16_t fields;

  constexpr bool reads(unsigned wanted) const { return (fields & wanted) != 0; }
};

inline constexpr std::uint16_t kPagesFields = kPageField | kCountField;
inline constexpr std::array<CallInfo, impl::kCalls> kCallTable = {{
    {impl::Call::kMmapAnon, "mmap_anon", kPagesFields | kProtField},
    {impl::Call::kMmapFile, "mmap_file", kPagesFields | kProtField | kFileField | kIndexField},
    {impl::Call::kMmapSpecial, "mmap_special", kPagesFields | kProtField},
    {impl::Call::kMunmap, "munmap", kPagesFields},
    {impl::Call::kMprotect, "mprotect", kPagesFields | kProtField},
    {impl::Call::kMadviseDontneed, "madvise_dontneed", kPagesFields},
    {impl::Call::kLoad, "load", kPageField | kCellField},
    {impl::Call::kStore, "store", kPageField | kCellField | kValueField},
    {impl::Call::kPread, "pread", kFileField | kIndexField | kCellField},
    {impl::Call::kPwrite, "pwrite", kFileField | kIndexField | kCellField | kValueField},
    {impl::Call::kFtruncate, "ftruncate", kFileField | kSizeField},
    {impl::Call::kPunchHole, "punch_hole", kFileField | kIndexField | kCountField},
    {impl::Call::kCreate, "create", kFileField},
    {impl::Call::kUnlink, "unlink", kFileField},
    {impl::Call::kPin, "pin", kPageField | kAccessField},
    {impl::Call::kUnpin, "unpin", 0},
    {impl::Call::kOomReap, "oom_reap", 0},
    {impl::Call::kExit, "exit", 0},
    {impl::Call::kMirrorOpen, "mirror_open", kMirrorField | kPagesFields},
    {impl::Call::kMirrorClose, "mirror_close", kMirrorField},
    {impl::Call::kNotifierRegister, "notifier_register", kClassicField | kCanFailField},
    {impl::Call::kNotifierUnregister, "notifier_unregister", kClassicField},
    {impl::Call::kDeviceRead, "device_read", kMirrorField | kPagesFields | kCellField},
    {impl::Call::kDeviceWrite, "device_write",
     kMirrorField | kPagesFields | kCellField | kValueField},
    {impl::Call::kDeviceFault, "device_fault", kMirrorField | kPagesFields | kRequestsField},
    {impl::Call::kSnapshot, "snapshot", kMirrorField | kPagesFields},
    {impl::Call::kFork, "fork", 0},
    {impl::Call::kFsync, "fsync", kFileField},
    {impl::Call::kMovePages, "move_pages", kPagesFields},
    {impl::Call::kMremap, "mremap", kPagesFields | kTargetField | kTargetCountField},
    {impl::Call::kUffdMove, "uffd_move", kPagesFields | kTargetField},
    {impl::Call::kMmapPrivate, "mmap_private",
     kPagesFields | kProtField | kFileField | kIndexField},
    {impl::Call::kPinLongterm, "pin_longterm", kPageField | kAccessField},
    {impl::Call::kMigrateToDevice, "migrate_to_device", kMirrorField | kPagesFields | kCellField},
    {impl::Call::kMigrateToRam, "migrate_to_ram", kMirrorField | kPagesFields},
    {impl::Call::kDeviceRelease, "device_release", kMirrorField},
    {impl::Call::kDeviceExclusive, "device_exclusive", kMirrorField | kPagesFields | kCellField},
    {impl::Call::kCheckExclusive, "check_exclusive", kMirrorField | kPagesFields},
    {impl::Call::kMadviseRemove, "madvise_remove", kPagesFields},
    {impl::Call::kClearRefs, "clear_refs", 0},
    {impl::Call::kNumaScan, "numa_scan", kPagesFields},
    {impl::Call::kKsmMerge, "ksm_merge", kPagesFields | kTargetField},
    {impl::Call::kKsmUnmerge, "ksm_unmerge", kPagesFields},
    {impl::Call::kSignal, "signal", kFileField},
    {impl::Call::kReclaim, "reclaim", kPagesFields},
    {impl::Call::kMadviseFree, "madvise_free", kPagesFields},
    {impl::Call::kClone, "clone", kPagesFields | kFileField | kIndexField},
    {impl::Call::kMmapSync, "mmap_sync", kPagesFields | kProtField | kFileField | kIndexField},
    {impl::Call::kMadviseCollapse, "madvise_collapse", kPagesFields},
    {impl::Call::kSplitHuge, "split_huge", kPagesFields},
    {impl::Call::kUnmount, "unmount", kFileField},
    {impl::Call::kKsmMergeAcross, "ksm_merge_across", kPagesFields | kTargetField},
    {impl::Call::kMemoryFailure, "memory_failure", kPageField},
    {impl::Call::kUffdProtect, "uffd_protect", kPagesFields},
    {impl::Call::kUffdUnprotect, "uffd_unprotect", kPagesFields},
    {impl::Call::kUprobeSet, "uprobe_set", kPageField | kCellField},
    {impl::Call::kUprobeRemove, "uprobe_remove", kPageField | kCellField},
    {impl::Call::kMmapHugetlb, "mmap_hugetlb", kPagesFields | kProtField},
    {impl::Call::kDeviceAtomic, "device_atomic", kMirrorField | kPageField | kCellField},
}};

constexpr const CallInfo& info(impl::Call call) {
  return kCallTable[static_cast<std::size_t>(call)];
}

constexpr bool call_table_is_in_order() {
  for (std::size_t i = 0; i < kCallTable.size(); ++i) {
    if (kCallTable[i].call != impl::Call(i)) return false;
  }
  return true;
}
static_assert(call_table_is_in_order(), "kCallTable must follow impl::Call");

// Pages of one operation. In a large world areas are large, too.
constexpr impl::PageIndex most_pages(impl::Call call) {
  if constexpr (model::kLargeWorld) {
    const bool any_number = call == impl::Call::kMmapAnon || call == impl::Call::kMmapSpecial ||
                            call == impl::Call::kMunmap || call == impl::Call::kMprotect ||
                            call == impl::Call::kMadviseDontneed || call == impl::Call::kMirrorOpen;
    if (any_number) return model::kPagesPerMm;
  }
  return impl::kMostPages;
}

// The bits of Operation::requests that a call over `count` pages reads.
constexpr std::uint16_t request_mask(unsigned count) {
  return static_cast<std::uint16_t>((1U << (2 * count)) - 1U);
}

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_SCENARIO_CALLS_H_
