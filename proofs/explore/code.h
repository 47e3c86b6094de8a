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
#include <string_view>

#include "model/state.h"
#include "proofs/check.h"
#include "proofs/explore/packed.h"

namespace mirrorcheck::proofs::explore {

template <class D>
using Code = std::array<std::uint64_t, D::kWords>;

// The fields that no step of these worlds changes (in_world.h), as a table that is a constant: to
// compare names would take most of a search's time.
template <class D>
constexpr auto fields_left_out() {
  std::array<bool, 96> left_out{};
  std::size_t i = 0;
  model::State<D>::each_name([&](std::string_view field) {
    const bool of_huge = field == "huge" || field == "device_huge" || field == "walked_huge";
    // Where there is room for a slot of swap there is room for what is synchronous, or fails, and
    // none for what a userfaultfd does.
    const bool of_storage =
        field == "area_sync" || field == "committed" || field == "stored" || field == "broken";
    const bool has_storage = D::kBounds.swap_slots != 0;
    left_out.at(i++) = (of_storage && !has_storage) || (of_huge && !D::kBounds.huge) ||
                       (field == "uffd_wp" && (has_storage || D::kBounds.huge));
  });
  return left_out;
}
template <class D>
inline constexpr auto kLeftOut = fields_left_out<D>();

template <class D>
class Coder {
  using State = model::State<D>;

 public:
  Coder() {
    State state;
    unsigned bits = 0;
    std::size_t i = 0;
    State::each_field(state, [&]<class M>(const char*, const M&) {
      if (!kLeftOut<D>[i++]) bits += M::kBits;
    });
    check(bits <= 64 * D::kWords,
          "a packed state needs more words: see core.cc, wide.cc and huge.cc");
  }

  Code<D> encode(const State& state) const {
    Packer packer;
    std::size_t i = 0;
    State::each_field(state,
                      [&]<class M>(const char*, const M& field) __attribute__((always_inline)) {
                        if (!kLeftOut<D>[i++]) packer.template put<M>(field.bits());
                      });
    return packer.code();
  }
  // encode(before) ^ encode(after). What is the same in both costs nothing where the compiler sees
  // that it is.
  [[gnu::always_inline]] Code<D> difference(const State& before, const State& after) const {
    Packer packer;
    std::size_t i = 0;
    State::each_pair(before, after,
                     [&]<class M>(const char*, const M& old, const M& field)
                         __attribute__((always_inline)) {
                           if (kLeftOut<D>[i++]) return;
                           packer.template put<M>(std::uint64_t{old.bits()} ^ field.bits());
                         });
    return packer.code();
  }
  State decode(const Code<D>& code) const {
    State state;
    unsigned at = 0;
    std::size_t i = 0;
    State::each_field(state, [&]<class M>(const char*, M& field) __attribute__((always_inline)) {
      if (kLeftOut<D>[i++]) return;
      if constexpr (M::kBits != 0) {
        std::uint64_t bits = code[at / 64] >> at % 64;
        if (at % 64 + M::kBits > 64) bits |= code[(at / 64) + 1] << (64 - (at % 64)) % 64;
        field.set_bits(bits & M::kUsed);
        at += M::kBits;
      }
    });
    return state;
  }

 private:
  // The fields one after the other. All inlined: the place of each is a constant.
  class Packer {
   public:
    template <class M>
    [[gnu::always_inline]] void put(std::uint64_t value) {
      if constexpr (M::kBits != 0) {
        const std::uint64_t bits = value & M::kUsed;
        words_[at_ / 64] |= bits << at_ % 64;
        if (at_ % 64 + M::kBits > 64) words_[(at_ / 64) + 1] |= bits >> (64 - (at_ % 64)) % 64;
        at_ += M::kBits;
      }
    }
    [[gnu::always_inline]] Code<D> code() const {
      Code<D> code;
      for (std::size_t i = 0; i < D::kWords; ++i) code[i] = words_[i];
      return code;
    }

   private:
    std::uint64_t words_[D::kWords + 1] = {};  // the last one is never used
    unsigned at_ = 0;
  };
};

}  // namespace mirrorcheck::proofs::explore

#endif  // MIRRORCHECK_PROOFS_EXPLORE_CODE_H_
