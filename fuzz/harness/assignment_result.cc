// The answers of operations, held against what was asked and what was done.

#include <cerrno>

#include "fuzz/harness/assignment.h"
#include "fuzz/harness/assignment_step.h"

namespace mirrorcheck::fuzz {

using assignment::cut_off;
using assignment::file_of;
using assignment::fits;
using assignment::inside;
using assignment::is_device_call;
using assignment::mirror_of;
using assignment::pages;
using assignment::unless;
using impl::Call;
using impl::Operation;
using model::ConcreteState;
using model::kNoFrame;
using model::Page;
using model::Task;

namespace {

// The device fault asks for write permission of some page; others are faulted with it.
bool may_write(const Operation& operation) {
  constexpr unsigned kWriteOfAny = 0x5555u * impl::kRequestWrite;
  return operation.call == Call::kDeviceWrite ||
         (operation.call == Call::kDeviceFault && ((operation.flags & impl::kRequestWrite) != 0 ||
                                                   (operation.requests & kWriteOfAny) != 0));
}

// HMM_PFN_* of a page as test_hmm tells them.
std::uint32_t snapshot_byte(const ConcreteState& s, Task task, Page page) {
  switch (s.walked(task, page)) {
    case model::Outcome::kError:
      return 0xff;
    case model::Outcome::kValid:
      return (s.walked_write(task, page) ? 2u : 1u) | (s.walked_huge(task, page) ? 4u : 0u) |
             (s.walked_frame(task, page) == model::kZeroFrame ? 0x10u : 0u) |
             (model::is_device(s.walked_frame(task, page)) ? 0x20u : 0u);
    default:
      return 0;
  }
}

// The same, as kDeviceFault tells it.
std::uint32_t fault_bits(const ConcreteState& s, Task task, Page page) {
  switch (s.walked(task, page)) {
    case model::Outcome::kError:
      return impl::kFaultError;
    case model::Outcome::kValid:
      return impl::kFaultValid | (s.walked_write(task, page) ? impl::kFaultWrite : 0u);
    default:
      return 0;
  }
}

}  // namespace

const Clause* Assignments::other_result(Errand& e, const impl::Result& result,
                                        const ConcreteState& s, Task task) {
  switch (e.operation->call) {
    case Call::kPin:
    case Call::kPinLongterm:
    case Call::kUnpin:
      return pin_result(e, result, s, task);
    case Call::kMirrorClose:
      return close_result(e, result, task);
    case Call::kMovePages:
      return move_result(e, result);
    case Call::kReclaim:
      return reclaim_result(e, result, s, task);
    case Call::kUnmount:
      return unmount_result(e, result, s);
    case Call::kMemoryFailure:
      return failure_result(e, result, s, task);
    case Call::kNotifierRegister:
    case Call::kNotifierUnregister:
      return classic_result(e, result);
    default:
      return mapping_result(e, result, s, task);
  }
}

const Clause* Assignments::device_result(const Errand& e, const impl::Result& result,
                                         const ConcreteState& s, Task task) const {
  const Operation& operation = *e.operation;
  const bool open = e.mirror_open && !e.saw(since_.close_asked[operation.mirror]);
  switch (result.error) {
    case 0:
      break;
    case -EPERM:
    case -EFAULT:
      return nullptr;  // the judge asks what the range fault returned
    case -EBUSY:
      return unless(e.collisions != 0, kErrorUnexplained);
    case -EBADF:
      return unless(!open, kErrorUnexplained);
    case -EINVAL: {
      const bool covered =
          fits(operation) && inside(pages(operation), pages(s.mirror_pages(mirror_of(operation)),
                                                            s.mirror_mm(mirror_of(operation))));
      return unless(!open || !covered || (operation.call == Call::kSnapshot && e.mm_gone),
                    kErrorUnexplained);
    }
    default:
      return &kErrorUnexplained;
  }
  const bool walks = operation.call == Call::kDeviceFault || operation.call == Call::kSnapshot;
  if (walks && !inside(pages(operation), e.covered)) return &kNotDone;
  if (result.pages != operation.count ||
      result.faults != (operation.call == Call::kSnapshot ? 0 : e.sections)) {
    return &kOtherCount;
  }
  if (!walks) return nullptr;
  for (unsigned i = 0; i < operation.count; ++i) {
    const Page page = model::page_of(e.mm, operation.page + i);
    const std::uint32_t made_of_it = operation.call == Call::kSnapshot
                                         ? snapshot_byte(s, task, page)
                                         : fault_bits(s, task, page);
    if (result.data[i] != made_of_it) return &kOtherSnapshot;
  }
  return nullptr;
}

// Whether handle_mm_fault had a reason to fail for the page that the walk faulted last, or for one
// behind it: they are faulted together.
bool Assignments::fault_may_fail(const Errand& e, const ConcreteState& s, Task task) const {
  const Operation& operation = *e.operation;
  bool faulted = false;
  for (unsigned i = operation.page; i < operation.page + operation.count && i < model::kPagesPerMm;
       ++i) {
    const Page page = model::page_of(e.mm, i);
    faulted = faulted || s.walked(task, page) == model::Outcome::kFault;
    if (!faulted) continue;
    if (may_write(operation) &&
        (s.uffd_wp(page) || e.saw(since_.unmarked[static_cast<std::size_t>(page)]))) {
      return true;
    }
    if (met_failure(e, page, s)) return true;
    if (s.area(page) == model::Area::kHugetlb && lacked_huge_page(e, e.mm, s)) return true;
    const model::FilePage slot = s.slot(page);
    const bool of_file = slot != model::kNoFilePage;
    if (of_file && (ids::has(e.beyond, i) || e.saw(since_.shrunk))) return true;
    const bool dax =
        of_file && dax_[static_cast<std::size_t>(model::file_of(slot))] && !s.area_private(page);
    if (dax ? no_blocks_since(e) : no_ram_since(e)) return true;
  }
  return false;
}

const Clause* Assignments::pin_result(Errand& e, const impl::Result& result, const ConcreteState& s,
                                      Task task) {
  const Operation& operation = *e.operation;
  Pins& pins = pins_[static_cast<std::size_t>(task)];
  const int error = result.error;
  if (operation.call == Call::kUnpin) {
    if (error != 0) return unless(error == -EINVAL && pins.all == 0, kErrorUnexplained);
    if (pins.all == 0 || (!e.did_unpin && pins.of_zero_page == 0)) return &kNotDone;
    --pins.all;
    if (!e.did_unpin) --pins.of_zero_page;
    return nullptr;
  }
  const bool longterm = operation.call == Call::kPinLongterm;
  if (longterm && error == -EOPNOTSUPP) return unless(!e.did_pin && e.in_dax, kErrorUnexplained);
  if (longterm && error == -EFAULT && !e.did_pin && e.in_cache &&
      (operation.prot & impl::kProtWrite) != 0) {
    return nullptr;
  }
  // Also where the zero page is pinned, of which no step tells.
  if (longterm && error == 0 &&
      (e.in_dax || (e.in_cache && (operation.prot & impl::kProtWrite) != 0))) {
    return &kPinnedForLong;
  }
  if (error != 0) {
    return unless(
        !e.did_pin && ((error == -EFAULT && (e.denied || fault_was_bus_error(e, own_mm(task), s) ||
                                             was_refused(e, task, s))) ||
                       (error == -ENOMEM && (pins.all >= impl::kMostPins || fault_lacked_ram(e)))),
        kErrorUnexplained);
  }
  ++pins.all;
  if (e.did_pin) return nullptr;
  ++pins.of_zero_page;
  const Page page = model::page_of(own_mm(task), operation.page);
  return unless((operation.prot & impl::kProtWrite) == 0 &&
                    (s.cpu_frame(page) == model::kZeroFrame ||
                     e.saw(since_.zapped[static_cast<std::size_t>(page)])),
                kNotDone);
}

const Clause* Assignments::move_result(const Errand& e, const impl::Result& result) {
  if (result.error != 0) {
    return unless(result.error == -EINVAL && !fits(*e.operation), kErrorUnexplained);
  }
  return unless(result.pages == e.moves, kOtherCount);
}

// What others do at the same time may have locked a page, or have a reference on it. What others
// map, too, Linux does not interfere with (folio_mapcount, folio_likely_mapped_shared).
Assignments::PageMask Assignments::left_alone(const Errand& e, model::Mm mm,
                                              const ConcreteState& s) {
  PageMask left{};
  const Operation& operation = *e.operation;
  for (unsigned i = operation.page; i < operation.page + operation.count && i < model::kPagesPerMm;
       ++i) {
    const Page page = model::page_of(mm, i);
    const model::Frame frame = s.cpu_frame(page);
    if (model::present<model::Concrete>(s, page) && Shadow::is_private(s, page) &&
        s.area(page) != model::Area::kNone && s.area(page) != model::Area::kHugetlb &&
        frame != model::kZeroFrame && s.pins(frame) == 0 &&
        model::maps_alone<model::Concrete>(s, page)) {
      ids::add(left, i);
    }
  }
  return left;
}

// MADV_FREE: only anonymous memory. Which of its pages are taken is up to the kernel, but for those
// that nobody else maps or uses.
const Clause* Assignments::free_result(const Errand& e, const impl::Result& result,
                                       const ConcreteState& s, Task task) const {
  const Operation& operation = *e.operation;
  if (result.error == -EINVAL) return unless(ids::any(e.special), kErrorUnexplained);
  if (result.error != 0) {
    return unless(result.error == -ENOMEM && (!fits(operation) || ids::any(e.gone)),
                  kErrorUnexplained);
  }
  if (e.saw(since_.memory_joined)) return nullptr;
  for (PageMask left = left_alone(e, own_mm(task), s) & ~e.taken_up; ids::any(left);
       ids::drop_first(left)) {
    if (s.area(model::page_of(own_mm(task), ids::first(left))) == model::Area::kAnon) {
      return &kNotDone;
    }
  }
  return nullptr;
}

// MADV_PAGEOUT leaves nothing behind that could go, while there is a slot for it. Whether what
// others map, too, goes is up to the kernel.
const Clause* Assignments::reclaim_result(const Errand& e, const impl::Result& result,
                                          const ConcreteState& s, Task task) const {
  const Operation& operation = *e.operation;
  if (const Clause* const wrong = move_result(e, result); wrong != nullptr || result.error != 0) {
    return wrong;
  }
  if (e.saw(since_.memory_joined)) return nullptr;
  // The page cache needs no slots; but whoever reads or writes the file has its pages, too.
  for (unsigned i = operation.page; !e.saw(since_.joined) && i < operation.page + operation.count;
       ++i) {
    const Page page = model::page_of(own_mm(task), i);
    if (s.area(page) == model::Area::kFile && !s.area_private(page) &&
        s.cpu_frame(page) != kNoFrame && s.pins(s.cpu_frame(page)) == 0 &&
        model::maps_alone<model::Concrete>(s, page)) {
      return &kNotDone;
    }
  }
  bool full = true;
  for (auto slot = static_cast<unsigned>(model::kFirstSwapSlot); slot < model::kFrames; ++slot) {
    full = full && s.used(model::Frame(slot));
  }
  return unless(full || inside(left_alone(e, own_mm(task), s), e.taken_up), kNotDone);
}

// Whoever uses the mirror when it is closed removes its subscription when it is done.
const Clause* Assignments::close_result(const Errand& e, const impl::Result& result,
                                        Task task) const {
  const std::uint8_t mirror = e.operation->mirror;
  if (result.error != 0) {
    return unless(result.error == -EBADF && !(e.mirror_open && !e.saw(since_.close_asked[mirror])),
                  kErrorUnexplained);
  }
  if (e.saw(since_.removed[mirror])) return nullptr;
  for (std::size_t t = 0; t < errands_.size(); ++t) {
    const Operation* const other = errands_[t].operation;
    if (t != static_cast<std::size_t>(task) && other != nullptr && is_device_call(other->call) &&
        other->mirror == mirror) {
      return nullptr;
    }
  }
  return &kNotDone;
}

const Clause* Assignments::classic_result(const Errand& e, const impl::Result& result) {
  const Operation& operation = *e.operation;
  const int error = result.error;
  if (operation.mirror >= model::kClassicNotifiers) {
    return unless(error == -EINVAL, kErrorUnexplained);
  }
  Slot& slot = slots_[operation.mirror];
  const bool undisturbed = e.alone && !e.saw(since_.used[operation.mirror]);
  const bool was_taken = slot.taken > 0;
  if (operation.call == Call::kNotifierRegister) {
    if (error != 0) {
      return unless(error == -EBUSY && !e.did_register && (was_taken || !undisturbed),
                    kErrorUnexplained);
    }
    ++slot.taken;
    return unless(e.did_register && !(undisturbed && was_taken), kNotDone);
  }
  if (error != 0) {
    return unless(error == -ENOENT && !e.did_unregister && !(was_taken && undisturbed),
                  kErrorUnexplained);
  }
  --slot.taken;
  // The end of the mm takes them all off the list.
  return unless((e.did_unregister || !e.was_listed || e.saw(since_.unlisted[operation.mirror])) &&
                    (was_taken || !undisturbed),
                kNotDone);
}

const Clause* Assignments::uffd_result(const Errand& e, const impl::Result& result,
                                       const ConcreteState& s, Task task) const {
  const Operation& operation = *e.operation;
  if (result.pages != e.moved) return &kOtherCount;
  if (result.error == 0) return unless(e.moved == operation.count, kNotDone);
  if (e.refusal != 0 || e.moved >= operation.count) {
    return unless(result.error == e.refusal, kErrorUnexplained);
  }
  // The first that did not move. Entries come and go meanwhile.
  const Page from = model::page_of(own_mm(task), operation.page + e.moved);
  const Page to = model::page_of(own_mm(task), operation.target + e.moved);
  const bool left = e.saw(since_.zapped[static_cast<std::size_t>(from)]);
  const model::Frame frame = s.cpu_frame(from);
  switch (result.error) {
    case -EEXIST:
      return unless(
          s.cpu_frame(to) != kNoFrame || e.saw(since_.zapped[static_cast<std::size_t>(to)]),
          kErrorUnexplained);
    case -ENOENT:
      return unless(frame == kNoFrame || left || ids::has(e.absent, operation.page + e.moved),
                    kErrorUnexplained);
    case -EFAULT:
      // What a device has, or had until it gave it back. What is being moved is waited for.
      return unless((s.cpu_kind(from) != model::EntryKind::kPresent &&
                     s.cpu_kind(from) != model::EntryKind::kMigration) ||
                        left || e.saw(since_.special[static_cast<std::size_t>(from)]),
                    kErrorUnexplained);
    case -EBUSY:
      // Which entries share their page with nobody the contract does not say once a fork was there.
      return unless(left || forked_ || s.pins(frame) != 0 ||
                        e.saw(since_.unpinned[static_cast<std::size_t>(from)]),
                    kErrorUnexplained);
    default:
      return &kErrorUnexplained;
  }
}

const Clause* Assignments::unmerge_result(const Errand& e, const impl::Result& result,
                                          const ConcreteState& s, Task task) const {
  const Operation& operation = *e.operation;
  if (result.error != 0) {
    return unless(
        result.error == -ENOMEM && (!fits(operation) || ids::any(e.gone) || no_ram_since(e)),
        kErrorUnexplained);
  }
  for (unsigned i = operation.page; i < operation.page + operation.count; ++i) {
    const Page page = model::page_of(own_mm(task), i);
    // What is on its way to another frame is waited for; what is not in RAM is left alone.
    if (merged_[static_cast<std::size_t>(page)] &&
        !e.saw(since_.merged[static_cast<std::size_t>(page)]) &&
        !e.saw(since_.returned[static_cast<std::size_t>(page)]) &&
        (s.cpu_kind(page) == model::EntryKind::kPresent ||
         s.cpu_kind(page) == model::EntryKind::kMigration) &&
        s.cpu_frame(page) != kNoFrame && !model::maps_alone<model::Concrete>(s, page)) {
      return &kNotDone;
    }
  }
  return nullptr;
}

const Clause* Assignments::mapping_result(const Errand& e, const impl::Result& result,
                                          const ConcreteState& s, Task task) const {
  const Operation& operation = *e.operation;
  const PageMask all = pages(operation);
  const bool of_file = operation.call == Call::kMmapFile || operation.call == Call::kMmapPrivate ||
                       operation.call == Call::kMmapSync;
  const int error = result.error;
  switch (operation.call) {
    case Call::kMmapAnon:
    case Call::kMmapFile:
    case Call::kMmapSpecial:
    case Call::kMmapPrivate:
    case Call::kMmapSync:
      if (error == 0) return unless(e.did_map, kNotDone);
      return unless(
          !e.did_map &&
              ((error == -ENOMEM && !fits(operation)) ||
               (error == -EEXIST && ids::any(e.occupied)) ||
               (of_file && error == -ENOENT && may_be_absent(e, operation.file, 1)) ||
               (operation.call == Call::kMmapSync && error == -EOPNOTSUPP &&
                !dax_[file_of(operation)]) ||
               (of_file && error == -EOVERFLOW &&
                operation.index + operation.count > static_cast<int>(model::kPagesPerFile))),
          kErrorUnexplained);
    case Call::kMmapHugetlb:
      return hugetlb_result(e, result, s);
    case Call::kMunmap:
      if (error == 0) return unless(inside(all, e.gone), kNotDone);
      return unless(error == -EINVAL && (!fits(operation) || e.splits_hugetlb), kErrorUnexplained);
    case Call::kMprotect:
      if (error == 0) return unless(inside(all, e.settled), kNotDone);
      return unless((error == -ENOMEM && (!fits(operation) || ids::any(e.gone))) ||
                        (error == -EINVAL && e.splits_hugetlb),
                    kErrorUnexplained);
    case Call::kMadviseDontneed: {
      if (error == -EINVAL) return unless(ids::any(e.special), kErrorUnexplained);
      if (ids::any(e.special)) return &kNotDone;
      if (error == -ENOMEM && !fits(operation)) return nullptr;
      if (error != 0 && (error != -ENOMEM || !ids::any(e.gone))) return &kErrorUnexplained;
      for (unsigned i = operation.page; i < operation.page + operation.count; ++i) {
        const Page page = model::page_of(own_mm(task), i);
        // What munmap has detached is munmap's to zap.
        if (!ids::has(e.absent, i) && !ids::has(e.gone, i) && s.cpu_frame(page) != kNoFrame &&
            !e.saw(since_.zapped[static_cast<std::size_t>(page)])) {
          return &kNotDone;
        }
      }
      return nullptr;
    }
    case Call::kMadviseFree:
      return free_result(e, result, s, task);
    case Call::kLoad:
    case Call::kStore:
      if (error == 0) return unless(result.pages == 1 && result.faults == 0, kOtherCount);
      return unless((error == -EFAULT && (e.denied || fault_was_bus_error(e, own_mm(task), s) ||
                                          was_refused(e, task, s))) ||
                        (error == -ENOMEM && fault_lacked_ram(e)),
                    kErrorUnexplained);
    case Call::kOomReap:
      if (error != 0) return unless(error == -EAGAIN && e.refused, kErrorUnexplained);
      for (PageMask left = e.reapable; ids::any(left); ids::drop_first(left)) {
        const Page page = model::page_of(own_mm(task), ids::first(left));
        if (!e.saw(since_.zapped[static_cast<std::size_t>(page)])) return &kNotDone;
      }
      return nullptr;
    case Call::kMremap: {
      if (error != 0) return unless(error == e.refusal, kErrorUnexplained);
      const bool moves = operation.target != operation.page;
      return unless(e.refusal == 0 && inside(moves ? all : cut_off(operation), e.gone) &&
                        (e.did_map || !(moves || operation.target_count > operation.count)),
                    kNotDone);
    }
    case Call::kUffdMove:
      return uffd_result(e, result, s, task);
    case Call::kUffdProtect:
    case Call::kUffdUnprotect:
      return uffd_wp_result(e, result, s, task);
    case Call::kUprobeSet:
    case Call::kUprobeRemove:
      return uprobe_result(e, result, s, task);
    case Call::kMadviseRemove:
      return remove_result(e, result);
    case Call::kClearRefs:
      if (error == 0) return unless(e.looked, kNotDone);
      return &kErrorUnexplained;
    case Call::kClone:
      return clone_result(e, result);
    case Call::kMadviseCollapse:
      return collapse_result(e, result, s, task);
    case Call::kSplitHuge:
      if (error == 0) return unless(!ids::any(e.huge), kNotDone);
      return unless(error == -EINVAL && !fits(operation), kErrorUnexplained);
    case Call::kKsmUnmerge:
      return unmerge_result(e, result, s, task);
    case Call::kKsmMerge:
    case Call::kKsmMergeAcross:
      if (error == 0) return unless(result.pages == e.moved, kOtherCount);
      return unless(error == -EINVAL &&
                        (!fits(operation) ||
                         operation.target + operation.count > static_cast<int>(model::kPagesPerMm)),
                    kErrorUnexplained);
    case Call::kNumaScan:
      if (error == 0) return unless(result.pages == e.hints, kOtherCount);
      return unless(error == -EINVAL && !fits(operation), kErrorUnexplained);
    case Call::kFork:
      if (error == 0) return unless(e.did_map, kNotDone);
      return unless((error == -EAGAIN && (e.taken || e.mm_gone)) ||
                        (error == -ENOMEM && !e.did_map && no_ram_since(e)) ||
                        (error == -ENOSPC && !e.did_map && hugetlb_ && no_run_since(e, s)),
                    kErrorUnexplained);
    case Call::kMirrorOpen:
      if (error == 0) return unless(e.did_insert, kNotDone);
      return unless(!e.did_insert && ((error == -EBUSY && e.mirror_taken) ||
                                      (error == -EINVAL && !fits(operation))),
                    kErrorUnexplained);
    default:
      return unless(error == 0, kErrorUnexplained);
  }
}

}  // namespace mirrorcheck::fuzz
