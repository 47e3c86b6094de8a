#include "proofs/explore/drop.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "model/rules.h"
#include "proofs/explore/packed.h"
#include "proofs/explore/rooms.h"

namespace mirrorcheck::proofs::explore {
namespace {

using D = Packed<kCoreRoom, 1>;  // the number of words does not matter here
using State = model::State<D>;

class Collector {
 public:
  void require(const model::Clause& clause, bool) { clauses.push_back(&clause); }
  std::vector<const model::Clause*> clauses;
};

template <class F>
void visit(model::Rule rule, F&& f) {
  model::visit_rule<D>(rule, std::forward<F>(f));
}

// The fields that the step can change, seen on an empty state and a full one.
std::vector<std::string> fields_of(model::Rule rule) {
  std::vector<std::string> fields;
  State full;
  State::each_field(full, []<class M>(const char*, M& field) { field.set_bits(M::kUsed); });
  PackedArguments ones;
  ones.pages = {1};
  ones.file_pages = {2};
  ones.file_page = model::FilePage{1};
  ones.frame = model::Frame{2};
  ones.area = model::Area::kAnon;
  ones.event = model::WindowEvent::kProtectionVma;
  ones.outcome = model::Outcome::kValid;
  ones.write = ones.read = ones.required = true;
  for (const State& before : {State{}, full}) {
    for (const bool flag : {false, true}) {
      ones.flag = flag;
      State after = before;
      visit(rule, [&]<class R>() { R::apply(after, ones); });
      State::each_pair(before, after, [&](const char* name, const auto& a, const auto& b) {
        if (!(a == b) && std::find(fields.begin(), fields.end(), name) == fields.end()) {
          fields.emplace_back(name);
        }
      });
    }
  }
  return fields;
}

[[noreturn]] void refuse(std::string_view rule, std::string_view part) {
  throw ExploreError("nothing of rule " + std::string(rule) + " is called '" + std::string(part) +
                     "'; give the id or number of a clause, or a field that the step changes");
}

}  // namespace

std::vector<const model::Clause*> clauses_of(model::Rule rule) {
  Collector collector;
  const State state;
  const PackedArguments arguments{.pages = {1}, .file_pages = {2}};
  visit(rule, [&]<class R>() { R::guard(collector, state, arguments); });
  return collector.clauses;
}

Drop parse_drop(std::string_view text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const std::string_view name = text.substr(0, slash);
  std::size_t rule = 0;
  while (rule < model::kRules && model::rule_name(model::Rule(rule)) != name) ++rule;
  if (rule == model::kRules) {
    throw ExploreError("there is no rule '" + std::string(name) + "' to drop something of");
  }
  Drop drop{.rule = model::Rule(rule)};
  const std::vector<const model::Clause*> clauses = clauses_of(drop.rule);
  if (slash == text.size()) {
    drop.clauses = (1U << clauses.size()) - 1;
    if (clauses.empty()) refuse(name, "");
    return drop;
  }
  const std::string_view part = text.substr(slash + 1);
  std::size_t number = 0;
  const auto parsed = std::from_chars(part.data(), part.data() + part.size(), number);
  // One spelling of each: files are named after it.
  const bool is_number =
      !part.starts_with('0') && parsed.ec == std::errc{} && parsed.ptr == part.data() + part.size();
  for (std::size_t i = 0; i < clauses.size(); ++i) {
    if (clauses[i]->id == part || (is_number && number == i + 1)) drop.clauses |= 1U << i;
  }
  if (drop.clauses != 0) return drop;
  const std::vector<std::string> fields = fields_of(drop.rule);
  if (std::find(fields.begin(), fields.end(), part) == fields.end()) refuse(name, part);
  drop.field = part;
  return drop;
}

std::vector<std::string> every_drop() {
  std::vector<std::string> drops;
  for (std::size_t i = 0; i < model::kRules; ++i) {
    const std::string name = std::string(model::rule_name(model::Rule(i))) + "/";
    const std::size_t clauses = clauses_of(model::Rule(i)).size();
    for (std::size_t k = 1; k <= clauses; ++k) drops.push_back(name + std::to_string(k));
    for (const std::string& field : fields_of(model::Rule(i))) drops.push_back(name + field);
  }
  return drops;
}

}  // namespace mirrorcheck::proofs::explore
