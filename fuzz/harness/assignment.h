// What each task was asked to do, held against the steps that it takes and the answer that it
// gives.
//
// The rules of the contract say what may happen, not that it was asked for. An implementation that
// tells a consistent story about another operation (it stores elsewhere, asks less of the range
// fault, unmaps too much or nothing at all) breaks none of them. So the steps that belong to an
// operation are compared with its fields, and its answer with the steps.
//
// Thread safety: none; one thread at a time. Nothing allocates.

#ifndef MIRRORCHECK_FUZZ_HARNESS_ASSIGNMENT_H_
#define MIRRORCHECK_FUZZ_HARNESS_ASSIGNMENT_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "fuzz/harness/assignment_clauses.h"
#include "fuzz/harness/marks.h"
#include "fuzz/harness/page_mask.h"
#include "fuzz/harness/shadow.h"
#include "impl/operation.h"
#include "impl/world.h"
#include "model/lock_order.h"
#include "model/oracle.h"
#include "model/properties.h"

namespace mirrorcheck::fuzz {

namespace assignment {
// [first, first + count) begins or ends inside a huge page of hugetlb.
bool splits_hugetlb(const model::ConcreteState& s, model::Mm mm, unsigned first, unsigned count);
}  // namespace assignment

using model::Clause;

class Assignments {
 public:
  // Before the first step. `can`: what the implementation says of itself.
  void begin(const impl::Layout& layout, impl::Capabilities can);

  // Around each operation of a task. `operation` outlives it; `s` is the state at that moment.
  void begin_operation(model::Task task, const impl::Operation& operation,
                       const model::ConcreteState& s);
  const Clause* end_operation(model::Task task, const impl::Result& result,
                              const model::ConcreteState& s);

  // The next step, of rule R; `s` is the state *before* it (assignment_step.h). A task that is in
  // no operation is shutting down and may do anything.
  template <class R>
  const Clause* take(const model::Arguments& a, const model::ConcreteState& s);

  // The innermost lock that `task` holds, of those that have a step; nothing: none.
  std::optional<model::LockRank> innermost_lock(model::Task task) const;
  model::Mm mm_of(model::Task task) const { return own_mm(task); }
  // Nobody else has been in an operation since that of `task` began.
  bool undisturbed(model::Task task) const {
    const Errand& e = errands_[static_cast<std::size_t>(task)];
    return !e.saw(since_.joined);
  }
  // What the device has read for the operation of `task`, if that is a device_atomic; and whether
  // it has put back what it makes of it.
  const std::uint32_t* fetched(model::Task task) const {
    const Errand& e = errands_[static_cast<std::size_t>(task)];
    const bool atomic = e.operation != nullptr && e.operation->call == impl::Call::kDeviceAtomic;
    return atomic ? &e.datum : nullptr;
  }
  bool added(model::Task task) const { return errands_[static_cast<std::size_t>(task)].did_add; }
  // P5: the mirror's device has it for itself.
  bool has_for_itself(model::Mirror mirror, model::Page page) const {
    return ids::any(exclusive_[static_cast<std::size_t>(mirror)] & assignment::page_bit(page));
  }
  // Tasks that have pinned something, one bit each.
  std::uint64_t pin_holders() const;

  // i_size as it has to be, in cells.
  unsigned size(model::File file) const { return sizes_[static_cast<std::size_t>(file)]; }

 private:
  using PageMask = assignment::PageMask;
  static constexpr TaskMask bit_of(model::Task task) {
    return ids::only<TaskMask>(static_cast<std::size_t>(task));
  }
  using FilePageMask = std::uint32_t;  // a bit for each page of each file
  static FilePageMask all_of(model::File file) {
    return ((FilePageMask{1} << model::kPagesPerFile) - 1)
           << static_cast<unsigned>(model::file_page(file, 0));
  }
  static_assert(model::kFilePages <= 32);

  // What a task has been seen to do in its present operation.
  struct Errand {
    const impl::Operation* operation = nullptr;
    TaskMask self = 0;            // its task's bit
    PageMask absent{};            // not mapped when it began
    PageMask gone{};              // A6: a gap when it took mmap_lock, or made one since
    PageMask occupied{};          // not a gap when it took mmap_lock
    PageMask special{};           // VM_IO, VM_PFNMAP, or of a kind that madvise refuses, then
    PageMask settled{};           // has the protection that was asked for
    PageMask unmapped{};          // areas it took away
    PageMask walked{};            // what the last hmm_range_fault returned 0 for
    PageMask covered{};           // the same, and read_retry has passed
    PageMask exclusive{};         // S12': pages of its mirror's, ever since it began
    PageMask reapable{};          // private and mapped when it took mmap_lock
    PageMask own_copies{};        // mapped a file, MAP_PRIVATE, when it took mmap_lock
    PageMask runs{};              // F13: what could be huge entries, of anonymous memory
    PageMask huge{};              // parts of huge entries when it took or gave back mmap_lock last
    PageMask was_huge{};          // the same, at any of these times or in between
    PageMask split{};             // parts of huge entries that were split, by whomever, and are not
                                  // huge again by its doing
    PageMask parted{};            // parts of huge entries that it has split
    PageMask beyond{};            // beyond the end of their file when it took mmap_lock
    PageMask of_file{};           // mapped a file when it took mmap_lock: of a DAX file, too
    PageMask of_dax{};            // mapped a DAX file then
    PageMask of_hugetlb{};        // was of hugetlb when it took mmap_lock
    PageMask taken_up{};          // MADV_FREE: given up; FICLONERANGE: as its source is;
                                  // MADV_PAGEOUT: found dirty; P5: made exclusive
    bool in_dax = false;          // the same, MAP_PRIVATE or not
    bool in_cache = false;        // shared mappings of page-cache files
    std::uint8_t sections = 0;    // that passed
    std::uint8_t collisions = 0;  // that did not
    std::uint8_t accesses = 0;
    std::uint8_t moves = 0;       // of pages to other frames
    std::uint8_t lost = 0;        // migration entries that it made and somebody else took away
    std::uint8_t hints = 0;       // NUMA
    std::uint8_t old_size = 0;    // of its file, in cells, when it took i_rwsem
    bool old_tail = false;        // there is a page behind that end
    bool hid = false;             // made a migration entry
    bool missing = false;         // a page that it would have read has no device entry;
                                  // device_atomic: one that had been made exclusive
    bool met_exclusive = false;   // S12': a page of its mirror's, at some time
    bool unwritable = false;      // a page that may not be written, when it took mmap_lock
    bool unmovable = false;       // a page that no driver may move, when it took mmap_lock
    bool must_refuse = false;     // the same, when it took mmap_lock for the first time
    bool looked = false;          // it has taken it
    bool splits_hugetlb = false;  // its pages began or ended inside a huge page of hugetlb then
    bool did_map = false;
    bool did_insert = false;
    bool did_remove = false;
    bool mirror_taken = false;  // its mirror was not closed, for all one can tell, at some time
    bool did_register = false;
    bool did_unregister = false;
    bool did_add = false;     // device_atomic: put back what it makes of what it read
    bool was_listed = false;  // its classic notifier, when it began
    bool alone = false;       // with its classic notifier, when it began
    bool did_pin = false;
    bool did_unpin = false;
    bool did_truncate = false;
    bool refused = false;        // a start failed
    bool denied = false;         // the area does not allow the access
    bool met_pin = false;        // X12.3
    bool last_user = false;      // of an address space, which it takes down
    bool in_use = false;         // its filesystem was mapped somewhere when it began
    bool took_away = false;      // a page of its file lost its frame, or the tail of one its data
    bool zeroed_new = false;     // the tail behind the new end
    bool zeroed_old = false;     // the tail behind the old end
    bool size_sufficed = false;  // pread: the cell lay inside the file when it began
    bool mirror_open = false;    // its mirror was open, for certain, when it began
    bool exited = false;         // its task had left its mm
    bool mm_gone = false;        // mmget_not_zero failed
    bool resized = false;
    bool gave_inode_back = false;  // at least once
    bool taken = false;            // fork: the other mm is not a new one
    bool compared = false;         // fork: the first of the two locks was given back
    bool copying = false;          // M3: the entry of `copied` is cleared, its copy not there yet
    model::Page copied{};
    model::FilePage probed{};  // uprobes: what the page mapped when it took mmap_lock first
    std::uint32_t datum = 0;   // what the file had there; device_atomic: what the device read last
    model::Frame broke{};      // what has failed by its doing; kNoFrame: nothing
    // MADV_REMOVE, FICLONERANGE, MADV_PAGEOUT, MADV_COLLAPSE: what its pages mapped whenever it
    // took mmap_lock, what of it is certain to be punched, what has been, and what has got a frame.
    FilePageMask mapped = 0;
    FilePageMask to_punch = 0;
    FilePageMask certain = 0;  // of the first page, at the first look
    FilePageMask punched = 0;
    FilePageMask refilled = 0;
    std::int32_t refusal = 0;  // mremap, UFFDIO_MOVE: the errno that the areas are a reason for;
                               // memory_failure: that what the page maps is one for
    std::uint8_t moved = 0;    // entries
    model::Mm mm{};            // that of its mirror

    // Whether it has happened since the operation began (Since).
    bool saw(TaskMask since) const { return (since & self) != 0; }
  };

  // How many locks of each rank a task holds: a byte each, the innermost highest, so that one
  // comparison tells whether any comes after a given one.
  using Held = std::uint64_t;
  static constexpr Held one_of(model::LockRank rank) {
    return Held{1} << 8 * static_cast<unsigned>(rank);
  }
  template <class R>
  const Clause* note_lock(const model::Arguments& a);
  template <class R>
  const Clause* compare(Errand& e, const model::Arguments& a, const model::ConcreteState& s);

  void forget(Errand& e);
  void note_joined(const Errand& e, const impl::Operation& operation);
  // The entry's page is what the source's is, as of now: who looked there before did not find it.
  void pass_merged(const model::Arguments& a) {
    merged_[static_cast<std::size_t>(a.page)] = merged_[static_cast<std::size_t>(a.source)];
    since_.merged[static_cast<std::size_t>(a.page)] = running_;
  }
  Errand& errand(model::Task task) { return errands_[static_cast<std::size_t>(task)]; }
  model::Mm own_mm(model::Task task) const { return mm_of_task_[static_cast<std::size_t>(task)]; }
  void note_areas(Errand& e, model::Task task, const model::ConcreteState& s);
  static void note_files(Errand& e, model::Mm mm, const model::ConcreteState& s);
  void note_sources(model::Task task, const impl::Operation& operation,
                    const model::ConcreteState& s);
  void note_clones(Errand& e, model::Task task, const model::ConcreteState& s) const;
  const Clause* share(const Errand& e, const model::Arguments& a) const;
  const Clause* hint(Errand& e, const model::Arguments& a, const model::ConcreteState& s) const;
  // The pages of `mm` whose entries name the frame.
  static PageMask maps(const model::ConcreteState& s, model::Mm mm, model::Frame frame) {
    return assignment::mask_of(
        model::bytes_equal<model::kPagesPerMm>(s.cpu_frame.from(model::page_of(mm, 0)), frame));
  }
  // Pages of the operation that it was to take, and nothing that others did, or could, kept it from
  // that.
  static PageMask left_alone(const Errand& e, model::Mm mm, const model::ConcreteState& s);
  const Clause* free_result(const Errand& e, const impl::Result& result,
                            const model::ConcreteState& s, model::Task task) const;
  const Clause* reclaim_result(const Errand& e, const impl::Result& result,
                               const model::ConcreteState& s, model::Task task) const;
  static void note_reapable(Errand& e, model::Mm mm, const model::ConcreteState& s);
  static void note_unmovable(Errand& e, model::Mm mm, const model::ConcreteState& s);
  const Clause* discard(const Errand& e, const model::Arguments& a) const;
  static const Clause* device_page(const Errand& e, const model::Arguments& a,
                                   const model::ConcreteState& s);
  static void note_huge(Errand& e, model::Mm mm, const model::ConcreteState& s);
  static bool moved_as_whole(const Errand& e, model::Page to);
  void note_split(const model::Arguments& a);
  const Clause* huge(Errand& e, model::Rule rule, const model::Arguments& a,
                     const model::ConcreteState& s) const;
  const Clause* huge_of_file(const Errand& e, model::Rule rule, const model::Arguments& a,
                             const model::ConcreteState& s) const;
  static void note_hugetlb(Errand& e, model::Mm mm, const PageMask& hugetlb,
                           const model::ConcreteState& s);
  const Clause* huge_of_hugetlb(const Errand& e, model::Rule rule, const model::Arguments& a,
                                const model::ConcreteState& s) const;
  void note_set_aside(const Errand& e, const model::Arguments& a);
  // A huge page that its operation may have faulted in, or copied, was not there.
  bool lacked_huge_page(const Errand& e, model::Mm mm, const model::ConcreteState& s) const;
  const Clause* hugetlb_result(const Errand& e, const impl::Result& result,
                               const model::ConcreteState& s) const;
  // The areas that the step is about begin or end inside a huge page of hugetlb.
  bool parts_of_hugetlb(const model::Arguments& a, const model::ConcreteState& s) const {
    return hugetlb_ && a.pages.first <= a.pages.last &&
           assignment::splits_hugetlb(
               s, a.mm, model::index_of(a.pages.first),
               static_cast<unsigned>(a.pages.last) - static_cast<unsigned>(a.pages.first) + 1);
  }
  // What of the page cache its pages map in whole runs, and what keeps it from being collapsed.
  struct CachedRuns {
    PageMask runs{};
    bool moved = true;     // all of it has got other frames
    bool invalid = false;  // dirty, or beyond the end of its file; or no run could ever be
    bool in_use = false;
  };
  static CachedRuns cached_runs(const Errand& e, model::Mm mm, const model::ConcreteState& s);
  const Clause* collapse_result(const Errand& e, const impl::Result& result,
                                const model::ConcreteState& s, model::Task task) const;
  const Clause* hide(const Errand& e, const model::Arguments& a,
                     const model::ConcreteState& s) const;
  void note_failing(Errand& e, model::Task task, const model::ConcreteState& s) const;
  const Clause* break_frame(Errand& e, const model::Arguments& a, const model::ConcreteState& s);
  // The entry goes: whoever has met it may not find it any more. / So with a block that a page of a
  // file gives back: another one may still have it.
  void note_cured(model::Page page, const model::ConcreteState& s) {
    if (s.cpu_kind(page) == model::EntryKind::kPoisoned) {
      since_.cured[static_cast<std::size_t>(page)] = running_;
    }
  }
  void note_mended(model::FilePage page, const model::ConcreteState& s) {
    if (s.broken(s.backing(page))) since_.mended = running_;
  }
  // So with areas that others take the place of.
  void note_replaced(model::PageRange pages, const model::ConcreteState& s);
  // The page had failed. / Some page of its operation in `mm`. / Some block of the file.
  bool met_failure(const Errand& e, model::Page page, const model::ConcreteState& s) const;
  bool met_failure(const Errand& e, model::Mm mm, const model::ConcreteState& s) const;
  bool met_failed_block(const Errand& e, model::File file, const model::ConcreteState& s) const;
  const Clause* failure_result(const Errand& e, const impl::Result& result,
                               const model::ConcreteState& s, model::Task task) const;
  void note_exclusive(model::Mirror mirror, const PageMask& gained, const PageMask& lost);
  bool resolved(const Errand& e, const model::ConcreteState& s, model::Task task) const;
  static void note_ends_of_files(Errand& e, model::Mm mm, const model::ConcreteState& s);
  void note_pins(Errand& e, model::File file, const model::ConcreteState& s);
  void note_pin(model::Frame frame, const model::ConcreteState& s);
  const Clause* walk(const Errand& e, const model::Arguments& a,
                     const model::ConcreteState& s) const;
  const Clause* access(Errand& e, const model::Arguments& a, const model::ConcreteState& s) const;
  static const Clause* atomic_access(Errand& e, const model::Arguments& a,
                                     const model::ConcreteState& s);
  const Clause* map(Errand& e, const model::Arguments& a) const;
  const Clause* remap(Errand& e, const model::Arguments& a, const model::ConcreteState& s) const;
  const Clause* move(Errand& e, const model::Arguments& a, const model::ConcreteState& s);
  void note_refusal(Errand& e, model::Task task, const model::ConcreteState& s) const;
  const Clause* uffd_result(const Errand& e, const impl::Result& result,
                            const model::ConcreteState& s, model::Task task) const;
  const Clause* fork_map(const model::Arguments& a, const model::ConcreteState& s) const;
  const Clause* fork_done(Errand& e, model::Mm parent, const model::ConcreteState& s) const;
  const Clause* zap(Errand& e, const model::Arguments& a, const model::ConcreteState& s) const;
  const Clause* clone_result(const Errand& e, const impl::Result& result) const;
  const Clause* remove_result(const Errand& e, const impl::Result& result) const;
  const Clause* unmerge_result(const Errand& e, const impl::Result& result,
                               const model::ConcreteState& s, model::Task task) const;
  static const Clause* zero_tail(Errand& e, const model::Arguments& a);
  const Clause* resize(const model::Arguments& a, const model::ConcreteState& s);
  void note_tail(model::FilePage page, bool there);
  const Clause* unlock_inode(Errand& e, const model::Arguments& a) const;
  const Clause* unlock_mm(const Errand& e, const model::Arguments& a,
                          const model::ConcreteState& s);
  void note_unpinned(model::Frame frame, const model::ConcreteState& s);
  void begin_tracking(const Errand& e, model::Mm mm);
  const Clause* track(const Errand& e, model::Mm mm, const model::ConcreteState& s);
  const Clause* device_result(const Errand& e, const impl::Result& result,
                              const model::ConcreteState& s, model::Task task) const;
  const Clause* fsync_result(const Errand& e, const impl::Result& result,
                             const model::ConcreteState& s) const;
  const Clause* file_result(const Errand& e, const impl::Result& result,
                            const model::ConcreteState& s) const;
  bool one_filesystem(model::File one, model::File other) const {
    const auto a = static_cast<std::size_t>(one);
    const auto b = static_cast<std::size_t>(other);
    return dax_[a] && dax_[b] && counted_[a] == counted_[b];
  }
  bool filesystem_mapped(model::File file, const model::ConcreteState& s) const;
  // X1: exit has told the mirrors of the address space, if it has any. A classic notifier is told
  // by no window.
  const Clause* was_released(model::Mm mm, const model::ConcreteState& s) const;
  void begin_unmount(Errand& e, const model::ConcreteState& s);
  void end_unmount(const Errand& e, bool done);
  bool finds_what_is_gone(const impl::Operation& operation) const;
  const Clause* unmount_result(const Errand& e, const impl::Result& result,
                               const model::ConcreteState& s) const;
  const Clause* other_result(Errand& e, const impl::Result& result, const model::ConcreteState& s,
                             model::Task task);
  const Clause* pin_result(Errand& e, const impl::Result& result, const model::ConcreteState& s,
                           model::Task task);
  static const Clause* move_result(const Errand& e, const impl::Result& result);
  const Clause* memory_result(const Errand& e, const impl::Result& result,
                              const model::ConcreteState& s) const;
  const Clause* close_result(const Errand& e, const impl::Result& result, model::Task task) const;
  const Clause* classic_result(const Errand& e, const impl::Result& result);
  bool fault_may_fail(const Errand& e, const model::ConcreteState& s, model::Task task) const;
  bool may_be_absent(const Errand& e, model::File file, unsigned unlinks) const;
  bool may_be_unmounted(const Errand& e, model::File file) const;
  const Clause* mapping_result(const Errand& e, const impl::Result& result,
                               const model::ConcreteState& s, model::Task task) const;
  void note_mirror_taken(Errand& e, model::Mirror mirror, const model::ConcreteState& s);
  // X6: a page that a load, store or pin may have faulted in `mm` lay beyond the end of its file,
  // or in a hole of a DAX file for which no block was left, or its memory had failed.
  bool fault_was_bus_error(const Errand& e, model::Mm mm, const model::ConcreteState& s) const {
    return ids::any(e.beyond) || (ids::any(e.of_file) && e.saw(since_.shrunk)) ||
           (ids::any(e.of_dax) && no_blocks_since(e)) || lacked_huge_page(e, mm, s) ||
           met_failure(e, mm, s);
  }
  // What DAX maps is not RAM.
  bool fault_lacked_ram(const Errand& e) const {
    return !ids::inside(e.occupied, e.of_dax) && no_ram_since(e);
  }
  bool no_ram_since(const Errand& e) const {
    return used_pages_ == model::kRamFrames || e.saw(since_.no_page);
  }
  bool no_run_since(const Errand& e, const model::ConcreteState& s) const {
    return no_run(s) || e.saw(since_.no_run);
  }
  // No aligned run of RAM is free that a huge entry could map.
  static bool no_run(const model::ConcreteState& s);
  // F7: a userfaultfd had one of the pages of its operation write-protected, at some time.
  bool met_mark(const Errand& e, model::Mm mm, const model::ConcreteState& s) const;
  // The same of who writes, or pins for that.
  bool was_refused(const Errand& e, model::Task task, const model::ConcreteState& s) const;
  const Clause* uffd_wp(const Errand& e, const model::Arguments& a) const;
  static void note_probed(Errand& e, model::Page page, const model::ConcreteState& s);
  const Clause* put_opcode(Errand& e, const model::Arguments& a) const;
  const Clause* uprobe_result(const Errand& e, const impl::Result& result,
                              const model::ConcreteState& s, model::Task task) const;
  const Clause* uffd_wp_result(const Errand& e, const impl::Result& result,
                               const model::ConcreteState& s, model::Task task) const;
  // Of any of the pages of its operation.
  bool saw_window(const Errand& e, model::Mm mm) const {
    const impl::Operation& operation = *e.operation;
    const unsigned end = std::min<unsigned>(operation.page + operation.count, model::kPagesPerMm);
    for (unsigned i = operation.page; i < end; ++i) {
      if (e.saw(since_.windows[static_cast<std::size_t>(model::page_of(mm, i))])) return true;
    }
    return false;
  }
  bool no_blocks_since(const Errand& e) const {
    return used_blocks_ == model::kBlocks || e.saw(since_.no_block);
  }

  // What has happened, and since whose operations began: a bit for each task that was in one then
  // and still is.
  struct Since {
    Marks<model::kPages> windows{};  // one over it was opened
    Marks<model::kPages> zapped{};
    Marks<model::kPages> discarded{};
    Marks<model::kPages> writable{};  // their entries became so
    Marks<model::kPages> merged{};
    Marks<model::kPages> marked{};    // write-protected by a userfaultfd
    Marks<model::kPages> unmarked{};  // no longer, or their entries are gone
    Marks<model::kPages> special{};   // a special entry was made another
    // From the memory of a device, on its way at least, or from swap.
    Marks<model::kPages> returned{};
    Marks<model::kPages> cured{};                     // an entry of failed memory went
    Marks<model::kPages> unpinned{};                  // a reference to what they map was dropped
    std::array<TaskMask, model::kFilePages> given{};  // got a block
    std::array<TaskMask, model::kFiles> resized{};
    std::array<TaskMask, model::kFiles> unmounting{};
    std::array<TaskMask, model::kMirrors> close_asked{};  // by another operation
    std::array<TaskMask, model::kMirrors> removed{};
    std::array<TaskMask, model::kClassicNotifiers> used{};  // by another operation
    std::array<TaskMask, model::kClassicNotifiers> unlisted{};
    TaskMask joined = 0;         // another operation was under way, too
    TaskMask memory_joined = 0;  // the same, and it was one that may touch private memory
    TaskMask moved = 0;          // an entry, to another page
    TaskMask shrunk = 0;         // some file
    TaskMask mended = 0;         // a file has one block less that had failed
    TaskMask no_page = 0;        // all were used, and are not now
    TaskMask no_block = 0;
    TaskMask no_run = 0;  // none was free for a huge entry, and one may be now

    // REQUIRES: there is nothing here but masks.
    void forget(TaskMask task) {
      if constexpr (model::kLargeWorld) {
        static_assert(offsetof(Since, given) % sizeof windows == 0);
        const auto end = reinterpret_cast<Marks<model::kPages>*>(&given);
        for (Marks<model::kPages>* marks = &windows; marks != end; ++marks) {
          fuzz::forget(*marks, task);
        }
        const auto rest = reinterpret_cast<TaskMask*>(&given);
        for (TaskMask* mask = rest; mask <= &no_run; ++mask) *mask &= ~task;
      } else {
        static_assert(alignof(Since) == alignof(TaskMask));
        const std::span<TaskMask> all(reinterpret_cast<TaskMask*>(this),
                                      sizeof *this / sizeof(TaskMask));
        for (TaskMask& mask : all) mask &= static_cast<TaskMask>(~task);
      }
    }
  };

  // What tells whether a classic notifier's slot was free.
  struct Slot {
    std::int8_t taken = 0;         // registrations that succeeded, less those that were undone
    std::uint8_t in_progress = 0;  // operations on it
  };
  // How many references a task has. Those on the zero page are told by no step.
  struct Pins {
    std::uint16_t all = 0;
    std::uint16_t of_zero_page = 0;
  };

  std::array<Errand, model::kTasks> errands_{};
  std::array<Slot, model::kClassicNotifiers> slots_{};
  std::array<Pins, model::kTasks> pins_{};
  std::array<Held, model::kTasks> held_{};
  std::array<model::Mm, model::kTasks> mm_of_task_{};
  std::array<std::uint8_t, model::kFiles> sizes_{};
  std::array<bool, model::kFiles> existed_{};  // and was not unmounted since
  std::array<bool, model::kFiles> dax_{};
  std::array<bool, model::kFiles> counted_{};
  std::array<std::uint8_t, model::kFiles> unlinks_{};   // that were asked for
  std::array<std::uint8_t, model::kFiles> unmounts_{};  // under way
  std::array<bool, model::kFiles> gone_{};     // unmounted, and nobody has asked for a new one
  std::array<bool, model::kMms> released_{};   // X1: RELEASE was told
  std::array<bool, model::kPages> merged_{};   // by KSM
  std::array<bool, model::kPages> tracked_{};  // by clear_refs, and not written since
  // FICLONERANGE: what each of a task's pages mapped whenever it took mmap_lock.
  std::array<std::array<FilePageMask, model::kPagesPerFile>, model::kTasks> sources_{};
  // Whose migration entry it is, or was: the task, and one.
  std::array<std::uint8_t, model::kPages> hidden_by_{};
  std::array<bool, model::kMirrors> open_{};  // for certain: nobody has asked to close it
  model::TaskWord exited_ = 0;                // tasks
  std::uint32_t used_pages_ = 0;
  std::uint32_t used_blocks_ = 0;
  // Somebody has shared private memory, or tried to (KSM).
  bool forked_ = false;
  bool has_device_memory_ = false;
  bool failed_ = false;   // some memory has
  bool hugetlb_ = false;  // somebody has asked for some
  // Huge pages of hugetlb that mmap has set aside, and nobody has mapped since.
  std::array<PageMask, model::kMms> set_aside_{};
  // P5: what was programmed for a device alone, and no window has taken away.
  std::array<PageMask, model::kMirrors> exclusive_{};
  TaskMask running_ = 0;     // tasks in an operation
  TaskMask collapsing_ = 0;  // those in a MADV_COLLAPSE
  Since since_;
  FilePageMask on_disk_ = 0;  // were written back, so that they hold something without a frame, too
};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_HARNESS_ASSIGNMENT_H_
