// Sets of pages of one address space, and how many one operation has.
//
// Thread safety: plain values.

#ifndef MIRRORCHECK_IMPL_REFERENCE_PAGE_SET_H_
#define MIRRORCHECK_IMPL_REFERENCE_PAGE_SET_H_

#include <cstdint>
#include <type_traits>

#include "impl/operation.h"
#include "model/id_set.h"
#include "model/vocabulary.h"

namespace mirrorcheck::impl::reference {

namespace ids = model::ids;
using PageSet =
    std::conditional_t<model::kPagesPerMm <= 32, std::uint32_t, ids::Set<model::kPagesPerMm>>;
// Of an operation that works on each of its pages: room for all there are, or for all it can have.
inline constexpr std::size_t kRoomForPages =
    model::sized<std::size_t>(model::kPagesPerMm, kMostPages);
inline PageSet only(unsigned page) { return ids::only<PageSet>(page); }

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_PAGE_SET_H_
