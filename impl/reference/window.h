// mmu_notifier_invalidate_range_start .. end: both kinds of notifiers, in their order (I1).
//
// Thread safety: a window is its task's own; any number may be open at once (I7).

#ifndef MIRRORCHECK_IMPL_REFERENCE_WINDOW_H_
#define MIRRORCHECK_IMPL_REFERENCE_WINDOW_H_

#include "impl/reference/address_space.h"
#include "impl/reference/current.h"
#include "model/vocabulary.h"

namespace mirrorcheck::impl::reference {

// No mirror, as NotifierRange::owner.
inline constexpr std::uint8_t kNobody = 0xff;

// struct mmu_notifier_range: pages [first, last] of `mm`.
struct NotifierRange {
  AddressSpace& mm;
  unsigned first = 0;
  unsigned last = 0;
  model::WindowEvent event{};
  bool blockable = true;
  // With kMigrate and kExclusive, for which mirror. With other events it means nothing: in the
  // kernel, what happened to be on the stack (I9).
  std::uint8_t owner = 0;
  model::Window window{};  // set by start
  bool open = false;       // false also where no notifier was ever published: nobody to tell (N2)
};

// REQUIRES: for N2, mmap_lock, the i_mmap_rwsem of a file that is mapped in [first, last], the
// anon_vma lock while private memory is mapped there, or to be the end of the mm.
void invalidate_range_start(Current& current, NotifierRange& range);
// False: refused (I4). The caller changes nothing and calls no end.
bool invalidate_range_start_nonblock(Current& current, NotifierRange& range);
void invalidate_range_end(Current& current, NotifierRange& range);

// X1: what an mm without users tells its notifiers, first the interval subscriptions, then the
// classic ones, which leave the list.
void notifier_release(Current& current, AddressSpace& mm);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_WINDOW_H_
