// Many one-byte values looked at together: which of them have a value, or lie in a range.
//
// Tables of the contract are short rows of bytes, and a loop that branches on each costs more than
// all the rest of a step. Here sixteen cost as much as one; elsewhere than on x86 the compiler
// makes of the plain loop what it can.
//
// Thread safety: pure functions of their arguments.

#ifndef MIRRORCHECK_MODEL_BYTES_H_
#define MIRRORCHECK_MODEL_BYTES_H_

#include <cstddef>
#include <cstdint>

#include "model/id_set.h"
#include "model/vocabulary.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace mirrorcheck::model {

// The same where a word has no bit for each: most of the time all of a word's are looked at
// together.
template <std::size_t kCount, class V>
inline ids::WideSet<kCount> many_in(const V* values, Range<V> range) {
  using Word = Below<(std::size_t{1} << 8 * sizeof(V))>;
  ids::WideSet<kCount> found;
  if (range.first > range.last) return found;
  const auto first = static_cast<Word>(range.first);
  const auto length = static_cast<Word>(static_cast<Word>(range.last) - first);
  const auto lies_in = [&](std::size_t k) {
    return static_cast<Word>(static_cast<Word>(values[k]) - first) <= length;
  };
  for (std::size_t from = 0; from < kCount; from += 64) {
    const std::size_t end = from + 64 < kCount ? from + 64 : kCount;
    bool any = false;
    for (std::size_t k = from; k < end; ++k) any |= lies_in(k);
    if (!any) continue;
    std::uint64_t word = 0;
    for (std::size_t k = from; k < end; ++k) word |= std::uint64_t{lies_in(k)} << (k - from);
    found.add_word(from / 64, word);
  }
  return found;
}

// A bit for each of the kCount values from `values` on that lies in `range`. Empty ranges hold
// none.
template <std::size_t kCount, class V>
  requires(kCount > 64)
inline ids::WideSet<kCount> bytes_in(const V* values, Range<V> range) {
  return many_in<kCount>(values, range);
}
template <std::size_t kCount, class V>
  requires(kCount <= 64)
inline std::uint64_t bytes_in(const V* values, Range<V> range) {
  static_assert(sizeof(V) == 1);
  const auto first = static_cast<std::uint8_t>(range.first);
  const auto last = static_cast<std::uint8_t>(range.last);
  if (first > last) return 0;
  const auto length = static_cast<std::uint8_t>(last - first);
  std::uint64_t found = 0;
#ifdef __SSE2__
  if constexpr (kCount >= 16) {
    const __m128i from = _mm_set1_epi8(static_cast<char>(first));
    const __m128i most = _mm_set1_epi8(static_cast<char>(length));
    const auto look_at = [&](std::size_t k) {
      const __m128i some =
          _mm_sub_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(values + k)), from);
      const int inside = _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(some, most), some));
      found |= static_cast<std::uint64_t>(static_cast<std::uint32_t>(inside)) << k;
    };
    for (std::size_t k = 0; k + 16 <= kCount; k += 16) look_at(k);
    if constexpr (kCount % 16 != 0) look_at(kCount - 16);
    return found;
  }
#endif
  for (std::size_t k = 0; k < kCount; ++k) {
    const auto offset = static_cast<std::uint8_t>(static_cast<std::uint8_t>(values[k]) - first);
    found |= std::uint64_t{offset <= length} << k;
  }
  return found;
}

// The same for one value.
template <std::size_t kCount, class V>
inline auto bytes_equal(const V* values, V value) {
  return bytes_in<kCount>(values, Range<V>{value, value});
}

}  // namespace mirrorcheck::model

#endif  // MIRRORCHECK_MODEL_BYTES_H_
