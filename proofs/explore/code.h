// A packed state as a string of bits: what the set of visited states holds.
//
// The fields of a state leave bits of their bytes unused, always the same ones. The code is the
// state's memory without them: one instruction a word where the processor has it (BMI2), a loop
// over the bits elsewhere. Both give the same code.
//
// Thread safety: immutable once made.

#ifndef MIRRORCHECK_PROOFS_EXPLORE_CODE_H_
#define MIRRORCHECK_PROOFS_EXPLORE_CODE_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "model/state.h"
#include "proofs/check.h"
#include "proofs/explore/packed.h"

namespace mirrorcheck::proofs::explore {

template <class D>
using Code = std::array<std::uint64_t, D::kWords>;

template <class D>
class Coder {
  using State = model::State<D>;
  static_assert(std::is_trivially_copyable_v<State>);
  static constexpr std::size_t kRaw = (sizeof(State) + 7) / 8;
  using Raw = std::array<std::uint64_t, kRaw>;

 public:
  Coder() {
    State full;
    std::memset(static_cast<void*>(&full), 0, sizeof full);  // what lies between the fields, too
    State::each_field(full, []<class M>(const char*, M& field) { field.set_bits(M::kUsed); });
    used_ = raw(full);
    unsigned bits = 0;
    for (std::size_t i = 0; i < kRaw; ++i) {
      offset_[i] = bits;
      bits += static_cast<unsigned>(std::popcount(used_[i]));
    }
    check(bits <= 64 * D::kWords, "a packed state needs more words: see core.cc and wide.cc");
#if defined(__x86_64__)
    fast_ = __builtin_cpu_supports("bmi2") != 0;
#endif
  }

  Code<D> encode(const State& state) const {
#if defined(__x86_64__)
    if (fast_) return encode_fast(state);
#endif
    return compress(state, gather);
  }
  State decode(const Code<D>& code) const {
#if defined(__x86_64__)
    if (fast_) return decode_fast(code);
#endif
    return expand(code, scatter);
  }
  // The same without the processor's help.
  Code<D> encode_portably(const State& state) const { return compress(state, gather); }

 private:
  static Raw raw(const State& state) {
    Raw words{};
    std::memcpy(words.data(), &state, sizeof state);
    return words;
  }
  // The bits of `word` that `used` has, moved together, and back again.
  static std::uint64_t gather(std::uint64_t word, std::uint64_t used) {
    std::uint64_t out = 0;
    for (unsigned at = 0; used != 0; used &= used - 1) {
      out |= (word >> std::countr_zero(used) & 1U) << at++;
    }
    return out;
  }
  static std::uint64_t scatter(std::uint64_t word, std::uint64_t used) {
    std::uint64_t out = 0;
    for (unsigned at = 0; used != 0; used &= used - 1) {
      out |= (word >> at++ & 1U) << std::countr_zero(used);
    }
    return out;
  }
#if defined(__x86_64__)
  [[gnu::target("bmi2")]] Code<D> encode_fast(const State& state) const {
    const Raw words = raw(state);
    Code<D> code{};
    for (std::size_t i = 0; i < kRaw; ++i) put(code, offset_[i], _pext_u64(words[i], used_[i]));
    return code;
  }
  [[gnu::target("bmi2")]] State decode_fast(const Code<D>& code) const {
    Raw words{};
    for (std::size_t i = 0; i < kRaw; ++i) words[i] = _pdep_u64(get(code, offset_[i]), used_[i]);
    return from(words);
  }
#endif
  template <class F>
  Code<D> compress(const State& state, F f) const {
    const Raw words = raw(state);
    Code<D> code{};
    for (std::size_t i = 0; i < kRaw; ++i) put(code, offset_[i], f(words[i], used_[i]));
    return code;
  }
  template <class F>
  State expand(const Code<D>& code, F f) const {
    Raw words{};
    for (std::size_t i = 0; i < kRaw; ++i) words[i] = f(get(code, offset_[i]), used_[i]);
    return from(words);
  }
  static State from(const Raw& words) {
    State state;
    std::memcpy(static_cast<void*>(&state), words.data(), sizeof state);
    return state;
  }
  static void put(Code<D>& code, unsigned at, std::uint64_t bits) {
    if (bits == 0) return;  // also a last word of which nothing is used
    code[at / 64] |= bits << at % 64;
    if (at % 64 != 0 && at / 64 + 1 < D::kWords) code[(at / 64) + 1] |= bits >> (64 - (at % 64));
  }
  static std::uint64_t get(const Code<D>& code, unsigned at) {
    if (at / 64 >= D::kWords) return 0;
    std::uint64_t bits = code[at / 64] >> at % 64;
    if (at % 64 != 0 && at / 64 + 1 < D::kWords) bits |= code[(at / 64) + 1] << (64 - (at % 64));
    return bits;
  }

  Raw used_{};
  std::array<unsigned, kRaw> offset_{};
  bool fast_ = false;
};

}  // namespace mirrorcheck::proofs::explore

#endif  // MIRRORCHECK_PROOFS_EXPLORE_CODE_H_
