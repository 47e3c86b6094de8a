// hugetlb: what is refused for parts of huge pages, and who may take one apart.

#include <cerrno>

#include "fuzz/harness/assignment.h"
#include "fuzz/harness/assignment_step.h"

namespace mirrorcheck::fuzz {

using assignment::pages;
using assignment::unless;
using impl::Call;
using impl::Operation;
using model::Area;
using model::Arguments;
using model::ConcreteState;
using model::kPagesPerHuge;
using model::kPagesPerMm;
using model::Mm;
using model::Page;
using model::Rule;

bool assignment::splits_hugetlb(const ConcreteState& s, Mm mm, unsigned first, unsigned count) {
  const auto inside = [&](unsigned i) {
    return i < kPagesPerMm && s.area(model::page_of(mm, i)) == Area::kHugetlb;
  };
  return (first % kPagesPerHuge != 0 && inside(first)) ||
         ((first + count) % kPagesPerHuge != 0 && inside(first + count - 1));
}

// REQUIRES: `hugetlb` is what of the address space is of hugetlb, and there is some.
void Assignments::note_hugetlb(Errand& e, Mm mm, const PageMask& hugetlb, const ConcreteState& s) {
  const Operation& operation = *e.operation;
  const PageMask asked = assignment::pages_there(operation) & hugetlb;
  e.of_hugetlb |= asked;
  const unsigned end = static_cast<unsigned>(operation.page + operation.count);
  e.splits_hugetlb =
      e.splits_hugetlb || assignment::splits_hugetlb(s, mm, operation.page, operation.count);
  switch (operation.call) {
    case Call::kMadviseDontneed:
      // madvise_dontneed_free_valid_vma: it has to begin with a huge page, and does not end inside
      // one.
      if (operation.page % kPagesPerHuge != 0)
        e.special |= asked & ids::run<PageMask>(operation.page, 1);
      if (end % kPagesPerHuge != 0 && ids::has(asked, end - 1)) {
        e.absent |= ids::run<PageMask>(end - end % kPagesPerHuge, end % kPagesPerHuge);
      }
      break;
    case Call::kMadviseCollapse:
      e.special |= asked;
      break;
    case Call::kMadviseRemove:
      // It maps a file, to the kernel, and does not share it.
      e.special &= ~asked;
      e.own_copies |= asked;
      break;
    default:
      break;
  }
}

// Who takes a huge page's entry apart, or makes one: who changes or takes away all of it, or faults
// it in, also on behalf of a part. None of the others touches it.
const Clause* Assignments::huge_of_hugetlb(const Errand& e, Rule rule, const Arguments& a,
                                           const ConcreteState& s) const {
  const Mm mm = model::mm_of(a.page);
  if (s.users(mm) == 0) return nullptr;
  const Operation& operation = *e.operation;
  const PageMask run = pages(model::huge_of(a.page), mm);
  const Mm own = assignment::is_device_call(operation.call) ? e.mm : own_mm(a.task);
  const bool asked = mm == own && ids::any(run & pages(operation));
  switch (operation.call) {
    case Call::kMunmap:
    case Call::kMadviseDontneed:
      // What is not asked for stays, and with it the rest of its huge page.
      return unless(rule == Rule::kSplit && mm == own && assignment::inside(run, pages(operation)),
                    kOtherHuge);
    case Call::kMprotect:
      return unless(asked, kOtherHuge);
    case Call::kMremap:
      return unless(mm == own && (asked || ids::any(run & assignment::target_pages(operation))),
                    kOtherHuge);
    case Call::kFork:
      return nullptr;
    default: {
      const bool faults =
          assignment::faults_in(operation.call) && !assignment::moves_memory(operation.call);
      return unless(asked && faults && (rule == Rule::kJoin || assignment::may_copy(operation)),
                    kOtherHuge);
    }
  }
}

// mmap sets huge pages aside, and mremap takes them along, until they are mapped or their area
// goes. A child gets none.
void Assignments::note_set_aside(const Errand& e, const Arguments& a) {
  const Operation& operation = *e.operation;
  PageMask& there = set_aside_[static_cast<std::size_t>(a.mm)];
  const unsigned first = model::index_of(a.pages.first);
  for (unsigned i = first; i <= model::index_of(a.pages.last); ++i) {
    if (operation.call == Call::kMmapHugetlb ||
        (operation.call == Call::kMremap && ids::has(there, operation.page + i - first))) {
      ids::add(there, i);
    }
  }
}

// Who has lost a huge page, and a child, gets one only where one is free. Who is alone needs none
// for what is set aside, nor for what is mapped and need not be copied.
bool Assignments::lacked_huge_page(const Errand& e, Mm mm, const ConcreteState& s) const {
  if (!ids::any(e.of_hugetlb) || !no_run_since(e, s)) return false;
  if (e.saw(since_.joined)) return true;
  const PageMask& there = set_aside_[static_cast<std::size_t>(mm)];
  for (unsigned i = 0; i < kPagesPerMm; ++i) {
    if (!ids::has(e.of_hugetlb, i) || ids::has(there, i)) continue;
    const Page page = model::page_of(mm, i);
    if (s.cpu_frame(page) == model::kNoFrame ||
        (assignment::may_copy(*e.operation) && !s.cpu_write(page))) {
      return true;
    }
  }
  return false;
}

const Clause* Assignments::hugetlb_result(const Errand& e, const impl::Result& result,
                                          const ConcreteState& s) const {
  const Operation& operation = *e.operation;
  const bool whole = operation.page % kPagesPerHuge == 0 && operation.count % kPagesPerHuge == 0;
  switch (result.error) {
    case 0:
      return unless(e.did_map && whole, kNotDone);
    case -EINVAL:
      return unless(!e.did_map && !whole, kErrorUnexplained);
    case -EEXIST:
      return unless(!e.did_map && whole && ids::any(e.occupied), kErrorUnexplained);
    case -ENOMEM:
      return unless(!e.did_map && whole && (!assignment::fits(operation) || no_run_since(e, s)),
                    kErrorUnexplained);
    default:
      return &kErrorUnexplained;
  }
}

}  // namespace mirrorcheck::fuzz
