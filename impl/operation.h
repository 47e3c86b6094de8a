// What a task can ask of a world, and what it gets back.
//
// One operation is one system call, one CPU access or one request to the device driver. Pages are
// indexes in the task's own address space; file offsets are pages of the file; sizes are in cells
// (kCellsPerPage to a page). Every combination of field values within the stated bounds is a valid
// operation: one that makes no sense in the present state returns the errno that Linux would.
//
// A store writes the datum Operation::value; scenarios derive it from the operation's place
// (provenance), so that a stale read shows who wrote what it found. 0 is what fresh memory holds.
//
// Thread safety: plain values.

#ifndef MIRRORCHECK_IMPL_OPERATION_H_
#define MIRRORCHECK_IMPL_OPERATION_H_

#include <array>
#include <cstdint>
#include <type_traits>

#include "model/vocabulary.h"

namespace mirrorcheck::impl {

enum class Call : std::uint8_t {
  // name                 fields it reads                         Linux
  kMmapAnon,  // page count prot mmap(MAP_FIXED_NOREPLACE|MAP_PRIVATE|MAP_ANONYMOUS)
  kMmapFile,  // page count prot file index              mmap(MAP_FIXED_NOREPLACE|MAP_SHARED) of a
              // page-cache or DAX file
  kMmapSpecial,      // page count prot                         remap_pfn_range of a device: VM_IO |
                     // VM_PFNMAP
  kMunmap,           // page count
  kMprotect,         // page count prot
  kMadviseDontneed,  // page count
  kLoad,             // page cell                               CPU load
  kStore,            // page cell value                         CPU store
  kPread,            // file index cell
  kPwrite,           // file index cell value                   extends the file as needed
  kFtruncate,        // file size                               down or up, in cells
  kPunchHole,  // file index count                        fallocate(FALLOC_FL_PUNCH_HOLE|KEEP_SIZE),
               // whole pages
  kCreate,     // file                                    open(O_CREAT): an empty file again, if
               // unlinked
  kUnlink,     // file                                    name gone; blocks freed when no mapping is
               // left
  kPin,  // page prot(write)                        pin_user_pages (FOLL_WRITE as prot says), short
         // term
  kUnpin,    //                                         unpin the task's oldest pin
  kOomReap,  //                                         __oom_reap_task_mm of the task's mm:
             //                                         non-blockable windows
  kExit,  //                                         the task leaves its mm; the last user tears it
          //                                         down
  kMirrorOpen,   // mirror page count                       interval notifier over the pages of the
                 // task's mm
  kMirrorClose,  // mirror                                  last reference: quiesce, remove
  kNotifierRegister,  // mirror(=classic id) prot(can fail)      mmu_notifier_register on the task's
                      // mm
  kNotifierUnregister,  // mirror(=classic id)
  kDeviceRead,          // mirror page count cell                  HMM_DMIRROR_READ
  kDeviceWrite,         // mirror page count cell value            HMM_DMIRROR_WRITE
  kDeviceFault,  // mirror page count requests flags        hmm_range_fault with chosen requests,
                 // then program
  kSnapshot,     // mirror page count                       HMM_DMIRROR_SNAPSHOT
  kFork,         //                                         fork: the other mm, still empty, becomes
                 //                                         the child's
  kFsync,        // file                                    fsync: what is dirty is written back
  kMovePages,    // page count                              move_pages: private memory, to other
                 // frames
  kMremap,       // page count target target_count          mremap: in place if it begins where it
                 //                                         was, else to there (MREMAP_FIXED)
  kUffdMove,     // page count target                       UFFDIO_MOVE of as many pages
  kMmapPrivate,  // page count prot file index              mmap(MAP_FIXED_NOREPLACE|MAP_PRIVATE) of
                 // a page-cache or DAX file
  kPinLongterm,  // page prot(write)                        the same with FOLL_LONGTERM, which DAX
                 // refuses (X17)
  kMigrateToDevice,  // mirror page count cell                  HMM_DMIRROR_MIGRATE_TO_DEV
  kMigrateToRam,     // mirror page count                       HMM_DMIRROR_MIGRATE_TO_SYS
  kDeviceRelease,    // mirror                                  HMM_DMIRROR_RELEASE
  kDeviceExclusive,  // mirror page count cell                  HMM_DMIRROR_EXCLUSIVE
  kCheckExclusive,   // mirror page count                       HMM_DMIRROR_CHECK_EXCLUSIVE
  kMadviseRemove,    // page count                              madvise(MADV_REMOVE): punches what
                     // the pages map out of their files
  kClearRefs,    //                                         4 to /proc/self/clear_refs: soft-dirty
  kNumaScan,     // page count                              task_numa_work: hints that fault when
                 // the pages are touched
  kKsmMerge,     // page count target                       ksmd: joins each page with one from
                 // target on that holds the same
  kKsmUnmerge,   // page count                              madvise(MADV_UNMERGEABLE)
  kSignal,       // file                                    kill: a signal for who waits for pins on
                 // the file's blocks
  kReclaim,      // page count                              madvise(MADV_PAGEOUT): private memory,
                 // out to swap, and what the page cache has, out to its file
  kMadviseFree,  // page count                              madvise(MADV_FREE)
  // page count file index: FICLONERANGE of what the pages map, to pages of the same file or of
  // another one of its filesystem
  kClone,
  // page count prot file index: mmap(MAP_FIXED_NOREPLACE|MAP_SYNC) of a DAX file
  kMmapSync,
  // page count: madvise(MADV_COLLAPSE): anonymous memory, into huge entries; what is mapped shared
  // of the page cache, into frames that lie in a row
  kMadviseCollapse,
  // page count: split_huge_pages of debugfs: huge entries become small ones
  kSplitHuge,
  // file: umount(2) of the DAX filesystem that the file is of. Its device is anybody's afterwards:
  // what is created there is new.
  kUnmount,
  // page count target: the same as kKsmMerge with pages of the other address space, from target on
  kKsmMergeAcross,
  // page: the memory behind what the page maps fails (memory_failure): nobody gets it again. 0: all
  // entries of it are gone, or tell of it.
  kMemoryFailure,
  // page count: UFFDIO_WRITEPROTECT with UFFDIO_WRITEPROTECT_MODE_WP, of a userfaultfd that has all
  // anonymous memory registered and wants no messages (UFFD_FEATURE_SIGBUS)
  kUffdProtect,
  // page count: the same without that mode
  kUffdUnprotect,
  // page cell: uprobe_register for what the page maps there of a page-cache file, of a consumer
  // with a filter for this page alone: where it is mapped privately, and may not be written, the
  // cell holds kBreakpoint from then on. `pages` counts the cells that were written.
  kUprobeSet,
  // page cell: uprobe_unregister of the same: the cell holds what the file has there
  kUprobeRemove,
  // page count prot: mmap(MAP_FIXED_NOREPLACE|MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB), of whole huge
  // pages
  kMmapHugetlb,
  // mirror page cell: the device fetches the cell, and puts back what it held and kAtomicAddend, on
  // a page that it makes its own first where it is not. data: what the cell held.
  kDeviceAtomic,
};
inline constexpr std::size_t kCalls = static_cast<std::size_t>(Call::kDeviceAtomic) + 1;

// What no store and no write ever stores: int3.
inline constexpr std::uint32_t kBreakpoint = 0xcccccccc;

// What kDeviceAtomic adds: what it has counted shows above the place that stored last.
inline constexpr std::uint32_t kAtomicAddend = 0x10000;

// Bits of Operation::prot.
inline constexpr std::uint8_t kProtRead = 1;
inline constexpr std::uint8_t kProtWrite = 2;

// Two bits of a request, as in Operation::requests and ::flags.
inline constexpr std::uint8_t kRequestFault = 1;
inline constexpr std::uint8_t kRequestWrite = 2;

// Bits of Result::data of kDeviceFault: HMM_PFN_VALID, HMM_PFN_WRITE, HMM_PFN_ERROR.
inline constexpr std::uint32_t kFaultValid = kRequestFault;
inline constexpr std::uint32_t kFaultWrite = kRequestWrite;
inline constexpr std::uint32_t kFaultError = 4;

// Pages of one address space, as an operation names them.
using PageIndex = std::underlying_type_t<model::Page>;
// Pages of an operation that answers with something for each of them, or works on frames. In a
// large world those that change areas, or take entries away, may have more.
inline constexpr std::size_t kMostPages = 8;

// References that a task may have by kPin and kPinLongterm at a time; one more is -ENOMEM.
inline constexpr std::size_t kMostPins = 32;

struct Operation {
  Call call = Call::kLoad;
  PageIndex page = 0;  // [0, kPagesPerMm)
  PageIndex count =
      1;  // [1, 8]; page + count may exceed the address space: then -ENOMEM or -EINVAL
  std::uint8_t prot = 0;  // kProtRead | kProtWrite
  model::File file{};
  std::uint8_t index = 0;   // [0, kPagesPerFile)
  std::uint8_t cell = 0;    // [0, kCellsPerPage)
  std::uint8_t size = 0;    // [0, kPagesPerFile * kCellsPerPage]
  std::uint8_t mirror = 0;  // [0, kMirrors), or a classic notifier's id
  std::uint8_t flags = 0;   // kDeviceFault: bits 0-1 default_flags, bits 2-3 pfn_flags_mask
  std::uint16_t requests =
      0;                 // kDeviceFault: initial hmm_pfns[], two bits for each of up to 8 pages
  PageIndex target = 0;  // [0, kPagesPerMm): where the pages go
  PageIndex target_count = 1;  // [1, 8]
  std::uint32_t value = 0;

  bool operator==(const Operation&) const = default;
};

// Result::error is 0 or a negative errno. `pages` counts pages done, `faults` device-fault rounds,
// and data holds what was read, one datum a page; or snapshot bytes as test_hmm encodes them; or,
// of kDeviceFault, what hmm_range_fault made of each page: kFaultValid, kFaultWrite, kFaultError or
// nothing. Of an operation that fails, data say nothing.
struct Result {
  std::int32_t error = 0;
  std::uint8_t pages = 0;
  std::uint8_t faults = 0;
  std::array<std::uint32_t, kMostPages> data{};
};

}  // namespace mirrorcheck::impl

#endif  // MIRRORCHECK_IMPL_OPERATION_H_
