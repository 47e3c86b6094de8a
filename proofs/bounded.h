// The contract over a world of a given size: ids are numbers, a field of the state is a vector of
// terms, one for each key, and quantifiers are written out. Everything is quantifier-free bit
// vectors.
//
// Counters wrap at Sizes::counter_bits. Reading and writing under a key that is a numeral costs one
// element; under a symbolic key it costs them all.
//
// Thread safety: that of the universe. REQUIRES: inside the Scope of a bounded universe.

#ifndef MIRRORCHECK_PROOFS_BOUNDED_H_
#define MIRRORCHECK_PROOFS_BOUNDED_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "proofs/check.h"
#include "proofs/term.h"

namespace mirrorcheck::proofs {

struct Bounded {
  template <class Sort>
  using Of = Term<Sort>;
  using Arguments = SymbolicArguments;

  template <class Sort, class... Keys>
  class Map {
   public:
    using ValueSort = Sort;
    using Value = Term<Sort>;
    static constexpr std::size_t kKeys = sizeof...(Keys);
    using Index = std::array<unsigned, kKeys>;

    void set_free(const char* name) {
      std::size_t at = 0;
      each_index([&](const Index& index) {
        std::string cell = name;
        for (const unsigned k : index) cell += "," + std::to_string(k);
        cells_[at++] = Value::free(cell.c_str());
      });
    }
    void set_all(const Value& value) { cells_.assign(cells_.size(), value); }
    // Row-major, the last key fastest.
    const std::vector<Value>& cells() const { return cells_; }
    std::vector<Value>& cells() { return cells_; }

    Value operator()(const Term<Keys>&... keys) const {
      const std::array<z3::expr, kKeys> key{keys.expr()...};
      return read(key, 0, 0);
    }
    void set(const Term<Keys>&... keys, const Value& value) {
      const std::array<z3::expr, kKeys> key{keys.expr()...};
      change([&](std::size_t k, unsigned i) { return is(key[k], kSorts[k], i); },
             [&](const Index&, const Value&) { return value; });
    }
    template <class Last, class F>
    void set_in(const Term<model::Range<Last>>& range, F f)
      requires(kKeys == 1)
    {
      change([&](std::size_t, unsigned i) { return contains(range, Term<Last>::number(i)); },
             [&](const Index& at, const Value& old) -> Value {
               return f(Term<Last>::number(at[0]), old);
             });
    }
    template <class Last, class First, class F>
    void set_in(const Term<First>& first, const Term<model::Range<Last>>& range, F f)
      requires(kKeys == 2)
    {
      change(
          [&](std::size_t k, unsigned i) {
            return k == 0 ? is(first.expr(), kSort<First>, i)
                          : contains(range, Term<Last>::number(i));
          },
          [&](const Index& at, const Value& old) -> Value {
            return f(Term<Last>::number(at[1]), old);
          });
    }
    template <class Last, class F, class... First>
    void set_row(F f, const First&... first) {
      const std::vector<z3::expr> key{first.expr()...};
      change(
          [&](std::size_t k, unsigned i) {
            return k + 1 == kKeys ? Term<bool>(true) : is(key[k], kSorts[k], i);
          },
          [&](const Index& at, const Value& old) -> Value {
            return f(Term<Last>::number(at[kKeys - 1]), old);
          });
    }
    template <class Last, class First, class F>
    void keep_in_row(const Term<First>& first, F f) {
      set_row<Last>([&](const Term<Last>& k, const Value& old) { return old && f(k); }, first);
    }
    template <class First, class Last, class F>
    void set_column(const Term<Last>& last, F f) {
      change(
          [&](std::size_t k, unsigned i) {
            return k == 0 ? Term<bool>(true) : is(last.expr(), kSort<Last>, i);
          },
          [&](const Index& at, const Value& old) -> Value {
            return f(Term<First>::number(at[0]), old);
          });
    }

   private:
    static constexpr std::array<SortId, kKeys> kSorts{kSort<Keys>...};

    static unsigned count(std::size_t key) { return Universe::current().count(kSorts[key]); }
    static std::size_t size() {
      std::size_t n = 1;
      for (std::size_t k = 0; k < kKeys; ++k) n *= count(k);
      return n;
    }
    static Term<bool> is(const z3::expr& key, SortId sort, unsigned i) {
      return Term<bool>(fold_equal(key, Universe::current().value(sort, i)));
    }
    template <class F>
    static void each_index(F f) {
      Index index{};
      const std::size_t n = size();
      for (std::size_t at = 0; at < n; ++at) {
        f(index);
        for (std::size_t k = kKeys; k-- > 0;) {
          if (++index[k] < count(k)) break;
          index[k] = 0;
        }
      }
    }
    Value read(const std::array<z3::expr, kKeys>& key, std::size_t k, std::size_t at) const {
      if (k == kKeys) return cells_[at];
      const unsigned n = count(k);
      if (const auto i = known_number(key[k])) {
        check(*i < n, "a bounded map is read out of its bounds");
        return read(key, k + 1, at * n + *i);
      }
      Value value = read(key, k + 1, at * n + n - 1);
      for (unsigned i = n - 1; i-- > 0;) {
        assign(value, Value(fold_choose(is(key[k], kSorts[k], i).expr(),
                                        read(key, k + 1, at * n + i).expr(), value.expr())));
      }
      return value;
    }
    // Gives each element the value f(index, old) where `selects` each of its keys.
    template <class S, class F>
    void change(S selects, F f) {
      std::array<std::vector<z3::expr>, kKeys> selected;
      for (std::size_t k = 0; k < kKeys; ++k) {
        for (unsigned i = 0; i < count(k); ++i) selected[k].push_back(selects(k, i).expr());
      }
      std::size_t at = 0;
      each_index([&](const Index& index) {
        z3::expr here = selected[0][index[0]];
        if constexpr (kKeys == 2) here = fold_and(here, selected[1][index[1]]);
        Value& cell = cells_[at++];
        if (known_truth(here) != false) {
          assign(cell, Value(fold_choose(here, f(index, cell).expr(), cell.expr())));
        }
      });
    }
    std::vector<Value> cells_ = std::vector<Value>(size(), Value::number(0));
  };

  template <class Id, class F>
  static Term<bool> all(F f) {
    Term<bool> result(true);
    const unsigned n = Universe::current().count(kSort<Id>);
    for (unsigned i = 0; i < n; ++i) assign(result, result && f(Term<Id>::number(i)));
    return result;
  }
  template <class Id, class F>
  static Term<bool> all_in(const Term<model::Range<Id>>& range, F f) {
    return all<Id>([&](const Term<Id>& x) {
      const Term<bool> inside = contains(range, x);
      return known_truth(inside.expr()) == false ? Term<bool>(true) : !inside || f(x);
    });
  }
  template <class Sort, class... Keys>
  static Term<bool> nowhere(const Map<Sort, Keys...>& map, const Term<Sort>& value) {
    Term<bool> result(true);
    for (const Term<Sort>& cell : map.cells()) assign(result, result && cell != value);
    return result;
  }
  template <auto kValue, class Sort, class Key, class F>
  static Term<bool> all_but(const Map<Sort, Key>& map, F f) {
    return all<Key>([&](const Term<Key>& k) { return map(k) == kValue || f(k); });
  }
  template <class Sort, class Key, class F>
  static Term<bool> all_valued_in(const Map<Sort, Key>& map, const Term<model::Range<Sort>>& range,
                                  F f) {
    return all<Key>([&](const Term<Key>& k) { return !contains(range, map(k)) || f(k); });
  }
  static Term<bool> pages_of_file(const Term<model::FilePageRange>& range,
                                  const Term<model::File>& file) {
    return all_in<model::FilePage>(
        range, [&](const Term<model::FilePage>& f) { return file_of(f) == file; });
  }
  template <class F>
  static void when(const Term<bool>&, F f) {
    f();
  }
  template <class Sort>
  static Term<Sort> choose(const Term<bool>& condition, const Term<Sort>& then,
                           const Term<Sort>& otherwise) {
    return Term<Sort>(fold_choose(condition.expr(), then.expr(), otherwise.expr()));
  }
  template <class F>
  static Term<bool> implies(const Term<bool>& condition, F f) {
    if (known_truth(condition.expr()) == false) return Term<bool>(true);
    return !condition || f();
  }
  template <class Id>
  static Term<bool> contains(const Term<model::Range<Id>>& range, const Term<Id>& id) {
    if (const auto i = known_number(id.expr())) {
      if (const auto mask = known_number(range.expr())) return Term<bool>((*mask >> *i & 1) != 0);
      const unsigned bit = static_cast<unsigned>(*i);
      return Term<bool>(range.expr().extract(bit, bit) == range.expr().ctx().bv_val(1, 1));
    }
    return !all<Id>([&](const Term<Id>& x) { return x != id || !contains(range, x); });
  }
  template <class Id>
  static Term<bool> overlap(const Term<model::Range<Id>>& a, const Term<model::Range<Id>>& b) {
    return !all<Id>([&](const Term<Id>& x) { return !contains(a, x) || !contains(b, x); });
  }
  static Term<model::Mm> mm_of(const Term<model::Page>& page) {
    const unsigned n = Universe::current().sizes().pages_per_mm;
    return table<model::Mm>(page, [n](unsigned i) { return i / n; });
  }
  // kNoFilePage belongs to no file: to the number after the last.
  static Term<model::File> file_of(const Term<model::FilePage>& page) {
    const Sizes& sizes = Universe::current().sizes();
    return table<model::File>(page, [&sizes](unsigned i) {
      return i == 0 ? sizes.files : (i - 1) / sizes.pages_per_file;
    });
  }
  static Term<bool> is_block(const Term<model::Frame>& frame) {
    const Sizes& sizes = Universe::current().sizes();
    const unsigned first = 2 + sizes.ram_frames;
    return table<bool>(frame, [first, &sizes](unsigned i) {
      return i >= first && i < first + sizes.blocks ? 1u : 0u;
    });
  }
  static Term<bool> is_device(const Term<model::Frame>& frame) {
    const Sizes& sizes = Universe::current().sizes();
    const unsigned first = 2 + sizes.ram_frames + sizes.blocks;
    const unsigned end = sizes.frames() - sizes.swap_slots;
    return table<bool>(frame, [first, end](unsigned i) { return i >= first && i < end ? 1u : 0u; });
  }
  static Term<bool> is_swap(const Term<model::Frame>& frame) {
    const Sizes& sizes = Universe::current().sizes();
    const unsigned first = sizes.frames() - sizes.swap_slots;
    return table<bool>(frame, [first](unsigned i) { return i >= first ? 1u : 0u; });
  }
  // What is not of a device is owned by the number after the last.
  static Term<bool> owns(const Term<model::Mirror>& mirror, const Term<model::Frame>& frame) {
    const Sizes& sizes = Universe::current().sizes();
    const unsigned first = 2 + sizes.ram_frames + sizes.blocks;
    return mirror == table<model::Mirror>(frame, [first, &sizes](unsigned i) {
             return i < first ? sizes.mirrors : (i - first) / sizes.frames_per_device;
           });
  }
  // The last run of an mm may be shorter than the others.
  static Term<model::PageRange> huge_of(const Term<model::Page>& page) {
    const unsigned n = Universe::current().sizes().pages_per_mm;
    return table<model::PageRange>(page, [n](unsigned i) {
      constexpr unsigned kRun = model::kPagesPerHuge;
      const unsigned first = i % n / kRun * kRun;
      const unsigned count = std::min(kRun, n - first);
      return ((std::uint64_t{1} << count) - 1) << (i - i % n + first);
    });
  }
  static Term<bool> in_place(const Term<model::Page>& p, const Term<model::Frame>& f,
                             const Term<model::Page>& q, const Term<model::Frame>& g) {
    constexpr unsigned kRun = model::kPagesPerHuge;
    const unsigned n = Universe::current().sizes().pages_per_mm;
    const auto page_place = [n](unsigned i) { return i % n % kRun; };
    const auto frame_place = [](unsigned i) { return i % kRun; };
    const auto run = [](unsigned i) { return i / kRun; };
    using Number = model::Integer;
    return table<Number>(f, run) == table<Number>(g, run) &&
           table<Number>(f, frame_place) == table<Number>(p, page_place) &&
           table<Number>(g, frame_place) == table<Number>(q, page_place);
  }
  // The file page that is as far after a.file_page as `page` is after the first of a.pages; what
  // would lie beyond the last file page is kNoFilePage.
  static Term<model::FilePage> file_page_at(const Arguments& a, const Term<model::Page>& page) {
    Universe& u = Universe::current();
    using Pages = Term<model::Page>;
    const unsigned n = u.count(kSort<model::Page>);
    Pages first = Pages::number(0);
    for (unsigned i = n; i-- > 0;) {
      assign(first,
             choose<model::Page>(contains(a.pages, Pages::number(i)), Pages::number(i), first));
    }
    constexpr unsigned kWide = 16;
    const auto widen = [](const z3::expr& e) {
      return z3::zext(e, kWide - e.get_sort().bv_size());
    };
    const z3::expr sum = widen(a.file_page.expr()) + widen(page.expr()) - widen(first.expr());
    const z3::expr inside =
        z3::ult(sum, u.context().bv_val(u.count(kSort<model::FilePage>), kWide));
    const z3::expr low = sum.extract(u.sort(kSort<model::FilePage>).bv_size() - 1, 0);
    return choose<model::FilePage>(Term<bool>(inside), Term<model::FilePage>(low),
                                   model::kNoFilePage);
  }
  static Term<model::Integer> sequence(const Term<model::Integer>& epoch, const Term<bool>& odd) {
    return epoch + epoch + choose<model::Integer>(odd, 1u, 0u);
  }

 private:
  template <class Result, class Key, class F>
  static Term<Result> table(const Term<Key>& key, F f) {
    if (const auto i = known_number(key.expr())) {
      return Term<Result>::number(f(static_cast<unsigned>(*i)));
    }
    const unsigned n = Universe::current().count(kSort<Key>);
    Term<Result> result = Term<Result>::number(f(n - 1));
    for (unsigned i = n - 1; i-- > 0;) {
      assign(result,
             choose<Result>(key == Term<Key>::number(i), Term<Result>::number(f(i)), result));
    }
    return result;
  }
};

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_BOUNDED_H_
