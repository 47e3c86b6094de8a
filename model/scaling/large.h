// The contract over worlds of any size: for measuring how the cost of a step grows with the world.
//
// A Domain as model/concrete.h describes it, whose sizes are chosen when the program runs. Ids are
// 32 bits wide, maps are vectors. A map also counts how often it has each value, which is what a
// reverse map is for: whether a frame is mapped anywhere (D::nowhere) does not take a look at every
// page.
//
// Thread safety: none; the sizes are one for the whole program.

#ifndef MIRRORCHECK_MODEL_SCALING_LARGE_H_
#define MIRRORCHECK_MODEL_SCALING_LARGE_H_

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <vector>

#include "model/vocabulary.h"

namespace mirrorcheck::model::scaling {

// How large the world is. Set before a state is made; a state does not outlive a change.
struct Sizes {
  std::size_t pages = 16;  // of the one address space, and frames of RAM
  std::size_t tasks = 2;
};
inline Sizes sizes;

inline constexpr std::size_t kSomeMirrors = 2;
inline constexpr std::size_t kSomeBlocks = 2;

template <class Id>
std::size_t count() {
  if constexpr (std::is_same_v<Id, Mm>) return 1;
  if constexpr (std::is_same_v<Id, Page>) return sizes.pages;
  if constexpr (std::is_same_v<Id, File>) return 1;
  if constexpr (std::is_same_v<Id, FilePage>) return 1 + kSomeBlocks;
  if constexpr (std::is_same_v<Id, Frame>) return 2 + sizes.pages + kSomeBlocks;
  if constexpr (std::is_same_v<Id, Task>) return sizes.tasks;
  if constexpr (std::is_same_v<Id, Mirror>) return kSomeMirrors;
  if constexpr (std::is_same_v<Id, Classic>) return 1;
  if constexpr (std::is_same_v<Id, Window>) return sizes.tasks;
  return 0;
}

template <class Id>
struct Wide {
  std::uint32_t value = 0;
  constexpr Wide() = default;
  // Implicit: the rules compare with constants such as kNoFrame.
  constexpr Wide(Id id)  // NOLINT(google-explicit-constructor)
      : value(static_cast<std::uint32_t>(id)) {}
  explicit constexpr Wide(std::size_t number) : value(static_cast<std::uint32_t>(number)) {}
  friend constexpr bool operator==(Wide, Wide) = default;
  friend constexpr auto operator<=>(Wide, Wide) = default;
};

template <class Id>
struct WideRange {
  Wide<Id> first{std::size_t{1}};
  Wide<Id> last{std::size_t{0}};
  constexpr bool operator==(const WideRange&) const = default;
};

template <class Sort>
inline constexpr bool kIsId =
    std::is_same_v<Sort, Mm> || std::is_same_v<Sort, Page> || std::is_same_v<Sort, File> ||
    std::is_same_v<Sort, FilePage> || std::is_same_v<Sort, Frame> || std::is_same_v<Sort, Task> ||
    std::is_same_v<Sort, Mirror> || std::is_same_v<Sort, Classic> || std::is_same_v<Sort, Window>;

template <class Sort>
struct Value {
  using Type = std::conditional_t<kIsId<Sort>, Wide<Sort>, Sort>;
};
template <>
struct Value<Integer> {
  using Type = std::uint64_t;
};
template <>
struct Value<bool> {
  using Type = std::uint8_t;
};
template <class Id>
struct Value<Range<Id>> {
  using Type = WideRange<Id>;
};

struct LargeArguments {
  Wide<Task> task{};
  Wide<Mm> mm{};
  Wide<Mirror> mirror{};
  Wide<Window> window{};
  Wide<Classic> classic{};
  Wide<Page> page{};
  Wide<Page> source{};
  WideRange<Page> pages{};
  Wide<FilePage> file_page{};
  WideRange<FilePage> file_pages{};
  Wide<File> file{};
  Wide<Frame> frame{};
  Area area{};
  EntryKind kind{};
  WindowEvent event{};
  Outcome outcome{};
  bool write = false;
  bool read = false;
  bool flag = false;
  bool required = false;
  bool huge = false;
  std::uint64_t sequence = 0;
};

struct Large {
  template <class Sort>
  using Of = std::conditional_t<std::is_same_v<Sort, bool>, bool, typename Value<Sort>::Type>;
  using Arguments = LargeArguments;

  template <class Sort, class... Keys>
  class Map {
   public:
    using V = Of<Sort>;
    using Key = std::tuple_element_t<0, std::tuple<Keys...>>;
    using Stored = typename Value<Sort>::Type;

    Map() : values_((std::size_t{1} * ... * count<Keys>())) {
      if constexpr (kIsId<Sort>) {
        times_.resize(count<Sort>());
        times_[0] = values_.size();
      }
    }
    V operator()(Wide<Keys>... keys) const { return static_cast<V>(values_[index(keys...)]); }
    void set(Wide<Keys>... keys, V value) { put(index(keys...), value); }

    template <class Last, class F>
    void set_in(WideRange<Last> range, F f) {
      for (std::size_t k = range.first.value; k <= range.last.value; ++k) {
        put(k, f(Wide<Last>(k), static_cast<V>(values_[k])));
      }
    }
    template <class Last, class First, class F>
    void set_in(Wide<First> first, WideRange<Last> range, F f) {
      const std::size_t row = first.value * count<Last>();
      for (std::size_t k = range.first.value; k <= range.last.value; ++k) {
        put(row + k, f(Wide<Last>(k), static_cast<V>(values_[row + k])));
      }
    }
    template <class Last, class... First, class F>
    void set_row(F f, First... first) {
      const std::size_t row = (std::size_t{0} + ... + first.value) * count<Last>();
      for (std::size_t k = 0; k < count<Last>(); ++k) {
        put(row + k, f(Wide<Last>(k), static_cast<V>(values_[row + k])));
      }
    }
    template <class First, class Last, class F>
    void set_column(Wide<Last> last, F f) {
      for (std::size_t k = 0; k < count<First>(); ++k) {
        const std::size_t at = (k * count<Last>()) + last.value;
        put(at, f(Wide<First>(k), static_cast<V>(values_[at])));
      }
    }
    bool nowhere(V value) const {
      if constexpr (kIsId<Sort>) return times_[value.value] == 0;
      return std::find(values_.begin(), values_.end(), static_cast<Stored>(value)) == values_.end();
    }

    std::size_t times(V value) const { return times_[value.value]; }

   private:
    static std::size_t index(Wide<Keys>... keys) {
      std::size_t i = 0;
      ((i = i * count<Keys>() + keys.value), ...);
      return i;
    }
    void put(std::size_t at, V value) {
      if constexpr (kIsId<Sort>) {
        --times_[values_[at].value];
        ++times_[value.value];
      }
      values_[at] = static_cast<Stored>(value);
    }
    std::vector<Stored> values_;
    std::vector<std::size_t> times_;
  };

  template <class Id, class F>
  static bool all(F f) {
    bool holds = true;
    for (std::size_t k = 0; k < count<Id>(); ++k) holds &= f(Wide<Id>(k));
    return holds;
  }
  template <class Id, class F>
  static bool all_in(WideRange<Id> range, F f) {
    for (std::size_t k = range.first.value; k <= range.last.value; ++k) {
      if (!f(Wide<Id>(k))) return false;
    }
    return true;
  }
  template <class M, class V>
  static bool nowhere(const M& map, V value) {
    return map.nowhere(value);
  }
  template <auto kValue, class M, class F>
  static bool all_but(const M& map, F f) {
    using Key = typename M::Key;
    return all<Key>([&](Wide<Key> k) { return map(k) == kValue || f(k); });
  }
  template <class M, class V, class F>
  static bool all_valued_in(const M& map, WideRange<V> range, F f) {
    using Key = typename M::Key;
    return all<Key>([&](Wide<Key> k) { return !contains(range, map(k)) || f(k); });
  }
  static bool pages_of_file(WideRange<FilePage> range, Wide<File> file) {
    return all_in(range, [&](Wide<FilePage> page) { return file_of(page) == file; });
  }
  template <class F>
  static void when(bool condition, F f) {
    if (condition) f();
  }
  // No other key has the value of this one.
  template <class M, class K>
  static bool alone(const M& map, K key) {
    return map.times(map(key)) == 1;
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
  static bool contains(WideRange<Id> range, Wide<Id> id) {
    return range.first <= id && id <= range.last;
  }
  template <class Id>
  static bool overlap(WideRange<Id> a, WideRange<Id> b) {
    return std::max(a.first, b.first) <= std::min(a.last, b.last);
  }
  static Wide<Mm> mm_of(Wide<Page>) { return {}; }
  static Wide<File> file_of(Wide<FilePage>) { return {}; }
  static bool is_block(Wide<Frame> frame) { return frame.value >= 2 + sizes.pages; }
  static bool is_device(Wide<Frame>) { return false; }
  static bool is_swap(Wide<Frame>) { return false; }
  static bool owns(Wide<Mirror>, Wide<Frame>) { return false; }
  static WideRange<Page> huge_of(Wide<Page> page) {
    const std::size_t first = page.value / kPagesPerHuge * kPagesPerHuge;
    return {Wide<Page>(first), Wide<Page>(std::min(first + kPagesPerHuge, sizes.pages) - 1)};
  }
  static bool in_place(Wide<Page> p, Wide<Frame> f, Wide<Page> q, Wide<Frame> g) {
    return f.value / kPagesPerHuge == g.value / kPagesPerHuge &&
           f.value % kPagesPerHuge == p.value % kPagesPerHuge &&
           g.value % kPagesPerHuge == q.value % kPagesPerHuge;
  }
  static Wide<FilePage> file_page_at(const Arguments& a, Wide<Page> page) {
    return Wide<FilePage>(a.file_page.value + (page.value - a.pages.first.value));
  }
  static std::uint64_t sequence(std::uint64_t epoch, bool odd) { return 2 * epoch + (odd ? 1 : 0); }
};

}  // namespace mirrorcheck::model::scaling

#endif  // MIRRORCHECK_MODEL_SCALING_LARGE_H_
