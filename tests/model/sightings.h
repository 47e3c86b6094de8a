// Which clauses of which rules have been seen to hold, and to fail.
//
// Thread safety: none.

#ifndef MIRRORCHECK_TESTS_MODEL_SIGHTINGS_H_
#define MIRRORCHECK_TESTS_MODEL_SIGHTINGS_H_

#include <map>
#include <utility>
#include <vector>

#include "model/oracle.h"
#include "model/rules.h"

namespace mirrorcheck::model {

struct Seen {
  bool held = false;
  bool failed = false;
  bool failed_alone = false;  // with every other clause of the guard satisfied
};
using Key = std::pair<Rule, const Clause*>;

class Sightings {
 public:
  Sightings() {
    ConcreteState state{};
    AllRules::each<Concrete>([&]<class R>() {
      Guard guard;
      R::guard(guard, state, Arguments{});
      for (const auto& [clause, holds] : guard.values) seen_[{R::kRule, clause}];
    });
  }

  // Evaluates a guard. Returns the clauses that fail.
  std::vector<const Clause*> look(Rule rule, const ConcreteState& state, const Arguments& a) {
    Guard guard;
    visit_rule<Concrete>(rule, [&]<class R>() { R::guard(guard, state, a); });
    std::vector<const Clause*> failed;
    for (const auto& [clause, holds] : guard.values) {
      Seen& seen = seen_.at({rule, clause});
      (holds ? seen.held : seen.failed) = true;
      if (!holds) failed.push_back(clause);
    }
    if (failed.size() == 1) seen_.at({rule, failed.front()}).failed_alone = true;
    return failed;
  }

  const std::map<Key, Seen>& all() const { return seen_; }

 private:
  struct Guard {
    void require(const Clause& clause, bool holds) { values.push_back({&clause, holds}); }
    std::vector<std::pair<const Clause*, bool>> values;
  };
  std::map<Key, Seen> seen_;
};

}  // namespace mirrorcheck::model

#endif  // MIRRORCHECK_TESTS_MODEL_SIGHTINGS_H_
