// The areas of an address space, what rmap knows of them, and how they come and go.
//
// Thread safety: REQUIRES mmap_lock of `mm` for write, unless a function says otherwise.

#ifndef MIRRORCHECK_IMPL_REFERENCE_AREAS_H_
#define MIRRORCHECK_IMPL_REFERENCE_AREAS_H_

#include <array>
#include <cstdint>

#include "impl/reference/address_space.h"
#include "impl/reference/current.h"
#include "model/vocabulary.h"

namespace mirrorcheck::impl::reference {

// `page` is the first page of the area. REQUIRES: a gap from `first` to `last`; a file is linked.
void add_area(Current& current, AddressSpace& mm, unsigned first, unsigned last, AreaPage page);

// rmap finds the pages [first, last] from `file_page` on, and each has a reference on the file.
// `after_parent`: fork gives them to a child, which rmap finds after its parent.
void link_file(Current& current, AddressSpace& mm, unsigned first, unsigned last,
               model::FilePage file_page, bool after_parent = false);

// The areas that left find_vma's sight, as rmap still has them.
struct Detached {
  std::array<AreaPage, model::kPagesPerMm> areas{};
  std::array<model::Count, model::kFiles> file_pages{};
};
// A huge entry that reaches beyond them is split before (vma_adjust_trans_huge): an entry lies in
// one area, and whoever zaps one finds no part of an entry that is not in it.
//
//   munmap p1, of a huge entry of p0 and p1      oom_reap
//   the area of p1 is gone
//   goes on with mmap_lock for read
//                                                zaps the area of p0: a part of a huge entry
//
// REQUIRES: mmap_lock for write.
Detached detach_areas(Current& current, AddressSpace& mm, unsigned first, unsigned last);

// free_pgtables: rmap forgets the areas, and tables without areas go.
// REQUIRES: the entries are zapped, and no area can come back: mmap_lock is held, for read at
// least.
void forget_areas(Current& current, AddressSpace& mm, unsigned first, unsigned last,
                  const Detached& detached);

// unmap_region: the entries go, in a window, and rmap forgets the areas. REQUIRES: they are
// detached; mmap_lock is held, for read at least.
void unmap_detached(Current& current, AddressSpace& mm, unsigned first, unsigned last,
                    const Detached& detached);

// do_munmap.
Detached unmap_areas(Current& current, AddressSpace& mm, unsigned first, unsigned last);

// fput of what was mapped. REQUIRES: no lock is held, the last one evicts.
void put_files(Current& current, const Detached& detached);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_AREAS_H_
