// The inductive proof (prove.h): the groups of the invariant, and the group that says that the
// rules are no contradiction.
//
// Thread safety: each call is on its own.

#ifndef MIRRORCHECK_PROOFS_INDUCTION_H_
#define MIRRORCHECK_PROOFS_INDUCTION_H_

#include <string>
#include <string_view>
#include <vector>

#include "proofs/prove.h"

namespace mirrorcheck::proofs {

inline constexpr Group kRulesGroup{
    .name = "rules",
    .title = "that the rules are no contradiction",
    .says =
        "there is an initial state, and for each rule a state with the invariant in which it "
        "can be taken: without this, everything could be proved",
    .does_not_say = "that the state in which a rule can be taken is ever reached",
    .assumes = "nothing",
};

// Errors: ProveError for a rule that there is not, or a drop that names nothing of its rule.
void check_rules(const ProveOptions& options);

// The obligations of the groups for which `wanted` says so, rule by rule. REQUIRES: check_rules()
// has nothing to say.
std::vector<Obligation> prove_by_induction(const ProveOptions& options,
                                           bool (*wanted)(const ProveOptions&, const Group&));

// Properties with a proof by induction, in no order.
std::vector<std::string> inductive_properties();
// The names of the groups of the invariant that are about the property, with spaces between.
std::string inductive_groups_about(std::string_view property);

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_INDUCTION_H_
