// Copying and comparing what runs leave behind: stacks, an implementation's memory, a judge. Nobody
// looks on.
//
// AddressSanitizer asks of every memcpy() whether all of it may be touched, and copies with a loop
// of its own; on a stack it may not, between the variables of a frame. libFuzzer takes notes of
// what each memcmp() compared, which takes as long as the comparison. Neither looks into the C
// library's functions for wide characters, which are as fast.
//
// Copies are kept in `Bytes` at alike() places, which lie in their cache line as the original does:
// processors copy with `rep movsb`, which is a third slower otherwise, and ten times slower if the
// copy is less than a line ahead of the original, modulo a page.
//
// Thread safety: that of their arguments.

#ifndef MIRRORCHECK_FUZZ_SCHEDULER_BULK_H_
#define MIRRORCHECK_FUZZ_SCHEDULER_BULK_H_

#include <boost/align/aligned_allocator.hpp>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <cwchar>
#include <vector>

namespace mirrorcheck::fuzz::bulk {

// What a size is not a multiple of is left to memcpy() and memcmp().
inline constexpr std::size_t kUnit = sizeof(wchar_t);

// A cache line. Several pieces may be kept in the same bytes.
inline constexpr std::size_t kLine = 64;
using Bytes = std::vector<std::byte, boost::alignment::aligned_allocator<std::byte, kLine>>;

// The first place from `to` on that lies in its line as `original` does in its own.
template <class Byte>
Byte* alike(Byte* to, const std::byte* original) {
  const auto ahead =
      reinterpret_cast<std::uintptr_t>(original) - reinterpret_cast<std::uintptr_t>(to);
  return to + ahead % kLine;
}
// What is kept of so many bytes takes no more than this.
constexpr std::size_t room_for(std::size_t size) { return kLine - 1 + size; }

// REQUIRES: the two do not overlap.
inline void copy(std::byte* to, const std::byte* from, std::size_t size) {
  const std::size_t rest = size % kUnit;
  const std::size_t whole = size - rest;
  if (whole != 0) {
    std::wmemcpy(reinterpret_cast<wchar_t*>(to), reinterpret_cast<const wchar_t*>(from),
                 whole / kUnit);
  }
  if (rest != 0) std::memcpy(to + whole, from + whole, rest);
}

inline bool equal(const std::byte* a, const std::byte* b, std::size_t size) {
  const std::size_t rest = size % kUnit;
  const std::size_t whole = size - rest;
  return (whole == 0 || std::wmemcmp(reinterpret_cast<const wchar_t*>(a),
                                     reinterpret_cast<const wchar_t*>(b), whole / kUnit) == 0) &&
         (rest == 0 || std::memcmp(a + whole, b + whole, rest) == 0);
}

}  // namespace mirrorcheck::fuzz::bulk

#endif  // MIRRORCHECK_FUZZ_SCHEDULER_BULK_H_
