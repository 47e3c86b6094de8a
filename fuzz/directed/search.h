// From steps of the contract to a scenario: operations of tasks, and a schedule, under which an
// implementation takes the steps in their order.
//
// The search goes through the steps. Each is taken by a task that goes on with what it is at, or by
// an operation that is begun for it (candidates.h), or, if nothing else does, it is passed over: a
// step that the contract forbids at its place an implementation that keeps the contract takes later
// or not at all. What was chosen is run at once, and given up where the run does not show it. The
// answer passes over as few steps as possible, and those as late as possible.
//
// Thread safety: none; as Execution. Same steps, same implementation, same answer.

#ifndef MIRRORCHECK_FUZZ_DIRECTED_SEARCH_H_
#define MIRRORCHECK_FUZZ_DIRECTED_SEARCH_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "fuzz/directed/guided_strategy.h"
#include "fuzz/directed/wanted.h"
#include "fuzz/harness/execution.h"
#include "fuzz/scenario/scenario.h"
#include "impl/world.h"

namespace mirrorcheck::fuzz {

struct Directed {
  Scenario scenario;                // with the schedule that was followed
  std::vector<std::size_t> missed;  // which of the steps the run does not take in their order
};

class DirectedSearch {
 public:
  // REQUIRES: as Execution.
  explicit DirectedSearch(impl::World& world) : execution_(world, {}) {}

  // `files` are those of the world in which the steps happen. Nothing: no scenario was found that
  // misses at most `most_missed` steps and holds.
  std::optional<Directed> find(const std::vector<WantedStep>& wanted,
                               const std::array<impl::FileLayout, model::kFiles>& files,
                               unsigned most_missed);

 private:
  bool extend(unsigned missed);
  bool extend_by(const Move& move, unsigned missed);
  bool begin_in_setup(const impl::Operation& operation, unsigned missed);
  bool begin_in_task(const impl::Operation& operation, Move::Until until, unsigned missed);
  bool runs_as_planned();
  std::optional<unsigned> user_of(model::Mm mm) const;
  bool has_user(model::Mm mm) const;
  bool finish();
  bool finish(const HeadStart& head_start);

  Execution execution_;
  std::uint64_t left_ = 0;  // runs
  unsigned most_missed_ = 0;
  std::vector<WantedStep> wanted_;
  Scenario scenario_;
  std::vector<Move> moves_;
  History history_;
  std::vector<Segment> executed_;
  std::optional<Directed> found_;
};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_DIRECTED_SEARCH_H_
