// Pseudo-random numbers that are the same on every machine: SplitMix64 (Steele, Lea and Flood,
// "Fast splittable pseudorandom number generators", OOPSLA 2014). The distributions of the standard
// library differ between libraries, and Abseil's generators between processes.
//
// Thread safety: a Random belongs to one thread.

#ifndef MIRRORCHECK_FUZZ_SCHEDULER_RANDOM_H_
#define MIRRORCHECK_FUZZ_SCHEDULER_RANDOM_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace mirrorcheck::fuzz {

class Random {
 public:
  explicit constexpr Random(std::uint64_t seed) : state_(seed) {}

  constexpr std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31);
  }

  // A number in [0, bound). REQUIRES: bound > 0. The bias, below bound / 2^32, does not matter
  // here.
  constexpr unsigned below(std::uint64_t bound) {
    return static_cast<unsigned>(((next() >> 32) * bound) >> 32);
  }

  // True once in `n` times.
  constexpr bool one_in(unsigned n) { return below(n) == 0; }

 private:
  std::uint64_t state_;
};

// One of `choices`, as often as its member `weight` says in proportion to the others'.
// REQUIRES: not all weights are 0.
template <class Choice, std::size_t kCount>
const Choice& weighted_choice(Random& random, const std::array<Choice, kCount>& choices) {
  unsigned total = 0;
  for (const Choice& choice : choices) total += choice.weight;
  unsigned left = random.below(total);
  std::size_t i = 0;
  while (left >= choices[i].weight) left -= choices[i++].weight;
  return choices[i];
}

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_SCHEDULER_RANDOM_H_
