#include "proofs/prove.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "model/properties.h"
#include "proofs/decision_table.h"
#include "proofs/independence.h"
#include "proofs/induction.h"
#include "proofs/invariant.h"
#include "proofs/questions.h"

namespace mirrorcheck::proofs {
namespace {

// A group with a proof of its own. `properties` are those that its obligations are about.
struct Special {
  const Group* group;
  std::string_view properties;
  std::vector<Obligation> (*prove)(const ProveOptions&);
};

constexpr Special kSpecial[] = {
    {&kDecisionTableGroup, "S10", &prove_decision_table},
    {&kIndependenceGroup, "S13", &prove_independence},
};

std::string listed(const std::vector<std::string_view>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + std::string(names[i]);
  }
  return text;
}

bool wanted(const ProveOptions& options, const Group& group) {
  return options.group.empty() || options.group == group.name;
}

void check_names(const ProveOptions& options) {
  std::vector<std::string_view> known;
  for (const Group* group : groups()) known.push_back(group->name);
  if (!options.group.empty() && std::find(known.begin(), known.end(), options.group) == known.end())
    throw ProveError("there is no group '" + options.group + "'; there are " + listed(known));
  known = provable_properties();
  if (!options.property.empty() &&
      std::find(known.begin(), known.end(), options.property) == known.end()) {
    throw ProveError("there is no proof of property '" + options.property + "'; there is one of " +
                     listed(known));
  }
}

}  // namespace

std::string_view name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kProved:
      return "proved";
    case Verdict::kRefuted:
      return "refuted";
    case Verdict::kUnknown:
      break;
  }
  return "unknown";
}

std::vector<const Group*> groups() {
  std::vector<const Group*> all{&kRulesGroup};
  InvariantGroups::each([&]<class G>() { all.push_back(&G::kGroup); });
  for (const Special& special : kSpecial) all.push_back(special.group);
  return all;
}

std::vector<std::string_view> provable_properties() {
  const std::vector<std::string_view> by_induction = inductive_properties();
  std::vector<std::string_view> ids;
  for (const model::PropertyInfo& info : model::kProperties) {
    const bool special =
        std::any_of(std::begin(kSpecial), std::end(kSpecial),
                    [&](const Special& s) { return lists(s.properties, info.id); });
    if (special ||
        std::find(by_induction.begin(), by_induction.end(), info.id) != by_induction.end()) {
      ids.push_back(info.id);
    }
  }
  return ids;
}

std::string groups_about(std::string_view property) {
  std::string names = inductive_groups_about(property);
  for (const Special& special : kSpecial) {
    if (!lists(special.properties, property)) continue;
    names += (names.empty() ? "" : " ") + std::string(special.group->name);
  }
  return names;
}

std::vector<Obligation> prove(const ProveOptions& options) {
  check_names(options);
  std::vector<Obligation> found = prove_by_induction(options, wanted);
  // What is dropped, the induction leans on; the others do not know of it.
  for (const Special& special : kSpecial) {
    if (!options.drop.empty() || !wanted(options, *special.group)) continue;
    for (Obligation& o : special.prove(options)) {
      if (options.property.empty() || lists(o.properties, options.property)) {
        found.push_back(std::move(o));
      }
    }
  }
  std::vector<Obligation> ordered;
  for (const Group* group : groups()) {
    for (Obligation& o : found) {
      if (o.group == group->name) ordered.push_back(std::move(o));
    }
  }
  return ordered;
}

}  // namespace mirrorcheck::proofs
