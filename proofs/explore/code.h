// A packed state as a string of bits: what the set of visited states holds.
//
// The fields of a state leave bits of their bytes unused, always the same ones. The code has the
// fields one after the other without them. It is made field by field, not word by word: a step has
// just written some of the fields, and a processor that loads a word of which parts were just
// written waits for them.
//
// Thread safety: pure functions.

#ifndef MIRRORCHECK_PROOFS_EXPLORE_CODE_H_
#define MIRRORCHECK_PROOFS_EXPLORE_CODE_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "model/state.h"
#include "proofs/check.h"
#include "proofs/explore/packed.h"

namespace mirrorcheck::proofs::explore {

template <class D>
using Code = std::array<std::uint64_t, D::kWords>;

template <class D>
class Coder {
  using State = model::State<D>;

 public:
  Coder() {
    State state;
    unsigned bits = 0;
    State::each_field(state, [&]<class M>(const char*, const M&) { bits += M::kBits; });
    check(bits <= 64 * D::kWords, "a packed state needs more words: see core.cc and wide.cc");
  }

  // All inlined: the place of each field is a constant.
  Code<D> encode(const State& state) const {
    std::uint64_t words[D::kWords + 1] = {};  // the last one is never used
    unsigned at = 0;
    State::each_field(state,
                      [&]<class M>(const char*, const M& field) __attribute__((always_inline)) {
                        if constexpr (M::kBits != 0) {
                          const std::uint64_t bits = field.bits() & M::kUsed;
                          words[at / 64] |= bits << at % 64;
                          if (at % 64 + M::kBits > 64)
                            words[(at / 64) + 1] |= bits >> (64 - (at % 64)) % 64;
                          at += M::kBits;
                        }
                      });
    Code<D> code;
    for (std::size_t i = 0; i < D::kWords; ++i) code[i] = words[i];
    return code;
  }
  // encode(before) ^ encode(after). What is the same in both costs nothing where the compiler sees
  // that it is.
  [[gnu::always_inline]] Code<D> difference(const State& before, const State& after) const {
    std::uint64_t words[D::kWords + 1] = {};  // the last one is never used
    unsigned at = 0;
    State::each_pair(before, after,
                     [&]<class M>(const char*, const M& old, const M& field)
                         __attribute__((always_inline)) {
                           if constexpr (M::kBits != 0) {
                             const std::uint64_t bits = (old.bits() ^ field.bits()) & M::kUsed;
                             words[at / 64] |= bits << at % 64;
                             if (at % 64 + M::kBits > 64)
                               words[(at / 64) + 1] |= bits >> (64 - (at % 64)) % 64;
                             at += M::kBits;
                           }
                         });
    Code<D> code;
    for (std::size_t i = 0; i < D::kWords; ++i) code[i] = words[i];
    return code;
  }
  State decode(const Code<D>& code) const {
    State state;
    unsigned at = 0;
    State::each_field(state, [&]<class M>(const char*, M& field) __attribute__((always_inline)) {
      if constexpr (M::kBits != 0) {
        std::uint64_t bits = code[at / 64] >> at % 64;
        if (at % 64 + M::kBits > 64) bits |= code[(at / 64) + 1] << (64 - (at % 64)) % 64;
        field.set_bits(bits & M::kUsed);
        at += M::kBits;
      }
    });
    return state;
  }
};

}  // namespace mirrorcheck::proofs::explore

#endif  // MIRRORCHECK_PROOFS_EXPLORE_CODE_H_
