// The words of the contract: what things there are, how they are named, and the steps that can
// happen.
//
// Everything that speaks about the contract uses these types: the rules, an implementation that
// reports its steps, the oracle, the proofs. Ids are small and dense so that tables indexed by them
// are arrays; id 0 of Frame and FilePage means "none", so that a zeroed table is an empty one.
//
// Thread safety: plain values. Errors: none.

#ifndef MIRRORCHECK_MODEL_VOCABULARY_H_
#define MIRRORCHECK_MODEL_VOCABULARY_H_

#include <cstddef>
#include <cstdint>

#include "model/world_size.h"

namespace mirrorcheck::model {

// How large the concrete world is, the usual one or the large one (world_size.h). The symbolic
// interpretations have no such bounds.
inline constexpr std::size_t kMms = 2;                         // address spaces
inline constexpr std::size_t kPagesPerMm = sized(16, 10'000);  // virtual pages of one address space
inline constexpr std::size_t kPages = kMms * kPagesPerMm;
inline constexpr std::size_t kFiles = 3;
inline constexpr std::size_t kPagesPerFile = 8;
inline constexpr std::size_t kFilePages = 1 + kFiles * kPagesPerFile;  // 0 is none
inline constexpr std::size_t kRamFrames = sized(30, 12'000);  // after none and the zero page
inline constexpr std::size_t kBlocks = 16;  // blocks of the DAX device, shared by all files
inline constexpr std::size_t kTasks = sized(8, 64);
inline constexpr std::size_t kMirrors = 4;          // one interval subscription and one device each
inline constexpr std::size_t kFramesPerDevice = 4;  // of memory that only the device reaches
inline constexpr std::size_t kSwapSlots = 4;        // of the swap device
inline constexpr std::size_t kFrames =
    2 + kRamFrames + kBlocks + kMirrors * kFramesPerDevice + kSwapSlots;
inline constexpr std::size_t kClassicNotifiers = 2;
inline constexpr std::size_t kNesting = 3;  // windows one task may have open at once (I7)
inline constexpr std::size_t kWindows = kTasks * kNesting;
inline constexpr std::size_t kCellsPerPage = 4;  // the unit of loads, stores and file sizes
inline constexpr unsigned kPagesPerHuge = 2;     // aligned, that one huge entry maps (a PMD)

enum class Mm : std::uint8_t {};
enum class Page : Below<kPages> {};     // a virtual page of one address space
enum class File : std::uint8_t {};      // an inode
enum class FilePage : std::uint8_t {};  // (inode, index)
enum class Frame : Below<kFrames> {};  // a page of RAM, a block of the DAX device, a page of device
                                       // memory, a slot of the swap device
enum class Task : std::uint8_t {};
enum class Mirror : std::uint8_t {
};  // an interval subscription and the device page table behind it
enum class Classic : std::uint8_t {};  // a classic notifier (struct mmu_notifier)
enum class Window : std::uint8_t {};   // one invalidate_range_start .. end

inline constexpr Frame kNoFrame{0};
inline constexpr Frame kZeroFrame{1};  // the shared zero page
inline constexpr FilePage kNoFilePage{0};

// A bit for each task.
using TaskWord = std::conditional_t<(kTasks > 32), std::uint64_t, std::uint32_t>;

// A run of pages, both ends inclusive; empty when first > last.
template <class Id>
struct Range {
  Id first{1};
  Id last{0};
  constexpr bool operator==(const Range&) const = default;
};
using PageRange = Range<Page>;
using FilePageRange = Range<FilePage>;

// REQUIRES: the operands are within the bounds above.
constexpr Page page_of(Mm mm, unsigned index) {
  return Page(static_cast<unsigned>(mm) * kPagesPerMm + index);
}
// The one that fork makes a child's.
constexpr Mm other_mm(Mm mm) { return Mm(kMms - 1 - static_cast<unsigned>(mm)); }
constexpr Mm mm_of(Page page) { return Mm(static_cast<unsigned>(page) / kPagesPerMm); }
constexpr unsigned index_of(Page page) { return static_cast<unsigned>(page) % kPagesPerMm; }
constexpr FilePage file_page(File file, unsigned index) {
  return FilePage(1 + static_cast<unsigned>(file) * kPagesPerFile + index);
}
constexpr File file_of(FilePage page) {
  return File((static_cast<unsigned>(page) - 1) / kPagesPerFile);
}
constexpr unsigned index_of(FilePage page) {
  return (static_cast<unsigned>(page) - 1) % kPagesPerFile;
}
inline constexpr Frame kFirstBlock{2 + kRamFrames};
inline constexpr Frame kFirstDeviceFrame{2 + kRamFrames + kBlocks};
constexpr bool is_block(Frame frame) { return frame >= kFirstBlock && frame < kFirstDeviceFrame; }
inline constexpr Frame kFirstSwapSlot{kFrames - kSwapSlots};
// Device-private memory (P1), and whose it is.
constexpr bool is_device(Frame frame) {
  return frame >= kFirstDeviceFrame && frame < kFirstSwapSlot;
}
constexpr bool is_swap(Frame frame) { return frame >= kFirstSwapSlot; }
// REQUIRES: device memory.
constexpr Mirror owner_of(Frame frame) {
  return Mirror((static_cast<unsigned>(frame) - static_cast<unsigned>(kFirstDeviceFrame)) /
                kFramesPerDevice);
}
constexpr Frame device_frame(Mirror mirror, unsigned index) {
  return Frame(static_cast<unsigned>(kFirstDeviceFrame) +
               static_cast<unsigned>(mirror) * kFramesPerDevice + index);
}

// The pages that a huge entry maps together with `page`.
constexpr PageRange huge_of(Page page) {
  const auto first = static_cast<unsigned>(page) / kPagesPerHuge * kPagesPerHuge;
  return {Page(first), Page(first + kPagesPerHuge - 1)};
}
// Where in a huge entry the page is, or the frame in the memory that one can map.
constexpr unsigned place_of(Page page) { return static_cast<unsigned>(page) % kPagesPerHuge; }
constexpr unsigned place_of(Frame frame) { return static_cast<unsigned>(frame) % kPagesPerHuge; }
static_assert(kPagesPerMm % kPagesPerHuge == 0 && kRamFrames % kPagesPerHuge == 0 &&
              2 % kPagesPerHuge == 0 && kBlocks % kPagesPerHuge == 0);

// What a virtual page belongs to, as find_vma() would tell.
enum class Area : std::uint8_t {
  kNone,     // a gap
  kAnon,     // private anonymous memory
  kFile,     // a mapping of a page-cache file
  kDax,      // a mapping of a file on a DAX filesystem
  kSpecial,  // VM_IO or VM_PFNMAP
  kHugetlb,  // private memory in huge pages of its own (MAP_HUGETLB), mapped by huge entries alone
};

// What an entry of a CPU page table that names a frame is. A special entry (a swap entry, in the
// kernel's terms) is not present: nobody goes through it, and what it allows is what the present
// entry will allow that takes its place. An entry that names no frame is none, of whatever kind.
enum class EntryKind : std::uint8_t {
  kPresent,
  kMigration,        // the page is on its way to another frame
  kDevicePrivate,    // the page is in the memory of a device, which alone reaches it
  kDeviceExclusive,  // the page is where it was; one device has it for atomic accesses
  kSwap,      // the page is in a slot of the swap device, or still or again in RAM (the swap cache)
  kPoisoned,  // the memory has failed: whoever touches the page is told, and nothing comes back
};

// How a lock is held.
enum class Hold : std::uint8_t { kNot, kShared, kExclusive };

// Where an interval subscription is (N4, N5, N7).
enum class Registration : std::uint8_t { kOut, kTree, kInsertDeferred, kRemoveDeferred };

// How far a window has come: start has begun, start has returned 0.
enum class WindowPhase : std::uint8_t { kClosed, kStarting, kStarted };

// Where a task is in the collision-retry protocol: read_begin waits, read_begin has returned,
// read_retry has returned false under the update lock that is still held.
enum class Section : std::uint8_t { kNone, kWaiting, kBegun, kPassed };

// What hmm_range_fault makes of one page (table A4) and what it returns (F10).
enum class Outcome : std::uint8_t {
  kNothing,       // 0: not mapped, and nobody asked for it
  kValid,         // HMM_PFN_VALID, with HMM_PFN_WRITE as the entry says
  kError,         // HMM_PFN_ERROR, and nobody asked for it
  kFault,         // handle_mm_fault is called for it
  kNotPermitted,  // -EPERM: write asked where the VMA is not writable
  kBadAddress,    // -EFAULT: cannot be made valid
  kBusy,          // -EBUSY: collided
};

// The enum mmu_notifier_event of a window, in its order.
enum class WindowEvent : std::uint8_t {
  kUnmap,
  kClear,
  kProtectionVma,
  kProtectionPage,
  kSoftDirty,
  kRelease,
  kMigrate,
  kExclusive
};

// The sort of unbounded counters.
struct Integer {};

// The steps of the contract. The name of a step is the id of the rule it obeys, a dot, and what it
// does. model/README.md is the table of them.
enum class Rule : std::uint8_t {
  // Locks of A12 that the contract's guards speak of.
  kMmapRead,
  kMmapWrite,
  kMmapDowngrade,
  kMmapUnlock,
  kInodeLock,
  kInodeUnlock,
  kInvalidateShared,
  kInvalidateExclusive,
  kInvalidateUnlock,
  kEntryLock,
  kEntryUnlock,
  kUpdateLock,
  kUpdateUnlock,
  // Registration and removal: N1-N8.
  kPublish,
  kInsert,
  kQuiesce,
  kRemove,
  kRemoved,
  kClassicRegister,
  kClassicUnregister,
  // Windows: I1-I8, and the driver's callback: D2, D7.
  kStart,
  kInvalidate,
  kIgnore,
  kRefuse,
  kClassicStart,
  kStarted,
  kStartFailed,
  kEnd,
  kClassicEnd,
  // Areas and CPU page tables: A6, M1-M4.
  kMap,
  kUnmap,
  kProtect,
  kZap,
  kWriteProtect,
  kPopulate,
  kUpgrade,
  kCopyEntry,
  kHide,
  kMove,
  kReveal,
  kMoveEntry,
  kMerge,
  kCopyPage,
  kLazyFree,
  kDiscard,
  kEvict,
  kUffdWp,
  kJoin,
  kSplit,
  kCpuAccess,
  // Frames and blocks.
  kAllocate,
  kFree,
  kBreak,
  kPin,
  kUnpin,
  // Files: X6-X8, X12-X17.
  kFill,
  kResize,
  kUnmapped,
  kDisconnect,
  kTruncated,
  kZeroTail,
  kClean,
  kCommit,
  kFileAccess,
  // Reflink: X9.
  kShare,
  kUnshare,
  // The collision-retry protocol and the range fault: Q1-Q8, F1-F12.
  kReadBegin,
  kReadWake,
  kWalkPage,
  kFaultReturn,
  kReadRetry,
  kAbandon,
  // The device: D1, D6.
  kInstall,
  kProgram,
  kDropHuge,
  kMarkDirty,
  kDeviceAccess,
  // Life of an address space: X1, X2.
  kGetMm,
  kPutMm,
};
inline constexpr std::size_t kRules = static_cast<std::size_t>(Rule::kPutMm) + 1;

// What a step is about. Each rule reads the fields that its declaration names and ignores the rest.
struct Arguments {
  Task task{};
  Mm mm{};
  Mirror mirror{};
  Window window{};
  Classic classic{};
  Page page{};
  Page source{};  // the page whose entry goes on as that of `page`
  PageRange pages{};
  FilePage file_page{};
  FilePageRange file_pages{};
  File file{};
  Frame frame{};
  Area area{};
  EntryKind kind{};
  WindowEvent event{};
  Outcome outcome{};
  bool write = false;     // the access or entry is writable, writing
  bool read = false;      // with write: the protection of an area
  bool flag = false;      // what it says is told where the rule is declared
  bool required = false;  // F3: the page is requested
  bool huge = false;      // F13: of a map order that is not 0; all of a huge entry
  std::uint8_t cell = 0;
  std::uint32_t value = 0;     // the datum of an access
  std::uint64_t sequence = 0;  // an invalidate_seq as the implementation has it
};

// The pages whose permission changes, of a step that may change a huge entry.
constexpr PageRange changed_by(const Arguments& a) {
  return a.huge ? huge_of(a.page) : PageRange{a.page, a.page};
}

}  // namespace mirrorcheck::model

#endif  // MIRRORCHECK_MODEL_VOCABULARY_H_
