// hugetlb: private anonymous memory in huge pages of its own (MAP_HUGETLB).
//
// Its entries are huge ones and nothing else at any time that somebody else can see: a huge page
// comes with one fault, goes as a whole, and is neither split nor migrated, swapped or merged. Who
// copies or moves it takes its entry apart under the page-table lock and puts it together again
// there.
// Neighbours count as one VMA. Mappings are private, so no page tables are shared, and the kernel's
// widening of windows for that (adjust_range_if_pmd_sharing_possible) has nothing to do here.
//
// Thread safety: any task.

#ifndef MIRRORCHECK_IMPL_REFERENCE_HUGETLB_H_
#define MIRRORCHECK_IMPL_REFERENCE_HUGETLB_H_

#include "impl/operation.h"
#include "impl/reference/address_space.h"
#include "impl/reference/current.h"
#include "impl/reference/fault.h"

namespace mirrorcheck::impl::reference {

// hugetlbfs_file_mmap, hugetlb_reserve_pages: the memory is set aside, so that the first fault of
// each huge page does not fail.
int sys_mmap_hugetlb(Current& current, const Operation& operation);

// hugetlb_vm_op_split: [first, last] begins or ends inside a huge page. REQUIRES: mmap_lock.
bool splits_hugetlb(const AddressSpace& mm, unsigned first, unsigned last);

// hugetlb_fault. REQUIRES: mmap_lock; the area, which is of hugetlb, allows it.
FaultResult hugetlb_fault(Current& current, AddressSpace& mm, unsigned page, bool write);
// hugetlb_wp with FAULT_FLAG_UNSHARE: nobody else maps the huge page afterwards.
FaultResult hugetlb_unshare(Current& current, AddressSpace& mm, unsigned page);

// What was set aside for the huge page that `page` is part of, and not mapped yet, is free.
// REQUIRES: mmap_lock for write.
void release_reserved(Current& current, AddressSpace& mm, unsigned page);

// copy_hugetlb_page_range: 0 or -ENOSPC. REQUIRES: mmap_lock of both for write.
int copy_hugetlb(Current& current, AddressSpace& parent, AddressSpace& child, unsigned first,
                 unsigned last);
// move_hugetlb_page_tables. REQUIRES: mmap_lock for write; whole huge pages, nothing at `to`.
void move_hugetlb(Current& current, AddressSpace& mm, unsigned from, unsigned to, unsigned count);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_HUGETLB_H_
