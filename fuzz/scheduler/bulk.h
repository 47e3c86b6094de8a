// Copying and comparing what runs leave behind: stacks, an implementation's memory, a judge. Nobody
// looks on.
//
// AddressSanitizer asks of every memcpy() whether all of it may be touched, and copies with a loop
// of its own; on a stack it may not, between the variables of a frame. libFuzzer takes notes of
// what each memcmp() compared, which takes as long as the comparison. Neither looks into the C
// library's functions for wide characters, which are as fast.
//
// Thread safety: that of their arguments.

#ifndef MIRRORCHECK_FUZZ_SCHEDULER_BULK_H_
#define MIRRORCHECK_FUZZ_SCHEDULER_BULK_H_

#include <cstddef>
#include <cstring>
#include <cwchar>

namespace mirrorcheck::fuzz::bulk {

// What a size is not a multiple of is left to memcpy() and memcmp().
inline constexpr std::size_t kUnit = sizeof(wchar_t);

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
