// What is left out of a rule: a clause, or all of them, that is not assumed; or a field that the
// step does not change.
//
// Thread safety: a plain value.

#ifndef MIRRORCHECK_PROOFS_DROP_H_
#define MIRRORCHECK_PROOFS_DROP_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "model/properties.h"

namespace mirrorcheck::proofs {

class Drop {
 public:
  // As ProveOptions::drop has it; empty: nothing.
  explicit Drop(std::string_view text);

  // Whether this clause, the `number`th of the rule's guard counted from 1, is not assumed.
  bool clause(std::string_view rule, const model::Clause& clause, std::size_t number) const;
  bool field(std::string_view rule, std::string_view field) const;

  std::string_view rule() const { return rule_; }
  std::string_view part() const { return part_; }

 private:
  std::string rule_;
  std::string part_;
  std::size_t number_ = 0;
};

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_DROP_H_
