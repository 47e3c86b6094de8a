#include "fuzz/explain/phrases.h"

namespace mirrorcheck::fuzz {

using model::Rule;

std::string_view phrase(Rule rule) {
  switch (rule) {
    case Rule::kMmapRead:
      return "mmap_lock is held for read";
    case Rule::kMmapWrite:
      return "mmap_lock is held for write";
    case Rule::kMmapDowngrade:
      return "mmap_lock goes from write to read";
    case Rule::kMmapUnlock:
      return "mmap_lock is given back";
    case Rule::kInodeLock:
      return "i_rwsem is held for write";
    case Rule::kInodeUnlock:
      return "i_rwsem is given back";
    case Rule::kInvalidateShared:
      return "invalidate_lock is held shared, as by a fault";
    case Rule::kInvalidateExclusive:
      return "invalidate_lock is held exclusively, as by a truncate";
    case Rule::kInvalidateUnlock:
      return "invalidate_lock is given back";
    case Rule::kEntryLock:
      return "the DAX entry (or the folio) of a file page is locked";
    case Rule::kEntryUnlock:
      return "the DAX entry (or the folio) of a file page is unlocked";
    case Rule::kUpdateLock:
      return "the driver's update lock is held";
    case Rule::kUpdateUnlock:
      return "the driver's update lock is given back";
    case Rule::kPublish:
      return "the address space gets its first notifier";
    case Rule::kInsert:
      return "an interval subscription enters the tree, or waits to";
    case Rule::kQuiesce:
      return "the driver drops all translations before it removes its subscription";
    case Rule::kRemove:
      return "removal of an interval subscription is asked for";
    case Rule::kRemoved:
      return "mmu_interval_notifier_remove returns";
    case Rule::kClassicRegister:
      return "a classic notifier is registered";
    case Rule::kClassicUnregister:
      return "a classic notifier is gone";
    case Rule::kStart:
      return "invalidate_range_start begins: the window is open";
    case Rule::kInvalidate:
      return "the driver's callback: sequence set, device translations gone";
    case Rule::kIgnore:
      return "a driver ignores a window on its own behalf";
    case Rule::kRefuse:
      return "the callback of a non-blockable start says no";
    case Rule::kClassicStart:
      return "a classic notifier's invalidate_range_start has returned";
    case Rule::kStarted:
      return "invalidate_range_start returns 0: all callbacks are done";
    case Rule::kStartFailed:
      return "a non-blockable invalidate_range_start returns -EAGAIN";
    case Rule::kEnd:
      return "invalidate_range_end: the window closes";
    case Rule::kClassicEnd:
      return "a classic notifier's invalidate_range_end has returned";
    case Rule::kMap:
      return "an area of memory is mapped";
    case Rule::kUnmap:
      return "an area is taken out of the address space; its entries go next";
    case Rule::kProtect:
      return "the protection of an area changes";
    case Rule::kZap:
      return "a CPU page-table entry is cleared";
    case Rule::kWriteProtect:
      return "a CPU page-table entry loses a permission";
    case Rule::kPopulate:
      return "a CPU page-table entry is filled in";
    case Rule::kUpgrade:
      return "a CPU page-table entry gains a permission";
    case Rule::kCopyEntry:
      return "fork gives the child what an entry of the parent has";
    case Rule::kHide:
      return "a CPU page-table entry becomes a special one";
    case Rule::kMove:
      return "a page is in another frame from now on";
    case Rule::kReveal:
      return "a special entry is present again";
    case Rule::kMoveEntry:
      return "what a CPU page-table entry was is that of another page";
    case Rule::kMerge:
      return "two pages that hold the same become one";
    case Rule::kCopyPage:
      return "a private mapping gets a copy of what the file has";
    case Rule::kLazyFree:
      return "MADV_FREE: what a page holds may be thrown away, until it is written";
    case Rule::kDiscard:
      return "reclaim throws a page away that MADV_FREE has given up";
    case Rule::kJoin:
      return "the CPU page table maps a run of pages by one huge entry";
    case Rule::kSplit:
      return "a huge entry becomes small ones";
    case Rule::kDropHuge:
      return "the driver takes a huge translation away as a whole";
    case Rule::kMarkDirty:
      return "the driver marks a page dirty that its device has written";
    case Rule::kCpuAccess:
      return "the CPU accesses memory through its page table";
    case Rule::kAllocate:
      return "a frame or block is taken from the free list";
    case Rule::kFree:
      return "a frame or block goes back to the free list";
    case Rule::kBreak:
      return "memory has failed: what was in it goes, and nobody gets it again";
    case Rule::kPin:
      return "get_user_pages takes a reference";
    case Rule::kUnpin:
      return "a reference is dropped";
    case Rule::kFill:
      return "a file page gets its frame or block";
    case Rule::kResize:
      return "i_size is written";
    case Rule::kUnmapped:
      return "unmap_mapping_range has ended";
    case Rule::kDisconnect:
      return "a file page loses its frame or block";
    case Rule::kTruncated:
      return "truncate or punch is done with these pages";
    case Rule::kZeroTail:
      return "the rest of a partial page is zeroed";
    case Rule::kClean:
      return "a file page is written back and clean";
    case Rule::kUffdWp:
      return "a userfaultfd write-protects a page, or no longer does";
    case Rule::kEvict:
      return "reclaim takes a file page out of the page cache";
    case Rule::kCommit:
      return "that the file has the block is on stable storage";
    case Rule::kShare:
      return "two file pages have one block from now on";
    case Rule::kUnshare:
      return "a file page gets a block of its own";
    case Rule::kFileAccess:
      return "read() or write() accesses a file page";
    case Rule::kReadBegin:
      return "mmu_interval_read_begin takes its sequence";
    case Rule::kReadWake:
      return "mmu_interval_read_begin has waited for the windows to close";
    case Rule::kWalkPage:
      return "hmm_range_fault looks at a page";
    case Rule::kFaultReturn:
      return "hmm_range_fault returns";
    case Rule::kReadRetry:
      return "mmu_interval_read_retry compares the sequence";
    case Rule::kAbandon:
      return "the driver gives up this attempt";
    case Rule::kInstall:
      return "the driver writes the device page table";
    case Rule::kProgram:
      return "the driver changes the device page table outside a section";
    case Rule::kDeviceAccess:
      return "the device accesses memory through its page table";
    case Rule::kGetMm:
      return "mmget_not_zero";
    case Rule::kPutMm:
      return "mmput";
  }
  return "";
}

}  // namespace mirrorcheck::fuzz
