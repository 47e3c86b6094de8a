// Every state that the contract allows in a world of a given size.
//
// From the initial state, step by step, breadth first: the states that are found first are the
// nearest. Each is held to the safety properties. A state is visited once; the visited states are
// kept whole, so that none is missed.
//
// Three things make many states one: what no later step reads is forgotten, epochs are counted from
// the mm's present one (both in canonical.h), and with `symmetry` worlds that differ only in the
// names of pages, frames and tasks (symmetry.h). Steps that change nothing are not taken.
//
// Thread safety: each call is on its own. Same options, same result, but for `seconds`. Errors:
// ExploreError for a world that is too large for every packed representation.

#ifndef MIRRORCHECK_PROOFS_EXPLORE_EXPLORE_H_
#define MIRRORCHECK_PROOFS_EXPLORE_EXPLORE_H_

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "model/oracle.h"
#include "model/rules.h"
#include "proofs/explore/bounds.h"
#include "proofs/explore/drop.h"

namespace mirrorcheck::proofs::explore {

using RuleSet = std::bitset<model::kRules>;

// Which steps are taken.
RuleSet
core_rules();  // notifier, fault, truncate: what the mirror and DAX have to do with each other
RuleSet all_rules();
// Names of rules or of their groups ("core", "all", "D1.install"), separated by commas.
RuleSet parse_rules(std::string_view text);

struct ExploreOptions {
  Bounds bounds;
  RuleSet rules = core_rules();
  Drop drop{};
  bool symmetry = true;       // REQUIRES: forget
  bool forget = true;         // without it epochs grow: bound the depth
  bool every_choice = false;  // of every argument, also where the state decides it
  bool lock_order = true;     // locks are taken in the order of A12 only
  // Whether areas and accesses may be readable, writable or both, or always both.
  bool protections = true;
  // Whether files may be mapped MAP_PRIVATE, with what is peculiar to that.
  bool private_mappings = false;
  // Whether DAX files may be mapped MAP_SYNC. REQUIRES: a world for which only the wide room is
  // large enough (rooms.h).
  bool synchronous = false;
  // Whether memory may fail. REQUIRES: the same.
  bool failures = false;
  // Whether a userfaultfd write-protects. REQUIRES: a world that fits in the room of the core.
  bool userfault = false;
  // Whether there are MIGRATE and EXCLUSIVE windows, which a mirror may own, and exclusive entries.
  bool owned_windows = false;
  bool last_harms = false;  // whether each_last_harm (harm.h) is looked for, too
  // Whether the steps of every rule are held to the properties of steps, which is slow; those of a
  // rule of which something is dropped always are.
  bool every_step = false;
  unsigned max_pins = 1;       // of one frame at once
  std::size_t max_states = 0;  // 0: as many as there are
  unsigned max_depth = 0;      // 0: no bound
  bool stop_at_violation = true;
};

struct ExploreStep {
  model::Rule rule{};
  model::Arguments arguments;
  std::uint32_t broken = 0;  // the dropped clauses that do not hold at this step
};

// A property of steps, by its name in proofs/groups/ and its id.
struct StepHarm {
  std::string_view name{};
  std::string_view property{};
};

struct ExploreResult {
  enum class Verdict { kHolds, kViolated, kUnfinished };
  Verdict verdict = Verdict::kUnfinished;
  std::size_t states = 0;           // visited, after all reductions
  std::size_t orbit_states = 0;     // with symmetry: how many there are without it
  std::size_t representatives = 0;  // without forget: how many there are with it
  std::size_t steps = 0;            // that were taken
  // Without forget: steps that were not taken, since the next epoch is more than a state has bits
  // for. If any, it is unfinished.
  std::size_t cut = 0;
  unsigned depth = 0;     // of the last new state
  std::size_t bytes = 0;  // for states, their parents and the table of them
  double seconds = 0;     // of the processor
  RuleSet taken;          // by which rules there is a step
  // The property that does not hold, and the shortest way to a state without it.
  const model::Clause* violated = nullptr;
  std::vector<ExploreStep> trace;
  // With a dropped clause: the shortest way to a step for which the clause does not hold.
  std::vector<ExploreStep> first_breach;
  // The shortest way to a step of which a property of steps does not hold (empty with symmetry),
  // and that property.
  StepHarm step_harm;
  std::vector<ExploreStep> first_step_harm;
};

ExploreResult explore(const ExploreOptions& options);

// The initial state that explore() begins with.
model::InitialState initial(const Bounds& bounds);

}  // namespace mirrorcheck::proofs::explore

#endif  // MIRRORCHECK_PROOFS_EXPLORE_EXPLORE_H_
