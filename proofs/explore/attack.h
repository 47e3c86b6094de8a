// What goes wrong without a clause of the contract, or without one thing that a rule does: the
// shortest way there from the initial state.
//
// The drop is explored in a list of small worlds, the smaller first, breadth first in each. An
// attack ends in a state without a property; or else with a step of which a property of steps does
// not hold ("after removal no callback runs"). Where there is neither, and the property of the
// clause is none of states, the step that the clause forbids is itself what must not happen.
//
// Thread safety: each call is on its own. Same drop, same attack. Errors: ExploreError.

#ifndef MIRRORCHECK_PROOFS_EXPLORE_ATTACK_H_
#define MIRRORCHECK_PROOFS_EXPLORE_ATTACK_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "proofs/explore/explore.h"

namespace mirrorcheck::proofs::explore {

struct Attack {
  enum class Outcome {
    kBreaksProperty,  // `trace` ends in a state that breaks the property
    kBreaksStep,      // the last step of `trace` breaks the property, which is one of steps
    kIsTheHarm,       // the last step of `trace` is what the property forbids
    kHarmless,        // the property holds in every state of every world; `trace` is the shortest
                      // way to a step that only the drop allows
    kNoDifference,    // no world has a step that only the drop allows
    kUnfinished,      // none found in the states that were looked at, but there are more
  };
  std::string drop;
  Outcome outcome = Outcome::kUnfinished;
  const model::Clause* broken = nullptr;  // the property's clause, or the one that was dropped
  StepHarm step;                          // kBreaksStep: the property
  Bounds world;                           // in which the trace happens
  std::vector<ExploreStep> trace;
  std::size_t states = 0;  // that were looked at, in all worlds
};

// How far the searches go of which the attacks in corpus/ come: a near one first, which finds most,
// and a far one for the rest.
inline constexpr std::size_t kNear = 12'000;
inline constexpr std::size_t kFar = 150'000;

// `max_states`: for each world. Worlds that were made for one harm are searched by who goes farther
// than kNear. `where`: the worlds to look in; empty: all.
Attack find_attack(std::string_view drop, std::size_t max_states,
                   const std::function<bool(const Bounds&)>& where = {});

// The rules of which small worlds have a step as long as nothing is dropped, and none without what
// is: a contract that keeps its properties by standing still is of no use. In `max_states` of each.
std::vector<model::Rule> stopped_by(std::string_view drop, std::size_t max_states);

// It breaks a property of states or steps, or is the harm.
bool harms(const Attack& attack);
// It breaks a property.
bool breaks(const Attack& attack);
// The property that is broken. REQUIRES: harms(attack).
const model::PropertyInfo& broken_property(const Attack& attack);

// In a word: "breaks", "is", "harmless", "nothing", "unknown".
std::string_view name(Attack::Outcome outcome);

}  // namespace mirrorcheck::proofs::explore

#endif  // MIRRORCHECK_PROOFS_EXPLORE_ATTACK_H_
