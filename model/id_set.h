// Sets of small numbers: ids, or pages of one address space.
//
// Where a machine word has a bit for each, a set is that word, and all there is here costs what the
// operators of the word cost. Where it has not (a large world), a set is an array of words that
// knows between which of them something may be: what an operation does with a few pages costs the
// same however many there are.
//
// Thread safety: plain values. Nothing allocates.

#ifndef MIRRORCHECK_MODEL_ID_SET_H_
#define MIRRORCHECK_MODEL_ID_SET_H_

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace mirrorcheck::model::ids {

// Of numbers in [0, kSize). Numbers beyond that are taken for the last one.
template <std::size_t kSize>
class WideSet {
 public:
  // All but the set; good for what it is used in, &.
  struct Complement {
    const WideSet& of;
  };

  // The words stay as they are: there may be many.
  WideSet() {}  // NOLINT(modernize-use-equals-default,cppcoreguidelines-pro-type-member-init)
  WideSet(const WideSet& other) { *this = other; }
  WideSet& operator=(const WideSet& other) {
    if (this == &other) return *this;
    begin_ = other.begin_;
    end_ = other.end_;
    std::copy(other.words_.begin() + begin_, other.words_.begin() + end_, words_.begin() + begin_);
    return *this;
  }
  ~WideSet() = default;

  bool has(std::size_t i) const {
    i = std::min(i, kSize - 1);
    return (word(i / 64) >> i % 64 & 1) != 0;
  }
  bool any() const {
    return std::any_of(words_.begin() + begin_, words_.begin() + end_,
                       [](std::uint64_t w) { return w != 0; });
  }
  std::size_t count() const {
    std::size_t n = 0;
    for (std::size_t w = begin_; w < end_; ++w)
      n += static_cast<unsigned>(std::popcount(words_[w]));
    return n;
  }
  // REQUIRES: any().
  std::size_t first() const {
    std::size_t w = begin_;
    while (words_[w] == 0) ++w;
    return w * 64 + static_cast<unsigned>(std::countr_zero(words_[w]));
  }
  void drop_first() {
    while (words_[begin_] == 0) ++begin_;
    words_[begin_] &= words_[begin_] - 1;
    if (words_[begin_] == 0) ++begin_;
  }
  void add(std::size_t i) {
    i = std::min(i, kSize - 1);
    reach(i / 64, i / 64 + 1);
    words_[i / 64] |= std::uint64_t{1} << i % 64;
  }
  void add_run(std::size_t first, std::size_t count) {
    if (count == 0) return;
    const std::size_t last = std::min(first + count, kSize) - 1;
    first = std::min(first, last);
    reach(first / 64, last / 64 + 1);
    for (std::size_t w = first / 64; w <= last / 64; ++w) {
      std::uint64_t bits = ~std::uint64_t{0};
      if (w == first / 64) bits &= ~std::uint64_t{0} << first % 64;
      if (w == last / 64) bits &= ~std::uint64_t{0} >> (63 - last % 64);
      words_[w] |= bits;
    }
  }
  // A word of 64 numbers from 64 * `at` on.
  void add_word(std::size_t at, std::uint64_t bits) {
    if (bits == 0) return;
    reach(at, at + 1);
    words_[at] |= bits;
  }

  WideSet& operator|=(const WideSet& other) {
    reach(other.begin_, other.end_);
    for (std::size_t w = other.begin_; w < other.end_; ++w) words_[w] |= other.words_[w];
    return *this;
  }
  WideSet& operator&=(const WideSet& other) {
    begin_ = std::max(begin_, other.begin_);
    end_ = std::max(begin_, std::min(end_, other.end_));
    for (std::size_t w = begin_; w < end_; ++w) words_[w] &= other.words_[w];
    return *this;
  }
  WideSet& operator&=(Complement other) {
    for (std::size_t w = std::max(begin_, other.of.begin_); w < std::min(end_, other.of.end_);
         ++w) {
      words_[w] &= ~other.of.words_[w];
    }
    return *this;
  }
  Complement operator~() const { return {*this}; }
  friend WideSet operator|(WideSet a, const WideSet& b) { return a |= b; }
  friend WideSet operator&(WideSet a, const WideSet& b) { return a &= b; }
  friend WideSet operator&(WideSet a, Complement b) { return a &= b; }
  bool operator==(const WideSet& other) const { return inside(other) && other.inside(*this); }
  // All of it is in `all`.
  bool inside(const WideSet& all) const {
    for (std::size_t w = begin_; w < end_; ++w) {
      if ((words_[w] & ~all.word(w)) != 0) return false;
    }
    return true;
  }

 private:
  static constexpr std::size_t kWords = (kSize + 63) / 64;

  std::uint64_t word(std::size_t w) const { return w >= begin_ && w < end_ ? words_[w] : 0; }
  // Words [begin, end) are part of it.
  void reach(std::size_t begin, std::size_t end) {
    if (begin >= end) return;
    if (begin_ >= end_) {
      begin_ = end_ = begin;
    }
    while (begin_ > begin) words_[--begin_] = 0;
    while (end_ < end) words_[end_++] = 0;
  }

  // Words before begin_ and from end_ on have no meaning, and no bits.
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::array<std::uint64_t, kWords> words_;
};

template <class S>
inline constexpr bool kWide = !std::unsigned_integral<S>;

// The narrowest.
template <std::size_t kSize>
using Set = std::conditional_t<
    kSize <= 8, std::uint8_t,
    std::conditional_t<kSize <= 16, std::uint16_t,
                       std::conditional_t<kSize <= 32, std::uint32_t,
                                          std::conditional_t<kSize <= 64, std::uint64_t,
                                                             WideSet<kSize <= 64 ? 65 : kSize>>>>>;

template <class S>
constexpr bool any(const S& set) {
  if constexpr (kWide<S>) {
    return set.any();
  } else {
    return set != 0;
  }
}
template <class S>
constexpr bool has(const S& set, std::size_t i) {
  if constexpr (kWide<S>) {
    return set.has(i);
  } else {
    return (set >> i & 1) != 0;
  }
}
template <class S>
constexpr unsigned count(const S& set) {
  if constexpr (kWide<S>) {
    return static_cast<unsigned>(set.count());
  } else {
    return static_cast<unsigned>(std::popcount(set));
  }
}
// The smallest. REQUIRES: any().
template <class S>
constexpr unsigned first(const S& set) {
  if constexpr (kWide<S>) {
    return static_cast<unsigned>(set.first());
  } else {
    return static_cast<unsigned>(std::countr_zero(set));
  }
}
// Without it. REQUIRES: any().
template <class S>
constexpr void drop_first(S& set) {
  if constexpr (kWide<S>) {
    set.drop_first();
  } else {
    set = static_cast<S>(set & (set - 1));
  }
}
// Without those up to `last`. REQUIRES: there is none before the first; of a word, `last` is not
// its last bit.
template <class S>
constexpr void drop_through(S& set, std::size_t last) {
  if constexpr (kWide<S>) {
    while (set.any() && set.first() <= last) set.drop_first();
  } else {
    set = static_cast<S>(set & ~((S{2} << last) - 1));
  }
}
// `i` and nothing else.
template <class S>
constexpr S only(std::size_t i) {
  if constexpr (kWide<S>) {
    S set;
    set.add(i);
    return set;
  } else {
    return static_cast<S>(S{1} << i);
  }
}
// [first, first + count). REQUIRES: of a word, that count is less than its bits.
template <class S>
constexpr S run(std::size_t first, std::size_t count) {
  if constexpr (kWide<S>) {
    S set;
    set.add_run(first, count);
    return set;
  } else {
    return static_cast<S>(((S{1} << count) - 1) << first);
  }
}
template <class S>
constexpr void add(S& set, std::size_t i) {
  if constexpr (kWide<S>) {
    set.add(i);
  } else {
    set = static_cast<S>(set | S{1} << i);
  }
}
// [0, count), and of a word all its bits.
template <class S>
constexpr S all(std::size_t count) {
  if constexpr (kWide<S>) {
    return run<S>(0, count);
  } else {
    return static_cast<S>(~S{0});
  }
}
template <class S>
constexpr bool inside(const S& some, const S& all) {
  if constexpr (kWide<S>) {
    return some.inside(all);
  } else {
    return (some & ~all) == 0;
  }
}

}  // namespace mirrorcheck::model::ids

#endif  // MIRRORCHECK_MODEL_ID_SET_H_
