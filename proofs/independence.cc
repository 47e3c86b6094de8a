#include "proofs/independence.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "proofs/hypothesis.h"
#include "proofs/questions.h"
#include "proofs/rule_table.h"

namespace mirrorcheck::proofs {
namespace {

using model::Rule;

// What a driver knows and nobody else may ask for.
constexpr std::array<std::string_view, 11> kOfDrivers{
    "engine", "device_frame", "device_write", "section",      "section_mirror", "saved",
    "asked",  "last_outcome", "walked",       "walked_frame", "walked_write"};

// The steps of drivers that go by it.
constexpr std::array<Rule, 12> kDriversSteps{
    Rule::kInsert,   Rule::kRemove,       Rule::kReadBegin,   Rule::kReadWake,
    Rule::kWalkPage, Rule::kReadRetry,    Rule::kAbandon,     Rule::kInstall,
    Rule::kProgram,  Rule::kDeviceAccess, Rule::kFaultReturn, Rule::kMarkDirty};

// P3: who moves a page asks whether a device still has it; so does, in a window that its owner may
// ignore, who clears an entry.
bool asks_who_has_it(Rule rule) { return rule == Rule::kMove; }
bool asks_the_owner(Rule rule) { return rule == Rule::kZap; }

}  // namespace

std::vector<Obligation> prove_independence(const ProveOptions& options) {
  Universe universe{std::nullopt};
  const Universe::Scope scope(universe);
  Questions questions(options);
  const SymbolicArguments arguments("argument ");
  const UnboundedState one = arbitrary_state<Unbounded>();
  UnboundedState other = one;
  UnboundedState::each_field(other, [](const char* name, auto& field) {
    if (std::find(kOfDrivers.begin(), kOfDrivers.end(), name) != kOfDrivers.end()) {
      field.set_free(("other " + std::string(name)).c_str());
    }
  });
  for (const SymbolicRule& rule : symbolic_rules()) {
    if (!options.rule.empty() && options.rule != rule.name) continue;
    const bool driver =
        asks_who_has_it(rule.rule) ||
        std::find(kDriversSteps.begin(), kDriversSteps.end(), rule.rule) != kDriversSteps.end();
    z3::solver solver = questions.solver(universe.context());
    for (const z3::expr& e : universe.axioms()) solver.add(e);
    solver.add(whole_guard(rule, one, arguments));
    solver.add(!whole_guard(rule, other, arguments));
    if (asks_the_owner(rule.rule)) solver.add((!one.owned(arguments.window)).expr());
    Obligation o;
    o.group = kIndependenceGroup.name;
    o.rule = rule.name;
    o.what = driver                      ? "depends on the driver"
             : asks_the_owner(rule.rule) ? "does not depend on any driver but its window's owner"
                                         : "does not depend on any driver";
    o.properties = "S13";
    questions.ask(std::move(o), solver, driver ? z3::sat : z3::unsat);
  }
  return questions.take();
}

}  // namespace mirrorcheck::proofs
