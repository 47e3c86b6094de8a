#include "proofs/parts_of_ranges.h"

#include <algorithm>
#include <array>
#include <string>
#include <type_traits>
#include <utility>

#include "proofs/hypothesis.h"
#include "proofs/special_proof.h"

namespace mirrorcheck::proofs {
namespace {

using model::FilePage;
using model::Page;
using model::Rule;
using State = UnboundedState;

// Of these the range says what they are about as a whole: the range of a window, the interval of a
// subscription, the hole that a page lies in, the one page from which a block is taken. An
// obligation says that their parts are not the same.
constexpr std::array<Rule, 4> kWhole{Rule::kStart, Rule::kInsert, Rule::kWalkPage, Rule::kShare};

template <class Sort, class... Keys>
constexpr bool is_of_pages(const Unbounded::Map<Sort, Keys...>&) {
  return (std::is_same_v<Keys, Page> || ...) || (std::is_same_v<Keys, FilePage> || ...);
}

class PartsProof : SpecialProof {
 public:
  explicit PartsProof(const ProveOptions& options)
      : SpecialProof(kPartsOfRangesGroup, "S1 S5", options) {}

  std::vector<Obligation> run() {
    for (const SymbolicRule& rule : symbolic_rules()) {
      by_its_arguments(rule);
      by_its_window(rule);
    }
    twins();
    return obligations();
  }

 private:
  // The same step with a part of its range.
  static SymbolicArguments part_of(const SymbolicArguments& whole, const std::string& name) {
    SymbolicArguments part = whole;
    part.pages = Term<model::PageRange>::free((name + " of pages").c_str());
    part.file_pages = Term<model::FilePageRange>::free((name + " of file_pages").c_str());
    part.file_page = Term<FilePage>::free(("first file_page of " + name).c_str());
    return part;
  }
  // What makes it a part: it is in the range, and its pages have the file pages that they have
  // there.
  static Term<bool> is_part(const SymbolicArguments& part, const SymbolicArguments& whole) {
    return Unbounded::all_in<Page>(part.pages,
                                   [&](const auto& p) {
                                     return Unbounded::contains(whole.pages, p) &&
                                            Unbounded::file_page_at(part, p) ==
                                                Unbounded::file_page_at(whole, p);
                                   }) &&
           Unbounded::all_in<FilePage>(part.file_pages, [&](const auto& f) {
             return Unbounded::contains(whole.file_pages, f);
           });
  }

  // S16: what is in the range of a run that a huge entry can map, the part has all of or nothing.
  static Term<bool> cuts_no_run(const SymbolicArguments& part, const SymbolicArguments& whole) {
    return Unbounded::all_in<Page>(part.pages, [&](const auto& p) {
      return Unbounded::all_in<Page>(Unbounded::huge_of(p), [&](const auto& q) {
        return !Unbounded::contains(whole.pages, q) || Unbounded::contains(part.pages, q);
      });
    });
  }

  // Both are parts, and together they are the whole.
  static Term<bool> make_up(const SymbolicArguments& one, const SymbolicArguments& other,
                            const SymbolicArguments& whole) {
    return is_part(one, whole) && is_part(other, whole) &&
           Unbounded::all_in<Page>(whole.pages,
                                   [&](const auto& p) {
                                     return Unbounded::contains(one.pages, p) ||
                                            Unbounded::contains(other.pages, p);
                                   }) &&
           Unbounded::all_in<FilePage>(whole.file_pages, [&](const auto& f) {
             return Unbounded::contains(one.file_pages, f) ||
                    Unbounded::contains(other.file_pages, f);
           });
  }
  static Term<bool> are_apart(const SymbolicArguments& one, const SymbolicArguments& other) {
    return Unbounded::all_in<Page>(
               one.pages, [&](const auto& p) { return !Unbounded::contains(other.pages, p); }) &&
           Unbounded::all_in<FilePage>(one.file_pages, [&](const auto& f) {
             return !Unbounded::contains(other.file_pages, f);
           });
  }

  // Some field differs somewhere; a field of pages or file pages only, if so wanted.
  z3::expr differ(const State& a, const State& b, bool of_pages) {
    z3::expr_vector some(universe_.context());
    State::each_pair(a, b, [&](const char*, const auto& one, const auto& other) {
      if ((of_pages && !is_of_pages(one)) || z3::eq(one.body(), other.body())) return;
      some.push_back(one.body() != other.body());
    });
    return some.empty() ? universe_.truth(false) : z3::mk_or(some);
  }
  // The page, or file page, at which two fields are compared.
  Term<Page> some_page() { return Term<Page>(universe_.variable(kSort<Page>, "?")); }
  Term<FilePage> some_file_page() {
    return Term<FilePage>(universe_.variable(kSort<FilePage>, "?"));
  }

  // A step whose arguments name a range. A rule that reads none has no part here; one that reads
  // any is asked about, whatever it is called.
  void by_its_arguments(const SymbolicRule& rule) {
    const SymbolicArguments whole("argument ");
    const SymbolicArguments one = part_of(whole, "part");
    const z3::expr may = whole_guard(rule, state_, whole);
    const z3::expr may_one = whole_guard(rule, state_, one);
    State all = state_;
    State some = state_;
    rule.apply(all, whole);
    rule.apply(some, one);
    // The first file page is that of the range only where there is one.
    SymbolicArguments other_range = one;
    other_range.file_page = whole.file_page;
    State moved = state_;
    rule.apply(moved, other_range);
    const bool asks = !z3::eq(may, whole_guard(rule, state_, other_range));
    if (!asks && differ(all, moved, false).is_false()) return;
    const z3::expr elsewhere = differ(all, some, false);
    if (std::find(kWhole.begin(), kWhole.end(), rule.rule) != kWhole.end()) {
      z3::solver is_more = with(is_part(one, whole).expr());
      is_more.add((may && !may_one) || elsewhere);
      ask(rule.name, "is more than what it is to a part", is_more, z3::sat);
      return;
    }
    const SymbolicArguments other = part_of(whole, "rest");
    State both = some;
    rule.apply(both, other);
    if (asks) {
      Term<bool> cut_well = true;
      if (rule.rule == Rule::kInstall) {
        z3::solver is_cut = with(is_part(one, whole).expr());
        is_cut.add(may && !may_one);
        ask(rule.name, "may not be done to a part of what is huge", is_cut, z3::sat);
        cut_well = cuts_no_run(one, whole);
      }
      z3::solver part_may = with((is_part(one, whole) && cut_well).expr());
      part_may.add(may && !may_one);
      ask(rule.name, "what may be done to a range may be done to a part", part_may, z3::unsat);
      z3::solver rest_may =
          with((make_up(one, other, whole) && are_apart(one, other) && cut_well).expr());
      rest_may.add(may && !whole_guard(rule, some, other));
      ask(rule.name, "and then to the rest", rest_may, z3::unsat);
    }
    const z3::expr here = differ(all, some, true);
    if (!here.is_false()) {
      z3::solver does = with(is_part(one, whole).expr());
      does.add(Unbounded::contains(one.pages, some_page()).expr());
      does.add(Unbounded::contains(one.file_pages, some_file_page()).expr());
      does.add(here);
      ask(rule.name, "does to a page what it would do to it alone", does, z3::unsat);
    }
    const z3::expr left = differ(all, both, false);
    if (left.is_false()) return;
    z3::solver composes = with((make_up(one, other, whole) && are_apart(one, other)).expr());
    composes.add(may && left);
    ask(rule.name, "is its parts, one after the other", composes, z3::unsat);
  }

  // A step that goes by the range of its window: a callback.
  void by_its_window(const SymbolicRule& rule) {
    const SymbolicArguments a("argument ");
    State narrow = state_;
    narrow.window_pages.set_free("part of window_pages");
    const Term<model::PageRange> part = narrow.window_pages(a.window);
    State all = state_;
    rule.apply(all, a);
    rule.apply(narrow, a);
    const z3::expr here = differ(all, narrow, true);
    if (here.is_false()) return;
    z3::solver solver = with(Unbounded::contains(part, some_page()).expr());
    solver.add(Unbounded::contains(state_.window_pages(a.window), some_page()).expr());
    solver.add(here);
    ask(rule.name, "does to a page what it would do to it alone", solver, z3::unsat);
  }

  // What is not so.
  void twins() {
    const SymbolicArguments whole("argument ");
    const SymbolicArguments one = part_of(whole, "part");
    const SymbolicArguments other = part_of(whole, "rest");
    const auto rule_of = [](Rule r) { return symbolic_rules()[static_cast<std::size_t>(r)]; };

    // A start with a part of the range hits no more; and it may hit less.
    const SymbolicRule start = rule_of(Rule::kStart);
    State all = state_;
    State some = state_;
    start.apply(all, whole);
    start.apply(some, one);
    z3::solver hits = with(is_part(one, whole).expr());
    hits.add(all.hit(whole.window, whole.mirror).expr());
    hits.add(!some.hit(whole.window, whole.mirror).expr());
    ask(start.name, "hits less with a part of its range", hits, z3::sat);

    const SymbolicRule map = rule_of(Rule::kMap);
    State mapped = state_;
    map.apply(mapped, one);
    z3::solver twice = with(make_up(one, other, whole).expr());
    twice.add(whole_guard(map, state_, whole) && !whole_guard(map, mapped, other));
    ask(map.name, "cannot be done in parts that overlap", twice, z3::sat);

    const SymbolicRule unmap = rule_of(Rule::kUnmap);
    State unmapped = state_;
    State partly = state_;
    unmap.apply(unmapped, whole);
    unmap.apply(partly, one);
    unmap.apply(partly, other);
    z3::solver hole = with((is_part(one, whole) && is_part(other, whole)).expr());
    hole.add(differ(unmapped, partly, false));
    ask(unmap.name, "is not two parts that leave something out", hole, z3::sat);
  }
};

}  // namespace

std::vector<Obligation> prove_parts_of_ranges(const ProveOptions& options) {
  if (!options.rule.empty()) return {};
  return PartsProof(options).run();
}

}  // namespace mirrorcheck::proofs
