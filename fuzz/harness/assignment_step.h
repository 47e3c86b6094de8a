// Assignments::take for one rule.
//
// Thread safety and errors: as Assignments.

#ifndef MIRRORCHECK_FUZZ_HARNESS_ASSIGNMENT_STEP_H_
#define MIRRORCHECK_FUZZ_HARNESS_ASSIGNMENT_STEP_H_

#include <algorithm>
#include <utility>

#include "fuzz/harness/assignment.h"
#include "fuzz/harness/assignment_calls.h"

namespace mirrorcheck::fuzz {

template <class R>
const Clause* Assignments::note_lock(const model::Arguments& a) {
  constexpr model::LockStep step = model::lock_step(R::kRule);
  if constexpr (step.use != model::LockUse::kNone) {
    constexpr Held one = one_of(step.rank);
    constexpr Held one_after = one << 8;
    Held& held = held_[static_cast<std::size_t>(a.task)];
    if constexpr (step.use == model::LockUse::kTakes) {
      held += one;
      return held < one_after ? nullptr : &kLockOrder;
    } else if constexpr (step.use == model::LockUse::kWaits) {
      return held < one ? nullptr : &kLockOrder;
    } else if ((held & (one_after - one)) != 0) {
      held -= one;
    }
  }
  return nullptr;
}

template <class R>
const Clause* Assignments::take(const model::Arguments& a, const model::ConcreteState& s) {
  using model::Rule;
  constexpr Rule rule = R::kRule;
  Errand& e = errand(a.task);

  // What others need to know.
  if constexpr (rule == Rule::kStart) {
    for (auto p = static_cast<std::size_t>(a.pages.first);
         p <= static_cast<std::size_t>(a.pages.last); ++p) {
      since_.windows[p] = running_;
    }
    if (a.event == model::WindowEvent::kRelease) released_[static_cast<std::size_t>(a.mm)] = true;
  } else if constexpr (rule == Rule::kZap || rule == Rule::kDiscard) {
    note_cured(a.page, s);
    tracked_[static_cast<std::size_t>(a.page)] = false;
    since_.zapped[static_cast<std::size_t>(a.page)] = running_;
    if (s.uffd_wp(a.page)) since_.unmarked[static_cast<std::size_t>(a.page)] = running_;
    if constexpr (rule == Rule::kDiscard) {
      since_.discarded[static_cast<std::size_t>(a.page)] = running_;
    }
    merged_[static_cast<std::size_t>(a.page)] = false;
    if (s.cpu_kind(a.page) == model::EntryKind::kMigration) {
      const std::uint8_t by = hidden_by_[static_cast<std::size_t>(a.page)];
      if (by != 0 && errands_[by - 1u].operation != nullptr) ++errands_[by - 1u].lost;
    }
  } else if constexpr (rule == Rule::kPopulate) {
    if (hugetlb_) {
      const model::Mm of = model::mm_of(a.page);
      set_aside_[static_cast<std::size_t>(of)] &= ~assignment::pages(model::huge_of(a.page), of);
    }
    if (a.write) since_.writable[static_cast<std::size_t>(a.page)] = running_;
  } else if constexpr (rule == Rule::kUpgrade) {
    const model::PageRange changed = model::changed_by(a);
    for (auto p = static_cast<std::size_t>(changed.first);
         !a.flag && p <= static_cast<std::size_t>(changed.last); ++p) {
      since_.writable[p] = running_;
      const bool tracked = std::exchange(tracked_[p], false);
      if (tracked && e.operation != nullptr && assignment::only_reads(*e.operation)) {
        return &kNotTracked;
      }
    }
  } else if constexpr (rule == Rule::kUffdWp) {
    (a.flag ? since_.marked : since_.unmarked)[static_cast<std::size_t>(a.page)] = running_;
  } else if constexpr (rule == Rule::kMoveEntry) {
    note_cured(a.source, s);
    since_.zapped[static_cast<std::size_t>(a.source)] = running_;
    if (s.uffd_wp(a.source)) since_.unmarked[static_cast<std::size_t>(a.source)] = running_;
    since_.moved = running_;
    since_.writable[static_cast<std::size_t>(a.page)] =
        since_.writable[static_cast<std::size_t>(a.source)];
    pass_merged(a);
    merged_[static_cast<std::size_t>(a.source)] = false;
    tracked_[static_cast<std::size_t>(a.source)] = false;
  } else if constexpr (rule == Rule::kMerge) {
    for (const model::Page page : {a.page, a.source}) {
      merged_[static_cast<std::size_t>(page)] = true;
      since_.merged[static_cast<std::size_t>(page)] = running_;
    }
  } else if constexpr (rule == Rule::kCopyEntry) {
    forked_ = true;
    pass_merged(a);
    tracked_[static_cast<std::size_t>(a.page)] =
        tracked_[static_cast<std::size_t>(a.source)] && a.frame == s.cpu_frame(a.source);
  } else if constexpr (rule == Rule::kReveal) {
    since_.special[static_cast<std::size_t>(a.page)] = running_;
    if (s.cpu_kind(a.page) == model::EntryKind::kSwap) {
      since_.returned[static_cast<std::size_t>(a.page)] = running_;
    }
  } else if constexpr (rule == Rule::kHide) {
    // What a device had is on its way.
    if (s.cpu_kind(a.page) != model::EntryKind::kPresent) {
      since_.special[static_cast<std::size_t>(a.page)] = running_;
      since_.returned[static_cast<std::size_t>(a.page)] = running_;
    }
  } else if constexpr (rule == Rule::kInvalidate) {
    if (ids::any(exclusive_[static_cast<std::size_t>(a.mirror)])) {
      note_exclusive(a.mirror, {},
                     assignment::pages(s.window_pages(a.window), s.mirror_mm(a.mirror)));
    }
  } else if constexpr (rule == Rule::kProgram) {
    const bool gains =
        a.frame != model::kNoFrame && s.cpu_kind(a.page) == model::EntryKind::kDeviceExclusive;
    const PageMask page = assignment::page_bit(a.page);
    note_exclusive(a.mirror, gains ? page : PageMask{}, gains ? PageMask{} : page);
  } else if constexpr (rule == Rule::kQuiesce) {
    note_exclusive(a.mirror, {}, assignment::every_page());
  } else if constexpr (rule == Rule::kMap) {
    // A VMA that comes, and what Linux merges it with, counts as written (VM_SOFTDIRTY).
    std::fill_n(tracked_.begin() + static_cast<std::ptrdiff_t>(model::page_of(a.mm, 0)),
                model::kPagesPerMm, false);
    if (failed_) note_replaced(a.pages, s);
  } else if constexpr (rule == Rule::kClean) {
    on_disk_ |= FilePageMask{1} << static_cast<unsigned>(a.file_page);
  } else if constexpr (rule == Rule::kEvict) {
    note_tail(a.file_page, (on_disk_ >> static_cast<unsigned>(a.file_page) & 1) != 0);
  } else if constexpr (rule == Rule::kFill || rule == Rule::kShare || rule == Rule::kUnshare) {
    since_.given[static_cast<std::size_t>(a.file_page)] = running_;
    note_tail(a.file_page, true);
    note_mended(a.file_page, s);
  } else if constexpr (rule == Rule::kPin) {
    if (model::is_block(a.frame)) note_pin(a.frame, s);
  } else if constexpr (rule == Rule::kTruncated) {
    model::Concrete::all_in(a.file_pages, [&](model::FilePage page) {
      on_disk_ &= ~(FilePageMask{1} << static_cast<unsigned>(page));
      return true;
    });
  } else if constexpr (rule == Rule::kUnpin) {
    note_unpinned(a.frame, s);
  } else if constexpr (rule == Rule::kAllocate) {
    if (!model::is_device(a.frame) && !model::is_swap(a.frame)) {
      ++(model::is_block(a.frame) ? used_blocks_ : used_pages_);
    }
  } else if constexpr (rule == Rule::kSplit) {
    note_split(a);
  } else if constexpr (rule == Rule::kDisconnect) {
    note_mended(a.file_page, s);
  } else if constexpr (rule == Rule::kFree) {
    if ((collapsing_ != 0 || hugetlb_) && no_run(s)) since_.no_run |= running_;
    if (model::is_device(a.frame) || model::is_swap(a.frame)) {
      // What has gone is not needed to explain anything.
    } else if (model::is_block(a.frame)) {
      if (used_blocks_-- == model::kBlocks) since_.no_block = running_;
    } else {
      if (used_pages_-- == model::kRamFrames) since_.no_page = running_;
    }
  } else if constexpr (rule == Rule::kResize) {
    return resize(a, s);
  } else if constexpr (rule == Rule::kRemove) {
    since_.removed[static_cast<std::size_t>(a.mirror)] = running_;
  } else if constexpr (rule == Rule::kClassicUnregister) {
    since_.unlisted[static_cast<std::size_t>(a.classic)] = running_;
  }
  const Clause* const inverted = note_lock<R>(a);
  if (e.operation == nullptr) return inverted;
  const Clause* const unasked = compare<R>(e, a, s);
  return unasked != nullptr ? unasked : inverted;
}

// The step against what its task was asked to do.
template <class R>
[[gnu::always_inline]] inline const Clause* Assignments::compare(Errand& e,
                                                                 const model::Arguments& a,
                                                                 const model::ConcreteState& s) {
  using impl::Call;
  using model::Rule;
  constexpr Rule rule = R::kRule;
  const impl::Operation* const operation = e.operation;
  const model::Mm mm = own_mm(a.task);
  const Call call = operation->call;
  if constexpr (rule == Rule::kMmapRead || rule == Rule::kMmapWrite) {
    if (a.mm == mm && assignment::goes_by_areas(call)) note_areas(e, a.task, s);
    if (a.mm == mm && (call == Call::kMremap || call == Call::kUffdMove)) {
      note_refusal(e, a.task, s);
    }
    if (a.mm == mm && assignment::is_uprobe(call)) {
      note_probed(e, model::page_of(mm, operation->page), s);
    }
    if (a.mm == mm && call == Call::kOomReap) note_reapable(e, mm, s);
    if (a.mm == mm && call == Call::kMadviseCollapse) {
      note_huge(e, mm, s);
      note_files(e, mm, s);
    }
    if constexpr (rule == Rule::kMmapRead) {
      note_ends_of_files(e, a.mm, s);
      if (call == Call::kMadviseRemove || call == Call::kClone || call == Call::kReclaim) {
        note_files(e, mm, s);
      }
      if (call == Call::kClone) note_sources(a.task, *operation, s);
      if (assignment::moves_memory(call)) note_unmovable(e, a.mm, s);
      if (a.mm == mm && call == Call::kMemoryFailure) note_failing(e, a.task, s);
    }
    if constexpr (rule == Rule::kMmapWrite) {
      e.looked = e.looked || a.mm == mm;
      if (call == Call::kClearRefs && a.mm == mm) begin_tracking(e, mm);
      if (call == Call::kFork && a.mm != mm) e.taken = !assignment::is_new(s, a.mm);
    }
  } else if constexpr (rule == Rule::kMmapUnlock) {
    if (call == Call::kMunmap || call == Call::kMprotect || call == Call::kMremap ||
        call == Call::kClearRefs) {
      return unlock_mm(e, a, s);
    }
    if (call == Call::kFork) return fork_done(e, mm, s);
    if (call == Call::kMadviseCollapse || call == Call::kSplitHuge) note_huge(e, mm, s);
  } else if constexpr (rule == Rule::kInodeLock) {
    // Not that of evicting the file, which may follow.
    if (!e.gave_inode_back) {
      e.old_size = sizes_[static_cast<std::size_t>(a.file)];
      e.old_tail =
          e.old_size % model::kCellsPerPage != 0 &&
          s.backing(model::file_page(a.file, e.old_size / model::kCellsPerPage)) != model::kNoFrame;
    }
  } else if constexpr (rule == Rule::kInodeUnlock) {
    return unlock_inode(e, a);
  } else if constexpr (rule == Rule::kInvalidateUnlock) {
    // As long as the locks of both files are held, they are as clone has left them.
    if (call == Call::kClone) note_clones(e, a.task, s);
  } else if constexpr (rule == Rule::kGetMm) {
    e.mm_gone = !a.flag;
    // What is made exclusive is faulted in before any section begins.
    if (assignment::is_device_call(call)) e.mm = a.mm;
  } else if constexpr (rule == Rule::kMap) {
    if (call == Call::kFork) return fork_map(a, s);
    if (a.area == model::Area::kHugetlb) note_set_aside(e, a);
    if (call == Call::kMremap) return remap(e, a, s);
    return a.mm == mm ? map(e, a) : &kOtherArea;
  } else if constexpr (rule == Rule::kUnmap) {
    const PageMask pages = assignment::pages(a.pages, a.mm);
    if (hugetlb_) set_aside_[static_cast<std::size_t>(a.mm)] &= ~pages;
    if (s.users(a.mm) == 0) return was_released(a.mm, s);
    if (parts_of_hugetlb(a, s)) return &kPartOfHugePage;
    // A fork that fails takes back what it has made.
    if (call == Call::kFork && a.mm != mm) return e.taken ? &kOtherArea : nullptr;
    e.unmapped |= pages;
    e.gone |= pages;
    PageMask asked{};
    if (call == Call::kMunmap) asked = assignment::pages(*operation);
    if (call == Call::kMremap) {
      // What is at its target, and what is cut off; what has moved when it is at its new place.
      asked = assignment::cut_off(*operation);
      if (operation->target != operation->page) {
        asked |= e.did_map ? assignment::pages(*operation) : assignment::target_pages(*operation);
      }
    }
    return a.mm == mm && assignment::inside(pages, asked) ? nullptr : &kOtherArea;
  } else if constexpr (rule == Rule::kProtect) {
    const PageMask pages = assignment::pages(a.pages, mm);
    if (parts_of_hugetlb(a, s)) return &kPartOfHugePage;
    e.settled |= pages;
    return call == Call::kMprotect && assignment::inside(pages, assignment::pages(*operation)) &&
                   a.read == ((operation->prot & impl::kProtRead) != 0) &&
                   a.write == ((operation->prot & impl::kProtWrite) != 0)
               ? nullptr
               : &kOtherArea;
  } else if constexpr (rule == Rule::kPutMm) {
    e.last_user |= s.users(a.mm) == 1;
  } else if constexpr (rule == Rule::kZap) {
    // Others may take entries away between the last mmput() and RELEASE: truncate, reclaim.
    if (e.last_user && s.users(model::mm_of(a.page)) == 0) {
      if (const Clause* early = was_released(model::mm_of(a.page), s)) return early;
    }
    return zap(e, a, s);
  } else if constexpr (rule == Rule::kWriteProtect) {
    if (!a.flag || call == Call::kMprotect) return nullptr;
    return hint(e, a, s);
  } else if constexpr (rule == Rule::kLazyFree) {
    e.taken_up |= assignment::page_bit(a.page);
    return assignment::unless(
        call == Call::kMadviseFree && model::mm_of(a.page) == mm &&
            assignment::inside(assignment::page_bit(a.page), assignment::pages(*operation)),
        kDataLost);
  } else if constexpr (rule == Rule::kUffdWp) {
    return uffd_wp(e, a);
  } else if constexpr (rule == Rule::kJoin || rule == Rule::kSplit) {
    return huge(e, rule, a, s);
  } else if constexpr (rule == Rule::kMarkDirty) {
    // What a device has written is not thrown away, and goes out another time.
    if (call == Call::kReclaim) e.taken_up |= maps(s, mm, a.frame);
  } else if constexpr (rule == Rule::kBreak) {
    return break_frame(e, a, s);
  } else if constexpr (rule == Rule::kDiscard) {
    // A page of several entries is gone with the last of them.
    if (model::maps_alone<model::Concrete>(s, a.page)) ++e.moves;
    return discard(e, a);
  } else if constexpr (rule == Rule::kPopulate) {
    const bool replaces = e.copying && a.page == e.copied;
    if (a.page == e.copied) e.copying = false;
    if (a.required || (replaces && assignment::is_uprobe(call))) return put_opcode(e, a);
    if (model::is_device(a.frame)) return device_page(e, a, s);
  } else if constexpr (rule == Rule::kEnd) {
    return e.copying ? &kDataLost : nullptr;
  } else if constexpr (rule == Rule::kHide) {
    if (a.kind == model::EntryKind::kMigration) {
      e.hid = true;
      hidden_by_[static_cast<std::size_t>(a.page)] = assignment::mark(a.task);
    } else if (a.kind == model::EntryKind::kDeviceExclusive) {
      // Counts as walked (P5).
      e.walked |= assignment::page_bit(a.page);
      e.taken_up |= assignment::page_bit(a.page);
    }
    return hide(e, a, s);
  } else if constexpr (rule == Rule::kMove || rule == Rule::kReveal) {
    // What is in swap comes back to whoever touches it, and to be a part of a huge entry.
    const bool swaps = s.cpu_kind(a.page) == model::EntryKind::kSwap;
    const bool goes_out = rule == Rule::kMove && model::is_swap(a.frame);
    if (swaps && !goes_out) {
      return assignment::unless(assignment::faults_in(call) || call == Call::kMadviseCollapse,
                                kOtherMove);
    }
    if constexpr (rule == Rule::kMove) {
      // Whoever drops the last reference to a mirror empties the device's memory.
      if (!e.did_remove) ++e.moves;
      // P1: only into the memory of the device that was asked.
      const bool from_device = model::is_device(s.cpu_frame(a.page));
      const bool into_device = call == Call::kMigrateToDevice && !from_device;
      if (into_device ? !model::Concrete::owns(assignment::mirror_of(*operation), a.frame)
                      : model::is_device(a.frame)) {
        return &kOtherMove;
      }
    }
    if (swaps) return assignment::unless(call == Call::kReclaim, kOtherMove);
    // Whoever touches what is exclusive gives it back, the CPU as well as fork.
    if (s.cpu_kind(a.page) == model::EntryKind::kDeviceExclusive) return nullptr;
    return assignment::unless(
        hidden_by_[static_cast<std::size_t>(a.page)] == assignment::mark(a.task), kOtherMove);
  } else if constexpr (rule == Rule::kCopyEntry) {
    hidden_by_[static_cast<std::size_t>(a.page)] = hidden_by_[static_cast<std::size_t>(a.source)];
    return call == Call::kFork && model::mm_of(a.source) == mm &&
                   a.page == model::page_of(model::other_mm(mm), model::index_of(a.source))
               ? nullptr
               : &kOtherArea;
  } else if constexpr (rule == Rule::kMoveEntry) {
    hidden_by_[static_cast<std::size_t>(a.page)] = hidden_by_[static_cast<std::size_t>(a.source)];
    return call == Call::kMremap || call == Call::kUffdMove ? move(e, a, s) : &kOtherArea;
  } else if constexpr (rule == Rule::kMerge) {
    if (a.page == e.copied) e.copying = false;
    ++e.moved;
    const unsigned i = model::index_of(a.source) - operation->page;
    return assignment::unless(
        assignment::is_merge(call) && model::mm_of(a.source) == mm &&
            model::index_of(a.source) >= operation->page && i < operation->count &&
            a.page == model::page_of(call == Call::kKsmMerge ? mm : model::other_mm(mm),
                                     operation->target + i),
        kOtherMerge);
  } else if constexpr (rule == Rule::kDisconnect) {
    const unsigned index = model::index_of(a.file_page);
    e.took_away = e.took_away || !e.gave_inode_back;  // else it is evicted
    const bool asked = call == Call::kMadviseRemove
                           ? (e.mapped >> static_cast<unsigned>(a.file_page) & 1) != 0
                           : (call == Call::kPunchHole || call == Call::kClone) &&
                                 operation->file == model::file_of(a.file_page) &&
                                 index >= operation->index &&
                                 index < static_cast<unsigned>(operation->index + operation->count);
    return !s.within(a.file_page) || asked ? nullptr : &kDataLost;
  } else if constexpr (rule == Rule::kShare) {
    ++e.moved;
    return share(e, a);
  } else if constexpr (rule == Rule::kZeroTail) {
    e.took_away = e.took_away || !e.gave_inode_back;
    return zero_tail(e, a);
  } else if constexpr (rule == Rule::kClean) {
    return assignment::unless(
        (call == Call::kFsync && operation->file == model::file_of(a.file_page)) ||
            assignment::faults_in(call) ||
            (call == Call::kReclaim && (e.mapped >> static_cast<unsigned>(a.file_page) & 1) != 0),
        kOtherAccess);
  } else if constexpr (rule == Rule::kCommit) {
    return assignment::unless(
        assignment::faults_in(call) ||
            (call == Call::kFsync && operation->file == model::file_of(a.file_page)),
        kOtherAccess);
  } else if constexpr (rule == Rule::kEvict) {
    ++e.moves;
    const bool failed = call == Call::kMemoryFailure && s.backing(a.file_page) == e.broke;
    const bool mapped = (e.mapped >> static_cast<unsigned>(a.file_page) & 1) != 0;
    const bool moves = call == Call::kReclaim || call == Call::kMadviseCollapse;
    return assignment::unless(failed || (moves && mapped), kOtherMove);
  } else if constexpr (rule == Rule::kFill) {
    if (call == Call::kMadviseCollapse) {
      const FilePageMask slot = FilePageMask{1} << static_cast<unsigned>(a.file_page);
      e.refilled |= slot;
      return assignment::unless((e.mapped & slot) != 0, kOtherMove);
    }
  } else if constexpr (rule == Rule::kUnmapped) {
    note_pins(e, a.file, s);
  } else if constexpr (rule == Rule::kTruncated) {
    if (call == Call::kMadviseRemove) {
      for (auto f = static_cast<unsigned>(a.file_pages.first);
           f <= static_cast<unsigned>(a.file_pages.last); ++f) {
        e.punched |= FilePageMask{1} << f;
      }
      return nullptr;
    }
    // Evicted by what was its last user.
    if (a.file != operation->file || e.gave_inode_back) return nullptr;
    const bool punches = call == Call::kPunchHole;
    const unsigned first = punches ? operation->index : assignment::pages_of(operation->size);
    const unsigned end = punches
                             ? std::min(static_cast<unsigned>(operation->index + operation->count),
                                        assignment::pages_of(e.old_size))
                             : unsigned{model::kPagesPerFile};
    e.did_truncate = e.did_truncate || first >= end ||
                     (a.file_pages.first <= model::file_page(a.file, first) &&
                      a.file_pages.last >= model::file_page(a.file, end - 1));
    const bool shrinks_inside = call == Call::kFtruncate && operation->size < e.old_size &&
                                operation->size % model::kCellsPerPage != 0;
    if (shrinks_inside && !e.zeroed_new &&
        s.backing(model::file_page(a.file, operation->size / model::kCellsPerPage)) !=
            model::kNoFrame) {
      return &kTailKept;
    }
  } else if constexpr (rule == Rule::kCpuAccess || rule == Rule::kDeviceAccess ||
                       rule == Rule::kFileAccess) {
    const bool as_asked =
        rule == Rule::kCpuAccess ? call == Call::kLoad || call == Call::kStore
        : rule == Rule::kDeviceAccess
            ? call == Call::kDeviceRead || call == Call::kDeviceWrite ||
                  call == Call::kMigrateToDevice || assignment::makes_exclusive(call)
            : call == Call::kPread || call == Call::kPwrite || assignment::is_uprobe(call);
    const Clause* const wrong = as_asked ? access(e, a, s) : &kOtherAccess;
    ++e.accesses;
    return wrong;
  } else if constexpr (rule == Rule::kInsert) {
    e.did_insert = true;
    return call == Call::kMirrorOpen && a.mirror == assignment::mirror_of(*operation) &&
                   a.mm == mm && assignment::pages(a.pages, mm) == assignment::pages(*operation)
               ? nullptr
               : &kOtherRange;
  } else if constexpr (rule == Rule::kQuiesce || rule == Rule::kRemove) {
    // Whoever drops the last reference closes it.
    e.did_remove = e.did_remove || rule == Rule::kRemove;
    return (call == Call::kMirrorClose || assignment::is_device_call(call)) &&
                   a.mirror == assignment::mirror_of(*operation)
               ? nullptr
               : &kOtherRange;
  } else if constexpr (rule == Rule::kClassicRegister) {
    e.did_register = true;
    return call == Call::kNotifierRegister && a.classic == model::Classic(operation->mirror) &&
                   a.mm == mm && a.flag == (operation->prot != 0)
               ? nullptr
               : &kOtherNotifier;
  } else if constexpr (rule == Rule::kPin) {
    e.did_pin = true;
    return assignment::is_pin(call) && a.flag == (call == Call::kPinLongterm) &&
                   a.page == model::page_of(mm, operation->page) &&
                   a.write == ((operation->prot & impl::kProtWrite) != 0)
               ? nullptr
               : &kOtherPin;
  } else if constexpr (rule == Rule::kUnpin) {
    const bool again = e.did_unpin && call == Call::kUnpin;
    e.did_unpin = true;
    return (call == Call::kUnpin || call == Call::kExit) && !again ? nullptr : &kOtherPin;
  } else if constexpr (rule == Rule::kClassicUnregister) {
    e.did_unregister = true;
    return (call == Call::kNotifierUnregister && a.classic == model::Classic(operation->mirror)) ||
                   s.users(a.mm) == 0
               ? nullptr
               : &kOtherNotifier;
  } else if constexpr (rule == Rule::kStartFailed) {
    e.refused = true;
  } else if constexpr (rule == Rule::kReadBegin) {
    e.walked = {};
    e.mm = s.mirror_mm(a.mirror);
    return assignment::is_device_call(call) && a.mirror == assignment::mirror_of(*operation)
               ? nullptr
               : &kOtherRange;
  } else if constexpr (rule == Rule::kWalkPage) {
    return walk(e, a, s);
  } else if constexpr (rule == Rule::kFaultReturn) {
    const PageMask pages = assignment::pages(a.pages, s.mirror_mm(a.mirror));
    if (!assignment::inside(pages, assignment::pages(*operation))) return &kOtherRange;
    if (a.outcome == model::Outcome::kValid) e.walked |= pages;
    if (a.outcome == model::Outcome::kBusy && e.collisions != 0xff) ++e.collisions;
    // A fault fails beyond the end of a file, or where nothing is left to give. The model cannot
    // ask: what it was like when the fault failed is history when hmm_range_fault returns.
    if (a.outcome == model::Outcome::kBadAddress &&
        s.last_outcome(a.task) == model::Outcome::kFault && !fault_may_fail(e, s, a.task)) {
      return &kErrorUnexplained;
    }
  } else if constexpr (rule == Rule::kReadRetry) {
    std::uint8_t& count = a.flag ? e.collisions : e.sections;
    if (count != 0xff) ++count;
    if (!a.flag) e.covered |= e.walked;
  } else if constexpr (rule == Rule::kAbandon) {
    // The kernel's driver has a subscription of its own for each snapshot, which also hears of the
    // windows that the mirror's ignores.
    if (call == Call::kSnapshot && e.collisions != 0xff && saw_window(e, s.mirror_mm(a.mirror))) {
      ++e.collisions;
    }
  } else if constexpr (rule == Rule::kUpdateUnlock) {
    // P1: the driver reads what it has moved through its own page table, as far as that goes. Other
    // mirrors' locks it takes to tell them of a window.
    if ((call == Call::kMigrateToDevice || call == Call::kDeviceExclusive) &&
        a.mirror == assignment::mirror_of(*operation) && e.accesses < operation->count &&
        operation->page + e.accesses < static_cast<int>(model::kPagesPerMm)) {
      e.missing =
          s.device_frame(a.mirror, model::page_of(s.mirror_mm(a.mirror),
                                                  operation->page + e.accesses)) == model::kNoFrame;
    }
    // P5: at some time, after it had got it. Others of its mirror may have got it again since.
    if (call == Call::kDeviceAtomic && a.mirror == assignment::mirror_of(*operation) &&
        ids::any(e.taken_up)) {
      const model::Page page = model::page_of(s.mirror_mm(a.mirror), operation->page);
      e.missing = e.missing || !has_for_itself(a.mirror, page) || !s.device_write(a.mirror, page);
    }
  } else if constexpr (rule == Rule::kProgram) {
    // To let go of a page needs no order.
    return assignment::unless(
        a.frame == model::kNoFrame ||
            ((call == Call::kMigrateToDevice || assignment::makes_exclusive(call)) &&
             a.mirror == assignment::mirror_of(*operation) &&
             assignment::inside(assignment::page_bit(a.page), assignment::pages(*operation))),
        kOtherRange);
  } else if constexpr (rule == Rule::kInstall) {
    if (assignment::makes_exclusive(call)) {
      note_exclusive(a.mirror, assignment::pages(a.pages, s.mirror_mm(a.mirror)), {});
    }
    return assignment::inside(assignment::pages(a.pages, s.mirror_mm(a.mirror)),
                              assignment::pages(*operation) & e.covered)
               ? nullptr
               : &kOtherRange;
  }
  return nullptr;
}

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_HARNESS_ASSIGNMENT_STEP_H_
