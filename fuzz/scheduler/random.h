// The random numbers of schedules: SplitMix64 (Steele, Lea, Flood 2014). The standard library's
// engines are as good, but its distributions differ between implementations, and a seed must mean
// the same schedule everywhere.
//
// Thread safety: none needed; a value.

#ifndef MIRRORCHECK_FUZZ_SCHEDULER_RANDOM_H_
#define MIRRORCHECK_FUZZ_SCHEDULER_RANDOM_H_

#include <cstdint>

namespace mirrorcheck::fuzz {

class SplitMix64 {
 public:
  explicit constexpr SplitMix64(std::uint64_t seed) : state_(seed) {}

  constexpr std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15u;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
    return mixed ^ (mixed >> 31);
  }

  // In [0, bound), uniform up to a bias of bound / 2^32. REQUIRES: bound != 0.
  constexpr std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>((next() >> 32) * bound >> 32);
  }

 private:
  std::uint64_t state_;
};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_SCHEDULER_RANDOM_H_
