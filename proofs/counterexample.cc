#include "proofs/counterexample.h"

#include <array>
#include <map>
#include <vector>

namespace mirrorcheck::proofs {
namespace {

constexpr std::array<std::string_view, 6> kAreas{"none", "anon",    "file",
                                                 "dax",  "special", "hugetlb"};
constexpr std::array<std::string_view, 6> kKinds{"present",          "migration", "device private",
                                                 "device exclusive", "swap",      "poisoned"};
constexpr std::array<std::string_view, 3> kHolds{"not", "shared", "exclusive"};
constexpr std::array<std::string_view, 4> kRegistrations{"out", "tree", "insert deferred",
                                                         "remove deferred"};
constexpr std::array<std::string_view, 3> kPhases{"closed", "starting", "started"};
constexpr std::array<std::string_view, 4> kSections{"none", "waiting", "begun", "passed"};
constexpr std::array<std::string_view, 7> kOutcomes{
    "nothing", "valid", "error", "fault", "not permitted", "bad address", "busy"};
constexpr std::array<std::string_view, 7> kEvents{
    "unmap",   "clear",   "protection of area", "protection of page",
    "release", "migrate", "exclusive"};

template <std::size_t N>
std::string word(const std::array<std::string_view, N>& words, std::uint64_t n) {
  return n < N ? std::string(words[n]) : "value " + std::to_string(n);
}

std::string enumerator(SortId sort, std::uint64_t n) {
  if (sort == kSort<model::Area>) return word(kAreas, n);
  if (sort == kSort<model::EntryKind>) return word(kKinds, n);
  if (sort == kSort<model::Hold>) return word(kHolds, n);
  if (sort == kSort<model::Registration>) return word(kRegistrations, n);
  if (sort == kSort<model::WindowPhase>) return word(kPhases, n);
  if (sort == kSort<model::Section>) return word(kSections, n);
  if (sort == kSort<model::Outcome>) return word(kOutcomes, n);
  return word(kEvents, n);
}

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

// Names for the elements of a model: "page 0", "frame none", ranges as sets of pages.
class Names {
 public:
  explicit Names(const z3::model& m) : model_(m) {
    for (unsigned i = 0; i < Sorts::kSize; ++i) {
      const SortId id{static_cast<std::uint8_t>(i)};
      if (is_id(id) || is_range(id)) elements_[id] = universe_of(id);
    }
  }

  const std::vector<z3::expr>& elements(SortId sort) const { return elements_.at(sort); }

  template <class Sort>
  std::string operator()(const Term<Sort>& term) const {
    const SortId sort = kSort<Sort>;
    const z3::expr value = evaluate(term.expr());
    if (const auto truth = known_truth(value)) return *truth ? "yes" : "no";
    if (is_enumeration(sort)) return enumerator(sort, known_number(value).value_or(99));
    if (sort == kSort<model::Integer>) return value.to_string();
    if constexpr (std::is_same_v<Sort, model::PageRange>) {
      return set<model::Page>(Term<Sort>(value));
    } else if constexpr (std::is_same_v<Sort, model::FilePageRange>) {
      return set<model::FilePage>(Term<Sort>(value));
    } else {
      return element(sort, value);
    }
  }

  // The value that an empty table has.
  static bool is_empty(std::string_view name) {
    return name == "no" || name == "0" || name == "none" || name == "not" || name == "out" ||
           name == "closed" || name == "nothing" || name == "{}";
  }

 private:
  z3::expr evaluate(const z3::expr& term) const {
    z3::expr value = model_.eval(term, true);
    if (value.is_app() && value.num_args() == 0) return value;
    return model_.eval(without_quantifiers(value), true);
  }
  // The model's worlds are finite: a quantifier is the conjunction over all elements.
  z3::expr without_quantifiers(const z3::expr& e) const {
    if (e.is_quantifier()) {
      const unsigned n = Z3_get_quantifier_num_bound(e.ctx(), e);
      std::vector<z3::expr> bodies{e.body()};
      for (unsigned k = 0; k < n; ++k) {  // variable 0 is the last one bound
        const z3::sort sort(e.ctx(), Z3_get_quantifier_bound_sort(e.ctx(), e, n - 1 - k));
        std::vector<z3::expr> next;
        for (const z3::expr& body : bodies) {
          for (const auto& [id, elements] : elements_) {
            if (!z3::eq(Universe::current().sort(id), sort)) continue;
            for (const z3::expr& x : elements) {
              // One variable is replaced, those further out move up by one.
              const Z3_ast to[] = {x};
              next.emplace_back(e.ctx(), Z3_substitute_vars(e.ctx(), body, 1, to));
            }
          }
        }
        bodies = std::move(next);
      }
      z3::expr_vector all(e.ctx());
      for (const z3::expr& body : bodies) all.push_back(without_quantifiers(body));
      return e.is_forall() ? z3::mk_and(all) : z3::mk_or(all);
    }
    if (!e.is_app() || e.num_args() == 0) return e;
    z3::expr_vector arguments(e.ctx());
    for (unsigned i = 0; i < e.num_args(); ++i) arguments.push_back(without_quantifiers(e.arg(i)));
    return e.decl()(arguments);
  }
  std::vector<z3::expr> universe_of(SortId id) {
    Universe& u = Universe::current();
    std::vector<z3::expr> elements;
    const Z3_ast_vector all = Z3_model_get_sort_universe(u.context(), model_, u.sort(id));
    if (all == nullptr) return elements;
    const z3::expr_vector list(u.context(), all);
    for (const auto& e : list) elements.push_back(e);
    return elements;
  }
  std::string element(SortId sort, const z3::expr& value) const {
    Universe& u = Universe::current();
    const bool frame = sort == kSort<model::Frame>;
    if (frame || sort == kSort<model::FilePage>) {
      if (z3::eq(value, model_.eval(u.value(sort, 0), true))) return "none";
      if (frame && z3::eq(value, model_.eval(u.value(sort, 1), true))) return "zero page";
    }
    const auto& known = elements_.at(sort);
    for (std::size_t i = 0; i < known.size(); ++i) {
      if (z3::eq(value, known[i])) return lower(proofs::name(sort)) + " " + std::to_string(i);
    }
    return value.to_string();
  }
  template <class Id>
  std::string set(const Term<model::Range<Id>>& range) const {
    std::string text;
    for (const z3::expr& e : elements_.at(kSort<Id>)) {
      const z3::expr inside = model_.eval(Unbounded::contains(range, Term<Id>(e)).expr(), true);
      if (known_truth(inside) == true) text += (text.empty() ? "" : ", ") + element(kSort<Id>, e);
    }
    return "{" + text + "}";
  }

  z3::model model_;
  std::map<SortId, std::vector<z3::expr>> elements_;
};

template <class Sort, class... Keys>
void describe_field(std::string& text, const Names& names, const char* field,
                    const Unbounded::Map<Sort, Keys...>& before,
                    const Unbounded::Map<Sort, Keys...>& after) {
  const auto line = [&](const auto&... keys) {
    const std::string old = names(before(keys...));
    const std::string now = names(after(keys...));
    if (old == now && Names::is_empty(old)) return;
    std::string list;
    ((list += (list.empty() ? "" : ", ") + names(keys)), ...);
    text += std::string("    ") + field + "(" + list + ") = " + old;
    if (old != now) text += " -> " + now;
    text += "\n";
  };
  const auto over = [&](const auto& self, const auto&... keys) -> void {
    if constexpr (sizeof...(keys) == sizeof...(Keys)) {
      line(keys...);
    } else {
      using Key = std::tuple_element_t<sizeof...(keys), std::tuple<Keys...>>;
      for (const z3::expr& e : names.elements(kSort<Key>)) self(self, keys..., Term<Key>(e));
    }
  };
  over(over);
}

}  // namespace

void Symbols::add(const z3::expr& term) {
  if (!seen_.insert(Z3_get_ast_id(term.ctx(), term)).second) return;
  if (term.is_quantifier()) return add(term.body());
  if (!term.is_app()) return;
  if (term.decl().decl_kind() == Z3_OP_UNINTERPRETED) names_.insert(term.decl().name().str());
  for (unsigned i = 0; i < term.num_args(); ++i) add(term.arg(i));
}

z3::model smallest_model(z3::solver& solver) {
  Universe& u = Universe::current();
  z3::model best = solver.get_model();
  constexpr unsigned kEnough = 3;
  for (std::size_t i = 0; i < Sorts::kSize; ++i) {
    const SortId id{static_cast<std::uint8_t>(i)};
    if (!is_id(id)) continue;
    for (unsigned n = 1; n <= kEnough; ++n) {
      solver.push();
      z3::expr_vector one_of(u.context());
      const z3::expr x = u.variable(id, "any ");
      for (unsigned k = 0; k < n; ++k) {
        one_of.push_back(x == u.variable(id, ("small " + std::to_string(k)).c_str()));
      }
      solver.add(z3::forall(x, z3::mk_or(one_of)));
      if (solver.check() == z3::sat) {
        best = solver.get_model();
        break;  // the bound stays while the other sorts are tried
      }
      solver.pop();
    }
  }
  return best;
}

std::string describe(const z3::model& model, std::string_view rule, const Symbols& relevant,
                     const SymbolicArguments& arguments, const model::State<Unbounded>& before,
                     const model::State<Unbounded>& after) {
  const Names names(model);
  std::string list;
  SymbolicArguments::each(arguments, [&](const char* name, const auto& argument) {
    if (!relevant.has(argument.expr().decl().name().str())) return;  // the rule does not read it
    list += (list.empty() ? "" : ", ") + std::string(name) + " = " + names(argument);
  });
  std::string text = "  step " + std::string(rule) + "(" + list + ")\n  state\n";
  model::State<Unbounded>::each_pair(before, after,
                                     [&](const char* name, const auto& field, const auto& changed) {
                                       if (relevant.has(name))
                                         describe_field(text, names, name, field, changed);
                                     });
  return text;
}

}  // namespace mirrorcheck::proofs
