// list: what there is to choose from, one name a line, with what it means.

#include <algorithm>
#include <cstdio>
#include <set>
#include <string>
#include <string_view>

#include "fuzz/campaign/engine.h"
#include "fuzz/tool/commands.h"
#include "fuzz/tool/exit_code.h"
#include "impl/loader/loader.h"
#include "model/properties.h"
#include "model/rules.h"
#include "proofs/prove.h"

namespace mirrorcheck::tool {
namespace {

void line(std::string_view name, std::string_view meaning) {
  std::printf("%-26.*s %.*s\n", static_cast<int>(name.size()), name.data(),
              static_cast<int>(meaning.size()), meaning.data());
}

int run(const Arguments& arguments) {
  const std::string& what = arguments.positionals()[0];
  if (what == "impls") {
    for (const std::string& name : impl::implementation_names()) std::printf("%s\n", name.c_str());
    const std::string missing = impl::missing_implementation();
    if (!missing.empty()) std::fprintf(stderr, "mirrorcheck list: %s\n", missing.c_str());
  } else if (what == "rules") {
    for (std::size_t r = 0; r < model::kRules; ++r) {
      std::printf("%s\n", std::string(model::rule_name(model::Rule(r))).c_str());
    }
  } else if (what == "properties") {
    for (const model::PropertyInfo& property : model::kProperties) {
      line(property.id, property.meaning);
      const std::string groups = proofs::groups_about(property.id);
      line("", groups.empty() ? "judged at run time only" : "proved in " + groups);
    }
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

const Command kList{
    "list", "impls|rules|properties|strategies", 1, 1, "lists what there is to choose from", "", {},
    run};

}  // namespace mirrorcheck::tool
