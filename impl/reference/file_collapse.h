// MADV_COLLAPSE of what a shared mapping maps of the page cache: the pages of a run of the file
// move to frames that lie in a row, and whoever maps them faults them in again (mm/khugepaged.c).
//
// Thread safety: any task.

#ifndef MIRRORCHECK_IMPL_REFERENCE_FILE_COLLAPSE_H_
#define MIRRORCHECK_IMPL_REFERENCE_FILE_COLLAPSE_H_

#include "impl/reference/address_space.h"
#include "impl/reference/current.h"
#include "impl/reference/inode.h"

namespace mirrorcheck::impl::reference {

// A run of pages of a file, as many as a huge entry maps, from `first` on.
struct FileRun {
  Inode* inode = nullptr;  // none: there is no run
  unsigned first = 0;
};

// The first run that lies in [page, last] as a whole, with a reference on its file; `page` goes
// behind it, or else behind `last`. -EINVAL: the mapping is shifted against the file, no huge entry
// could ever map it. REQUIRES: mmap_lock; a shared mapping of the page cache, [page, last] is of
// one VMA.
int get_file_run(Current& current, const AddressSpace& mm, unsigned& page, unsigned last,
                 FileRun& run);

// hpage_collapse_scan_file: what get_file_run() has found; its reference goes. REQUIRES: no lock is
// held.
int collapse_file_run(Current& current, const FileRun& run);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_FILE_COLLAPSE_H_
