// A second opinion on a history: the solver decides whether the contract allows it.
//
// The history is one formula over the bounded interpretation in its full size. The initial state is
// asserted, not computed with, and so are the arguments of each step; the solver says whether every
// clause of every guard, and every safety property after every step, has to hold.
//
// It answers as model::Oracle does, so that the two can be compared: neither shares more with the
// other than the text of the rules.
//
// Thread safety: each call is on its own. Cost: about 1 ms a step.

#ifndef MIRRORCHECK_PROOFS_REPLAY_H_
#define MIRRORCHECK_PROOFS_REPLAY_H_

#include <cstddef>
#include <span>

#include "model/oracle.h"

namespace mirrorcheck::proofs {

struct HistoryStep {
  model::Rule rule{};
  model::Arguments arguments;
};

struct ReplayResult {
  enum class Answer { kHolds, kViolated, kUnknown };
  Answer answer = Answer::kUnknown;
  // When violated: the first step that breaks a clause or leaves a state that breaks a property,
  // and the first such clause.
  std::size_t step = 0;
  model::Breach breach;
};

// REQUIRES: the arguments that the steps read are within the bounds of the concrete world, and
// counters stay below 2^16. `timeout_milliseconds` is for the whole history.
ReplayResult replay(const model::InitialState& initial, std::span<const HistoryStep> history,
                    unsigned timeout_milliseconds = 30'000);

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_REPLAY_H_
