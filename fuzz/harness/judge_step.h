// Judge::take for one rule: the oracle's step, the shadow's, and what is remembered of it.
//
// Thread safety and errors: as Judge.

#ifndef MIRRORCHECK_FUZZ_HARNESS_JUDGE_STEP_H_
#define MIRRORCHECK_FUZZ_HARNESS_JUDGE_STEP_H_

#include "fuzz/harness/assignment_step.h"
#include "fuzz/harness/clauses.h"
#include "fuzz/harness/judge.h"

namespace mirrorcheck::fuzz {

// Inlined like all of a step: it is some two dozen comparisons, and would spend more on calls
// within calls.
template <class R>
[[gnu::always_inline]] inline const Clause* Judge::take(const model::Arguments& a,
                                                        Coverage& coverage) {
  // Before the shadow has what is written.
  const Clause* broken = nullptr;
  if constexpr (R::kRule == model::Rule::kDeviceAccess) {
    if (a.write) broken = torn(a);
  }
  const Clause* const unasked = assignments_.take<R>(a, oracle_.state());
  const Clause* const ruled = oracle_.take<R>(a);
  constexpr const Clause& kOld = R::kRule == model::Rule::kZap ? kCopyGivenUp : kStaleLoad;
  const Clause* const stale = shadow_.take(R::kRule, a, oracle_.state()) ? broken : &kOld;
  const Clause* const remembered = remember<R>(a);
  coverage.step(R::kRule, static_cast<unsigned>(a.task), abstract_state_);
  if (ruled == nullptr && stale == nullptr && remembered == nullptr && unasked == nullptr)
      [[likely]] {
    return nullptr;
  }
  return worst(ruled, stale, remembered, unasked);
}

template <class R>
[[gnu::always_inline]] inline const Clause* Judge::remember(const model::Arguments& a) {
  using model::Rule;
  constexpr Rule rule = R::kRule;
  const auto task = static_cast<std::size_t>(a.task);
  const auto bit = model::TaskWord{1} << task;
  if constexpr (rule == Rule::kStart) {
    ++open_windows_[static_cast<std::size_t>(a.mm)];
    undisturbed_ &= bit;
    if (!a.flag) non_blockable_ |= bit;
    note_abstract_state();
  } else if constexpr (rule == Rule::kStarted) {
    non_blockable_ &= ~bit;
  } else if constexpr (rule == Rule::kEnd || rule == Rule::kStartFailed) {
    if constexpr (rule == Rule::kStartFailed) non_blockable_ &= ~bit;
    --open_windows_[static_cast<std::size_t>(state().window_mm(a.window))];
    note_abstract_state();
  } else if constexpr (rule == Rule::kInsert) {
    note_abstract_state();
  } else if constexpr (rule == Rule::kInvalidateExclusive) {
    truncating_ |= bit;
    note_abstract_state();
  } else if constexpr (rule == Rule::kInvalidateUnlock) {
    truncating_ &= ~bit;
    note_abstract_state();
  } else if constexpr (rule == Rule::kReadBegin) {
    sections_ |= bit;
    undisturbed_ &= ~bit;
    if (open_windows_[0] + open_windows_[1] == 0) undisturbed_ |= bit;
    note_abstract_state();
  } else if constexpr (rule == Rule::kReadRetry || rule == Rule::kAbandon) {
    sections_ &= ~bit;
    note_abstract_state();
    const bool busy =
        rule == Rule::kReadRetry ? a.flag : course(a.task).fault == model::Outcome::kBusy;
    const Clause* const disturbs_itself = busy ? collided(a.task) : nullptr;
    if (!busy) own_collisions_[task] = 0;
    undisturbed_ &= ~bit;
    return disturbs_itself;
  } else if constexpr (rule == Rule::kFaultReturn) {
    course(a.task).fault = a.outcome;
    ++course(a.task).faults;
  } else if constexpr (rule == Rule::kGetMm) {
    course(a.task).mm_gone = !a.flag;
  } else if constexpr (rule == Rule::kCpuAccess || rule == Rule::kDeviceAccess ||
                       rule == Rule::kFileAccess) {
    Course& c = course(a.task);
    if (!a.write && c.accesses < c.loaded.size()) c.loaded[c.accesses] = a.value;
    ++c.accesses;
  }
  return nullptr;
}

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_HARNESS_JUDGE_STEP_H_
