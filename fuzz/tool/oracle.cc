#include "fuzz/tool/oracle.h"

#include <vector>

#include "fuzz/harness/judge.h"
#include "fuzz/tool/exit_code.h"
#include "model/oracle.h"
#include "model/rules.h"
#include "proofs/replay.h"

namespace mirrorcheck::tool {
namespace {

using proofs::ReplayResult;

// The first clause that the steps break, if any, protocol included.
ReplayResult ask_natively(const model::InitialState& initial,
                          const std::vector<proofs::HistoryStep>& steps) {
  model::Oracle oracle;
  oracle.begin(initial);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (const model::Breach breach = oracle.step(steps[i].rule, steps[i].arguments)) {
      return {ReplayResult::Answer::kViolated, i, breach};
    }
  }
  return {ReplayResult::Answer::kHolds, 0, {}};
}

bool same(const ReplayResult& a, const ReplayResult& b) {
  if (a.answer != b.answer) return false;
  return a.answer != ReplayResult::Answer::kViolated ||
         (a.step == b.step && a.breach.rule == b.breach.rule &&
          a.breach.clause->id == b.breach.clause->id &&
          a.breach.clause->property == b.breach.clause->property);
}

std::string in_words(const ReplayResult& result) {
  switch (result.answer) {
    case ReplayResult::Answer::kHolds:
      return "the steps hold";
    case ReplayResult::Answer::kUnknown:
      return "inconclusive: the solver gave up";
    case ReplayResult::Answer::kViolated:
      break;
  }
  const model::Clause& clause = *result.breach.clause;
  return "violated " + std::string(model::info(clause.property).id) + " (" +
         std::string(clause.id) + ", in " + std::string(model::rule_name(result.breach.rule)) +
         ") at step " + std::to_string(result.step);
}

}  // namespace

SecondOpinion ask_z3(const fuzz::Scenario& scenario, const fuzz::History& history) {
  std::vector<proofs::HistoryStep> steps;
  for (const fuzz::Event& event : history) {
    if (event.kind == fuzz::Event::Kind::kStep) steps.push_back({event.rule, event.arguments});
  }
  const model::InitialState initial = fuzz::initial_state(scenario.layout);
  const ReplayResult z3 = proofs::replay(initial, steps);
  const ReplayResult native = ask_natively(initial, steps);
  SecondOpinion opinion;
  opinion.text = in_words(z3);
  opinion.agrees = same(z3, native);
  opinion.code = z3.answer == ReplayResult::Answer::kHolds      ? kHolds
                 : z3.answer == ReplayResult::Answer::kViolated ? kViolated
                                                                : kInconclusive;
  if (!opinion.agrees && z3.answer != ReplayResult::Answer::kUnknown) {
    opinion.text += ", but the native oracle says: " + in_words(native);
    opinion.code = kInternal;
  }
  return opinion;
}

}  // namespace mirrorcheck::tool
