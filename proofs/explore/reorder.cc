#include "proofs/explore/reorder.h"

#include <bit>
#include <optional>
#include <utility>

#include "model/oracle.h"

namespace mirrorcheck::proofs::explore {
namespace {

using model::ConcreteState;

// The clauses of a step that do not hold, a bit for each.
class Failures {
 public:
  void require(const model::Clause&, bool holds) {
    failed_ |= static_cast<std::uint32_t>(!holds) << next_++;
  }
  std::uint32_t failed() const { return failed_; }

 private:
  std::uint32_t failed_ = 0;
  unsigned next_ = 0;
};

std::uint32_t failures(const ConcreteState& state, model::Rule rule, const model::Arguments& a) {
  Failures failures;
  model::visit_rule<model::Concrete>(rule, [&]<class R>() { R::guard(failures, state, a); });
  return failures.failed();
}

// A trace does not say which invalidate_seq an implementation reports: the one that is in order.
std::uint64_t sequence_in_order(const ConcreteState& state, const ExploreStep& step) {
  constexpr std::uint64_t kMost = 40;
  model::Arguments arguments = step.arguments;
  int fewest = 32;
  std::uint64_t best = 0;
  for (std::uint64_t sequence = 0; sequence < kMost; ++sequence) {
    arguments.sequence = sequence;
    const int broken = std::popcount(failures(state, step.rule, arguments));
    if (broken < fewest) fewest = broken, best = sequence;
  }
  return best;
}

// Where the steps lead without what was dropped; nothing where one of them is not allowed.
std::optional<ConcreteState> end_of(const Attack& attack, const Drop& drop,
                                    const std::vector<ExploreStep>& steps) {
  ConcreteState state;
  model::initialise(state, initial(attack.world));
  for (const ExploreStep& step : steps) {
    model::Arguments arguments = step.arguments;
    arguments.sequence = sequence_in_order(state, step);
    const bool altered = step.rule == drop.rule;
    if ((failures(state, step.rule, arguments) & ~(altered ? drop.clauses : 0)) != 0) return {};
    const ConcreteState before = state;
    model::visit_rule<model::Concrete>(step.rule, [&]<class R>() { R::apply(state, arguments); });
    if (!altered || drop.field.empty()) continue;
    ConcreteState::each_pair(before, state, [&](const char* name, const auto& old, auto& now) {
      if (drop.field == name) now = old;
    });
  }
  return state;
}

bool same(const ConcreteState& a, const ConcreteState& b) {
  bool same = true;
  ConcreteState::each_pair(a, b, [&](const char*, const auto& left, const auto& right) {
    same = same && left == right;
  });
  return same;
}

int rank(model::Rule rule) {
  using enum model::Rule;
  switch (rule) {
    case kMmapRead:
    case kMmapWrite:
    case kInodeLock:
    case kInvalidateShared:
    case kInvalidateExclusive:
    case kEntryLock:
    case kMap:
      return 0;
    case kPublish:
      return 1;
    case kInsert:
      return 2;
    case kAllocate:
    case kFill:
      return 3;
    case kPopulate:
      return 4;
    default:
      return 5;
  }
}

}  // namespace

std::vector<ExploreStep> prepared_first(const Attack& attack) {
  const Drop drop = parse_drop(attack.drop);
  std::vector<ExploreStep> steps = attack.trace;
  const std::optional<ConcreteState> end = end_of(attack, drop, steps);
  if (!end) return steps;
  // As a sort by insertion, in which a step stops at the first that it must not pass.
  for (std::size_t i = 1; i < steps.size(); ++i) {
    for (std::size_t k = i; k > 0 && rank(steps[k].rule) < rank(steps[k - 1].rule); --k) {
      std::vector<ExploreStep> swapped = steps;
      std::swap(swapped[k], swapped[k - 1]);
      const std::optional<ConcreteState> other = end_of(attack, drop, swapped);
      if (!other || !same(*end, *other)) break;
      steps = std::move(swapped);
    }
  }
  return steps;
}

}  // namespace mirrorcheck::proofs::explore
