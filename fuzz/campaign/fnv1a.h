// FNV-1a: a number for bytes that is the same everywhere and always, which absl::Hash's is not. A
// name, not a proof.
//
// Thread safety: a pure function. Source: the FNV hash of 64 bits, by Fowler, Noll and Vo.

#ifndef MIRRORCHECK_FUZZ_CAMPAIGN_FNV1A_H_
#define MIRRORCHECK_FUZZ_CAMPAIGN_FNV1A_H_

#include <cstdint>

namespace mirrorcheck::fuzz {

// `bytes`: a range of char or std::uint8_t.
template <class Bytes>
constexpr std::uint64_t fnv1a(const Bytes& bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const auto byte : bytes) hash = (hash ^ static_cast<std::uint8_t>(byte)) * 0x100000001b3;
  return hash;
}

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_CAMPAIGN_FNV1A_H_
