// What a walk of the kernel's finds of an address space: its areas and page tables.
//
// Thread safety: one task's own. REQUIRES: mmap_lock is held.

#ifndef MIRRORCHECK_IMPL_LINUX_TABLES_H_
#define MIRRORCHECK_IMPL_LINUX_TABLES_H_

#include <array>

#include "impl/linux/kernel_walk.h"
#include "impl/reference/address_space.h"

namespace mirrorcheck::impl::linux_kernel {

class PageTables {
 public:
  explicit PageTables(reference::AddressSpace& space) : space_(space) {}

  // Good until the next but one is asked for: a walk uses two at a time.
  vm_area_struct* find_vma(unsigned long address) {
    vm_area_struct& vma = areas_[next_area_];
    next_area_ ^= 1;
    return fill(address, vma) ? &vma : nullptr;
  }
  // The pmd for `address`, as it is now. / As it was then.
  unsigned read_table(unsigned long address);
  unsigned* table(unsigned long address);
  mc_pte* entries(unsigned long address);
  bool mmap_held() const {
    return space_.mmap_lock.held_shared() || space_.mmap_lock.held_exclusive();
  }

  // The table for [address, next) is about to be looked at. / One of its entries, without a lock.
  virtual void look_at_table(unsigned long address, unsigned long next) = 0;
  virtual void look_at_entry() = 0;

 protected:
  ~PageTables() = default;
  static unsigned page_of(unsigned long address) {
    return static_cast<unsigned>(address >> kMcPageShift);
  }
  // The area that `address` lies in or else the next one, from `address` on. False: none.
  bool fill(unsigned long address, vm_area_struct& vma) const;

  reference::AddressSpace& space_;

 private:
  std::array<vm_area_struct, 2> areas_{};
  std::array<unsigned, model::kPagesPerMm / model::kPagesPerHuge> pmds_{};
  unsigned next_area_ = 0;
};

}  // namespace mirrorcheck::impl::linux_kernel

#endif  // MIRRORCHECK_IMPL_LINUX_TABLES_H_
