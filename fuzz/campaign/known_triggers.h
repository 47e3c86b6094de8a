// Inputs that do without what an implementation is known to break the contract with, so that what
// comes after is seen, too.
//
// Thread safety: pure functions.

#ifndef MIRRORCHECK_FUZZ_CAMPAIGN_KNOWN_TRIGGERS_H_
#define MIRRORCHECK_FUZZ_CAMPAIGN_KNOWN_TRIGGERS_H_

#include <cstdint>
#include <span>

#include "fuzz/scenario/scenario.h"
#include "impl/world.h"

namespace mirrorcheck::fuzz {

// Takes the operations of one side of each trigger out of the scenario, if it has both; which side,
// `choice` says, any number. One choice in thirty-two leaves it as it is: what is known stays in
// sight. Whether anything was taken out. The rest is canonical, if `scenario` was.
bool avoid_known_triggers(Scenario& scenario, std::span<const impl::KnownTrigger> triggers,
                          std::uint64_t choice);

// The same input always makes the same choice.
std::uint64_t choice_of(std::span<const std::uint8_t> input);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_CAMPAIGN_KNOWN_TRIGGERS_H_
