// What a rule is explored without: one of its clauses, or one thing that it does.
//
// Thread safety: plain values. Errors: ExploreError for a name that nothing has.

#ifndef MIRRORCHECK_PROOFS_EXPLORE_DROP_H_
#define MIRRORCHECK_PROOFS_EXPLORE_DROP_H_

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "model/properties.h"
#include "model/vocabulary.h"

namespace mirrorcheck::proofs::explore {

// A name that there is not, or a world that is too large. what() is one line for the user.
struct ExploreError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Drop {
  model::Rule rule{};
  std::uint32_t clauses = 0;  // a bit for each clause of the guard, in its order
  std::string field{};        // or: the field that the step leaves alone
  bool operator==(const Drop&) const = default;
  explicit operator bool() const { return clauses != 0 || !field.empty(); }
};

// The clauses of a rule, in the order of its guard.
std::vector<const model::Clause*> clauses_of(model::Rule rule);

// RULE/CLAUSE (a contract id), RULE/NUMBER (from 1) or RULE/FIELD, as `prove --drop` has them.
Drop parse_drop(std::string_view text);

// Every drop of one clause ("D1.install/3") and of the effect on one field
// ("D1.install/device_write") that there is.
std::vector<std::string> every_drop();

}  // namespace mirrorcheck::proofs::explore

#endif  // MIRRORCHECK_PROOFS_EXPLORE_DROP_H_
