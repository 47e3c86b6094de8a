// What runs have exercised, in terms of the contract: rules, pairs of rules, abstract states; and
// of operations.
//
// Thread safety: none.

#ifndef MIRRORCHECK_FUZZ_HARNESS_COVERAGE_H_
#define MIRRORCHECK_FUZZ_HARNESS_COVERAGE_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "impl/operation.h"
#include "model/vocabulary.h"

namespace mirrorcheck::fuzz {

class Coverage {
 public:
  // Counters that a fuzzing engine reads, one byte each; null for none. Nothing is owned.
  // REQUIRES: `size` is a power of two, or there are no counters.
  explicit Coverage(std::uint8_t* counters = nullptr, std::size_t size = 0)
      : counters_(counters), mask_(size - 1) {}

  // A step of `task` in an abstract state in [0, kAbstractStates).
  void step(model::Rule rule, unsigned task, std::uint32_t abstract_state) {
    const auto r = static_cast<std::size_t>(rule);
    ++rules_[r];
    if (task != last_.task) pairs_[last_.rule + r] = 1;
    last_ = {.rule = r * model::kRules, .task = task};
    if (counters_ != nullptr) {
      // Whether, not how often: an engine takes each power of two for a feature of its own, and
      // spends its time on them.
      counters_[(r * kAbstractStates + abstract_state) & mask_] = 1;
    }
  }
  static constexpr std::uint32_t kAbstractStates = 36;

  // Which step was the last one. A run that goes on from a checkpoint goes on from that of then.
  struct Last {
    std::size_t rule = 0;  // times kRules
    unsigned task = ~0u;
  };
  const Last& last() const { return last_; }
  void go_on_from(const Last& last) { last_ = last; }

  // The end of an operation.
  void operation(impl::Call call, bool succeeded) {
    const auto c = static_cast<std::size_t>(call);
    ++calls_[c];
    successes_[c] += succeeded;
  }

  std::uint64_t count(impl::Call call) const { return calls_[static_cast<std::size_t>(call)]; }
  std::uint64_t successes(impl::Call call) const {
    return successes_[static_cast<std::size_t>(call)];
  }
  // Those that succeeded at least once.
  std::size_t calls_exercised() const;

  std::uint64_t count(model::Rule rule) const { return rules_[static_cast<std::size_t>(rule)]; }
  std::size_t rules_exercised() const;
  // Pairs of consecutive steps of two different tasks.
  std::size_t pairs_exercised() const;
  void merge(const Coverage& other);

 private:
  std::uint8_t* counters_;
  std::size_t mask_;
  Last last_;
  std::array<std::uint64_t, model::kRules> rules_{};
  std::array<std::uint8_t, model::kRules * model::kRules> pairs_{};
  std::array<std::uint64_t, impl::kCalls> calls_{};
  std::array<std::uint64_t, impl::kCalls> successes_{};
};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_HARNESS_COVERAGE_H_
