// What an implementation under test tells about itself: each step of the contract, at its
// linearization point.
//
// An implementation that offers events calls step(), or report(), once for every step below,
// *inside* the critical section that makes the step atomic and after its effect is in the
// implementation's own tables, so that whoever listens may compare those tables with the contract's
// at once. Steps of one lock come in the order of that lock. On real threads step() is called
// concurrently; a listener takes a ticket.
//
// Thread safety: step() may be called from any task. It never blocks, and never calls back into the
// implementation except for the const accessors of World.
//
// When each step is due, and the fields it fills besides `task` (Arguments in model/vocabulary.h):
// clang-format off
//  step      fields           when
//
//  lock steps                 right after acquiring / right before releasing. kMmap*: mm. kInode*,
//                             kInvalidate*: file. kEntry*: file_page. kUpdate*: mirror.
//  kPublish  mm               the mm's first notifier of either kind is published (N2), mmap_lock
//                             held for write and no window of the mm open.
//  kInsert   mirror mm pages sequence flag
//                             under the subscriptions lock: an interval subscription enters the
//                             tree or the deferred list (flag: deferred); sequence = the
//                             subscription's invalidate_seq.
//  kQuiesce  mirror           under the update lock: the driver closes the mirror and drops all
//                             its translations, before it removes the subscription.
//  kRemove   mirror           under the subscriptions lock: removal asked for, one of the three
//                             cases of N5.
//  kRemoved  mirror           interval_remove returns: no callback runs or will run.
//  kClassicRegister, kClassicUnregister  classic mm
//                             a classic notifier is in the list / out of the list with all readers
//                             gone.
//  kStart    window mm pages event mirror required flag sequence
//                             under the subscriptions lock: A raised, tree frozen if hit (flag:
//                             blockable); sequence = invalidate_seq afterwards. With the event
//                             kExclusive: on behalf of mirror, if required.
//  kInvalidate window mirror sequence
//                             under the update lock, after set_seq and after the device lost its
//                             translations; sequence = the value stored by set_seq.
//  kIgnore   window mirror    the callback of the mirror that a kExclusive or kMigrate window is for
//                             did nothing (P3, P4).
//  kRefuse   window mirror    the callback of a non-blockable start returned false (D7).
//  kClassicStart window classic flag
//                             invalidate_range_start of a classic notifier returned (flag: 0 was
//                             returned).
//  kStarted  window           invalidate_range_start returns 0.
//  kStartFailed window sequence flag
//                             a non-blockable start failed and its internal end is done (under
//                             the subscriptions lock; sequence = invalidate_seq afterwards; flag:
//                             an interval subscription refused, so the classic list was never
//                             called).
//  kEnd      window sequence  under the subscriptions lock: inv_end; sequence = invalidate_seq
//                             afterwards.
//  kClassicEnd window classic
//                             invalidate_range_end of a classic notifier returned; also the
//                             compensating call after a failed start (I5).
//  kMap      pages area read write file_page flag required
//                             mmap_lock held for write: the area is there; file_page = that of
//                             the first page (flag: MAP_PRIVATE, of a file; required: MAP_SYNC).
//  kUnmap    pages            mmap_lock held for write: the area is gone from find_vma; its
//                             page-table entries are zapped afterwards, and rmap finds it until
//                             they are.
//  kProtect  pages read write
//                             mmap_lock held for write: the area's protection changed.
//  kZap      page window flag required cell value
//                             under the page-table lock: entry cleared. Also when COW replaces an
//                             entry (M3; flag: what it held goes on in another frame, which the
//                             task puts there before it gives the page-table lock back;
//                             required: what it held is, with value in the cell, what its file
//                             has, where it will be found).
//  kWriteProtect page window flag huge
//                             under the page-table lock: the entry, still present, lost its write
//                             permission (flag: the right to read it, as with PROT_NONE; one step
//                             each). huge: all of a huge entry did.
//  kPopulate page frame write flag required cell value
//                             under the page-table lock: none -> present (M4; flag: a private
//                             mapping of a file gets a copy of the page, X10; required: where
//                             it is a copy for uprobes, its cell holds value).
//  kUpgrade  page flag huge   under the page-table lock: read-only -> writable, same frame (M4;
//                             flag: readable again, after mprotect; huge: all of a huge entry).
//  kCopyEntry page source frame write
//                             fork: under both page-table locks, the child's page got what the
//                             parent's source has: its frame, or a copy of it in `frame`.
//  kHide     page window kind mirror
//                             under the page-table lock: the entry, present until now, is a special
//                             one of `kind` that names the same frame (try_to_migrate_one,
//                             migrate_vma_collect_pmd; with the kind kSwap, try_to_unmap_one). Or
//                             device-private until now.
//  kMove     page frame flag  under the page-table locks of all who map it: the page whose migration
//                             entry page has is in `frame` from now on, where its data were copied;
//                             all of its migration entries name it; or its swap entries, out to a
//                             slot of the swap device or in from there (flag: the slot held, or goes
//                             on holding, the same).
//  kReveal   page window      under the page-table lock: the migration entry is a present one again,
//                             of the frame that it names; device-private if that is device memory. Or
//                             exclusive until now; or a swap entry, of a page that is in RAM.
//  kMoveEntry page source window
//                             under the page-table lock: what the source's entry was, frame and
//                             permissions, is that of page, and the source's is cleared.
//  kMerge page source         under the page-table lock: page's entry, which kZap has cleared (flag),
//                             names the frame of the source's, read-only (replace_page).
//  kCopyPage page file_page frame
//                             a fault of a private mapping has read file_page, which page maps, into
//                             frame; kPopulate follows, unless it is no longer wanted.
//  kLazyFree page window      under the page-table lock: MADV_FREE has given up what the page that the
//                             entry maps holds.
//  kDiscard  page window      under the page-table locks: reclaim has cleared the entry of such a page,
//                             which nobody has written since.
//  kUffdWp   page flag        under the page-table lock: a userfaultfd has write-protected the page of
//                             the entry, which may not be written (flag), or no longer.
//  kEvict    file_page        entry lock held: reclaim, or a collapse that has copied it, has taken the
//                             page, which nobody maps any more and which is clean, out of the page
//                             cache; kFree follows.
//  kJoin page                 under the page-table lock: the entries of the aligned run that page
//                             lies in are a huge one.
//  kSplit page window         under the page-table lock: the huge entry that page is part of is small
//                             ones, which map the same.
//  kCpuAccess page cell value write
//                             a CPU load or store was done through the page table.
//  kAllocate frame            taken from the free list (RAM or block), content zeroed.
//  kFree     frame            given back to the free list.
//  kBreak    frame            under the page-table lock of an entry that maps it, or the entry lock of a
//                             page of a file that has it: its memory has failed.
//  kPin      page frame write flag
//                             GUP took a reference on what page maps (flag: FOLL_LONGTERM).
//  kUnpin    frame            it dropped one.
//  kFill     file_page frame  a file page got its frame or block (under entry lock, or folio lock
//                             for the page cache, which is the same lock here, or i_rwsem held for
//                             write).
//  kResize   file file_pages flag
//                             i_size written: file_pages came inside (flag) or went outside
//                             (!flag) the file. Ranges may be empty.
//  kUnmapped file file_pages flag
//                             unmap_mapping_range over every mm has ended, invalidate_lock
//                             exclusive (flag: even_cows).
//  kDisconnect file_page      the file page no longer has its frame or block (entry deleted);
//                             kFree follows.
//  kTruncated file file_pages
//                             truncate or punch is done with these whole pages and succeeds;
//                             invalidate_lock still held exclusively.
//  kZeroTail file_page cell   cells from `cell` on were zeroed (partial page of truncate, or the
//                             old tail before a write behind the end, X15).
//  kClean    file_page        write-back of the page, which is read-only everywhere by now, is done,
//                             its entry lock still held.
//  kCommit   file_page        that the file has the block is on stable storage, by fsync or a write
//                             fault of a synchronous mapping.
//  kFileAccess file_page cell value write
//                             pread or pwrite touched a cell.
//  kShare file_page frame file_pages
//                             under both locks of both files, exclusively: file_page has the block
//                             frame, which the one page of file_pages has, too.
//  kUnshare file_page frame   a file page got a block of its own in the place of one that was shared;
//                             unmap_mapping_range over every mm has ended.
//  kReadBegin mirror sequence flag
//                             read_begin has taken its decision under the subscriptions lock:
//                             sequence = n.s (flag: it has to wait).
//  kReadWake mirror           read_begin's wait is over.
//  kWalkPage mirror page pages required write outcome frame flag huge
//                             hmm_range_fault, under the page-table lock (or mmap_lock where there
//                             is no table): what it makes of the page. required, write: the
//                             effective request (F3); frame, flag (entry writable) and huge (part
//                             of a huge entry) when outcome is kValid. In a hole that is faulted: pages = all of it, and a page
//                             that was asked for comes first.
//  kFaultReturn mirror pages outcome
//                             hmm_range_fault returns kValid (0), kBusy, kNotPermitted or
//                             kBadAddress for pages; -EINVAL never gets as far as a step.
//  kReadRetry mirror sequence flag
//                             read_retry was evaluated (flag: collided); sequence = n.s as it was
//                             read.
//  kAbandon  mirror           the driver gives the section up without a deciding read_retry (error
//                             or bound).
//  kInstall  mirror pages huge
//                             under the update lock: the walked entries of pages are in the device
//                             page table (huge: those of huge ones as parts of huge ones).
//  kProgram  mirror page frame write
//                             under the update lock, outside a section: the page's entry in the
//                             device page table is that now; kNoFrame: it is gone (P6).
//  kDropHuge mirror page      under the update lock: the huge translation that page is part of is gone
//                             from the device page table.
//  kMarkDirty mirror page frame
//                             under the update lock: set_page_dirty for what the device has written
//                             through its translation of page.
//  kDeviceAccess mirror page cell value write
//                             under the update lock: the device did a load or store through its
//                             page table.
//  kGetMm    mm flag          mmget_not_zero (flag: succeeded).
//  kPutMm    mm               mmput.
// clang-format on

#ifndef MIRRORCHECK_IMPL_OBSERVER_H_
#define MIRRORCHECK_IMPL_OBSERVER_H_

#include <array>
#include <cstddef>
#include <utility>

#include "model/vocabulary.h"

namespace mirrorcheck::impl {

class Observer {
 public:
  virtual void step(model::Rule rule, const model::Arguments& arguments) = 0;

  // The same, for a rule that is known where it is called. What a step is held against depends on
  // its rule; a jump of its own at each place that reports one always goes the same way, which
  // processors foresee. One common jump, inside step(), they mostly mistake.
  [[gnu::always_inline]] void report(model::Rule rule, const model::Arguments& arguments) {
    const auto r = static_cast<std::size_t>(rule);
    if (r >= model::kRules) [[unlikely]]
      return step(rule, arguments);
    (*reports_)[r](*this, arguments);
  }

 protected:
  using Report = void(Observer&, const model::Arguments&);
  using Reports = std::array<Report*, model::kRules>;

  // Each report is a step().
  Observer() : reports_(&kSteps) {}
  explicit Observer(const Reports& reports) : reports_(&reports) {}
  ~Observer() = default;
  void report_to(const Reports& reports) { reports_ = &reports; }

 private:
  template <std::size_t... kRule>
  static constexpr Reports steps(std::index_sequence<kRule...>) {
    return {[](Observer& self, const model::Arguments& arguments) {
      self.step(model::Rule(kRule), arguments);
    }...};
  }
  static const Reports kSteps;

  const Reports* reports_;
};

inline constexpr Observer::Reports Observer::kSteps =
    Observer::steps(std::make_index_sequence<model::kRules>());

}  // namespace mirrorcheck::impl

#endif  // MIRRORCHECK_IMPL_OBSERVER_H_
