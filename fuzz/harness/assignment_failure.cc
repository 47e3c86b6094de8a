// Memory that fails: what the operation was asked to give up, and what those who meet it may
// answer.

#include <algorithm>
#include <cerrno>

#include "fuzz/harness/assignment.h"
#include "fuzz/harness/assignment_step.h"

namespace mirrorcheck::fuzz {

using assignment::unless;
using impl::Call;
using model::Arguments;
using model::ConcreteState;
using model::EntryKind;
using model::FilePage;
using model::Frame;
using model::kNoFilePage;
using model::kNoFrame;
using model::Mm;
using model::Page;
using model::Task;

namespace {

bool is_poisoned(const ConcreteState& s, Page page) {
  return s.cpu_frame(page) != kNoFrame && s.cpu_kind(page) == EntryKind::kPoisoned;
}

// Somebody has been to swap: what has come back from there may still have its slot, which no step
// tells.
bool swap_used(const ConcreteState& s) {
  for (auto slot = static_cast<unsigned>(model::kFirstSwapSlot); slot < model::kFrames; ++slot) {
    if (s.used(Frame(slot))) return true;
  }
  return false;
}

// What the CPU, or a device, reaches `frame` by.
bool reached(const ConcreteState& s, Frame frame) {
  for (std::size_t p = 0; p < model::kPages; ++p) {
    if (s.cpu_frame(Page(p)) == frame && !is_poisoned(s, Page(p))) return true;
  }
  return !model::Concrete::nowhere(s.device_frame, frame);
}

}  // namespace

// What the page maps when mmap_lock is taken says whether there is anything to give up.
void Assignments::note_failing(Errand& e, Task task, const ConcreteState& s) const {
  const Page page = model::page_of(own_mm(task), e.operation->page);
  e.refusal = s.area(page) == model::Area::kNone          ? -ENXIO
              : is_poisoned(s, page)                      ? -EHWPOISON
              : !model::present<model::Concrete>(s, page) ? -ENXIO
              : s.cpu_frame(page) == model::kZeroFrame || s.area(page) == model::Area::kHugetlb
                  ? -EBUSY
                  : 0;
}

const Clause* Assignments::break_frame(Errand& e, const Arguments& a, const ConcreteState& s) {
  failed_ = true;
  if (e.operation->call != Call::kMemoryFailure || e.broke != kNoFrame) return &kOtherFailure;
  e.broke = a.frame;
  const Page page = model::page_of(own_mm(a.task), e.operation->page);
  // Of the page cache it is found broken when nobody maps it any more.
  return unless(
      s.cpu_frame(page) == a.frame || e.saw(since_.zapped[static_cast<std::size_t>(page)]),
      kOtherFailure);
}

void Assignments::note_replaced(model::PageRange pages, const ConcreteState& s) {
  for (auto page = static_cast<unsigned>(pages.first); page <= static_cast<unsigned>(pages.last);
       ++page) {
    if (const FilePage slot = s.slot(Page(page)); slot != kNoFilePage) note_mended(slot, s);
  }
}

bool Assignments::met_failed_block(const Errand& e, model::File file,
                                   const ConcreteState& s) const {
  if (!failed_) return false;
  if (e.saw(since_.mended)) return true;
  for (unsigned i = 0; i < model::kPagesPerFile; ++i) {
    if (s.broken(s.backing(model::file_page(file, i)))) return true;
  }
  return false;
}

bool Assignments::met_failure(const Errand& e, Page page, const ConcreteState& s) const {
  if (!failed_) return false;
  const FilePage slot = s.slot(page);
  return is_poisoned(s, page) || (slot != kNoFilePage && s.broken(s.backing(slot))) ||
         e.saw(since_.cured[static_cast<std::size_t>(page)]) || e.saw(since_.mended);
}

bool Assignments::met_failure(const Errand& e, Mm mm, const ConcreteState& s) const {
  const impl::Operation& operation = *e.operation;
  for (unsigned i = operation.page; i < operation.page + operation.count && i < model::kPagesPerMm;
       ++i) {
    if (met_failure(e, model::page_of(mm, i), s)) return true;
  }
  return false;
}

// Done, nothing reaches what has failed; nothing else was touched otherwise. What others have just
// then, or reclaim has a place for, is left alone.
const Clause* Assignments::failure_result(const Errand& e, const impl::Result& result,
                                          const ConcreteState& s, Task task) const {
  if (result.error == 0) {
    if (e.broke == kNoFrame) return &kNotDone;
    // A block may have been replaced meanwhile, mapped, and have failed again: that is another's.
    const bool again = std::any_of(errands_.begin(), errands_.end(), [&](const Errand& other) {
      return &other != &e && other.operation != nullptr && other.broke == e.broke;
    });
    return !again && s.broken(e.broke) && reached(s, e.broke) ? &kStillReached : nullptr;
  }
  if (e.broke != kNoFrame) return &kErrorUnexplained;
  if (result.error != -EBUSY && result.error != -EHWPOISON && result.error != -ENXIO) {
    return &kErrorUnexplained;
  }
  if (result.error == e.refusal || e.saw(since_.joined)) return nullptr;
  if (e.refusal != 0 || result.error != -EBUSY) return &kErrorUnexplained;
  const Page page = model::page_of(own_mm(task), e.operation->page);
  const FilePage slot = s.slot(page);
  const Frame held = s.cpu_frame(page);
  if (Shadow::is_private(s, page) && held != kNoFrame) {
    // What is in the swap cache is left alone. An entry may be on its way out and have no slot.
    bool leaving = swap_used(s);
    for (unsigned i = 0; i < model::kPages && !leaving; ++i) {
      leaving = s.cpu_frame(Page(i)) == held && s.cpu_kind(Page(i)) == model::EntryKind::kSwap;
    }
    return unless(leaving, kErrorUnexplained);
  }
  if (slot == kNoFilePage) return &kErrorUnexplained;
  const Frame frame = s.backing(slot);
  return unless(!model::is_block(frame) && (s.dirty(slot) || s.pins(frame) != 0),
                kErrorUnexplained);
}

}  // namespace mirrorcheck::fuzz
