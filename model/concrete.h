// The concrete interpretation of the contract: machine integers in fixed arrays.
//
// A Domain supplies the types and operators that state, rules and properties are written in. Every
// Domain has the members of this one; the symbolic ones are in proofs/. What a Domain must offer:
//
//   Of<Sort>                      values of a sort: an id, an enumeration, bool, Integer, PageRange
//   Map<V, Keys...>               a total function, changed in place: map(keys...), set, set_in,
//                                 set_row, set_column, keep_in_row
//   all<Id>(f), all_in(range, f)  universal quantification
//   nowhere(map, value)           no key of the map has that value
//   all_but<kValue>(map, f)       f of every key that has another value in the map; kValue is the
//                                 one that most keys have
//   all_valued_in(map, range, f)  f of every key whose value in the map lies in range
//   pages_of_file(range, file)    every file page in range is the file's
//   when(c, f)                    f(), which changes nothing where c is false
//   choose<V>(c, a, b)            conditional value
//   implies(c, f)                 c implies f(), f only evaluated where that saves work
//   contains, overlap             on ranges
//   file_page_at(arguments, p)    the file page that page p of arguments.pages maps
//   mm_of, file_of, is_block      of a page, a file page, a frame
//   is_device, owns(m, frame)     device memory; that of the device behind mirror m
//   is_swap(frame)                a slot of the swap device
//   huge_of(page)                 the aligned run of pages that a huge entry maps with it
//   in_place(p, f, q, g)          frames f and g, of pages p and q of such a run, lie as they would
//                                 in one aligned run of frames
//   sequence(epoch, odd)          the invalidate_seq that the two stand for
//
// Cost: nothing here allocates; reading and writing a Map is an array access.
// Thread safety: plain values.

#ifndef MIRRORCHECK_MODEL_CONCRETE_H_
#define MIRRORCHECK_MODEL_CONCRETE_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <tuple>
#include <type_traits>

#include "model/bytes.h"
#include "model/id_set.h"
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

// Maps whose first key is the fastest in memory: rules ask of a lock whether *any* task holds it.
template <class... Keys>
inline constexpr bool kFirstKeyFastest = false;
template <>
inline constexpr bool kFirstKeyFastest<Task, Mm> = true;
template <>
inline constexpr bool kFirstKeyFastest<Task, File> = true;
template <>
inline constexpr bool kFirstKeyFastest<Task, Mirror> = true;

// Maps in which few keys have another value than the first one, and rules ask for those only: they
// are kept as a set beside the values.
template <class Sort, class... Keys>
inline constexpr bool kKeepsOthers = false;
template <>
inline constexpr bool kKeepsOthers<WindowPhase, Window> = true;
template <>
inline constexpr bool kKeepsOthers<Registration, Mirror> = true;

// Maps to frames for which a large world counts how many keys have which, so that whether a frame
// is mapped anywhere takes no look at each page.
template <class Sort, class... Keys>
inline constexpr bool kCountsKeys = false;
template <>
inline constexpr bool kCountsKeys<Frame, Page> = kLargeWorld;
template <>
inline constexpr bool kCountsKeys<Frame, Mirror, Page> = kLargeWorld;
template <>
inline constexpr bool kCountsKeys<Frame, FilePage> = kLargeWorld;

// Maps of which a large world remembers where in each row something was set.
template <class... Keys>
inline constexpr bool kKnowsRows = false;
template <>
inline constexpr bool kKnowsRows<Task, Page> = kLargeWorld;

struct Concrete {
  template <class Sort>
  using Of = std::conditional_t<std::is_same_v<Sort, Integer>, std::uint64_t, Sort>;
  using Arguments = model::Arguments;

  // Row-major, the last key fastest, so that a range of the last key is a run of bytes; or the
  // other way round (kFirstKeyFastest).
  template <class Sort, class... Keys>
  class Map {
   public:
    using V = Of<Sort>;
    using Key = std::tuple_element_t<0, std::tuple<Keys...>>;
    static constexpr std::size_t kSize = (std::size_t{1} * ... * kCount<Keys>);

    V operator()(Keys... keys) const { return values_[index(keys...)]; }
    void set(Keys... keys, V value) {
      put(index(keys...), value);
      if constexpr (kOthers) note(index(keys...));
      if constexpr (kRows) extend(keys...);
    }

    // Gives every key in `range` of the last dimension the value f(key, old value).
    template <class Last, class F>
    void set_in(std::type_identity_t<model::Range<Last>> range, F f)
      requires(sizeof...(Keys) == 1)
    {
      for (std::size_t k = at(range.first); k <= at(range.last); ++k) {
        put(k, f(Last(k), values_[k]));
        if constexpr (kOthers) note(k);
      }
    }
    template <class Last, class First, class F>
    void set_in(First first, std::type_identity_t<model::Range<Last>> range, F f)
      requires(sizeof...(Keys) == 2 && !kFirstKeyFastest<Keys...> && !kKnowsRows<Keys...>)
    {
      const std::size_t row = at(first) * kCount<Last>;
      for (std::size_t k = at(range.first); k <= at(range.last); ++k) {
        put(row + k, f(Last(k), values_[row + k]));
      }
    }
    // Gives every key of the last dimension the value f(key, old value).
    template <class Last, class... First, class F>
    void set_row(F f, First... first)
      requires(!kFirstKeyFastest<Keys...> && !kKnowsRows<Keys...>)
    {
      const std::size_t row = (std::size_t{0} + ... + at(first)) * kCount<Last>;
      for (std::size_t k = 0; k < kCount<Last>; ++k) put(row + k, f(Last(k), values_[row + k]));
      if constexpr (kOthers) {
        for (std::size_t k = 0; k < kCount<Last>; ++k) note(row + k);
      }
    }
    // Gives every key of the row the first value.
    void clear_row(Key first)
      requires(kKnowsRows<Keys...>)
    {
      Reach& reach = rows_[at(first)];
      V* const row = &values_[at(first) * (kSize / kCount<Key>)];
      std::fill(row + reach.begin, row + reach.end, V{});
      reach = {};
    }
    void clear_rows()
      requires(kKnowsRows<Keys...>)
    {
      for (std::size_t k = 0; k < kCount<Key>; ++k) clear_row(Key(k));
    }
    // Of a row of truths, keeps those for whose keys f holds.
    template <class Last, class First, class F>
    void keep_in_row(First first, F f)
      requires(std::is_same_v<V, bool> && sizeof...(Keys) == 2 && !kFirstKeyFastest<Keys...>)
    {
      V* const row = &values_[at(first) * kCount<Last>];
      for (auto rest = bytes_equal<kCount<Last>>(row, true); ids::any(rest);
           ids::drop_first(rest)) {
        const unsigned k = ids::first(rest);
        row[k] = f(Last(k));
      }
    }
    // Gives the keys (k, last), for every k, the value f(k, old value).
    template <class First, class Last, class F>
    void set_column(Last last, F f)
      requires(!kFirstKeyFastest<Keys...>)
    {
      for (std::size_t k = 0; k < kCount<First>; ++k) {
        const std::size_t i = k * kCount<Last> + at(last);
        put(i, f(First(k), values_[i]));
      }
    }
    // No early exit: see all().
    bool nowhere(V value) const {
      if constexpr (kCounts) {
        if (value != V{}) return times_[at(value)] == 0;
      }
      bool found = false;
      for (std::size_t k = 0; k < kSize; ++k) found |= values_[k] == value;
      return !found;
    }
    // How many keys have the value. REQUIRES: it is not the first one.
    std::size_t times(V value) const
      requires(kCountsKeys<Sort, Keys...>)
    {
      return times_[at(value)];
    }
    // The keys whose value is not the first one.
    const auto& others() const
      requires(kKeepsOthers<Sort, Keys...>)
    {
      return others_;
    }
    // The values of keys that follow each other, from this one on: what there is in a byte each, to
    // be looked at many at a time.
    const V* from(Keys... keys) const { return &values_[index(keys...)]; }
    bool operator==(const Map&) const = default;
    // All values, in the order in which they are kept.
    bool operator==(const std::array<V, kSize>& values) const {
      if constexpr (std::has_unique_object_representations_v<V>) {
        return std::memcmp(values_.data(), values.data(), sizeof values) == 0;
      } else {
        return values_ == values;
      }
    }

   private:
    static constexpr bool kOthers = kKeepsOthers<Sort, Keys...>;
    static constexpr bool kCounts = kCountsKeys<Sort, Keys...>;
    static constexpr bool kRows = kKnowsRows<Keys...>;
    using Others = std::conditional_t<kSize <= 32, std::uint32_t, ids::Set<kSize>>;
    struct Nothing {
      bool operator==(const Nothing&) const = default;
    };

    template <class Id>
    static constexpr std::size_t at(Id id) {
      return static_cast<std::size_t>(id);
    }
    static constexpr std::size_t index(Keys... keys) {
      std::size_t i = 0;
      if constexpr (kFirstKeyFastest<Keys...>) {
        std::size_t stride = 1;
        ((i += stride * at(keys), stride *= kCount<Keys>), ...);
      } else {
        ((i = i * kCount<Keys> + at(keys)), ...);
      }
      return i;
    }
    void put(std::size_t i, V value) {
      if constexpr (kCounts) {
        --times_[at(values_[i])];
        ++times_[at(value)];
      }
      values_[i] = value;
    }
    template <class Last>
    void extend(Key first, Last last) {
      Reach& reach = rows_[at(first)];
      if (reach.begin == reach.end) reach = {at(last), at(last)};
      reach = {std::min(reach.begin, at(last)), std::max(reach.end, at(last) + 1)};
    }
    void note(std::size_t i) {
      const auto bit = ids::only<Others>(i);
      if constexpr (ids::kWide<Others>) {
        if (values_[i] == V{}) {
          others_ &= ~bit;
        } else {
          others_ |= bit;
        }
      } else {
        others_ = values_[i] == V{} ? others_ & ~bit : others_ | bit;
      }
    }

    std::array<V, kSize> values_{};
    [[no_unique_address]] std::conditional_t<kOthers, Others, Nothing> others_{};
    // Where in a row another value than the first one may be.
    struct Reach {
      std::size_t begin = 0;
      std::size_t end = 0;
      bool operator==(const Reach&) const = default;
    };
    struct NoRows {
      bool operator==(const NoRows&) const = default;
    };
    [[no_unique_address]] std::conditional_t<kRows, std::array<Reach, kCount<Key>>, NoRows> rows_{};
    // Of the first value it says nothing.
    struct NoTimes {
      bool operator==(const NoTimes&) const = default;
    };
    [[no_unique_address]] std::conditional_t<kCounts, std::array<std::uint32_t, kCount<Frame>>,
                                             NoTimes> times_{};
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
  // No other key has the value of this one.
  template <class M, class K>
  static bool alone(const M& map, K key)
    requires requires { map.times(map(key)); }
  {
    const auto value = map(key);
    if (value != decltype(value){}) return map.times(value) == 1;
    return all<K>([&](K other) { return other == key || map(other) != value; });
  }
  template <auto kValue, class M, class F>
  static bool all_but(const M& map, F f) {
    static_assert(kValue == typename M::V{}, "what others() leaves out");
    using Id = typename M::Key;
    for (auto rest = map.others(); ids::any(rest); ids::drop_first(rest)) {
      if (!f(Id(ids::first(rest)))) return false;
    }
    return true;
  }
  template <class M, class V, class F>
  static bool all_valued_in(const M& map, model::Range<V> range, F f) {
    using Id = typename M::Key;
    for (auto rest = bytes_in<kCount<Id>>(map.from(Id{}), range); ids::any(rest);
         ids::drop_first(rest)) {
      if (!f(Id(ids::first(rest)))) return false;
    }
    return true;
  }
  static bool pages_of_file(FilePageRange range, File file) {
    return range.first > range.last ||
           (model::file_of(range.first) == file && model::file_of(range.last) == file);
  }
  template <class F>
  static void when(bool condition, F f) {
    if (condition) f();
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
  static bool is_device(Frame frame) { return model::is_device(frame); }
  static bool is_swap(Frame frame) { return model::is_swap(frame); }
  static bool owns(Mirror mirror, Frame frame) {
    return model::is_device(frame) && model::owner_of(frame) == mirror;
  }
  static FilePage file_page_at(const Arguments& a, Page page) {
    return FilePage(static_cast<unsigned>(a.file_page) + static_cast<unsigned>(page) -
                    static_cast<unsigned>(a.pages.first));
  }
  static PageRange huge_of(Page page) { return model::huge_of(page); }
  static bool in_place(Page p, Frame f, Page q, Frame g) {
    return static_cast<unsigned>(f) / kPagesPerHuge == static_cast<unsigned>(g) / kPagesPerHuge &&
           place_of(f) == place_of(p) && place_of(g) == place_of(q);
  }
  // invalidate_seq as the kernel counts it, from the pair (epoch, odd).
  static std::uint64_t sequence(std::uint64_t epoch, bool odd) { return 2 * epoch + (odd ? 1 : 0); }
};

}  // namespace mirrorcheck::model

#endif  // MIRRORCHECK_MODEL_CONCRETE_H_
