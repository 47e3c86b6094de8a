// Taking page-table entries away, always inside a window (M1), and through the rmap of a file.
//
// Thread safety: any task.

#ifndef MIRRORCHECK_IMPL_REFERENCE_ZAP_H_
#define MIRRORCHECK_IMPL_REFERENCE_ZAP_H_

#include <algorithm>
#include <array>
#include <cstdint>

#include "impl/operation.h"
#include "impl/reference/address_space.h"
#include "impl/reference/current.h"
#include "impl/reference/inode.h"
#include "impl/reference/window.h"
#include "model/vocabulary.h"

namespace mirrorcheck::impl::reference {

// struct mmu_gather: pages whose entries are gone and whose references go when the TLB is flushed,
// after the window's end (M2).
class Gather {
 public:
  void add(model::Frame frame) { frames_[count_++] = frame; }
  unsigned count(model::Frame frame) const {
    return static_cast<unsigned>(std::count(frames_.begin(), frames_.begin() + count_, frame));
  }
  void finish(Current& current);

 private:
  std::array<model::Frame, model::kPagesPerMm> frames_;
  PageIndex count_ = 0;
};

// Clears the entry. `copied`: what it held goes on in another frame. REQUIRES: it is not empty; the
// page-table lock is held; `range` has started.
void clear_entry(Current& current, const NotifierRange& range, unsigned page, Gather& gather,
                 bool copied = false);

// The entry becomes a special one of `kind`, exclusive to `owner` if it is of that; the reference
// that it had goes over to the caller. REQUIRES: it is present; the page-table lock is held;
// `range` has started.
void hide_entry(Current& current, const NotifierRange& range, unsigned page, model::EntryKind kind,
                model::Mirror owner = {});

// Clears the entries of the range; those of copies that private mappings have only with
// `even_cows`. Huge entries that reach beyond it stay. REQUIRES: it has started.
void zap_entries(Current& current, const NotifierRange& range, Gather& gather,
                 bool even_cows = true);

// zap_page_range_single: a window of its own, and the pages are free afterwards.
void zap_page_range(Current& current, AddressSpace& mm, unsigned first, unsigned last,
                    bool even_cows = true);

// unmap_mapping_range: pages [first, end) of the file, in every mm (X12.5). `even_cows`: where they
// are thrown away, private mappings lose their copies, too (X10).
void unmap_mapping(Current& current, Inode& inode, unsigned first, unsigned end, bool even_cows);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_ZAP_H_
