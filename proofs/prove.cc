#include "proofs/prove.h"

#include <algorithm>
#include <utility>

#include "proofs/induction.h"
#include "proofs/invariant.h"

namespace mirrorcheck::proofs {
namespace {

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
  return all;
}

std::vector<std::string_view> provable_properties() { return inductive_properties(); }

std::vector<Obligation> prove(const ProveOptions& options) {
  check_names(options);
  std::vector<Obligation> found = prove_by_induction(options, wanted);
  std::vector<Obligation> ordered;
  for (const Group* group : groups()) {
    for (Obligation& o : found) {
      if (o.group == group->name) ordered.push_back(std::move(o));
    }
  }
  return ordered;
}

}  // namespace mirrorcheck::proofs
