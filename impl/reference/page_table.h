// The two ways an entry gains: both silent (M4).
//
// Thread safety: REQUIRES the page-table lock of `mm`.

#ifndef MIRRORCHECK_IMPL_REFERENCE_PAGE_TABLE_H_
#define MIRRORCHECK_IMPL_REFERENCE_PAGE_TABLE_H_

#include <cstdint>

#include "impl/reference/address_space.h"
#include "impl/reference/current.h"
#include "model/vocabulary.h"

namespace mirrorcheck::impl::reference {

// none -> present. REQUIRES: the entry is absent; the caller's reference on a page goes to the
// entry.
inline void populate(Current& current, AddressSpace& mm, unsigned page, model::Frame frame,
                     bool write) {
  mm.state.entries[page] = {
      .frame = frame, .read = mm.state.areas[page].read, .write = write, .accessible = true};
  mm.state.populated[AddressSpace::table_of(page)] = true;
  current.step(model::Rule::kPopulate, {.page = mm.page(page), .frame = frame, .write = write});
}

// Read-only -> writable, same frame. REQUIRES: the entry is present, read-only, not the zero page.
inline void upgrade(Current& current, AddressSpace& mm, unsigned page) {
  mm.state.entries[page].write = true;
  current.step(model::Rule::kUpgrade, {.page = mm.page(page)});
}

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_PAGE_TABLE_H_
