// Reclaim. Pages of private memory go out to slots of the swap device, and come in from there when
// somebody touches them; those of the page cache go out to their file (mm/vmscan.c, mm/rmap.c,
// mm/memory.c).
//
// A page that came in keeps its slot, and is clean: it goes out again without being written, unless
// the CPU or a device has written it meanwhile (D6).
//
// A swap entry names the page where it is: in RAM, as long or as soon as it is there (the swap
// cache), or in its slot. It has a reference on what it names.
//
// Thread safety: any task.

#ifndef MIRRORCHECK_IMPL_REFERENCE_RECLAIM_H_
#define MIRRORCHECK_IMPL_REFERENCE_RECLAIM_H_

#include "impl/operation.h"
#include "impl/reference/address_space.h"
#include "impl/reference/current.h"
#include "impl/reference/fault.h"
#include "model/vocabulary.h"

namespace mirrorcheck::impl::reference {

// madvise(MADV_PAGEOUT): each page that can be written out is, of private memory and of the page
// cache where it is mapped shared. Result::pages says how many.
int sys_reclaim(Current& current, const Operation& operation, Result& result);

// do_swap_page, for the swap entry of `page`, which may be another one by now. Whose page it
// is alone and who is about to `write` it has no use for the slot: the page is dirty. REQUIRES:
// what the entry names, `frame`, is locked and the caller has a reference on it; both go.
FaultResult swap_in(Current& current, AddressSpace& mm, unsigned page, model::Frame frame,
                    bool write);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_RECLAIM_H_
