// An attack on the contract as a scenario: operations of tasks, and a schedule under which the
// reference takes the attack's steps in their order, as far as it takes them at all.
//
// Thread safety: one thread. Same attack, same scenario.

#ifndef MIRRORCHECK_FUZZ_TOOL_ATTACK_SCENARIO_H_
#define MIRRORCHECK_FUZZ_TOOL_ATTACK_SCENARIO_H_

#include <string>

#include "impl/world.h"
#include "proofs/explore/attack.h"

namespace mirrorcheck::tool {

struct AttackScenario {
  std::string text;     // of the file, with its story as a comment; empty: none was found
  std::string summary;  // how much of the attack is in it, or why there is none
};

// REQUIRES: the attack breaks a property.
AttackScenario scenario_of(const proofs::explore::Attack& attack, impl::World& reference);

}  // namespace mirrorcheck::tool

#endif  // MIRRORCHECK_FUZZ_TOOL_ATTACK_SCENARIO_H_
