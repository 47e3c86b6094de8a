// Operations between RAM and the memory of devices: whose pages they may take, and their answers.

#include <algorithm>
#include <cerrno>

#include "fuzz/harness/assignment.h"
#include "fuzz/harness/assignment_step.h"

namespace mirrorcheck::fuzz {

using assignment::fits;
using assignment::inside;
using assignment::mirror_of;
using assignment::page_bit;
using assignment::pages;
using assignment::pages_there;
using assignment::unless;
using impl::Call;
using impl::Operation;
using model::Area;
using model::Arguments;
using model::ConcreteState;
using model::Mm;
using model::Page;
using model::Task;

namespace {

// Runs of frames are counted from here.
constexpr auto kFirstOfRuns = static_cast<unsigned>(model::kZeroFrame) + 1;

// How many pages of it an operation on device memory says it did.
unsigned pages_done(Call call, unsigned accesses, unsigned moves) {
  if (call == Call::kDeviceAtomic) return 1;
  if (call == Call::kMigrateToRam) return moves;
  return call == Call::kMigrateToDevice || call == Call::kDeviceExclusive ? accesses : 0;
}

}  // namespace

// X17, P1: what migrate_vma_setup refuses.
void Assignments::note_unmovable(Errand& e, Mm mm, const ConcreteState& s) {
  const Operation& operation = *e.operation;
  for (unsigned i = operation.page; i < operation.page + operation.count && i < model::kPagesPerMm;
       ++i) {
    const Page page = model::page_of(mm, i);
    const Area area = s.area(page);
    e.unmovable = e.unmovable || area == Area::kNone || area == Area::kSpecial ||
                  area == Area::kDax || area == Area::kHugetlb || !s.area_read(page);
    e.unwritable =
        e.unwritable || area == Area::kNone || area == Area::kSpecial || !s.area_write(page);
    if (area == Area::kDax) ids::add(e.of_dax, i);
    if (area == Area::kDax || area == Area::kFile) ids::add(e.of_file, i);
    if (area != Area::kNone) ids::add(e.occupied, i);
  }
  // The first look is the one by which a migration goes; those of the walk behind it may find that
  // mmap_lock was somebody else's meanwhile.
  if (!e.looked) e.must_refuse = e.unmovable;
  e.looked = true;
}

// Whose page may be hidden: those that were asked for, and others' entries of the same pages; and
// what comes back from the memory of a device, because somebody touches it (P2) or the device goes.
const Clause* Assignments::hide(const Errand& e, const Arguments& a, const ConcreteState& s) const {
  const Operation& operation = *e.operation;
  const bool of_device = s.cpu_kind(a.page) == model::EntryKind::kDevicePrivate;
  const model::Mirror mirror = mirror_of(operation);
  // Whoever shares a page with the operation's may have it anywhere, and so may a mremap, or KSM.
  const auto asked_in = [&](Mm mm) {
    return model::mm_of(a.page) != mm || e.saw(since_.moved) ||
           merged_[static_cast<std::size_t>(a.page)] || inside(page_bit(a.page), pages(operation));
  };
  if (a.kind == model::EntryKind::kDeviceExclusive) {
    return unless(assignment::makes_exclusive(operation.call) && a.mirror == mirror &&
                      model::mm_of(a.page) == s.mirror_mm(mirror) && asked_in(s.mirror_mm(mirror)),
                  kOtherMove);
  }
  if (a.kind == model::EntryKind::kPoisoned) {
    return unless(operation.call == Call::kMemoryFailure && s.cpu_frame(a.page) == e.broke,
                  kOtherFailure);
  }
  if (a.kind == model::EntryKind::kSwap) {
    return unless(operation.call == Call::kReclaim && asked_in(own_mm(a.task)), kOtherMove);
  }
  switch (operation.call) {
    case Call::kMovePages:
      return unless(asked_in(own_mm(a.task)), kOtherMove);
    case Call::kMigrateToDevice:
      if (!of_device) return unless(asked_in(s.mirror_mm(mirror)), kOtherMove);
      [[fallthrough]];
    case Call::kMigrateToRam:
    case Call::kDeviceRelease:
    case Call::kMirrorClose:
    case Call::kSnapshot:
    case Call::kCheckExclusive:
      return unless(model::Concrete::owns(mirror, s.cpu_frame(a.page)) &&
                        (operation.call != Call::kMigrateToRam || asked_in(s.mirror_mm(mirror)) ||
                         s.registration(mirror) == model::Registration::kOut),
                    kOtherMove);
    case Call::kLoad:
    case Call::kStore:
    case Call::kPin:
    case Call::kPinLongterm:
    case Call::kUprobeSet:
    case Call::kUprobeRemove:
    case Call::kMadviseCollapse:
      return unless(of_device && asked_in(own_mm(a.task)), kOtherMove);
    case Call::kDeviceRead:
    case Call::kDeviceWrite:
    case Call::kDeviceFault:
    case Call::kDeviceExclusive:
    case Call::kDeviceAtomic:
    case Call::kFork:
      return unless(of_device, kOtherMove);
    default:
      return &kOtherMove;  // touches no memory
  }
}

// P1: where there was no page, one of the device's that was asked.
const Clause* Assignments::device_page(const Errand& e, const Arguments& a,
                                       const ConcreteState& s) {
  const Operation& operation = *e.operation;
  const model::Mirror mirror = mirror_of(operation);
  return unless(operation.call == Call::kMigrateToDevice &&
                    model::Concrete::owns(mirror, a.frame) &&
                    inside(pages({a.page, a.page}, s.mirror_mm(mirror)), pages(operation)),
                kOtherMove);
}

// What was given up may go whoever else maps it, and so may what a mremap has put elsewhere.
const Clause* Assignments::discard(const Errand& e, const Arguments& a) const {
  return unless(e.operation->call == Call::kReclaim &&
                    (model::mm_of(a.page) != own_mm(a.task) || e.saw(since_.moved) ||
                     inside(page_bit(a.page), pages(*e.operation))),
                kDataLost);
}

// Of the pages that were asked for.
void Assignments::note_huge(Errand& e, Mm mm, const ConcreteState& s) {
  const PageMask asked = pages_there(*e.operation);
  e.huge = {};
  for (unsigned first = 0; first < model::kPagesPerMm; first += model::kPagesPerHuge) {
    const model::PageRange run = model::huge_of(model::page_of(mm, first));
    const PageMask all = assignment::pages(run, mm);
    const bool one_area = model::Concrete::all_in(run, [&](Page page) {
      return s.area(page) == Area::kAnon && s.area_read(page) == s.area_read(run.first) &&
             s.area_write(page) == s.area_write(run.first);
    });
    if (one_area && inside(all, asked)) e.runs |= all;
    if (s.huge(run.first) && s.area(run.first) == Area::kAnon) e.huge |= all & asked;
  }
  e.was_huge |= e.huge;
}

// Whoever looks for a page through rmap needs no mmap_lock: move_pages and reclaim split what a
// collapse has found huge, or has just made so.
void Assignments::note_split(const Arguments& a) {
  if (collapsing_ == 0) return;
  const Mm mm = model::mm_of(a.page);
  for (std::size_t t = 0; t < errands_.size(); ++t) {
    if ((collapsing_ & bit_of(Task(t))) != 0 && own_mm(Task(t)) == mm) {
      errands_[t].split |= assignment::pages(model::huge_of(a.page), mm);
    }
  }
}

// Whoever changes an entry may have to split it first; whoever only goes through it, or takes it up
// as a whole, may not.
const Clause* Assignments::huge(Errand& e, model::Rule rule, const Arguments& a,
                                const ConcreteState& s) const {
  const Call call = e.operation->call;
  const Mm mm = model::mm_of(a.page);
  const PageMask run = assignment::pages(model::huge_of(a.page), mm);
  const PageMask asked = mm == own_mm(a.task) ? run & pages(*e.operation) : PageMask{};
  if (s.area(a.page) == Area::kHugetlb) return huge_of_hugetlb(e, rule, a, s);
  if (rule == model::Rule::kJoin && call == Call::kMremap) {
    return unless(mm == own_mm(a.task) && moved_as_whole(e, a.page), kOtherHuge);
  }
  if (rule == model::Rule::kSplit) {
    if (mm == own_mm(a.task)) e.parted |= run;
    // Its last user takes all of it down, whatever he was doing.
    if (s.users(mm) == 0) return nullptr;
    // change_huge_pmd, madvise_free_huge_pmd, clear_soft_dirty_pmd, page_vma_mkclean_one.
    if (call == Call::kMprotect || call == Call::kMadviseFree) {
      return unless(ids::any(asked) && !(asked == run), kOtherHuge);
    }
    if (call == Call::kClearRefs || call == Call::kFsync) return &kOtherHuge;
  }
  if (model::maps_file_memory<model::Concrete>(s, a.page)) return huge_of_file(e, rule, a, s);
  if (rule == model::Rule::kJoin) {
    e.was_huge |= run;
    e.split &= ~run;
    return unless(asked == run && call == Call::kMadviseCollapse, kOtherHuge);
  }
  if (assignment::faults_in(call) && !assignment::moves_memory(call)) {
    // do_huge_pmd_wp_page: who writes what is shared, or pins it, gets a page of its own out of it.
    return unless(!s.cpu_write(a.page) && assignment::may_copy(*e.operation) &&
                      mm == (assignment::is_device_call(call) ? e.mm : own_mm(a.task)) &&
                      ids::any(run & pages(*e.operation)),
                  kOtherHuge);
  }
  return unless(call != Call::kMadviseCollapse, kOtherHuge);
}

// move_huge_pmd: all of a huge entry was asked to move, and to where all of one can be.
bool Assignments::moved_as_whole(const Errand& e, model::Page to) {
  const Operation& operation = *e.operation;
  const unsigned first = model::index_of(model::huge_of(to).first);
  const unsigned from = first - operation.target + operation.page;
  return first >= operation.target && from % model::kPagesPerHuge == 0 &&
         from + model::kPagesPerHuge <=
             operation.page + std::min(operation.count, operation.target_count) &&
         inside(assignment::pages(model::huge_of(model::page_of(model::Mm{}, from)), model::Mm{}),
                e.parted);
}

// dax_iomap_pmd_fault: a fault maps all of it, or takes away what it cannot change. Who faults to
// write takes it away in any mm that maps what is to be somewhere else, or on stable storage (X9,
// X7).
const Clause* Assignments::huge_of_file(const Errand& e, model::Rule rule, const Arguments& a,
                                        const ConcreteState& s) const {
  const Mm mm = model::mm_of(a.page);
  const Operation& operation = *e.operation;
  if (rule == model::Rule::kSplit) {
    return unless(s.users(mm) == 0 || !assignment::faults_in(operation.call) ||
                      assignment::may_copy(operation) ||
                      assignment::makes_exclusive(operation.call),
                  kOtherHuge);
  }
  const Mm faulting = assignment::is_device_call(operation.call) ? e.mm : own_mm(a.task);
  return unless(assignment::faults_in(operation.call) && mm == faulting &&
                    ids::any(assignment::pages(model::huge_of(a.page), mm) & pages(operation)),
                kOtherHuge);
}

bool Assignments::no_run(const ConcreteState& s) {
  for (unsigned first = kFirstOfRuns; first < kFirstOfRuns + model::kRamFrames;
       first += model::kPagesPerHuge) {
    bool free = true;
    for (unsigned i = 0; i < model::kPagesPerHuge; ++i) {
      free = free && !s.used(model::Frame(first + i));
    }
    if (free) return false;
  }
  return true;
}

Assignments::CachedRuns Assignments::cached_runs(const Errand& e, Mm mm, const ConcreteState& s) {
  CachedRuns found;
  const PageMask asked = pages_there(*e.operation);
  for (unsigned i = 0; i < model::kPagesPerMm; ++i) {
    const Page page = model::page_of(mm, i);
    if (!ids::has(asked, i) || s.area(page) != Area::kFile || s.area_private(page)) continue;
    if (model::index_of(s.slot(page)) % model::kPagesPerHuge != i % model::kPagesPerHuge) {
      found.invalid = true;
      continue;
    }
    const model::PageRange run = model::huge_of(page);
    const unsigned begin = static_cast<unsigned>(s.slot(page)) - i % model::kPagesPerHuge;
    const bool whole =
        inside(assignment::pages(run, mm), asked) && model::Concrete::all_in(run, [&](Page part) {
          return s.area(part) == Area::kFile && !s.area_private(part) &&
                 s.area_read(part) == s.area_read(page) &&
                 s.area_write(part) == s.area_write(page) &&
                 static_cast<unsigned>(s.slot(part)) ==
                     begin + model::index_of(part) % model::kPagesPerHuge;
        });
    if (!whole) continue;
    ids::add(found.runs, i);
    const model::FilePage slot = s.slot(page);
    const model::Frame frame = s.backing(slot);
    // The frames are a run, too.
    const auto to = static_cast<unsigned>(s.backing(model::FilePage(begin)));
    found.moved = found.moved && (e.refilled >> static_cast<unsigned>(slot) & 1) != 0 &&
                  static_cast<unsigned>(frame) == to + i % model::kPagesPerHuge &&
                  (to - kFirstOfRuns) % model::kPagesPerHuge == 0;
    found.invalid = found.invalid || !s.within(slot) || s.dirty(slot);
    found.in_use = found.in_use || (frame != model::kNoFrame && s.pins(frame) != 0);
  }
  return found;
}

// What keeps a page of anonymous memory from being collapsed (__collapse_huge_page_isolate). An
// entry that is not present may also not come back because somebody has its page locked. What is of
// a file is collapsed without mmap_lock: what others may have done meanwhile explains anything.
const Clause* Assignments::collapse_result(const Errand& e, const impl::Result& result,
                                           const ConcreteState& s, Task task) const {
  const PageMask others = e.special | e.of_dax | e.own_copies;
  const bool unlocked = e.in_cache && e.saw(since_.joined);
  const CachedRuns cached =
      e.in_cache && !unlocked ? cached_runs(e, own_mm(task), s) : CachedRuns{};
  if (result.error == 0) {
    if (unlocked) {
      return unless(result.pages <= e.operation->count && result.pages % model::kPagesPerHuge == 0,
                    kOtherCount);
    }
    if (result.pages != ids::count(e.runs | cached.runs)) return &kOtherCount;
    return unless(e.looked && inside(e.runs, e.was_huge) && cached.moved && !ids::any(e.gone) &&
                      !ids::any(others),
                  kNotDone);
  }
  const PageMask left = e.runs & ~(e.huge & ~e.split);
  if (result.error == -ENOMEM) {
    return unless(!fits(*e.operation) || ids::any(e.gone) ||
                      ((ids::any(left) || e.in_cache) && no_run_since(e, s)),
                  kErrorUnexplained);
  }
  if (result.error == -EINVAL && ids::any(others)) return nullptr;
  if (result.error != -EINVAL && result.error != -EAGAIN) return &kErrorUnexplained;
  if (unlocked) return nullptr;
  // What others do at the same time may have locked a page, or made an entry a special one.
  if (e.saw(since_.memory_joined)) return unless(ids::any(left), kErrorUnexplained);
  bool invalid = cached.invalid;
  bool in_use = cached.in_use;
  for (unsigned first = 0; first < model::kPagesPerMm; first += model::kPagesPerHuge) {
    if (!ids::has(left, first)) continue;
    bool writable = false;
    for (unsigned i = first; i < first + model::kPagesPerHuge; ++i) {
      const Page page = model::page_of(own_mm(task), i);
      const model::Frame frame = s.cpu_frame(page);
      if (frame == model::kNoFrame) continue;
      const bool present = model::present<model::Concrete>(s, page);
      writable = writable || (present && s.cpu_write(page));
      invalid = invalid || !present || s.uffd_wp(page) || s.cpu_read(page) != s.area_read(page);
      in_use = in_use || !present ||
               (frame != model::kZeroFrame &&
                (s.pins(frame) != 0 || !model::maps_alone<model::Concrete>(s, page)));
    }
    invalid = invalid || !writable;
  }
  return unless(result.error == -EINVAL ? invalid : in_use, kErrorUnexplained);
}

void Assignments::note_exclusive(model::Mirror mirror, const PageMask& gained,
                                 const PageMask& lost) {
  PageMask& exclusive = exclusive_[static_cast<std::size_t>(mirror)];
  exclusive = (exclusive | gained) & ~lost;
  for (Errand& e : errands_) {
    if (e.operation == nullptr || e.operation->call != Call::kCheckExclusive ||
        mirror_of(*e.operation) != mirror) {
      continue;
    }
    e.exclusive &= ~lost;
    e.met_exclusive = e.met_exclusive || ids::any(gained & pages(*e.operation));
  }
}

// Reads, as many as it takes to get the page, and then one write.
const Clause* Assignments::atomic_access(Errand& e, const Arguments& a, const ConcreteState& s) {
  const Operation& operation = *e.operation;
  const bool there = a.mirror == mirror_of(operation) && a.cell == operation.cell &&
                     a.page == model::page_of(s.mirror_mm(a.mirror), operation.page) && !e.did_add;
  if (!a.write) {
    e.datum = a.value;
    return unless(there, kOtherAccess);
  }
  e.did_add = true;
  return unless(there && e.accesses != 0 && a.value == e.datum + impl::kAtomicAddend, kOtherAccess);
}

// L7: what the operation hid is not hidden any more.
bool Assignments::resolved(const Errand& e, const ConcreteState& s, Task task) const {
  if (!e.hid) return true;
  for (std::size_t p = 0; p < model::kPages; ++p) {
    if (s.cpu_kind(Page(p)) == model::EntryKind::kMigration &&
        hidden_by_[p] == assignment::mark(task)) {
      return false;
    }
  }
  return true;
}

const Clause* Assignments::memory_result(const Errand& e, const impl::Result& result,
                                         const ConcreteState& s) const {
  const Operation& operation = *e.operation;
  const bool open = e.mirror_open && !e.saw(since_.close_asked[operation.mirror]);
  const bool atomic = operation.call == Call::kDeviceAtomic;
  const bool exclusive = assignment::makes_exclusive(operation.call);
  const bool migrates =
      operation.call == Call::kMigrateToDevice || operation.call == Call::kMigrateToRam;
  const bool all_exclusive = inside(pages(operation), e.taken_up);
  const model::Mirror mirror = mirror_of(operation);
  switch (result.error) {
    case 0:
      // S12': still exclusive, as it was from the beginning on.
      if (operation.call == Call::kCheckExclusive && ids::any(e.exclusive)) {
        return &kNotDone;
      }
      // X17: nothing that no driver may move is skipped in silence.
      if (migrates && e.must_refuse) return &kNotRefused;
      if (migrates && !e.looked) return &kNotDone;
      if (exclusive && !atomic && !all_exclusive) return &kNotRefused;
      // Whether a page that nobody maps any more has moved, nobody sees.
      return unless(
          result.faults == 0 && result.pages >= pages_done(operation.call, e.accesses, e.moves) &&
              result.pages <= pages_done(operation.call, e.accesses, unsigned{e.moves} + e.lost),
          kOtherCount);
    case -EOPNOTSUPP:
      return unless(
          !has_device_memory_ && e.moves == 0 && e.accesses == 0 && !e.hid && !ids::any(e.walked),
          kErrorUnexplained);
    case -EBADF:
      return unless(!open, kErrorUnexplained);
    case -EPERM:
      return unless(operation.call == Call::kCheckExclusive && e.met_exclusive, kErrorUnexplained);
    case -EBUSY:
      // An atomic operation has lost what it was given, again and again.
      return unless(
          exclusive && !e.did_add &&
              (e.collisions != 0 || (e.looked && !all_exclusive) || (atomic && e.missing)),
          kErrorUnexplained);
    case -EFAULT:
      return unless(
          exclusive && (e.unwritable || fault_was_bus_error(e, e.mm, s) || met_mark(e, e.mm, s)),
          kErrorUnexplained);
    case -ENOMEM:
      return unless(exclusive && no_ram_since(e), kErrorUnexplained);
    case -ENOENT:
      return unless(
          e.missing && (exclusive ? all_exclusive && !atomic
                                  : operation.call == Call::kMigrateToDevice && !e.must_refuse),
          kErrorUnexplained);
    case -EINVAL: {
      const bool covered = fits(operation) && inside(pages(operation), pages(s.mirror_pages(mirror),
                                                                             s.mirror_mm(mirror)));
      return unless(operation.call != Call::kDeviceRelease &&
                        (!open || !covered || e.mm_gone || (!exclusive && e.unmovable)),
                    kErrorUnexplained);
    }
    default:
      return &kErrorUnexplained;
  }
}

}  // namespace mirrorcheck::fuzz
