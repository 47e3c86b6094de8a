// The engines without feedback: each run is a scenario and a schedule drawn from the seed.
//
// Thread safety: none; owns the process it runs in.

#ifndef MIRRORCHECK_FUZZ_CAMPAIGN_RANDOM_WORKER_H_
#define MIRRORCHECK_FUZZ_CAMPAIGN_RANDOM_WORKER_H_

#include <cstdint>
#include <string>

#include "fuzz/campaign/engine.h"
#include "fuzz/campaign/status.h"
#include "impl/world.h"

namespace mirrorcheck::fuzz {

// Run number i depends on `seed` and i alone. Ends after `executions` runs; 0: never.
// REQUIRES: `engine` is kRandom or kPct; `world` offers events and state.
void work_randomly(impl::World& world, Engine engine, std::uint64_t seed, std::uint64_t executions,
                   Status& status, const std::string& findings);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_CAMPAIGN_RANDOM_WORKER_H_
