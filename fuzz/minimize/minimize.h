// Makes a violating scenario small enough to be understood: fewer tasks, fewer operations, smaller
// fields, fewer context switches; the same property is broken, by the same clause wherever that is
// possible.
//
// Deterministic: the same scenario, implementation and bound give the same result.
//
// Thread safety: none; as Execution.

#ifndef MIRRORCHECK_FUZZ_MINIMIZE_MINIMIZE_H_
#define MIRRORCHECK_FUZZ_MINIMIZE_MINIMIZE_H_

#include <cstdint>
#include <optional>

#include "fuzz/harness/verdict.h"
#include "fuzz/scenario/scenario.h"
#include "impl/world.h"

namespace mirrorcheck::fuzz {

// About a second on the reference's sort of implementation.
inline constexpr std::uint64_t kMinimizeExecutions = 40'000;

struct Minimized {
  Scenario scenario;  // with the schedule that was executed, and the verdict it has expected
  Verdict verdict;
  std::uint64_t executions = 0;
};

// Nothing, if `scenario` is not violated. REQUIRES: `world` offers events and state; `scenario` is
// canonical.
std::optional<Minimized> minimize(impl::World& world, const Scenario& scenario,
                                  std::uint64_t executions = kMinimizeExecutions);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_MINIMIZE_MINIMIZE_H_
