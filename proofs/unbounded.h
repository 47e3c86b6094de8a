// The contract over worlds of any size: ids are uninterpreted sorts, a field of the state is a term
// over parameters, one for each key.
//
// An update replaces the term at once, by ite(key == parameter, new value, old term), and what the
// rule's function reads it reads at that moment: later changes of the state cannot leak into it.
// There are no primed symbols and no frame axioms.
//
// Two things are weaker than in the concrete world, which is sound for proofs: a range is any set
// of pages, and `overlap` may be true where nothing intersects (it has to be true where something
// does); file_page_at is any function, and in_place any relation.
//
// Thread safety: that of the universe. REQUIRES: inside the Scope of an unbounded universe.

#ifndef MIRRORCHECK_PROOFS_UNBOUNDED_H_
#define MIRRORCHECK_PROOFS_UNBOUNDED_H_

#include <array>
#include <string>
#include <utility>

#include "proofs/term.h"

namespace mirrorcheck::proofs {

struct Unbounded {
  template <class Sort>
  using Of = Term<Sort>;
  using Arguments = SymbolicArguments;

  template <class Sort, class... Keys>
  class Map {
   public:
    using ValueSort = Sort;
    using Value = Term<Sort>;
    static constexpr std::size_t kKeys = sizeof...(Keys);

    // The field itself: an arbitrary function of this name.
    void set_free(const char* name) {
      Universe& u = Universe::current();
      z3::sort_vector domain(u.context());
      z3::expr_vector arguments(u.context());
      (domain.push_back(u.sort(kSort<Keys>)), ...);
      for (const z3::expr& p : parameters_) arguments.push_back(p);
      body_ = u.context().function(name, domain, u.sort(kSort<Sort>))(arguments);
    }
    void set_all(const Value& value) { body_ = value.expr(); }
    // The term, over parameters().
    const z3::expr& body() const { return body_; }
    const std::array<z3::expr, kKeys>& parameters() const { return parameters_; }

    Value operator()(const Term<Keys>&... keys) const {
      z3::expr_vector from(body_.ctx());
      z3::expr_vector to(body_.ctx());
      for (const z3::expr& p : parameters_) from.push_back(p);
      (to.push_back(keys.expr()), ...);
      z3::expr body = body_;
      return Value(body.substitute(from, to));
    }
    void set(const Term<Keys>&... keys, const Value& value) {
      std::size_t k = 0;
      z3::expr here = Universe::current().truth(true);
      ((here = fold_and(here, fold_equal(parameters_[k++], keys.expr()))), ...);
      body_ = fold_choose(here, value.expr(), body_);
    }
    template <class Last, class F>
    void set_in(const Term<model::Range<Last>>& range, F f)
      requires(kKeys == 1)
    {
      const Term<Last> k(parameters_[0]);
      replace(contains(range, k).expr(), f(k, Value(body_)));
    }
    template <class Last, class First, class F>
    void set_in(const Term<First>& first, const Term<model::Range<Last>>& range, F f)
      requires(kKeys == 2)
    {
      const Term<Last> k(parameters_[1]);
      replace(fold_and(fold_equal(parameters_[0], first.expr()), contains(range, k).expr()),
              f(k, Value(body_)));
    }
    template <class Last, class F, class... First>
    void set_row(F f, const First&... first) {
      z3::expr here = Universe::current().truth(true);
      std::size_t k = 0;
      ((here = fold_and(here, fold_equal(parameters_[k++], first.expr()))), ...);
      replace(here, f(Term<Last>(parameters_[kKeys - 1]), Value(body_)));
    }
    template <class Last, class First, class F>
    void keep_in_row(const Term<First>& first, F f) {
      set_row<Last>([&](const Term<Last>& k, const Value& old) { return old && f(k); }, first);
    }
    template <class First, class Last, class F>
    void set_column(const Term<Last>& last, F f) {
      replace(fold_equal(parameters_[1], last.expr()),
              f(Term<First>(parameters_[0]), Value(body_)));
    }

   private:
    void replace(const z3::expr& where, const Value& value) {
      body_ = fold_choose(where, value.expr(), body_);
    }
    std::array<z3::expr, kKeys> parameters_{Universe::current().variable(kSort<Keys>, "?")...};
    z3::expr body_ = Universe::current().variable(kSort<Sort>, "unset ");
  };

  template <class Id, class F>
  static Term<bool> all(F f) {
    Universe& u = Universe::current();
    const z3::expr x =
        u.variable(kSort<Id>, std::string(1, static_cast<char>('a' + u.depth)).c_str());
    ++u.depth;
    Term<bool> body = f(Term<Id>(x));
    --u.depth;
    if (known_truth(body.expr())) return body;
    return Term<bool>(z3::forall(x, body.expr()));
  }
  template <class Id, class F>
  static Term<bool> all_in(const Term<model::Range<Id>>& range, F f) {
    return all<Id>(
        [&](const Term<Id>& x) { return implies(contains(range, x), [&] { return f(x); }); });
  }
  template <class Sort, class Key>
  static Term<bool> nowhere(const Map<Sort, Key>& map, const Term<Sort>& value) {
    return all<Key>([&](const Term<Key>& k) { return map(k) != value; });
  }
  template <class Sort, class First, class Last>
  static Term<bool> nowhere(const Map<Sort, First, Last>& map, const Term<Sort>& value) {
    return all<First>([&](const Term<First>& i) {
      return all<Last>([&](const Term<Last>& k) { return map(i, k) != value; });
    });
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
    return !condition || f();
  }
  template <class Id>
  static Term<bool> contains(const Term<model::Range<Id>>& range, const Term<Id>& id) {
    return apply<bool>("in", range, id);
  }
  template <class Id>
  static Term<bool> overlap(const Term<model::Range<Id>>& a, const Term<model::Range<Id>>& b) {
    return apply<bool>("overlap", a, b);
  }
  static Term<model::Mm> mm_of(const Term<model::Page>& page) {
    return apply<model::Mm>("mm_of", page);
  }
  static Term<model::File> file_of(const Term<model::FilePage>& page) {
    return apply<model::File>("file_of", page);
  }
  static Term<bool> is_block(const Term<model::Frame>& frame) {
    return apply<bool>("is_block", frame);
  }
  static Term<bool> is_device(const Term<model::Frame>& frame) {
    return apply<bool>("is_device", frame);
  }
  static Term<bool> is_swap(const Term<model::Frame>& frame) {
    return apply<bool>("is_swap", frame);
  }
  static Term<bool> owns(const Term<model::Mirror>& mirror, const Term<model::Frame>& frame) {
    return apply<bool>("owns", mirror, frame);
  }
  static Term<model::PageRange> huge_of(const Term<model::Page>& page) {
    return apply<model::PageRange>("huge_of", page);
  }
  static Term<bool> in_place(const Term<model::Page>& p, const Term<model::Frame>& f,
                             const Term<model::Page>& q, const Term<model::Frame>& g) {
    return apply<bool>("in_place", p, f, q, g);
  }
  static Term<model::FilePage> file_page_at(const Arguments& a, const Term<model::Page>& page) {
    return apply<model::FilePage>("file_page_at", a.file_page, a.pages, page);
  }
  static Term<model::Integer> sequence(const Term<model::Integer>& epoch, const Term<bool>& odd) {
    return epoch + epoch + choose<model::Integer>(odd, 1u, 0u);
  }

 private:
  template <class Result, class... Sort>
  static Term<Result> apply(const char* function, const Term<Sort>&... arguments) {
    Universe& u = Universe::current();
    z3::sort_vector domain(u.context());
    z3::expr_vector values(u.context());
    (domain.push_back(u.sort(kSort<Sort>)), ...);
    (values.push_back(arguments.expr()), ...);
    return Term<Result>(u.context().function(function, domain, u.sort(kSort<Result>))(values));
  }
};

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_UNBOUNDED_H_
