// How large the concrete world is: which of two sizes this program is built for.
//
// The usual one is as small as will show what can go wrong between tasks, pages and mirrors: its
// sets are machine words, and a campaign makes 200,000 runs a second. The large one, with
// MIRRORCHECK_LARGE_WORLD defined, is for measuring how a run's cost grows with what it uses
// (fuzz/harness, run_scaling_benchmark_large). The two are never linked together.
//
// Thread safety: constants. Errors: none.

#ifndef MIRRORCHECK_MODEL_WORLD_SIZE_H_
#define MIRRORCHECK_MODEL_WORLD_SIZE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>

namespace mirrorcheck::model {

#ifdef MIRRORCHECK_LARGE_WORLD
inline constexpr bool kLargeWorld = true;
#else
inline constexpr bool kLargeWorld = false;
#endif

template <class T>
constexpr T sized(T usual, T large) {
  return kLargeWorld ? large : usual;
}

// An unsigned integer for numbers below `kBound`.
template <std::size_t kBound>
using Below = std::conditional_t<kBound <= 0x100, std::uint8_t, std::uint16_t>;

// How many there are of something that grows with the pages.
using Count = std::conditional_t<kLargeWorld, std::uint16_t, std::uint8_t>;

// x = T{}, of which a large world's would be too large for the stack.
template <class T>
void clear(T& x) {
  if constexpr (kLargeWorld) {
    std::destroy_at(&x);
    std::construct_at(&x);
  } else {
    x = T{};
  }
}

}  // namespace mirrorcheck::model

#endif  // MIRRORCHECK_MODEL_WORLD_SIZE_H_
