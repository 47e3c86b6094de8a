#include "fuzz/harness/assignment.h"

#include <algorithm>
#include <cerrno>

#include "fuzz/harness/assignment_step.h"

namespace mirrorcheck::fuzz {

using assignment::fits;
using assignment::inside;
using assignment::is_device_call;
using assignment::mirror_of;
using assignment::pages;
using assignment::pages_of;
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

unsigned cell_of(const Operation& operation) {
  return static_cast<unsigned>(operation.index * kCellsPerPage + operation.cell);
}
std::size_t file_of(const Operation& operation) { return static_cast<std::size_t>(operation.file); }

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
bool requests_anything(const Operation& operation) {
  for (unsigned i = 0; i < operation.count; ++i) {
    if ((request(operation, i) & impl::kRequestFault) != 0) return true;
  }
  return false;
}

// HMM_PFN_* of a page as test_hmm tells them.
std::uint32_t snapshot_byte(const ConcreteState& s, Task task, Page page) {
  switch (s.walked(task, page)) {
    case model::Outcome::kError:
      return 0xff;
    case model::Outcome::kValid:
      return (s.walked_write(task, page) ? 2u : 1u) |
             (s.walked_frame(task, page) == model::kZeroFrame ? 0x10u : 0u);
    default:
      return 0;
  }
}

const Clause* unless(bool explained, const Clause& clause) { return explained ? nullptr : &clause; }

}  // namespace

void Assignments::begin(const impl::Layout& layout) {
  *this = Assignments{};
  mm_of_task_ = layout.mm_of_task;
  for (std::size_t f = 0; f < model::kFiles; ++f) {
    existed_[f] = layout.files[f].exists;
    dax_[f] = layout.files[f].dax;
    sizes_[f] = existed_[f] ? layout.files[f].size : std::uint8_t{0};
  }
  clock_ = 1;
}

void Assignments::begin_operation(Task task, const Operation& operation, const ConcreteState& s) {
  Errand& e = errand(task);
  e = Errand{};
  e.operation = &operation;
  e.begun = ++clock_;
  e.exited = (exited_ >> static_cast<unsigned>(task) & 1) != 0;
  switch (operation.call) {
    case Call::kMadviseDontneed:
      for (unsigned i = operation.page;
           i < operation.page + operation.count && i < model::kPagesPerMm; ++i) {
        if (s.cpu_frame(model::page_of(own_mm(task), i)) == kNoFrame) e.absent |= 1u << i;
      }
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
    case Call::kMirrorClose:
    case Call::kDeviceRead:
    case Call::kDeviceWrite:
    case Call::kDeviceFault:
    case Call::kSnapshot:
      e.mirror_open = open_[operation.mirror];
      if (operation.call == Call::kMirrorClose) {
        open_[operation.mirror] = false;
        close_asked_at_[operation.mirror] = clock_;
      }
      break;
    default:
      break;
  }
}

// mmap_lock keeps the areas as they are until it is given back.
void Assignments::note_areas(Errand& e, Task task, const ConcreteState& s) {
  const Operation& operation = *e.operation;
  const bool reads = (operation.prot & impl::kProtRead) != 0;
  const bool writes = (operation.prot & impl::kProtWrite) != 0;
  for (unsigned i = operation.page; i < operation.page + operation.count && i < model::kPagesPerMm;
       ++i) {
    const Page page = model::page_of(own_mm(task), i);
    const PageMask bit = 1u << i;
    const Area area = s.area(page);
    (area == Area::kNone ? e.gone : e.occupied) |= bit;
    if (area == Area::kSpecial) e.special |= bit;
    if (area != Area::kNone && s.area_read(page) == reads && s.area_write(page) == writes) {
      e.settled |= bit;
    }
    // A CPU that may write may also read; GUP goes by the flags.
    const bool allowed = operation.call == Call::kStore  ? s.area_write(page)
                         : operation.call == Call::kLoad ? s.area_read(page) || s.area_write(page)
                         : writes                        ? s.area_write(page)
                                                         : s.area_read(page);
    e.denied = e.denied || area == Area::kNone || area == Area::kSpecial || !allowed;
  }
}

void Assignments::note_ends_of_files(Errand& e, Mm mm, const ConcreteState& s) {
  const Operation& operation = *e.operation;
  for (unsigned i = operation.page; i < operation.page + operation.count && i < model::kPagesPerMm;
       ++i) {
    const model::FilePage slot = s.slot(model::page_of(mm, i));
    e.beyond = e.beyond || (slot != model::kNoFilePage && !s.within(slot));
  }
}

void Assignments::note_pins(Errand& e, File file, const ConcreteState& s) {
  for (unsigned i = 0; i < model::kPagesPerFile; ++i) {
    const model::Frame frame = s.backing(model::file_page(file, i));
    if (frame != kNoFrame && s.pins(frame) != 0) e.met_pin = true;
  }
}

const Clause* Assignments::walk(const Errand& e, const Arguments& a, const ConcreteState& s) const {
  const Operation& operation = *e.operation;
  if (!is_device_call(operation.call) || a.mirror != mirror_of(operation) ||
      model::mm_of(a.page) != s.mirror_mm(a.mirror) ||
      !inside(1u << model::index_of(a.page), pages(operation))) {
    return &kOtherRange;
  }
  const unsigned asked = request(operation, model::index_of(a.page) - operation.page);
  const bool required = (asked & impl::kRequestFault) != 0;
  if (a.required != required) return &kOtherRequest;
  if (required && a.write != ((asked & impl::kRequestWrite) != 0)) return &kOtherRequest;
  // F11: a page is faulted in because it, or another one of the same hole, was asked for.
  return unless(a.outcome != model::Outcome::kFault || requests_anything(operation), kOtherRequest);
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
      // Page by page.
      there = a.mirror == mirror_of(operation) && model::mm_of(a.page) == s.mirror_mm(a.mirror) &&
              model::index_of(a.page) == static_cast<unsigned>(operation.page + e.accesses);
      write = operation.call == Call::kDeviceWrite;
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
  const bool of_file = operation.call == Call::kMmapFile;
  const Area area = operation.call == Call::kMmapAnon      ? Area::kAnon
                    : operation.call == Call::kMmapSpecial ? Area::kSpecial
                    : !of_file                             ? Area::kNone
                    : dax_[file_of(operation)]             ? Area::kDax
                                                           : Area::kFile;
  return unless(area != Area::kNone && a.area == area && pages(a.pages, a.mm) == pages(operation) &&
                    a.read == ((operation.prot & impl::kProtRead) != 0) &&
                    a.write == ((operation.prot & impl::kProtWrite) != 0) &&
                    (!of_file || a.file_page == model::file_page(operation.file, operation.index)),
                kOtherArea);
}

const Clause* Assignments::resize(const Arguments& a, const ConcreteState& s) {
  const auto file = static_cast<std::size_t>(a.file);
  resized_at_[file] = ++clock_;
  const unsigned old_size = sizes_[file];
  const unsigned before = pages_of(old_size);
  unsigned after = before;
  if (!a.flag) shrunk_at_ = clock_;
  if (a.file_pages.first <= a.file_pages.last) {
    const unsigned first = model::index_of(a.file_pages.first);
    const unsigned last = model::index_of(a.file_pages.last);
    if (a.flag ? first != before : last + 1 != before) return &kOtherSize;
    after = a.flag ? last + 1 : first;
  }
  Errand& e = errand(a.task);
  if (e.operation != nullptr && e.operation->file == a.file && !e.resized) {
    const Operation& operation = *e.operation;
    if (operation.call == Call::kFtruncate && after == pages_of(operation.size)) {
      e.resized = true;
      sizes_[file] = operation.size;
      const bool tail = operation.size > old_size && old_size % kCellsPerPage != 0 &&
                        s.backing(model::file_page(a.file, old_size / kCellsPerPage)) != kNoFrame;
      return unless(!tail || e.zeroed_old, kTailKept);
    }
    if (operation.call == Call::kPwrite && after == pages_of(cell_of(operation) + 1) &&
        cell_of(operation) >= old_size) {
      e.resized = true;
      sizes_[file] = static_cast<std::uint8_t>(cell_of(operation) + 1);
      return nullptr;
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
  return unless(unlinks_[file] != 0 && !mapped, kOtherSize);
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
  if (operation.call != Call::kFtruncate || operation.file != model::file_of(a.file_page)) {
    return &kDataLost;
  }
  if (begins == operation.size && operation.size < e.old_size) {
    e.zeroed_new = true;
  } else if (begins == e.old_size && operation.size > e.old_size) {
    e.zeroed_old = true;
  } else {
    return &kDataLost;
  }
  return nullptr;
}

const Clause* Assignments::unlock_mm(const Errand& e, const Arguments& a,
                                     const ConcreteState& s) const {
  const Mm mm = own_mm(a.task);
  const Operation& operation = *e.operation;
  if (a.mm != mm) return nullptr;
  for (unsigned i = operation.page; i < operation.page + operation.count && i < model::kPagesPerMm;
       ++i) {
    const Page page = model::page_of(mm, i);
    if ((e.unmapped >> i & 1) != 0 && s.cpu_frame(page) != kNoFrame) return &kStillMapped;
    if (operation.call != Call::kMprotect || s.area(page) == Area::kNone) continue;
    if (s.cpu_write(page) && !s.area_write(page)) return &kStillWritable;
    if (s.area_read(page)) continue;
    for (std::size_t m = 0; m < model::kMirrors; ++m) {
      if (s.device_frame(model::Mirror(m), page) != kNoFrame) return &kStillReadable;
    }
  }
  return nullptr;
}

const Clause* Assignments::end_operation(Task task, const impl::Result& result,
                                         const ConcreteState& s) {
  Errand& e = errand(task);
  const Operation& operation = *e.operation;
  const Clause* wrong = nullptr;
  if (e.exited || result.error == -ESRCH) {
    wrong = unless(e.exited && result.error == -ESRCH, kErrorUnexplained);
  } else if (is_device_call(operation.call)) {
    wrong = device_result(e, result, s, task);
  } else if (operation.call >= Call::kPread && operation.call <= Call::kUnlink) {
    wrong = file_result(e, result);
  } else {
    wrong = mapping_result(e, result, s, task);
  }
  if (operation.call == Call::kExit) exited_ |= 1u << static_cast<unsigned>(task);
  if (operation.call == Call::kMirrorOpen && result.error == 0) {
    // Nobody has asked to close it meanwhile, so it stays open until somebody does.
    const model::Mirror mirror = mirror_of(operation);
    open_[operation.mirror] = close_asked_at_[operation.mirror] < e.begun && s.engine(mirror) &&
                              s.registration(mirror) != model::Registration::kOut;
  }
  e.operation = nullptr;
  return wrong;
}

const Clause* Assignments::device_result(const Errand& e, const impl::Result& result,
                                         const ConcreteState& s, Task task) const {
  const Operation& operation = *e.operation;
  const bool open = e.mirror_open && close_asked_at_[operation.mirror] < e.begun;
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
  if (operation.call != Call::kSnapshot) return nullptr;
  for (unsigned i = 0; i < operation.count; ++i) {
    if (result.data[i] != snapshot_byte(s, task, model::page_of(e.mm, operation.page + i))) {
      return &kOtherSnapshot;
    }
  }
  return nullptr;
}

bool Assignments::may_be_absent(File file, unsigned unlinks) const {
  const auto f = static_cast<std::size_t>(file);
  return !existed_[f] || unlinks_[f] >= unlinks;
}

const Clause* Assignments::file_result(const Errand& e, const impl::Result& result) const {
  const Operation& operation = *e.operation;
  const std::size_t file = file_of(operation);
  const int error = result.error;
  if (error == -ENOENT) {
    return unless(may_be_absent(operation.file, operation.call == Call::kUnlink ? 2 : 1) &&
                      operation.call != Call::kCreate && e.accesses == 0,
                  kErrorUnexplained);
  }
  switch (operation.call) {
    case Call::kPread: {
      if (error != 0) return &kErrorUnexplained;
      if (result.pages != e.accesses) return &kOtherCount;
      const bool inside_file =
          e.size_sufficed && sizes_[file] > cell_of(operation) && resized_at_[file] < e.begun;
      return unless(e.accesses != 0 || !inside_file, kNotDone);
    }
    case Call::kPwrite:
      if (error == 0) {
        if (result.pages != 1) return &kOtherCount;
        return unless(e.accesses == 1, kNotDone);
      }
      return unless(e.accesses == 0 && (dax_[file] ? error == -ENOSPC && no_blocks_since(e.begun)
                                                   : error == -ENOMEM && no_ram_since(e.begun)),
                    kErrorUnexplained);
    case Call::kFtruncate:
    case Call::kPunchHole:
      if (error == 0) {
        const bool nothing_to_do =
            operation.call == Call::kPunchHole && operation.index >= pages_of(e.old_size);
        return unless(
            nothing_to_do || (e.did_truncate && (operation.call == Call::kPunchHole || e.resized)),
            kNotDone);
      }
      return unless(error == -EINTR && e.met_pin && !e.did_truncate && !e.resized,
                    kErrorUnexplained);
    case Call::kCreate:
      return unless(error == 0 || (error == -ENOSPC && unlinks_[file] != 0), kErrorUnexplained);
    default:
      return unless(error == 0, kErrorUnexplained);
  }
}

const Clause* Assignments::mapping_result(const Errand& e, const impl::Result& result,
                                          const ConcreteState& s, Task task) const {
  const Operation& operation = *e.operation;
  const PageMask all = pages(operation);
  const bool of_file = operation.call == Call::kMmapFile;
  const int error = result.error;
  switch (operation.call) {
    case Call::kMmapAnon:
    case Call::kMmapFile:
    case Call::kMmapSpecial:
      if (error == 0) return unless(e.did_map, kNotDone);
      return unless(
          !e.did_map &&
              ((error == -ENOMEM && !fits(operation)) || (error == -EEXIST && e.occupied != 0) ||
               (of_file && error == -ENOENT && may_be_absent(operation.file, 1)) ||
               (of_file && error == -EOVERFLOW &&
                operation.index + operation.count > static_cast<int>(model::kPagesPerFile))),
          kErrorUnexplained);
    case Call::kMunmap:
      if (error == 0) return unless(inside(all, e.gone), kNotDone);
      return unless(error == -EINVAL && !fits(operation), kErrorUnexplained);
    case Call::kMprotect:
      if (error == 0) return unless(inside(all, e.settled), kNotDone);
      return unless(error == -ENOMEM && (!fits(operation) || e.gone != 0), kErrorUnexplained);
    case Call::kMadviseDontneed: {
      if (error == -EINVAL) return unless(e.special != 0, kErrorUnexplained);
      if (error == -ENOMEM && !fits(operation)) return nullptr;
      if (error != 0 && (error != -ENOMEM || e.gone == 0)) return &kErrorUnexplained;
      for (unsigned i = operation.page; i < operation.page + operation.count; ++i) {
        const Page page = model::page_of(own_mm(task), i);
        // What munmap has detached is munmap's to zap.
        if (((e.absent | e.gone) >> i & 1) == 0 && s.cpu_frame(page) != kNoFrame &&
            zapped_at_[static_cast<std::size_t>(page)] < e.begun) {
          return &kNotDone;
        }
      }
      return nullptr;
    }
    case Call::kLoad:
    case Call::kStore:
    case Call::kPin:
      return unless(
          error == 0 ||
              (error == -EFAULT && (e.denied || beyond_since(e) || no_blocks_since(e.begun))) ||
              // A task can only have so many pins.
              (error == -ENOMEM && (operation.call == Call::kPin || no_ram_since(e.begun))),
          kErrorUnexplained);
    case Call::kUnpin:
      return unless(error == 0 || error == -EINVAL, kErrorUnexplained);
    case Call::kOomReap:
      return unless(error == 0 || (error == -EAGAIN && e.refused), kErrorUnexplained);
    case Call::kMirrorOpen:
      if (error == 0) return unless(e.did_insert, kNotDone);
      return unless(!e.did_insert && (error == -EBUSY || (error == -EINVAL && !fits(operation))),
                    kErrorUnexplained);
    case Call::kMirrorClose:
      return unless(
          error == 0 ||
              (error == -EBADF && !(e.mirror_open && close_asked_at_[operation.mirror] <= e.begun)),
          kErrorUnexplained);
    case Call::kNotifierRegister:
      if (error == 0) return unless(e.did_register, kNotDone);
      [[fallthrough]];
    case Call::kNotifierUnregister:
      return unless(error == 0 || error == -EBUSY || error == -ENOENT ||
                        operation.mirror >= model::kClassicNotifiers,
                    kErrorUnexplained);
    default:
      return unless(error == 0, kErrorUnexplained);
  }
}

}  // namespace mirrorcheck::fuzz
