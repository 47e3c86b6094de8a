// list: what there is to choose from, one name a line, with what it means.

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/strings/str_join.h>

#include <cstdio>
#include <set>
#include <string>
#include <string_view>

#include "fuzz/campaign/engine.h"
#include "fuzz/explain/phrases.h"
#include "fuzz/harness/all_clauses.h"
#include "fuzz/tool/commands.h"
#include "fuzz/tool/exit_code.h"
#include "impl/loader/loader.h"
#include "model/concrete.h"
#include "model/properties.h"
#include "model/rules.h"
#include "proofs/prove.h"

namespace mirrorcheck::tool {
namespace {

void line(std::string_view name, std::string_view meaning) {
  std::printf("%-30.*s %.*s\n", static_cast<int>(name.size()), name.data(),
              static_cast<int>(meaning.size()), meaning.data());
}

// The ids of the contract that the clauses of a guard encode.
class Ids {
 public:
  void require(const model::Clause& clause, bool) { ids_.emplace(clause.id); }
  std::string text() const { return absl::StrJoin(ids_, " "); }

 private:
  std::set<std::string> ids_;
};

void list_rules() {
  const model::State<model::Concrete> state;
  model::AllRules::each<model::Concrete>([&]<class R>() {
    Ids ids;
    R::guard(ids, state, model::Arguments{});
    const std::string asks = ids.text();
    line(R::kName, absl::StrCat(std::string(fuzz::phrase(R::kRule)), asks.empty() ? "" : " (", asks,
                                asks.empty() ? "" : ")"));
  });
  for (const model::Clause* clause : fuzz::kHarnessClauses) {
    line("-", absl::StrCat(std::string(clause->sentence), " (", std::string(clause->id), ")"));
  }
}

void list_properties() {
  for (const model::PropertyInfo& property : model::kProperties) {
    std::string where;
    if ((property.checked & model::kAsFormula) != 0) where += "formula ";
    if ((property.checked & model::kByGuards) != 0) where += "guards ";
    if ((property.checked & model::kByHarness) != 0) where += "harness";
    const std::string groups = proofs::groups_about(property.id);
    line(absl::StrCat(absl::StrFormat("%-5s", std::string(property.id)), where),
         absl::StrCat(std::string(property.meaning), groups.empty() ? "" : "; proved in ", groups));
  }
  for (const model::AbsentProperty& property : model::kAbsentProperties) {
    line(absl::StrCat(absl::StrFormat("%-5s", std::string(property.id)), "-"),
         absl::StrCat(std::string(property.meaning), ": ", std::string(property.reason)));
  }
}

int run_list(const Arguments& arguments) {
  const std::string& what = arguments.positionals()[0];
  if (what == "impls") {
    for (const std::string& name : impl::implementation_names()) std::printf("%s\n", name.c_str());
    const std::string missing = impl::missing_implementation();
    if (!missing.empty()) std::fprintf(stderr, "mirrorcheck list: %s\n", missing.c_str());
  } else if (what == "rules") {
    list_rules();
  } else if (what == "properties") {
    list_properties();
  } else if (what == "strategies") {
    for (const fuzz::EngineInfo& engine : fuzz::kEngines) line(engine.name, engine.meaning);
    line("exhaustive", "every interleaving within a bound on preemptions: `mirrorcheck explore`");
    line("schedule", "the schedule in the scenario's file: `mirrorcheck replay`");
  } else {
    std::fprintf(stderr,
                 "mirrorcheck list: %s: nothing of that kind; say impls, rules, properties or "
                 "strategies\n",
                 what.c_str());
    return kUsage;
  }
  return kHolds;
}

}  // namespace

const Command kList{"list",
                    "impls|rules|properties|strategies",
                    1,
                    1,
                    "lists what there is to choose from",
                    "impls: those that are built; ./fuzz/run --impl mutant:ID builds what "
                    "tests/mutants/ID.patch breaks.\n"
                    "rules: each step with the ids of the contract that its guard encodes; then, "
                    "behind -, what the\n"
                    "harness finds wrong beside them. properties: formula, over the state after "
                    "each step, and proved;\n"
                    "guards, clauses of the steps; harness, by data, results, progress and "
                    "leftovers of a run; -, not\n"
                    "by itself, and why.\n",
                    {},
                    run_list};

}  // namespace mirrorcheck::tool
