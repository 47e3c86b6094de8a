#include "proofs/parts_of_ranges.h"

#include <array>
#include <string>
#include <type_traits>
#include <utility>

#include "proofs/hypothesis.h"
#include "proofs/questions.h"

namespace mirrorcheck::proofs {
namespace {

using model::FilePage;
using model::Page;
using model::Rule;
using State = UnboundedState;

constexpr std::array<Rule, 8> kRangeRules{Rule::kMap,       Rule::kUnmap,      Rule::kProtect,
                                          Rule::kInstall,   Rule::kResize,     Rule::kUnmapped,
                                          Rule::kTruncated, Rule::kFaultReturn};

template <class Sort, class... Keys>
constexpr bool is_of_pages(const Unbounded::Map<Sort, Keys...>&) {
  return (std::is_same_v<Keys, Page> || ...) || (std::is_same_v<Keys, FilePage> || ...);
}

class PartsProof {
 public:
  explicit PartsProof(const ProveOptions& options) : scope_(universe_), questions_(options) {}

  std::vector<Obligation> run() {
    for (const Rule rule : kRangeRules) part(symbolic_rules()[static_cast<std::size_t>(rule)]);
    teardown();
    windows();
    return questions_.take();
  }

 private:
  // The same step with a part of its range.
  SymbolicArguments part_of(const SymbolicArguments& whole) {
    SymbolicArguments part = whole;
    part.pages = Term<model::PageRange>::free("part of pages");
    part.file_pages = Term<model::FilePageRange>::free("part of file_pages");
    part.file_page = Term<FilePage>::free("first file_page of part");
    return part;
  }
  // What makes it a part: it is in the range, and its pages have the file pages that they have
  // there.
  Term<bool> is_part(const SymbolicArguments& part, const SymbolicArguments& whole) {
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

  // A field of pages differs at `page` or `file_page`, of which the part has one or both.
  z3::expr differ(const State& a, const State& b, const Term<Page>& page,
                  const Term<FilePage>& file_page) {
    z3::expr_vector from(universe_.context());
    z3::expr_vector to(universe_.context());
    from.push_back(universe_.variable(kSort<Page>, "?"));
    to.push_back(page.expr());
    from.push_back(universe_.variable(kSort<FilePage>, "?"));
    to.push_back(file_page.expr());
    z3::expr_vector some(universe_.context());
    State::each_pair(a, b, [&](const char*, const auto& one, const auto& other) {
      if (!is_of_pages(one) || z3::eq(one.body(), other.body())) return;
      z3::expr x = one.body();
      z3::expr y = other.body();
      some.push_back(x.substitute(from, to) != y.substitute(from, to));
    });
    return z3::mk_or(some);
  }

  void part(const SymbolicRule& rule) {
    const SymbolicArguments whole("argument ");
    const SymbolicArguments part = part_of(whole);
    const z3::expr given = is_part(part, whole).expr();
    z3::solver may = with(given);
    may.add(whole_guard(rule, state_, whole) && !whole_guard(rule, state_, part));
    ask(rule.name, "what may be done to a range may be done to a part", may, z3::unsat);

    State all = state_;
    State some = state_;
    rule.apply(all, whole);
    rule.apply(some, part);
    const Term<Page> page = Term<Page>::free("some page");
    const Term<FilePage> file_page = Term<FilePage>::free("some file page");
    z3::solver does = with(given);
    does.add(Unbounded::contains(part.pages, page).expr());
    does.add(Unbounded::contains(part.file_pages, file_page).expr());
    does.add(differ(all, some, page, file_page));
    ask(rule.name, "does to a page what it would do to it alone", does, z3::unsat);
  }

  // The range of a callback is that of its window.
  void teardown() {
    const SymbolicRule& rule = symbolic_rules()[static_cast<std::size_t>(Rule::kInvalidate)];
    const SymbolicArguments a("argument ");
    const Term<Page> page = Term<Page>::free("some page");
    State narrow = state_;
    narrow.window_pages.set(a.window, Term<model::PageRange>::free("part of pages"));
    z3::solver solver = with(Unbounded::contains(narrow.window_pages(a.window), page).expr());
    solver.add(Unbounded::contains(state_.window_pages(a.window), page).expr());
    State all = state_;
    rule.apply(all, a);
    rule.apply(narrow, a);
    solver.add(!(all.device_frame(a.mirror, page) == narrow.device_frame(a.mirror, page) &&
                 all.device_write(a.mirror, page) == narrow.device_write(a.mirror, page))
                    .expr());
    ask(rule.name, "does to a page what it would do to it alone", solver, z3::unsat);
  }

  // A start with a part of the range hits no more; and it may hit less.
  void windows() {
    const SymbolicRule& rule = symbolic_rules()[static_cast<std::size_t>(Rule::kStart)];
    const SymbolicArguments whole("argument ");
    const SymbolicArguments part = part_of(whole);
    State all = state_;
    State some = state_;
    rule.apply(all, whole);
    rule.apply(some, part);
    z3::solver solver = with(is_part(part, whole).expr());
    solver.add(all.hit(whole.window, whole.mirror).expr());
    solver.add(!some.hit(whole.window, whole.mirror).expr());
    ask(rule.name, "hits less with a part of its range", solver, z3::sat);
  }

  z3::solver with(const z3::expr& given) {
    z3::solver solver = questions_.solver(universe_.context());
    for (const z3::expr& e : taken_for_granted()) solver.add(e);
    solver.add(given);
    return solver;
  }
  void ask(std::string_view rule, const char* what, z3::solver& solver, z3::check_result wanted) {
    Obligation o;
    o.group = kPartsOfRangesGroup.name;
    o.rule = rule;
    o.what = what;
    o.properties = "S1 S5";
    questions_.ask(std::move(o), solver, wanted);
  }

  Universe universe_{std::nullopt};
  Universe::Scope scope_;
  Questions questions_;
  State state_ = arbitrary_state<Unbounded>();
};

}  // namespace

std::vector<Obligation> prove_parts_of_ranges(const ProveOptions& options) {
  if (!options.rule.empty()) return {};
  return PartsProof(options).run();
}

}  // namespace mirrorcheck::proofs
