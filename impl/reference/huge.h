// Huge entries of the page table: made, and made small again.
//
// Thread safety: any task.

#ifndef MIRRORCHECK_IMPL_REFERENCE_HUGE_H_
#define MIRRORCHECK_IMPL_REFERENCE_HUGE_H_

#include <cstdint>

#include "impl/operation.h"
#include "impl/reference/address_space.h"
#include "impl/reference/current.h"
#include "impl/reference/window.h"

namespace mirrorcheck::impl::reference {

// The run of pages that a huge entry maps with `page`.
constexpr unsigned huge_first(unsigned page) {
  return page / model::kPagesPerHuge * model::kPagesPerHuge;
}
constexpr unsigned huge_last(unsigned page) { return huge_first(page) + model::kPagesPerHuge - 1; }

// The last page that the entry of `page` maps, and f of each. REQUIRES: the page-table lock.
inline unsigned last_of_entry(const AddressSpace& mm, unsigned page) {
  return mm.state.entries[page].huge ? huge_last(page) : page;
}
template <class F>
void each_part(AddressSpace& mm, unsigned page, F f) {
  const unsigned last = last_of_entry(mm, page);
  for (unsigned i = mm.state.entries[page].huge ? huge_first(page) : page; i <= last; ++i) {
    f(mm.state.entries[i]);
  }
}

// __split_huge_pmd: no entry of [first, last] is part of a huge one afterwards; each that was is
// split in a window of its own, over all that it maps. Of a DAX file nothing of it is left: all its
// pages are faulted in again. REQUIRES: not the page-table lock; mmap_lock for write, or of
// anonymous memory for read, or the anon_vma lock, or of a file its entry lock, or its
// invalidate_lock for write, so that nobody makes new ones. With mmap_lock for read alone, a fault
// may make one of a file meanwhile.
void split_huge(Current& current, AddressSpace& mm, unsigned first, unsigned last);
// The same of a page found through rmap: without mmap_lock it may have gone meanwhile, and another
// be there, which is left alone.
void split_huge_of(Current& current, AddressSpace& mm, unsigned page, model::Frame frame);
// The same of huge entries that reach beyond [first, last]. Those inside can go whole.
void split_huge_ends(Current& current, AddressSpace& mm, unsigned first, unsigned last);
// The small entries of the run from `first` on, which are alike, become one. REQUIRES: the
// page-table lock; of anonymous memory, but not of hugetlb, the anon_vma lock for write.
void join_huge(Current& current, AddressSpace& mm, unsigned first);
// The huge entry that `page` is part of becomes small ones. REQUIRES: the page-table lock; `range`
// covers all that it maps and has started.
void split_huge_entry(Current& current, const NotifierRange& range, unsigned page);

// MADV_COLLAPSE.
int sys_madvise_collapse(Current& current, const Operation& operation, Result& result);
// split_huge_pages.
int split_huge_pages(Current& current, const Operation& operation);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_HUGE_H_
