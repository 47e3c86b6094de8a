#include "fuzz/harness/assignment.h"

#include <bit>
#include <cerrno>

#include "fuzz/harness/assignment_step.h"

namespace mirrorcheck::fuzz {

using assignment::cell_of;
using assignment::cut_off;
using assignment::file_of;
using assignment::inside;
using assignment::is_device_call;
using assignment::mirror_of;
using assignment::page_bit;
using assignment::pages;
using assignment::pages_of;
using assignment::pages_there;
using assignment::target_pages;
using assignment::unless;
using impl::Call;
using impl::Operation;
using model::Area;
using model::Arguments;
using model::ConcreteState;
using model::File;
using model::kCellsPerPage;
using model::kNoFrame;
using model::Mm;
using model::Page;
using model::Task;

namespace {

// F3: what the operation asks of one of its pages.
unsigned request(const Operation& operation, unsigned index) {
  switch (operation.call) {
    case Call::kDeviceRead:
      return impl::kRequestFault;
    case Call::kDeviceWrite:
      return impl::kRequestFault | impl::kRequestWrite;
    case Call::kDeviceFault:
      return (operation.requests >> 2 * index & operation.flags >> 2 & 3u) | (operation.flags & 3u);
    default:
      return 0;
  }
}

}  // namespace

bool assignment::is_new(const ConcreteState& s, Mm mm) {
  for (unsigned i = 0; i < model::kPagesPerMm; ++i) {
    if (s.area(model::page_of(mm, i)) != Area::kNone) return false;
  }
  return !s.published(mm);
}

void Assignments::begin(const impl::Layout& layout, impl::Capabilities can) {
  model::clear(*this);
  mm_of_task_ = layout.mm_of_task;
  for (std::size_t f = 0; f < model::kFiles; ++f) {
    existed_[f] = layout.files[f].exists;
    dax_[f] = layout.files[f].dax;
    counted_[f] = layout.files[f].counted;
    sizes_[f] = existed_[f] ? layout.files[f].size : std::uint8_t{0};
  }
  has_device_memory_ = can.device_memory;
}

std::optional<model::LockRank> Assignments::innermost_lock(Task task) const {
  const Held held = held_[static_cast<std::size_t>(task)];
  if (held == 0) return std::nullopt;
  return model::LockRank((std::bit_width(held) - 1) / 8);
}

std::uint64_t Assignments::pin_holders() const {
  std::uint64_t holders = 0;
  for (std::size_t t = 0; t < pins_.size(); ++t) {
    if (pins_[t].all != 0) holders |= std::uint64_t{1} << t;
  }
  return holders;
}

// read, write and fsync have nothing to do with private memory, and nothing with the swap device.
void Assignments::note_joined(const Errand& e, const Operation& operation) {
  const auto only_files = [](Call call) {
    return call == Call::kPread || call == Call::kPwrite || call == Call::kFsync;
  };
  since_.joined = running_;
  if (!only_files(operation.call)) since_.memory_joined |= running_ & ~e.self;
  for (TaskMask others = running_ & static_cast<TaskMask>(~e.self); others != 0;
       ids::drop_first(others)) {
    if (!only_files(errands_[ids::first(others)].operation->call)) {
      since_.memory_joined |= e.self;
      break;
    }
  }
}

void Assignments::begin_operation(Task task, const Operation& operation, const ConcreteState& s) {
  Errand& e = errand(task);  // blank since the last one ended
  e.operation = &operation;
  e.self = bit_of(task);
  running_ |= e.self;
  if (running_ != e.self) note_joined(e, operation);
  e.exited = (exited_ >> static_cast<unsigned>(task) & 1) != 0;
  switch (operation.call) {
    case Call::kMadviseDontneed:
    case Call::kUffdMove:
    case Call::kUffdProtect:
    case Call::kUffdUnprotect:
      for (unsigned i = operation.page;
           i < operation.page + operation.count && i < model::kPagesPerMm; ++i) {
        if (s.cpu_frame(model::page_of(own_mm(task), i)) == kNoFrame) ids::add(e.absent, i);
      }
      break;
    case Call::kKsmMerge:
    case Call::kKsmMergeAcross:
      forked_ = true;
      break;
    case Call::kMadviseCollapse:
      collapsing_ |= e.self;
      break;
    case Call::kMmapHugetlb:
      hugetlb_ = true;
      break;
    case Call::kPread:
      e.size_sufficed = sizes_[file_of(operation)] > cell_of(operation);
      break;
    case Call::kPunchHole:
    case Call::kFtruncate:
      e.old_size = sizes_[file_of(operation)];
      break;
    case Call::kUnlink:
      if (unlinks_[file_of(operation)] != 0xff) ++unlinks_[file_of(operation)];
      break;
    case Call::kCreate:
      gone_[file_of(operation)] = false;
      break;
    case Call::kUnmount:
      begin_unmount(e, s);
      break;
    case Call::kNotifierRegister:
    case Call::kNotifierUnregister:
      if (operation.mirror < model::kClassicNotifiers) {
        Slot& slot = slots_[operation.mirror];
        e.alone = slot.in_progress++ == 0;
        e.was_listed = s.listed(model::Classic(operation.mirror));
        since_.used[operation.mirror] = running_ & ~e.self;
      }
      break;
    case Call::kMirrorOpen:
      note_mirror_taken(e, mirror_of(operation), s);
      break;
    case Call::kMirrorClose:
    case Call::kDeviceRead:
    case Call::kDeviceWrite:
    case Call::kDeviceFault:
    case Call::kSnapshot:
    case Call::kMigrateToDevice:
    case Call::kMigrateToRam:
    case Call::kDeviceRelease:
    case Call::kDeviceExclusive:
    case Call::kCheckExclusive:
    case Call::kDeviceAtomic:
      e.exclusive = exclusive_[operation.mirror] & pages(operation);
      e.met_exclusive = ids::any(e.exclusive);
      e.mirror_open = open_[operation.mirror];
      if (operation.call == Call::kMirrorClose) {
        open_[operation.mirror] = false;
        since_.close_asked[operation.mirror] = running_ & ~e.self;
      }
      break;
    default:
      break;
  }
}

// A mirror is one at a time's: from the begin of a mirror_open to the end of the operation that
// removes its subscription.
void Assignments::note_mirror_taken(Errand& e, model::Mirror mirror, const ConcreteState& s) {
  e.mirror_taken = s.registration(mirror) != model::Registration::kOut;
  for (Errand& other : errands_) {
    if (&other == &e || other.operation == nullptr || mirror_of(*other.operation) != mirror) {
      continue;
    }
    const bool opens = other.operation->call == Call::kMirrorOpen;
    e.mirror_taken = e.mirror_taken || opens || other.did_remove;
    if (opens) other.mirror_taken = true;
  }
}

// mmap_lock keeps the areas as they are until it is given back. REQUIRES: a call that goes by
// areas.
void Assignments::note_areas(Errand& e, Task task, const ConcreteState& s) {
  const Operation& operation = *e.operation;
  const bool reads = (operation.prot & impl::kProtRead) != 0;
  const bool writes = (operation.prot & impl::kProtWrite) != 0;
  const Page first = model::page_of(own_mm(task), 0);
  const auto with = [&](const auto* values, auto value) {
    return assignment::pages_with(values, value, operation);
  };
  const PageMask asked = pages_there(operation);
  const Area* const areas = s.area.from(first);
  const PageMask gap = with(areas, Area::kNone);
  const PageMask special = with(areas, Area::kSpecial);
  const PageMask dax = with(areas, Area::kDax);
  const PageMask own_copies = with(s.area_private.from(first), true);
  const PageMask readable = with(s.area_read.from(first), true);
  const PageMask writable = with(s.area_write.from(first), true);
  e.gone |= asked & gap;
  e.occupied |= asked & ~gap;
  e.special |= asked & special;
  const PageMask of_file = dax | with(areas, Area::kFile);
  if (assignment::only_anonymous(operation.call))
    e.special |= asked & ~(with(areas, Area::kAnon) | gap);
  // At any look: what is there at another one may be the right thing.
  if (operation.call == Call::kClone) e.special |= asked & ~gap & ~(dax & ~own_copies);
  if (operation.call == Call::kMadviseRemove) e.special |= asked & ~(of_file | gap);
  e.of_file |= asked & of_file;
  e.own_copies |= asked & own_copies & of_file;
  e.in_dax = e.in_dax || ids::any(asked & dax);
  e.in_cache = e.in_cache || ids::any(asked & with(areas, Area::kFile) & ~own_copies);
  // A private mapping copies: it takes RAM and no blocks (X10).
  e.of_dax |= asked & dax & ~own_copies;
  const auto keep = [](const PageMask& some, const PageMask& of, bool with_it) {
    return with_it ? some & of : some & ~of;
  };
  e.settled |= keep(keep(asked & ~gap, readable, reads), writable, writes);
  // A CPU that may write may also read; GUP goes by the flags.
  const PageMask allowed = operation.call == Call::kStore  ? writable
                           : operation.call == Call::kLoad ? readable | writable
                           : writes                        ? writable
                                                           : readable;
  if (hugetlb_) {
    const PageMask hugetlb = with(areas, Area::kHugetlb);
    if (ids::any(hugetlb)) note_hugetlb(e, own_mm(task), hugetlb, s);
  }
  e.denied = e.denied || ids::any(asked & (gap | special)) || !inside(asked, allowed);
}

void Assignments::note_reapable(Errand& e, Mm mm, const ConcreteState& s) {
  for (unsigned i = 0; i < model::kPagesPerMm; ++i) {
    const Page page = model::page_of(mm, i);
    const bool shared =
        s.area(page) != Area::kAnon && (s.area(page) == Area::kNone || !s.area_private(page));
    if (!shared && s.cpu_frame(page) != kNoFrame) ids::add(e.reapable, i);
  }
}

void Assignments::note_ends_of_files(Errand& e, Mm mm, const ConcreteState& s) {
  const Operation& operation = *e.operation;
  for (unsigned i = operation.page; i < operation.page + operation.count && i < model::kPagesPerMm;
       ++i) {
    const model::FilePage slot = s.slot(model::page_of(mm, i));
    if (slot != model::kNoFilePage && !s.within(slot)) ids::add(e.beyond, i);
  }
}

void Assignments::note_pins(Errand& e, File file, const ConcreteState& s) {
  for (unsigned i = 0; i < model::kPagesPerFile; ++i) {
    const model::Frame frame = s.backing(model::file_page(file, i));
    if (frame != kNoFrame && s.pins(frame) != 0) e.met_pin = true;
  }
}

// Between the end of its unmapping a file and its look at the blocks somebody may pin one, through
// another file that has it, too.
void Assignments::note_pin(model::Frame frame, const ConcreteState& s) {
  for (std::size_t page = 1; page < model::kFilePages; ++page) {
    if (s.backing(model::FilePage(page)) != frame) continue;
    const File file = model::file_of(model::FilePage(page));
    for (Errand& e : errands_) {
      if (e.operation == nullptr) continue;
      const Call call = e.operation->call;
      const bool named =
          ((call == Call::kFtruncate || call == Call::kPunchHole || call == Call::kClone) &&
           e.operation->file == file) ||
          (call == Call::kUnmount && one_filesystem(e.operation->file, file));
      const bool found =
          (call == Call::kMadviseRemove || call == Call::kClone) && (e.mapped & all_of(file)) != 0;
      e.met_pin = e.met_pin || named || found;
    }
  }
}

const Clause* Assignments::walk(const Errand& e, const Arguments& a, const ConcreteState& s) const {
  const Operation& operation = *e.operation;
  if (!is_device_call(operation.call) || a.mirror != mirror_of(operation) ||
      model::mm_of(a.page) != s.mirror_mm(a.mirror) ||
      !inside(page_bit(a.page), pages(operation))) {
    return &kOtherRange;
  }
  const unsigned asked = request(operation, model::index_of(a.page) - operation.page);
  const bool required = (asked & impl::kRequestFault) != 0;
  if (a.required != required) return &kOtherRequest;
  return unless(!required || a.write == ((asked & impl::kRequestWrite) != 0), kOtherRequest);
}

const Clause* Assignments::access(Errand& e, const Arguments& a, const ConcreteState& s) const {
  const Operation& operation = *e.operation;
  bool there = false;
  bool write = false;
  switch (operation.call) {
    case Call::kLoad:
    case Call::kStore:
      there = a.page == model::page_of(own_mm(a.task), operation.page);
      write = operation.call == Call::kStore;
      break;
    case Call::kDeviceRead:
    case Call::kDeviceWrite:
    case Call::kMigrateToDevice:
    case Call::kDeviceExclusive:
      // Page by page.
      there = a.mirror == mirror_of(operation) && model::mm_of(a.page) == s.mirror_mm(a.mirror) &&
              model::index_of(a.page) == static_cast<unsigned>(operation.page + e.accesses);
      write = operation.call == Call::kDeviceWrite;
      break;
    case Call::kDeviceAtomic:
      return atomic_access(e, a, s);
    case Call::kUprobeSet:
    case Call::kUprobeRemove:
      there = a.file_page == e.probed;
      e.datum = a.value;
      break;
    default:
      there = a.file_page == model::file_page(operation.file, operation.index);
      write = operation.call == Call::kPwrite;
      break;
  }
  return unless(there && a.cell == operation.cell && a.write == write &&
                    (!write || a.value == operation.value),
                kOtherAccess);
}

const Clause* Assignments::map(Errand& e, const Arguments& a) const {
  const Operation& operation = *e.operation;
  e.did_map = true;
  const bool of_file = operation.call == Call::kMmapFile || operation.call == Call::kMmapPrivate ||
                       operation.call == Call::kMmapSync;
  const Area area = operation.call == Call::kMmapAnon      ? Area::kAnon
                    : operation.call == Call::kMmapHugetlb ? Area::kHugetlb
                    : operation.call == Call::kMmapSpecial ? Area::kSpecial
                    : !of_file                             ? Area::kNone
                    : dax_[file_of(operation)]             ? Area::kDax
                                                           : Area::kFile;
  return unless(area != Area::kNone && a.area == area &&
                    a.flag == (operation.call == Call::kMmapPrivate) &&
                    a.required == (operation.call == Call::kMmapSync) &&
                    pages(a.pages, a.mm) == pages(operation) &&
                    a.read == ((operation.prot & impl::kProtRead) != 0) &&
                    a.write == ((operation.prot & impl::kProtWrite) != 0) &&
                    (!of_file || a.file_page == model::file_page(operation.file, operation.index)),
                kOtherArea);
}

const Clause* Assignments::zap(Errand& e, const Arguments& a, const ConcreteState& s) const {
  const bool own_memory = Shadow::is_private(s, a.page);
  // The zero page and what a file has are found again; private memory is not.
  if (s.users(model::mm_of(a.page)) == 0 ||
      (!a.flag && (!own_memory || s.cpu_frame(a.page) == model::kZeroFrame))) {
    return nullptr;
  }
  const Operation& operation = *e.operation;
  const Mm mm = model::mm_of(a.page);
  const Mm own = own_mm(a.task);
  bool among = inside(page_bit(a.page), pages(operation));
  if (s.area(a.page) == Area::kHugetlb) {
    // A part of a huge page is copied with the rest of it, and goes only if all of it goes.
    const PageMask run = assignment::pages(model::huge_of(a.page), mm);
    among = a.flag ? ids::any(run & pages(operation)) : inside(run, pages(operation));
  }
  if (a.flag) {
    // M3: a fault copies what another mm maps, too.
    e.copying = true;
    e.copied = a.page;
    if (assignment::is_merge(operation.call)) {
      return unless(
          (mm == own) == (operation.call == Call::kKsmMerge) &&
              inside(page_bit(a.page), ids::run<PageMask>(operation.target, operation.count)) &&
              s.pins(s.cpu_frame(a.page)) == 0,
          kOtherMerge);
    }
    return unless(among && (is_device_call(operation.call)
                                ? mm == e.mm
                                : mm == own && (operation.call == Call::kStore ||
                                                operation.call == Call::kKsmUnmerge ||
                                                operation.call == Call::kMadviseCollapse ||
                                                assignment::is_uprobe(operation.call) ||
                                                assignment::is_pin(operation.call))),
                  kDataLost);
  }
  switch (operation.call) {
    case Call::kOomReap:
      return unless(mm == own, kDataLost);
    case Call::kUprobeRemove:
      return unless(mm == own && among && a.required && put_opcode(e, a) == nullptr, kDataLost);
    case Call::kMunmap:
    case Call::kMadviseDontneed:
      return unless(mm == own && among, kDataLost);
    case Call::kMadviseFree:
      // Of what is in swap the slot is freed at once; what has failed is lost anyway.
      return unless(mm == own && among && assignment::is_given_up(s.cpu_kind(a.page)), kDataLost);
    case Call::kMremap: {
      // What was at its target, and what is cut off.
      const PageMask lost = !e.did_map && operation.target != operation.page
                                ? cut_off(operation) | target_pages(operation)
                                : cut_off(operation);
      return unless(mm == own && inside(page_bit(a.page), lost), kDataLost);
    }
    case Call::kFork:
      return unless(mm != own && !e.taken, kDataLost);
    case Call::kFtruncate: {
      // X10: even_cows, beyond the new end.
      const model::FilePage slot = s.slot(a.page);
      return unless(
          slot != model::kNoFilePage && model::file_of(slot) == operation.file && !s.within(slot),
          kDataLost);
    }
    default:
      return &kDataLost;
  }
}

const Clause* Assignments::resize(const Arguments& a, const ConcreteState& s) {
  const auto file = static_cast<std::size_t>(a.file);
  since_.resized[file] = running_;
  const unsigned old_size = sizes_[file];
  const unsigned before = pages_of(old_size);
  unsigned after = before;
  if (!a.flag) since_.shrunk = running_;
  if (a.file_pages.first <= a.file_pages.last) {
    const unsigned first = model::index_of(a.file_pages.first);
    const unsigned last = model::index_of(a.file_pages.last);
    if (a.flag ? first != before : last + 1 != before) return &kOtherSize;
    after = a.flag ? last + 1 : first;
  }
  Errand& e = errand(a.task);
  if (e.operation != nullptr && e.operation->file == a.file && !e.resized && !e.gave_inode_back) {
    const Operation& operation = *e.operation;
    // X15: what lay behind the old end, and comes inside unwritten, reads as zeros.
    const auto tail_kept = [&](unsigned from) {
      return from > old_size && e.old_tail && !e.zeroed_old;
    };
    if (operation.call == Call::kFtruncate && after == pages_of(operation.size)) {
      e.resized = true;
      sizes_[file] = operation.size;
      return unless(!tail_kept(operation.size), kTailKept);
    }
    if (operation.call == Call::kPwrite && after == pages_of(cell_of(operation) + 1) &&
        cell_of(operation) >= old_size) {
      e.resized = true;
      sizes_[file] = static_cast<std::uint8_t>(cell_of(operation) + 1);
      return unless(!tail_kept(cell_of(operation)), kTailKept);
    }
  }
  // Evicted: its name is gone and nobody maps it, so that nobody can miss what was in it.
  if (after != 0) return &kOtherSize;
  sizes_[file] = 0;
  if (e.operation == nullptr) return nullptr;
  const bool mapped = !model::Concrete::all<Page>([&](Page p) {
    return s.area(p) == Area::kNone || s.slot(p) == model::kNoFilePage ||
           model::file_of(s.slot(p)) != a.file;
  });
  return unless((unlinks_[file] != 0 || e.operation->call == Call::kUnmount) && !mapped,
                kOtherSize);
}

// X15: reclaim, which takes no lock of the file's, drops the page that holds the end of one that
// grows. What was never written back is a hole then. A fault may bring it back until ftruncate has
// invalidate_lock, and zeroes; what pwrite brings is new.
void Assignments::note_tail(model::FilePage page, bool there) {
  for (Errand& e : errands_) {
    if (e.operation != nullptr && (!there || e.operation->call == Call::kFtruncate) &&
        e.operation->file == model::file_of(page) && e.old_size % model::kCellsPerPage != 0 &&
        e.old_size / model::kCellsPerPage == model::index_of(page)) {
      e.old_tail = there;
    }
  }
}

const Clause* Assignments::unlock_inode(Errand& e, const Arguments& a) const {
  const Operation& operation = *e.operation;
  const bool first = !e.gave_inode_back;
  e.gave_inode_back = true;
  return unless(!first || operation.call != Call::kPwrite || e.accesses == 0 ||
                    a.file != operation.file || size(a.file) > cell_of(operation),
                kOtherSize);
}

const Clause* Assignments::zero_tail(Errand& e, const Arguments& a) {
  const Operation& operation = *e.operation;
  const unsigned begins =
      static_cast<unsigned>(model::index_of(a.file_page) * kCellsPerPage + a.cell);
  const bool truncates = operation.call == Call::kFtruncate;
  if ((!truncates && operation.call != Call::kPwrite) ||
      operation.file != model::file_of(a.file_page)) {
    return &kDataLost;
  }
  if (truncates && begins == operation.size && operation.size < e.old_size) {
    e.zeroed_new = true;
  } else if (begins == e.old_size &&
             (truncates ? operation.size : cell_of(operation)) > e.old_size) {
    e.zeroed_old = true;
  } else {
    return &kDataLost;
  }
  return nullptr;
}

// Whoever found it pinned goes by the entry, which may name another frame by now.
void Assignments::note_unpinned(model::Frame frame, const ConcreteState& s) {
  for (auto left = model::bytes_equal<model::kPages>(s.cpu_frame.from(Page(0)), frame);
       ids::any(left); ids::drop_first(left)) {
    since_.unpinned[ids::first(left)] = running_;
  }
}

const Clause* Assignments::unlock_mm(const Errand& e, const Arguments& a, const ConcreteState& s) {
  const Mm mm = own_mm(a.task);
  const Operation& operation = *e.operation;
  if (a.mm != mm) return nullptr;
  for (PageMask left = e.unmapped; ids::any(left); ids::drop_first(left)) {
    const unsigned i = ids::first(left);
    if (i < model::kPagesPerMm && s.cpu_frame(model::page_of(mm, i)) != kNoFrame) {
      return &kStillMapped;
    }
  }
  if (operation.call == Call::kClearRefs) return track(e, mm, s);
  for (unsigned i = operation.page; i < operation.page + operation.count && i < model::kPagesPerMm;
       ++i) {
    const Page page = model::page_of(mm, i);
    if (operation.call != Call::kMprotect || s.area(page) == Area::kNone) continue;
    if (s.cpu_write(page) && !s.area_write(page)) return &kStillWritable;
    if (s.cpu_read(page) && !s.area_read(page)) return &kStillReadable;
  }
  return nullptr;
}

// What is kept is a function of what was done, not of the order in which it was: two runs that have
// come to the same have kept the same.
void Assignments::forget(Errand& e) {
  running_ &= static_cast<TaskMask>(~e.self);
  collapsing_ &= running_;
  if (e.operation->call == Call::kClone) {
    sources_[static_cast<std::size_t>(std::countr_zero(e.self))] = {};
  }
  since_.forget(e.self);
  e = Errand{};
}

const Clause* Assignments::end_operation(Task task, const impl::Result& result,
                                         const ConcreteState& s) {
  Errand& e = errand(task);
  const Operation& operation = *e.operation;
  const Clause* wrong = nullptr;
  if (e.exited || result.error == -ESRCH) {
    wrong = unless(e.exited && result.error == -ESRCH, kErrorUnexplained);
  } else if (!resolved(e, s, task)) {
    wrong = &kUnresolved;
  } else if (assignment::moves_memory(operation.call)) {
    wrong = memory_result(e, result, s);
  } else if (is_device_call(operation.call)) {
    wrong = device_result(e, result, s, task);
  } else if (operation.call >= Call::kPread && operation.call <= Call::kUnlink) {
    wrong = file_result(e, result, s);
  } else if (operation.call == Call::kFsync) {
    wrong = fsync_result(e, result, s);
  } else {
    wrong = other_result(e, result, s, task);
  }
  if (wrong == nullptr && result.error == 0 && finds_what_is_gone(operation)) wrong = &kNotDone;
  if (operation.call == Call::kUnmount) end_unmount(e, result.error == 0);
  if (operation.call == Call::kExit) {
    exited_ |= model::TaskWord{1} << static_cast<unsigned>(task);
    pins_[static_cast<std::size_t>(task)] = {};
  }
  if ((operation.call == Call::kNotifierRegister || operation.call == Call::kNotifierUnregister) &&
      operation.mirror < model::kClassicNotifiers) {
    --slots_[operation.mirror].in_progress;
  }
  if (operation.call == Call::kMirrorOpen && result.error == 0) {
    // Nobody has asked to close it meanwhile, so it stays open until somebody does.
    const model::Mirror mirror = mirror_of(operation);
    open_[operation.mirror] = !e.saw(since_.close_asked[operation.mirror]) && s.engine(mirror) &&
                              s.registration(mirror) != model::Registration::kOut;
  }
  forget(e);
  return wrong;
}

}  // namespace mirrorcheck::fuzz
