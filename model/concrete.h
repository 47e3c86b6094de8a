// The concrete interpretation of the contract: machine integers in fixed arrays.
//
// A Domain supplies the types and operators that state, rules and properties are written in. Every
// Domain has the members of this one; the symbolic ones are in proofs/. What a Domain must offer:
//
//   Of<Sort>                      values of a sort: an id, an enumeration, bool, Integer, PageRange
//   Map<V, Keys...>               a total function, changed in place: map(keys...), set, set_in,
//                                 set_row, set_column
//   all<Id>(f), all_in(range, f)  universal quantification
//   nowhere(map, value)           no key of the map has that value
//   choose<V>(c, a, b)            conditional value
//   implies(c, f)                 c implies f(), f only evaluated where that saves work
//   contains, overlap             on ranges
//   file_page_at(arguments, p)    the file page that page p of arguments.pages maps
//   mm_of, file_of, is_block      of a page, a file page, a frame
//   sequence(epoch, odd)          the invalidate_seq that the two stand for
//
// Cost: nothing here allocates; reading and writing a Map is an array access.
// Thread safety: plain values.

#ifndef MIRRORCHECK_MODEL_CONCRETE_H_
#define MIRRORCHECK_MODEL_CONCRETE_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "model/vocabulary.h"

namespace mirrorcheck::model {

// How many values an id has in the concrete world.
template <class Id>
inline constexpr std::size_t kCount = 0;
template <>
inline constexpr std::size_t kCount<Mm> = kMms;
template <>
inline constexpr std::size_t kCount<Page> = kPages;
template <>
inline constexpr std::size_t kCount<File> = kFiles;
template <>
inline constexpr std::size_t kCount<FilePage> = kFilePages;
template <>
inline constexpr std::size_t kCount<Frame> = kFrames;
template <>
inline constexpr std::size_t kCount<Task> = kTasks;
template <>
inline constexpr std::size_t kCount<Mirror> = kMirrors;
template <>
inline constexpr std::size_t kCount<Classic> = kClassicNotifiers;
template <>
inline constexpr std::size_t kCount<Window> = kWindows;

struct Concrete {
  template <class Sort>
  using Of = std::conditional_t<std::is_same_v<Sort, Integer>, std::uint64_t, Sort>;
  using Arguments = model::Arguments;

  // Row-major, the last key fastest, so that a range of the last key is a run of bytes.
  template <class Sort, class... Keys>
  class Map {
   public:
    using V = Of<Sort>;
    static constexpr std::size_t kSize = (std::size_t{1} * ... * kCount<Keys>);

    V operator()(Keys... keys) const { return values_[index(keys...)]; }
    void set(Keys... keys, V value) { values_[index(keys...)] = value; }

    // Gives every key in `range` of the last dimension the value f(key, old value).
    template <class Last, class F>
    void set_in(std::type_identity_t<model::Range<Last>> range, F f)
      requires(sizeof...(Keys) == 1)
    {
      for (std::size_t k = at(range.first); k <= at(range.last); ++k) {
        values_[k] = f(Last(k), values_[k]);
      }
    }
    template <class Last, class First, class F>
    void set_in(First first, std::type_identity_t<model::Range<Last>> range, F f)
      requires(sizeof...(Keys) == 2)
    {
      const std::size_t row = at(first) * kCount<Last>;
      for (std::size_t k = at(range.first); k <= at(range.last); ++k) {
        values_[row + k] = f(Last(k), values_[row + k]);
      }
    }
    // Gives every key of the last dimension the value f(key, old value).
    template <class Last, class... First, class F>
    void set_row(F f, First... first) {
      const std::size_t row = (std::size_t{0} + ... + at(first)) * kCount<Last>;
      for (std::size_t k = 0; k < kCount<Last>; ++k)
        values_[row + k] = f(Last(k), values_[row + k]);
    }
    // Gives the keys (k, last), for every k, the value f(k, old value).
    template <class First, class Last, class F>
    void set_column(Last last, F f) {
      for (std::size_t k = 0; k < kCount<First>; ++k) {
        V& value = values_[k * kCount<Last> + at(last)];
        value = f(First(k), value);
      }
    }
    bool nowhere(V value) const {
      if constexpr (sizeof(V) == 1) {
        return std::memchr(values_.data(), static_cast<int>(value), kSize) == nullptr;
      } else {
        return std::find(values_.begin(), values_.end(), value) == values_.end();
      }
    }
    bool operator==(const Map&) const = default;
    // All values, the last key fastest.
    bool operator==(const std::array<V, kSize>& values) const {
      if constexpr (std::has_unique_object_representations_v<V>) {
        return std::memcmp(values_.data(), values.data(), sizeof values) == 0;
      } else {
        return values_ == values;
      }
    }

   private:
    template <class Id>
    static constexpr std::size_t at(Id id) {
      return static_cast<std::size_t>(id);
    }
    static constexpr std::size_t index(Keys... keys) {
      std::size_t i = 0;
      ((i = i * kCount<Keys> + at(keys)), ...);
      return i;
    }
    std::array<V, kSize> values_{};
  };

  template <class Id, class F>
  static bool all(F f) {
    // No early exit: it nearly always holds, and without one the loop becomes a few vector
    // operations.
    bool holds = true;
    for (std::size_t k = 0; k < kCount<Id>; ++k) holds &= f(Id(k));
    return holds;
  }
  template <class Id, class F>
  static bool all_in(model::Range<Id> range, F f) {
    for (std::size_t k = static_cast<std::size_t>(range.first);
         k <= static_cast<std::size_t>(range.last); ++k) {
      if (!f(Id(k))) return false;
    }
    return true;
  }
  template <class M, class V>
  static bool nowhere(const M& map, V value) {
    return map.nowhere(value);
  }
  template <class Sort>
  static Of<Sort> choose(bool condition, Of<Sort> then, Of<Sort> otherwise) {
    return condition ? then : otherwise;
  }
  template <class F>
  static bool implies(bool condition, F f) {
    return !condition || f();
  }
  template <class Id>
  static bool contains(model::Range<Id> range, Id id) {
    return range.first <= id && id <= range.last;
  }
  template <class Id>
  static bool overlap(model::Range<Id> a, model::Range<Id> b) {
    return std::max(a.first, b.first) <= std::min(a.last, b.last);
  }
  static Mm mm_of(Page page) { return model::mm_of(page); }
  static File file_of(FilePage page) { return model::file_of(page); }
  static bool is_block(Frame frame) { return model::is_block(frame); }
  static FilePage file_page_at(const Arguments& a, Page page) {
    return FilePage(static_cast<unsigned>(a.file_page) + static_cast<unsigned>(page) -
                    static_cast<unsigned>(a.pages.first));
  }
  // invalidate_seq as the kernel counts it, from the pair (epoch, odd).
  static std::uint64_t sequence(std::uint64_t epoch, bool odd) { return 2 * epoch + (odd ? 1 : 0); }
};

}  // namespace mirrorcheck::model

#endif  // MIRRORCHECK_MODEL_CONCRETE_H_
