// The contract over a world so small that a state is a few machine words: for looking at all of its
// states.
//
// A Domain as model/concrete.h describes it, with the sizes as a template argument. A field of the
// state is one unsigned integer, each value in as many bits as its sort needs. A range of pages is
// a set of pages, any set, as in the other bounded interpretation: no page differs from another by
// its neighbours.
//
// The invalidate_seq that an implementation reports is no free argument: it has to be what the rule
// says, so it is taken to be that, and what it was can be read afterwards (Reported).
//
// Counters have kCounterBits bits and wrap; whoever takes steps keeps them small.
//
// Thread safety: plain values.

#ifndef MIRRORCHECK_PROOFS_EXPLORE_PACKED_H_
#define MIRRORCHECK_PROOFS_EXPLORE_PACKED_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <utility>

#include "model/vocabulary.h"
#include "proofs/explore/bounds.h"

namespace mirrorcheck::proofs::explore {

inline constexpr unsigned kCounterBits = 3;

// A set of ids, in the place of a range of them.
template <class Id>
struct Set {
  std::uint32_t bits = 0;
  constexpr bool has(Id id) const { return (bits >> static_cast<unsigned>(id) & 1U) != 0; }
  constexpr bool operator==(const Set&) const = default;
};

// What an implementation says invalidate_seq is: it says what is asked for.
struct Reported {
  mutable std::uint64_t value = 0;
  friend bool operator==(const Reported& reported, std::uint64_t wanted) {
    reported.value = wanted;
    return true;
  }
};

// The arguments of a step; model::Arguments with sets in the place of ranges.
struct PackedArguments {
  model::Task task{};
  model::Mm mm{};
  model::Mirror mirror{};
  model::Window window{};
  model::Classic classic{};
  model::Page page{};
  model::Page source{};
  Set<model::Page> pages{};
  model::FilePage file_page{};
  Set<model::FilePage> file_pages{};
  model::File file{};
  model::Frame frame{};
  model::Area area{};
  model::EntryKind kind{};
  model::WindowEvent event{};
  model::Outcome outcome{};
  bool write = false;
  bool read = false;
  bool flag = false;
  bool required = false;
  bool huge = false;
  Reported sequence{};
};

// How many bits a value of an enumeration takes.
template <class Sort>
inline constexpr unsigned kEnumerationBits = 4;
template <>
inline constexpr unsigned kEnumerationBits<bool> = 1;
template <>
inline constexpr unsigned kEnumerationBits<model::EntryKind> = 3;
template <>
inline constexpr unsigned kEnumerationBits<model::Hold> = 2;
template <>
inline constexpr unsigned kEnumerationBits<model::Registration> = 2;
template <>
inline constexpr unsigned kEnumerationBits<model::WindowPhase> = 2;
template <>
inline constexpr unsigned kEnumerationBits<model::Section> = 2;

template <class Sort>
struct PackedValue {
  using Type = Sort;
};
template <>
struct PackedValue<model::Integer> {
  using Type = std::uint64_t;
};
template <class Id>
struct PackedValue<model::Range<Id>> {
  using Type = Set<Id>;
};

// `words`: how many words a state takes as a code (code.h).
template <Bounds B, std::size_t words>
struct Packed {
  static constexpr Bounds kBounds = B;
  static constexpr std::size_t kWords = words;

  template <class Sort>
  using Of = typename PackedValue<Sort>::Type;
  using Arguments = PackedArguments;

  // How many values an id has; 0 for what is no id.
  template <class Id>
  static constexpr unsigned count() {
    using namespace mirrorcheck::model;
    if constexpr (std::is_same_v<Id, Mm>) return B.mms;
    if constexpr (std::is_same_v<Id, Page>) return B.mms * B.pages;
    if constexpr (std::is_same_v<Id, File>) return B.files;
    if constexpr (std::is_same_v<Id, FilePage>) return 1 + (B.files * B.file_pages);
    if constexpr (std::is_same_v<Id, Frame>)
      return 2 + B.frames + B.blocks + B.swap_slots + B.device_frames;
    if constexpr (std::is_same_v<Id, Task>) return B.tasks;
    if constexpr (std::is_same_v<Id, Mirror>) return B.mirrors;
    if constexpr (std::is_same_v<Id, Classic>) return B.classics;
    if constexpr (std::is_same_v<Id, Window>) return B.windows;
    return 0;
  }

 private:
  template <class Sort>
  struct Width {
    static constexpr unsigned kBits = count<Sort>() != 0
                                          ? static_cast<unsigned>(std::bit_width(count<Sort>() - 1))
                                          : kEnumerationBits<Sort>;
  };
  template <class Id>
  struct Width<model::Range<Id>> {
    static constexpr unsigned kBits = count<Id>();
  };

 public:
  template <class Sort, class... Keys>
  class Map {
   public:
    using ValueSort = Sort;
    using KeySorts = std::tuple<Keys...>;
    using FirstKey = std::tuple_element_t<0, KeySorts>;
    using V = Of<Sort>;
    static constexpr unsigned kSize = (1U * ... * count<Keys>());
    static constexpr unsigned kWidth =
        std::is_same_v<Sort, model::Integer> ? kCounterBits : Width<Sort>::kBits;
    static constexpr unsigned kBits = kSize * kWidth;
    static constexpr std::uint64_t kMask = (std::uint64_t{1} << kWidth) - 1;  // of one value
    static constexpr std::uint64_t kUsed = kBits == 0 ? 0 : ~std::uint64_t{0} >> (64 - kBits) % 64;
    static_assert(kBits <= 64, "a field of so many things needs a second word");
    using Word = std::conditional_t<
        (kBits <= 8), std::uint8_t,
        std::conditional_t<(kBits <= 16), std::uint16_t,
                           std::conditional_t<(kBits <= 32), std::uint32_t, std::uint64_t>>>;

    V operator()(Keys... keys) const { return get(index(keys...)); }
    void set(Keys... keys, V value) { put(index(keys...), value); }

    template <class Last, class F>
    void set_in(Set<Last> range, F f)
      requires(sizeof...(Keys) == 1)
    {
      change(0, range, f);
    }
    template <class Last, class First, class F>
    void set_in(First first, Set<Last> range, F f)
      requires(sizeof...(Keys) == 2)
    {
      change<Last>(static_cast<unsigned>(first) * count<Last>(), range, f);
    }
    template <class Last, class... First, class F>
    void set_row(F f, First... first) {
      const unsigned row = (0U + ... + static_cast<unsigned>(first)) * count<Last>();
      for (unsigned k = 0; k < count<Last>(); ++k) put(row + k, f(Last(k), get(row + k)));
    }
    template <class Last, class First, class F>
    void keep_in_row(First first, F f) {
      set_row<Last>([&](Last k, bool old) { return old && f(k); }, first);
    }
    // Every value of the row false, 0 or none.
    template <class First>
    void clear_row(First first)
      requires(sizeof...(Keys) == 2)
    {
      constexpr unsigned kRow = kBits / count<First>();
      static_assert(kRow < 64);
      constexpr std::uint64_t kRowMask = (std::uint64_t{1} << kRow) - 1;
      word_ = static_cast<Word>(word_ & ~(kRowMask << (static_cast<unsigned>(first) * kRow)));
    }
    // Whether a value of the row, or of the column, is anything but false, 0 or none.
    template <class First>
    bool any_in_row(First first) const
      requires(sizeof...(Keys) == 2)
    {
      constexpr unsigned kRow = kBits / std::max(1U, count<First>());
      constexpr std::uint64_t kRowMask = (std::uint64_t{1} << kRow) - 1;
      return (std::uint64_t{word_} >> (static_cast<unsigned>(first) * kRow) & kRowMask) != 0;
    }
    template <class Last>
    bool any_in_column(Last last) const
      requires(sizeof...(Keys) == 2)
    {
      constexpr unsigned kRow = count<Last>() * kWidth;
      constexpr std::uint64_t kColumn = [] {
        std::uint64_t mask = 0;
        for (unsigned at = 0; at < kBits; at += kRow) mask |= kMask << at;
        return mask;
      }();
      return (std::uint64_t{word_} >> (static_cast<unsigned>(last) * kWidth) & kColumn) != 0;
    }
    template <class First, class Last, class F>
    void set_column(Last last, F f) {
      for (unsigned k = 0; k < count<First>(); ++k) {
        const unsigned at = (k * count<Last>()) + static_cast<unsigned>(last);
        put(at, f(First(k), get(at)));
      }
    }
    bool nowhere(V value) const {
      bool found = false;
      for (unsigned k = 0; k < kSize; ++k) found |= get(k) == value;
      return !found;
    }
    // Every value false, 0 or none.
    void clear() { word_ = 0; }
    std::uint64_t bits() const { return word_; }
    void set_bits(std::uint64_t bits) { word_ = static_cast<Word>(bits); }
    // Calls f(keys...) for every key.
    template <class F>
    static void each_key(F f) {
      each_key_from(f, std::tuple<>());
    }
    // Which of the values it is, from 0.
    static constexpr unsigned index(Keys... keys) {
      unsigned i = 0;
      ((i = i * count<Keys>() + static_cast<unsigned>(keys)), ...);
      return i;
    }
    bool operator==(const Map&) const = default;

   private:
    V get(unsigned at) const {
      const std::uint64_t bits = std::uint64_t{word_} >> (at * kWidth) & kMask;
      if constexpr (requires(V v) { v.bits; }) {
        return V{static_cast<std::uint32_t>(bits)};
      } else {
        return static_cast<V>(bits);
      }
    }
    void put(unsigned at, V value) {
      std::uint64_t bits = 0;
      if constexpr (requires(V v) { v.bits; }) {
        bits = value.bits;
      } else {
        bits = static_cast<std::uint64_t>(value);
      }
      const unsigned shift = at * kWidth;
      word_ =
          static_cast<Word>((std::uint64_t{word_} & ~(kMask << shift)) | (bits & kMask) << shift);
    }
    template <class Last, class F>
    void change(unsigned row, Set<Last> range, F f) {
      for (unsigned k = 0; k < count<Last>(); ++k) {
        if (range.has(Last(k))) put(row + k, f(Last(k), get(row + k)));
      }
    }
    template <class F, class... Done>
    static void each_key_from(F& f, std::tuple<Done...> done) {
      if constexpr (sizeof...(Done) == sizeof...(Keys)) {
        std::apply(f, done);
      } else {
        using Key = std::tuple_element_t<sizeof...(Done), std::tuple<Keys...>>;
        for (unsigned k = 0; k < count<Key>(); ++k) {
          each_key_from(f, std::tuple_cat(done, std::tuple(Key(k))));
        }
      }
    }

    Word word_ = 0;
  };

  template <class Id, class F>
  static bool all(F f) {
    bool holds = true;
    for (unsigned k = 0; k < count<Id>(); ++k) holds = holds && f(Id(k));
    return holds;
  }
  template <class Id, class F>
  static bool all_in(Set<Id> range, F f) {
    bool holds = true;
    for (unsigned k = 0; k < count<Id>(); ++k) holds = holds && (!range.has(Id(k)) || f(Id(k)));
    return holds;
  }
  template <class M, class V>
  static bool nowhere(const M& map, V value) {
    return map.nowhere(value);
  }
  template <auto kValue, class M, class F>
  static bool all_but(const M& map, F f) {
    using Key = typename M::FirstKey;
    return all<Key>([&](Key k) { return map(k) == kValue || f(k); });
  }
  template <class M, class V, class F>
  static bool all_valued_in(const M& map, Set<V> range, F f) {
    using Key = typename M::FirstKey;
    return all<Key>([&](Key k) { return !range.has(map(k)) || f(k); });
  }
  static bool pages_of_file(Set<model::FilePage> range, model::File file) {
    return all_in(range, [&](model::FilePage page) { return file_of(page) == file; });
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
  static bool contains(Set<Id> range, Id id) {
    return range.has(id);
  }
  template <class Id>
  static bool overlap(Set<Id> a, Set<Id> b) {
    return (a.bits & b.bits) != 0;
  }
  static model::Mm mm_of(model::Page page) {
    return model::Mm(static_cast<unsigned>(page) / B.pages);
  }
  // kNoFilePage belongs to no file; the steps that are taken here do not ask.
  static model::File file_of(model::FilePage page) {
    const auto i = static_cast<unsigned>(page);
    return model::File(i == 0 ? 0 : (i - 1) / B.file_pages);
  }
  static bool is_block(model::Frame frame) {
    return static_cast<unsigned>(frame) >= 2 + B.frames &&
           static_cast<unsigned>(frame) < 2 + B.frames + B.blocks;
  }
  static bool is_swap(model::Frame frame) {
    return static_cast<unsigned>(frame) >= 2 + B.frames + B.blocks && !is_device(frame);
  }
  // The last frames are those of one device.
  static bool is_device(model::Frame frame) {
    return static_cast<unsigned>(frame) >= 2 + B.frames + B.blocks + B.swap_slots;
  }
  static bool owns(model::Mirror mirror, model::Frame frame) {
    return is_device(frame) && mirror == model::Mirror(0);
  }
  // Where there are no huge entries a run is one page, so that no page differs from another.
  static constexpr unsigned kRun = B.huge ? model::kPagesPerHuge : 1;
  static_assert(B.pages % kRun == 0 && B.frames % kRun == 0, "runs of pages and frames are whole");
  static Set<model::Page> huge_of(model::Page page) {
    const unsigned first = static_cast<unsigned>(page) / kRun * kRun;
    return {((1U << kRun) - 1) << first};
  }
  // The first frame is 2, after none and the zero page: the first of a run.
  static bool in_place(model::Page p, model::Frame f, model::Page q, model::Frame g) {
    return kRun == 1 || (static_cast<unsigned>(f) / kRun == static_cast<unsigned>(g) / kRun &&
                         static_cast<unsigned>(f) % kRun == static_cast<unsigned>(p) % kRun &&
                         static_cast<unsigned>(g) % kRun == static_cast<unsigned>(q) % kRun);
  }
  static model::FilePage file_page_at(const Arguments& a, model::Page page) {
    const unsigned first = static_cast<unsigned>(std::countr_zero(a.pages.bits));
    const unsigned at = static_cast<unsigned>(a.file_page) + static_cast<unsigned>(page) - first;
    return at < count<model::FilePage>() ? model::FilePage(at) : model::kNoFilePage;
  }
  static std::uint64_t sequence(std::uint64_t epoch, bool odd) {
    return (2 * epoch) + (odd ? 1 : 0);
  }
};

}  // namespace mirrorcheck::proofs::explore

#endif  // MIRRORCHECK_PROOFS_EXPLORE_PACKED_H_
