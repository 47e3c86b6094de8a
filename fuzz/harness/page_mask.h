// Pages of one address space, as sets: those of an operation, of a range, with a value.
//
// Thread safety: pure.

#ifndef MIRRORCHECK_FUZZ_HARNESS_PAGE_MASK_H_
#define MIRRORCHECK_FUZZ_HARNESS_PAGE_MASK_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "impl/operation.h"
#include "model/bytes.h"
#include "model/id_set.h"
#include "model/vocabulary.h"

namespace mirrorcheck::fuzz {

namespace ids = model::ids;

namespace assignment {

// Pages of one address space, and a few beyond its end that an operation may name.
using PageMask = std::conditional_t<model::kPagesPerMm + impl::kMostPages <= 32, std::uint32_t,
                                    ids::Set<model::kPagesPerMm + impl::kMostPages>>;
// What model/bytes.h has found.
template <class Found>
PageMask mask_of(const Found& found) {
  if constexpr (ids::kWide<Found>) {
    PageMask mask{};
    for (Found rest = found; rest.any(); rest.drop_first()) {
      ids::add(mask, rest.first());
    }
    return mask;
  } else {
    return static_cast<PageMask>(found);
  }
}
// The pages [page, page + count) of an operation; those beyond the address space have bits, too.
inline PageMask pages(const impl::Operation& operation) {
  return ids::run<PageMask>(operation.page, operation.count);
}
// Those that there are.
inline PageMask pages_there(const impl::Operation& operation) {
  if constexpr (ids::kWide<PageMask>) {
    const std::size_t end =
        std::min<std::size_t>(operation.page + operation.count, model::kPagesPerMm);
    return ids::run<PageMask>(operation.page, end - operation.page);
  } else {
    return pages(operation) & ids::run<PageMask>(0, model::kPagesPerMm);
  }
}
inline PageMask page_bit(model::Page page) { return ids::only<PageMask>(model::index_of(page)); }
// Where mremap and UFFDIO_MOVE put them.
inline PageMask target_pages(const impl::Operation& operation) {
  return ids::run<PageMask>(operation.target, operation.target_count);
}
// What mremap cuts off.
inline PageMask cut_off(const impl::Operation& operation) {
  return pages(operation) & ~ids::run<PageMask>(operation.page, operation.target_count);
}
// All there are, and more.
inline PageMask every_page() { return ids::all<PageMask>(model::kPagesPerMm + impl::kMostPages); }
// Those of `range`, which must lie in `mm`; otherwise all there are and more.
inline PageMask pages(model::PageRange range, model::Mm mm) {
  if (range.first > range.last || model::mm_of(range.first) != mm ||
      model::mm_of(range.last) != mm) {
    return every_page();
  }
  return ids::run<PageMask>(model::index_of(range.first),
                            model::index_of(range.last) - model::index_of(range.first) + 1);
}
using ids::inside;

// Those of an address space that have the value, of values from its first page on; in a large world
// those of the operation.
template <class V>
PageMask pages_with(const V* values, V value, const impl::Operation& operation) {
  if constexpr (model::kLargeWorld) {
    PageMask found{};
    const std::size_t end =
        std::min<std::size_t>(operation.page + operation.count, model::kPagesPerMm);
    for (std::size_t i = operation.page; i < end; ++i) {
      if (values[i] == value) ids::add(found, i);
    }
    return found;
  } else {
    return static_cast<PageMask>(model::bytes_equal<model::kPagesPerMm>(values, value));
  }
}

}  // namespace assignment
}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_HARNESS_PAGE_MASK_H_
