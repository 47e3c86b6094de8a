#include "proofs/prove.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <future>
#include <iterator>
#include <tuple>
#include <utility>

#include "proofs/callback_steps.h"
#include "proofs/decision_table.h"
#include "proofs/independence.h"
#include "proofs/induction.h"
#include "proofs/invariant.h"
#include "proofs/lock_order.h"
#include "proofs/memory_order/litmus.h"
#include "proofs/parts_of_ranges.h"
#include "proofs/progress.h"
#include "proofs/questions.h"
#include "proofs/rediscovery.h"
#include "proofs/sequence_word.h"

namespace mirrorcheck::proofs {
namespace {

// A group with a proof of its own. `properties` are those that its obligations are about.
struct Special {
  const Group* group;
  std::string_view properties;
  std::vector<Obligation> (*prove)(const ProveOptions&);
};

// The one that takes longest first: a thread of its own begins there.
constexpr Special kSpecial[] = {
    {&kRediscoveryGroup, "S1 S2", &prove_rediscovery},
    {&kDecisionTableGroup, "S10", &prove_decision_table},
    {&kSequenceWordGroup, "S9", &prove_sequence_word},
    {&kCallbackStepsGroup, "S1", &prove_callback_steps},
    {&kPartsOfRangesGroup, "S1 S5", &prove_parts_of_ranges},
    {&kLockOrderGroup, "L1 L5", &prove_lock_order},
    {&kProgressGroup, "L4 L6 L7", &prove_progress},
    {&kIndependenceGroup, "S13", &prove_independence},
    {&kMemoryOrderGroup, "S1 S9'", &prove_memory_order},
};

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  }
  return text;
}

bool wanted(const ProveOptions& options, const Group& group) {
  return options.group.empty() || options.group == group.name;
}

void check_names(const ProveOptions& options) {
  std::vector<std::string> known;
  for (const Group* group : groups()) known.emplace_back(group->name);
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

std::vector<std::string> provable_properties() {
  std::vector<std::string> ids = inductive_properties();
  for (const Special& special : kSpecial) {
    each_word(special.properties, [&](std::string_view id) { ids.emplace_back(id); });
  }
  // S before L, S1 before S1' and that before S2.
  const auto key = [](const std::string& id) {
    return std::tuple(id[0] == 'L', id.size() - (id.back() == '\'' ? 1 : 0), id);
  };
  std::sort(ids.begin(), ids.end(),
            [&](const std::string& a, const std::string& b) { return key(a) < key(b); });
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
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
  check_rules(options);
  // Two threads, each with solvers of its own: one has the induction to begin with, the other the
  // groups beside it; who is done takes what is left.
  std::array<std::vector<Obligation>, std::size(kSpecial)> of_special;
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < std::size(kSpecial); i = next++) {
      const Special& special = kSpecial[i];
      // What is dropped, the induction leans on; the others do not know of it, but for the one that
      // asks what can go on under the invariant that there is without it.
      const bool knows = options.spare && special.group == &kProgressGroup;
      if ((!options.drop.empty() && !knows) || !wanted(options, *special.group)) continue;
      if (!options.property.empty() && !lists(special.properties, options.property)) continue;
      of_special[i] = special.prove(options);
    }
  };
  std::future<void> other = std::async(std::launch::async, work);
  std::vector<Obligation> found = prove_by_induction(options, wanted);
  work();
  other.get();
  for (std::vector<Obligation>& obligations : of_special) {
    for (Obligation& o : obligations) {
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
