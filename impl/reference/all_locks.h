// The part of mm_take_all_locks() that comes after mmap_lock: the i_mmap_rwsem of every file that
// is mapped, and the anon_vma lock if there is private memory.
//
// Whoever has a window of the mm open, or is in a fault, holds one of them or mmap_lock; so nobody
// is and nobody does while both are held (N2).
//
// Thread safety: its task's own. Outside clang's thread-safety analysis: which locks it takes is
// known at run time only.

#ifndef MIRRORCHECK_IMPL_REFERENCE_ALL_LOCKS_H_
#define MIRRORCHECK_IMPL_REFERENCE_ALL_LOCKS_H_

#include <absl/base/thread_annotations.h>

#include <array>

#include "impl/reference/address_space.h"
#include "impl/reference/current.h"
#include "impl/reference/machine.h"
#include "model/vocabulary.h"

namespace mirrorcheck::impl::reference {

// REQUIRES: mmap_lock is held for write.
class AllFileLocks {
 public:
  AllFileLocks(Current& current, AddressSpace& mm) ABSL_NO_THREAD_SAFETY_ANALYSIS
      : current_(current) {
    for (const AreaPage& area : mm.state.areas) {
      if (area.file_page == model::kNoFilePage) continue;
      mapped_[static_cast<std::size_t>(model::file_of(area.file_page))] = true;
    }
    // In ascending order, so that two of these cannot wait for each other.
    for (std::size_t file = 0; file < mapped_.size(); ++file) {
      if (mapped_[file]) current_.machine.inodes[file].i_mmap_rwsem.lock();
    }
    // Also where no private memory is left: who moves pages may still have a window before it of
    // those that were there.
    current_.machine.anon_vma_lock.lock();
  }
  ~AllFileLocks() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    current_.machine.anon_vma_lock.unlock();
    for (std::size_t file = mapped_.size(); file-- != 0;) {
      if (mapped_[file]) current_.machine.inodes[file].i_mmap_rwsem.unlock();
    }
  }
  AllFileLocks(const AllFileLocks&) = delete;
  AllFileLocks& operator=(const AllFileLocks&) = delete;

 private:
  Current& current_;
  std::array<bool, model::kFiles> mapped_{};
};

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_ALL_LOCKS_H_
