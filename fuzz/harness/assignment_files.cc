// The answers of operations on files, held against what was asked and what was done.

#include <cerrno>

#include "fuzz/harness/assignment.h"
#include "fuzz/harness/assignment_step.h"

namespace mirrorcheck::fuzz {

using assignment::cell_of;
using assignment::file_of;
using assignment::fits;
using assignment::inside;
using assignment::pages;
using assignment::pages_of;
using assignment::unless;
using impl::Call;
using impl::Operation;
using model::ConcreteState;
using model::File;
using model::kNoFrame;
using model::Page;

bool Assignments::may_be_absent(const Errand& e, File file, unsigned unlinks) const {
  const auto f = static_cast<std::size_t>(file);
  return !existed_[f] || unlinks_[f] >= unlinks || may_be_unmounted(e, file);
}

bool Assignments::may_be_unmounted(const Errand& e, File file) const {
  const auto f = static_cast<std::size_t>(file);
  return unmounts_[f] != 0 || e.saw(since_.unmounting[f]);
}

const Clause* Assignments::fsync_result(const Errand& e, const impl::Result& result,
                                        const ConcreteState& s) const {
  const File file = e.operation->file;
  if (result.error != 0) {
    return unless(result.error == -ENOENT && may_be_absent(e, file, 1), kErrorUnexplained);
  }
  for (std::size_t p = 0; p < model::kPages; ++p) {
    const model::FilePage slot = s.slot(Page(p));
    if (slot != model::kNoFilePage && model::file_of(slot) == file && s.cpu_write(Page(p)) &&
        !s.copied(Page(p)) && !e.saw(since_.writable[p])) {
      return &kStillDirty;
    }
  }
  // X7: of blocks that the file has got meanwhile fsync need not know.
  for (unsigned i = 0; dax_[file_of(*e.operation)] && i < model::kPagesPerFile; ++i) {
    const model::FilePage page = model::file_page(file, i);
    if (s.backing(page) != kNoFrame && !s.committed(page) &&
        !e.saw(since_.given[static_cast<std::size_t>(page)])) {
      return &kStillUncommitted;
    }
  }
  return nullptr;
}

const Clause* Assignments::file_result(const Errand& e, const impl::Result& result,
                                       const ConcreteState& s) const {
  const Operation& operation = *e.operation;
  const std::size_t file = file_of(operation);
  const int error = result.error;
  if (error == -ENOENT) {
    return unless(may_be_absent(e, operation.file, operation.call == Call::kUnlink ? 2 : 1) &&
                      (operation.call != Call::kCreate || may_be_unmounted(e, operation.file)) &&
                      e.accesses == 0,
                  kErrorUnexplained);
  }
  // dax_mem2blk_err: it was to be read, or a part of it written.
  if (error == -EIO && (operation.call == Call::kPread || operation.call == Call::kPwrite ||
                        operation.call == Call::kFtruncate)) {
    return unless(
        e.accesses == 0 && !e.did_truncate && !e.resized && met_failed_block(e, operation.file, s),
        kErrorUnexplained);
  }
  switch (operation.call) {
    case Call::kPread: {
      // What reclaim has taken out of the page cache has to be read in again.
      if (error == -ENOMEM && e.accesses == 0 && !dax_[file] && no_ram_since(e)) return nullptr;
      if (error != 0) return &kErrorUnexplained;
      if (result.pages != e.accesses) return &kOtherCount;
      const bool inside_file =
          e.size_sufficed && sizes_[file] > cell_of(operation) && !e.saw(since_.resized[file]);
      return unless(e.accesses != 0 || !inside_file, kNotDone);
    }
    case Call::kPwrite:
      if (error == 0) {
        if (result.pages != 1) return &kOtherCount;
        return unless(e.accesses == 1, kNotDone);
      }
      return unless(e.accesses == 0 && (dax_[file] ? error == -ENOSPC && no_blocks_since(e)
                                                   : error == -ENOMEM && no_ram_since(e)),
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
      // X9: the page of the old end, or of the new one, may have to be copied.
      if (operation.call == Call::kFtruncate && error == -ENOSPC) {
        return unless(no_blocks_since(e) && !e.did_truncate && !e.resized, kErrorUnexplained);
      }
      return unless(error == -EINTR && e.met_pin && !e.did_truncate && !e.resized && !e.took_away,
                    kErrorUnexplained);
    case Call::kCreate:
      return unless(error == 0 || (error == -ENOSPC && unlinks_[file] != 0), kErrorUnexplained);
    default:
      return unless(error == 0, kErrorUnexplained);
  }
}

bool Assignments::filesystem_mapped(File file, const ConcreteState& s) const {
  for (std::size_t p = 0; p < model::kPages; ++p) {
    const model::FilePage slot = s.slot(Page(p));
    if (s.area(Page(p)) != model::Area::kNone && slot != model::kNoFilePage &&
        one_filesystem(model::file_of(slot), file)) {
      return true;
    }
  }
  return false;
}

// Until it ends, and after it has succeeded, nobody need find a file of the filesystem.
void Assignments::begin_unmount(Errand& e, const ConcreteState& s) {
  const File file = e.operation->file;
  e.in_use = filesystem_mapped(file, s);
  for (std::size_t f = 0; f < model::kFiles; ++f) {
    if (!one_filesystem(file, File(f))) continue;
    note_pins(e, File(f), s);
    ++unmounts_[f];
    since_.unmounting[f] = running_;
  }
}

void Assignments::end_unmount(const Errand& e, bool done) {
  for (std::size_t f = 0; f < model::kFiles; ++f) {
    if (!one_filesystem(e.operation->file, File(f))) continue;
    --unmounts_[f];
    since_.unmounting[f] = running_;
    if (!done) continue;
    existed_[f] = false;
    gone_[f] = !e.saw(since_.joined);
  }
}

// A file by its name, which went with its filesystem.
bool Assignments::finds_what_is_gone(const Operation& operation) const {
  switch (operation.call) {
    case Call::kMmapFile:
    case Call::kMmapPrivate:
    case Call::kMmapSync:
    case Call::kPread:
    case Call::kPwrite:
    case Call::kFtruncate:
    case Call::kPunchHole:
    case Call::kUnlink:
    case Call::kFsync:
    case Call::kClone:
      return gone_[file_of(operation)];
    default:
      return false;
  }
}

// X12.3: refused while a file is in use, otherwise not done before all pins are gone. What others
// do with the files at the same time may be in the way of it, or make new ones behind it.
const Clause* Assignments::unmount_result(const Errand& e, const impl::Result& result,
                                          const ConcreteState& s) const {
  const File file = e.operation->file;
  const bool joined = e.saw(since_.joined);
  switch (result.error) {
    case 0:
      if (!dax_[file_of(*e.operation)]) return &kNotDone;
      if (joined) return nullptr;
      if (e.in_use) return &kNotDone;
      for (std::size_t p = 1; p < model::kFilePages; ++p) {
        if (one_filesystem(file, model::file_of(model::FilePage(p))) &&
            (s.backing(model::FilePage(p)) != kNoFrame || s.within(model::FilePage(p)))) {
          return &kNotDone;
        }
      }
      return nullptr;
    case -EBUSY:
      return unless(joined || e.in_use || e.met_pin, kErrorUnexplained);
    case -EINVAL:
      return unless(!dax_[file_of(*e.operation)], kErrorUnexplained);
    default:
      return &kErrorUnexplained;
  }
}

const Clause* Assignments::clone_result(const Errand& e, const impl::Result& result) const {
  const Operation& operation = *e.operation;
  const unsigned end = static_cast<unsigned>(operation.index + operation.count);
  const bool outside = !fits(operation) || end > model::kPagesPerFile ||
                       end > pages_of(sizes_[file_of(operation)]) ||
                       e.saw(since_.resized[file_of(operation)]) || e.saw(since_.shrunk) ||
                       ids::any(e.beyond);
  if (result.pages != e.moved) return &kOtherCount;
  switch (result.error) {
    case 0:
      return unless(inside(pages(operation), e.of_dax) &&
                        inside(ids::run<PageMask>(0, operation.count), e.taken_up),
                    kNotDone);
    case -EINVAL:
      return unless(outside || ids::any(e.gone) || ids::any(e.own_copies) || ids::any(e.special),
                    kErrorUnexplained);
    case -ENOENT:
      return unless(may_be_absent(e, operation.file, 1), kErrorUnexplained);
    case -EXDEV: {
      // Of a file of another filesystem.
      const std::size_t target = file_of(operation);
      bool elsewhere = false;
      for (std::size_t f = 0; f < model::kFiles; ++f) {
        elsewhere = elsewhere || ((e.mapped & all_of(File(f))) != 0 && dax_[f] &&
                                  (!dax_[target] || counted_[f] != counted_[target]));
      }
      return unless(elsewhere, kErrorUnexplained);
    }
    case -EBUSY:
      // Or where the TLB is about to be flushed behind somebody.
      return unless(e.met_pin || counted_[file_of(operation)], kErrorUnexplained);
    default:
      return &kErrorUnexplained;
  }
}

// MADV_REMOVE. Between its looks at the areas these come and go.
const Clause* Assignments::remove_result(const Errand& e, const impl::Result& result) const {
  const Operation& operation = *e.operation;
  const PageMask all = pages(operation);
  const bool punched = e.saw(since_.shrunk) || (e.to_punch & ~e.punched) == 0;
  switch (result.error) {
    case 0:
      return unless(inside(all, e.of_file) && punched, kNotDone);
    case -ENOMEM:
      if (!fits(operation)) return nullptr;
      if (!ids::any(e.gone)) return &kErrorUnexplained;
      return unless(punched, kNotDone);
    case -EINVAL:
      return unless(ids::any(e.special), kErrorUnexplained);
    case -EACCES:
      return unless(ids::any(e.own_copies), kErrorUnexplained);
    case -EINTR:
      return unless(e.met_pin, kErrorUnexplained);
    default:
      return &kErrorUnexplained;
  }
}

}  // namespace mirrorcheck::fuzz
