// Operations on areas and on what they map: mremap, UFFDIO_MOVE, fork, MADV_REMOVE, clear_refs.

#include <algorithm>
#include <cerrno>

#include "fuzz/harness/assignment.h"
#include "fuzz/harness/assignment_step.h"

namespace mirrorcheck::fuzz {

using assignment::fits;
using assignment::pages;
using assignment::target_pages;
using assignment::unless;
using impl::Call;
using impl::Operation;
using model::Area;
using model::Arguments;
using model::ConcreteState;
using model::kNoFrame;
using model::Mm;
using model::Page;
using model::Task;

namespace {

// What is of hugetlb moves, and goes, in whole huge pages, and does not grow.
bool hugetlb_refuses(const ConcreteState& s, Mm mm, const Operation& o) {
  const auto odd = [](unsigned pages) { return pages % model::kPagesPerHuge != 0; };
  const bool moves = o.target != o.page;
  return (s.area(model::page_of(mm, o.page)) == Area::kHugetlb &&
          (odd(o.page) || odd(o.target) || odd(o.count) || odd(o.target_count) ||
           o.target_count > o.count)) ||
         (moves && assignment::splits_hugetlb(s, mm, o.target, o.target_count)) ||
         (o.target_count < o.count &&
          assignment::splits_hugetlb(s, mm, static_cast<unsigned>(o.page + o.target_count),
                                     static_cast<unsigned>(o.count - o.target_count)));
}

}  // namespace

// What a look finds is punched until the next one, when the areas may be others: of that behind the
// first page nobody knows where. REQUIRES: MADV_REMOVE,
// FICLONERANGE or MADV_PAGEOUT.
void Assignments::note_files(Errand& e, Mm mm, const ConcreteState& s) {
  const Operation& operation = *e.operation;
  FilePageMask inside_files = 0;
  FilePageMask of_first_page = 0;
  for (unsigned i = operation.page; i < operation.page + operation.count && i < model::kPagesPerMm;
       ++i) {
    const Page page = model::page_of(mm, i);
    const bool of_file = s.area(page) == Area::kFile || s.area(page) == Area::kDax;
    if (!of_file || s.area_private(page)) continue;
    const FilePageMask slot = FilePageMask{1} << static_cast<unsigned>(s.slot(page));
    e.mapped |= slot;
    if (s.within(s.slot(page))) inside_files |= slot;
    if (i == operation.page) of_first_page = slot;
  }
  e.to_punch = e.looked ? e.to_punch & e.certain : inside_files;
  if (!e.looked) e.certain = of_first_page;
  e.looked = true;
}

// REQUIRES: FICLONERANGE.
void Assignments::note_sources(Task task, const Operation& operation, const ConcreteState& s) {
  auto& sources = sources_[static_cast<std::size_t>(task)];
  for (unsigned i = 0; i < operation.count && operation.page + i < model::kPagesPerMm; ++i) {
    const Page page = model::page_of(own_mm(task), operation.page + i);
    if (s.area(page) != Area::kDax || s.area_private(page)) continue;
    sources[i] |= FilePageMask{1} << static_cast<unsigned>(s.slot(page));
  }
}

// Which pages of the target have what their source has: one block, or none. REQUIRES: FICLONERANGE;
// the locks of the target and the source are held.
void Assignments::note_clones(Errand& e, Task task, const ConcreteState& s) const {
  const Operation& operation = *e.operation;
  const auto& sources = sources_[static_cast<std::size_t>(task)];
  for (unsigned i = 0; i < operation.count && operation.index + i < model::kPagesPerFile; ++i) {
    const model::Frame block = s.backing(model::file_page(operation.file, operation.index + i));
    for (unsigned f = 1; f < model::kFilePages; ++f) {
      if ((sources[i] >> f & 1) != 0 && s.backing(model::FilePage(f)) == block) {
        ids::add(e.taken_up, i);
      }
    }
  }
}

// FICLONERANGE: the n-th page of the target gets what the n-th page maps.
const Clause* Assignments::share(const Errand& e, const Arguments& a) const {
  const Operation& operation = *e.operation;
  const unsigned index = model::index_of(a.file_page);
  const auto source = static_cast<unsigned>(a.file_pages.first);
  return unless(
      operation.call == Call::kClone && operation.file == model::file_of(a.file_page) &&
          index >= operation.index &&
          index < static_cast<unsigned>(operation.index + operation.count) &&
          a.file_pages.first == a.file_pages.last &&
          (sources_[static_cast<std::size_t>(a.task)][index - operation.index] >> source & 1) != 0,
      kOtherArea);
}

// change_pte_range leaves alone what cannot migrate: the zero page, what KSM has joined, also where
// one entry is left; of copy-on-write areas, and be it the file's own page, what somebody has
// pinned or several entries map; and what is dirty of a file. While somebody has its entry lock,
// whether it is dirty may change any time.
const Clause* Assignments::hint(Errand& e, const Arguments& a, const ConcreteState& s) const {
  ++e.hints;
  const model::Frame frame = s.cpu_frame(a.page);
  const auto is_locked = [&] {
    for (std::size_t t = 0; t < model::kTasks; ++t) {
      if (s.entry_lock(s.slot(a.page), Task(t))) return true;
    }
    return false;
  };
  const bool own_memory = Shadow::is_private(s, a.page);
  const bool stays = frame == model::kZeroFrame || s.area(a.page) == Area::kHugetlb ||
                     merged_[static_cast<std::size_t>(a.page)] ||
                     ((own_memory || s.area_private(a.page)) &&
                      (s.pins(frame) != 0 || !model::maps_alone<model::Concrete>(s, a.page))) ||
                     (!own_memory && s.dirty(s.slot(a.page)) && !is_locked());
  return unless(
      e.operation->call == Call::kNumaScan && !stays &&
          assignment::inside(pages({a.page, a.page}, own_mm(a.task)), pages(*e.operation)),
      kOtherHint);
}

bool Assignments::met_mark(const Errand& e, Mm mm, const ConcreteState& s) const {
  const Operation& operation = *e.operation;
  for (unsigned i = operation.page; i < operation.page + operation.count && i < model::kPagesPerMm;
       ++i) {
    const Page page = model::page_of(mm, i);
    if (s.uffd_wp(page) || e.saw(since_.unmarked[static_cast<std::size_t>(page)])) return true;
  }
  return false;
}

bool Assignments::was_refused(const Errand& e, Task task, const ConcreteState& s) const {
  return !assignment::only_reads(*e.operation) && met_mark(e, own_mm(task), s);
}

const Clause* Assignments::uffd_wp(const Errand& e, const Arguments& a) const {
  const Operation& operation = *e.operation;
  return unless(operation.call == (a.flag ? Call::kUffdProtect : Call::kUffdUnprotect) &&
                    assignment::inside(pages({a.page, a.page}, own_mm(a.task)), pages(operation)),
                kOtherMark);
}

// UFFDIO_WRITEPROTECT: all that was mapped, and is the same still, is marked or is not any more,
// but for what others do at the same time.
const Clause* Assignments::uffd_wp_result(const Errand& e, const impl::Result& result,
                                          const ConcreteState& s, Task task) const {
  const Operation& operation = *e.operation;
  if (result.error == -EINVAL) return unless(!assignment::fits(operation), kErrorUnexplained);
  if (result.error != 0) {
    return unless(result.error == -ENOENT && (ids::any(e.special) || !ids::any(e.occupied)),
                  kErrorUnexplained);
  }
  if (ids::any(e.special) || !ids::any(e.occupied)) return &kNotDone;
  const bool protects = operation.call == Call::kUffdProtect;
  const auto& undone = protects ? since_.unmarked : since_.marked;
  for (unsigned i = operation.page; i < operation.page + operation.count; ++i) {
    const auto page = static_cast<std::size_t>(model::page_of(own_mm(task), i));
    if (!ids::has(e.absent, i) && !ids::has(e.gone, i) &&
        s.cpu_frame(Page(page)) != model::kNoFrame && s.uffd_wp(Page(page)) != protects &&
        !e.saw(since_.zapped[page]) && !e.saw(undone[page])) {
      return &kNotDone;
    }
  }
  return nullptr;
}

// clear_refs has mmap_lock for write: what has happened before is there to be seen.
void Assignments::begin_tracking(const Errand& e, Mm mm) {
  const auto others = static_cast<TaskMask>(~e.self);
  for (unsigned i = 0; i < model::kPagesPerMm; ++i) {
    const auto page = static_cast<std::size_t>(model::page_of(mm, i));
    since_.unpinned[page] &= others;
    since_.special[page] &= others;
  }
}

// clear_refs gives it back. Of special entries those of swap alone come back by what was written
// (pte_swp_soft_dirty): others are as writable as they were, resolved meanwhile or not.
const Clause* Assignments::track(const Errand& e, Mm mm, const ConcreteState& s) {
  for (unsigned i = 0; i < model::kPagesPerMm; ++i) {
    const Page page = model::page_of(mm, i);
    const model::EntryKind kind = s.cpu_kind(page);
    const bool mapped = s.cpu_frame(page) != kNoFrame &&
                        (kind == model::EntryKind::kPresent || kind == model::EntryKind::kSwap);
    const bool pinned =
        Shadow::is_private(s, page) &&
        (s.pins(s.cpu_frame(page)) != 0 || e.saw(since_.unpinned[static_cast<std::size_t>(page)]));
    // It does not know what is soft-dirty.
    if (s.area(page) == Area::kHugetlb) continue;
    if (mapped && s.cpu_write(page) && !pinned &&
        !e.saw(since_.special[static_cast<std::size_t>(page)])) {
      return &kStillUntracked;
    }
    tracked_[static_cast<std::size_t>(page)] = mapped && !s.cpu_write(page);
  }
  return nullptr;
}

// mremap: what there was, elsewhere or going on behind its end.
const Clause* Assignments::remap(Errand& e, const Arguments& a, const ConcreteState& s) const {
  const Operation& operation = *e.operation;
  const Mm mm = own_mm(a.task);
  const bool moves = operation.target != operation.page;
  e.did_map = true;
  if (a.mm != mm ||
      !(pages(a.pages, mm) ==
        (moves ? target_pages(operation) : target_pages(operation) & ~pages(operation)))) {
    return &kOtherArea;
  }
  e.unmapped &= ~target_pages(operation);
  const Page from = model::page_of(mm, operation.page);
  const model::FilePage slot = s.slot(from);
  return unless(
      a.area == s.area(from) && a.read == s.area_read(from) && a.write == s.area_write(from) &&
          (slot == model::kNoFilePage ||
           (a.flag == s.area_private(from) && a.required == s.area_sync(from) &&
            a.file_page ==
                (moves ? slot : model::FilePage(static_cast<unsigned>(slot) + operation.count)))),
      kOtherArea);
}

const Clause* Assignments::move(Errand& e, const Arguments& a, const ConcreteState& s) {
  const Operation& operation = *e.operation;
  const Mm mm = own_mm(a.task);
  const model::Frame frame = s.cpu_frame(a.source);
  // Who has the page without going by this entry would not know where it is now. mremap leaves it
  // to its caller, who has asked for an area and not for a page.
  if (operation.call == Call::kUffdMove && frame != model::kZeroFrame &&
      (s.pins(frame) != 0 || !model::maps_alone<model::Concrete>(s, a.source))) {
    return &kNotAlone;
  }
  const unsigned most = operation.call == Call::kMremap
                            ? std::min(operation.count, operation.target_count)
                            : operation.count;
  for (unsigned i = operation.call == Call::kMremap ? 0 : e.moved; i < most; ++i) {
    if (operation.page + i >= model::kPagesPerMm || operation.target + i >= model::kPagesPerMm)
      break;
    if (a.source != model::page_of(mm, operation.page + i)) continue;
    ++e.moved;
    return unless(a.page == model::page_of(mm, operation.target + i), kOtherArea);
  }
  return &kOtherArea;
}

// What mmap_lock keeps as it is. REQUIRES: mremap or UFFDIO_MOVE.
void Assignments::note_refusal(Errand& e, Task task, const ConcreteState& s) const {
  const Operation& o = *e.operation;
  const Mm mm = own_mm(task);
  const auto at = [&](unsigned i) { return model::page_of(mm, i); };
  // As many neighbours as make one VMA.
  const auto alike = [&](unsigned first) {
    unsigned n = 1;
    for (; first + n < model::kPagesPerMm; ++n) {
      const Page one = at(first + n - 1);
      const Page next = at(first + n);
      const model::FilePage slot = s.slot(one);
      // The last page of one file has the number before the first one of the next.
      const bool in_sequence =
          slot == model::kNoFilePage
              ? s.slot(next) == slot
              : static_cast<unsigned>(s.slot(next)) == static_cast<unsigned>(slot) + 1 &&
                    model::file_of(s.slot(next)) == model::file_of(slot);
      if (s.area(one) != s.area(next) || s.area_read(one) != s.area_read(next) ||
          s.area_write(one) != s.area_write(next) || s.area_private(one) != s.area_private(next) ||
          s.area_sync(one) != s.area_sync(next) || !in_sequence) {
        break;
      }
    }
    return n;
  };
  const Area area = s.area(at(o.page));
  if (o.call == Call::kUffdMove) {
    const bool same = area == Area::kAnon && s.area_write(at(o.page)) &&
                      s.area(at(o.target)) == area && s.area_write(at(o.target)) &&
                      s.area_read(at(o.page)) == s.area_read(at(o.target));
    e.refusal = same && alike(o.page) >= o.count && alike(o.target) >= o.count ? 0 : -EINVAL;
    return;
  }
  const bool moves = o.target != o.page;
  const bool grows = o.target_count > o.count;
  const model::FilePage slot = s.slot(at(o.page));
  // In the order in which the kernel asks. NOLINTBEGIN(bugprone-branch-clone)
  if (area == Area::kNone) {
    e.refusal = -EFAULT;
  } else if ((moves && (o.target + o.target_count > static_cast<int>(model::kPagesPerMm) ||
                        ids::any(pages(o) & target_pages(o)))) ||
             (o.target_count < o.count && !fits(o))) {
    e.refusal = -EINVAL;
  } else if (hugetlb_refuses(s, mm, o)) {
    e.refusal = -EINVAL;
  } else if (!moves && !grows) {
    e.refusal = 0;
  } else if (alike(o.page) < std::min(o.count, o.target_count) ||
             (grows && area == Area::kSpecial)) {
    e.refusal = -EFAULT;
  } else if (grows && slot != model::kNoFilePage &&
             model::index_of(slot) + o.target_count > model::kPagesPerFile) {
    e.refusal = -EINVAL;
  } else if (!moves) {
    const unsigned end = static_cast<unsigned>(o.page + o.target_count);
    bool room = alike(o.page) == o.count && end <= model::kPagesPerMm;
    for (unsigned i = o.page + o.count; i < end && room; ++i) {
      room = s.area(at(i)) == Area::kNone;
    }
    if (!room) e.refusal = -ENOMEM;
  }
  // NOLINTEND(bugprone-branch-clone)
}

// The child gets the areas that its parent has.
const Clause* Assignments::fork_map(const Arguments& a, const ConcreteState& s) const {
  const Mm parent = own_mm(a.task);
  const Mm child = model::other_mm(parent);
  if (a.mm != child || a.pages.first > a.pages.last || model::mm_of(a.pages.first) != child ||
      model::mm_of(a.pages.last) != child) {
    return &kOtherArea;
  }
  for (unsigned i = model::index_of(a.pages.first); i <= model::index_of(a.pages.last); ++i) {
    const Page page = model::page_of(parent, i);
    const bool of_file = s.slot(page) != model::kNoFilePage && s.area(page) != Area::kNone;
    if (a.area != s.area(page) || a.read != s.area_read(page) || a.write != s.area_write(page) ||
        (of_file && (a.flag != s.area_private(page) || a.required != s.area_sync(page))) ||
        (of_file && model::Concrete::file_page_at(a, model::page_of(child, i)) != s.slot(page))) {
      return &kOtherArea;
    }
  }
  return nullptr;
}

// As long as fork holds both locks, nobody changes an area, and private memory stays where it is;
// but reclaim, which takes neither, may throw away what MADV_FREE has given up, of the child first.
const Clause* Assignments::fork_done(Errand& e, Mm parent, const ConcreteState& s) const {
  if (e.compared || e.taken) return nullptr;
  e.compared = true;
  e.did_map = true;
  for (unsigned i = 0; i < model::kPagesPerMm; ++i) {
    const Page page = model::page_of(parent, i);
    const Page copy = model::page_of(model::other_mm(parent), i);
    const bool own_memory = s.area(page) != Area::kNone && s.cpu_frame(page) != kNoFrame &&
                            s.cpu_frame(page) != model::kZeroFrame && Shadow::is_private(s, page);
    const bool discarded = e.saw(since_.discarded[static_cast<std::size_t>(copy)]);
    if (s.area(page) != s.area(copy) ||
        (own_memory && s.cpu_frame(copy) == kNoFrame && !discarded)) {
      e.did_map = false;
    }
  }
  return unless(e.did_map || assignment::is_new(s, model::other_mm(parent)), kOtherArea);
}

const Clause* Assignments::was_released(Mm mm, const ConcreteState& s) const {
  if (released_[static_cast<std::size_t>(mm)]) return nullptr;
  for (std::size_t m = 0; m < model::kMirrors; ++m) {
    const model::Mirror mirror{static_cast<std::uint8_t>(m)};
    if (s.registration(mirror) == model::Registration::kTree && s.mirror_mm(mirror) == mm) {
      return &kNotReleased;
    }
  }
  return nullptr;
}

}  // namespace mirrorcheck::fuzz
