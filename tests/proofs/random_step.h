// Random states, rules and arguments that often fit together: random walks of enabled steps in a
// small corner of the concrete world, with a field changed here and there.
//
// Thread safety: none. Same seed, same steps.

#ifndef MIRRORCHECK_TESTS_PROOFS_RANDOM_STEP_H_
#define MIRRORCHECK_TESTS_PROOFS_RANDOM_STEP_H_

#include <cstdint>
#include <string>
#include <vector>

#include "model/oracle.h"
#include "model/vocabulary.h"

namespace mirrorcheck::proofs::testing {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  // From 0 to n - 1. REQUIRES: n > 0.
  unsigned below(unsigned n) {
    state_ += 0x9E3779B97F4A7C15u;  // splitmix64
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return static_cast<unsigned>((z ^ (z >> 31)) % n);
  }
  bool chance(unsigned percent) { return below(100) < percent; }

 private:
  std::uint64_t state_;
};

struct ClauseValue {
  const model::Clause* clause;
  bool holds;
};

// What the concrete interpretation says of each clause of the rule's guard.
std::vector<ClauseValue> concrete_guard(model::Rule rule, const model::ConcreteState& state,
                                        const model::Arguments& arguments);
void concrete_apply(model::Rule rule, model::ConcreteState& state,
                    const model::Arguments& arguments);
bool enabled(model::Rule rule, const model::ConcreteState& state,
             const model::Arguments& arguments);

model::Arguments random_arguments(Random& random, const model::ConcreteState& state);

// Arguments with which the rule is enabled, if some are found in so many tries.
bool find_enabled(Random& random, model::Rule rule, const model::ConcreteState& state,
                  unsigned tries, model::Arguments& arguments);

// The names of the fields that each rule's guard reads.
using FieldNames = std::vector<std::string>;

// Changes elements of the state, among the fields named, and the arguments until the rule is
// enabled. Areas of files keep a file page. Whether it succeeded in so many tries.
bool make_enabled(Random& random, model::Rule rule, const FieldNames& fields, unsigned tries,
                  model::ConcreteState& state, model::Arguments& arguments);

// Gives one random element of a random field the value of another.
void mutate(Random& random, const FieldNames& fields, const model::Arguments& arguments,
            model::ConcreteState& state);

model::InitialState random_initial(Random& random);

}  // namespace mirrorcheck::proofs::testing

#endif  // MIRRORCHECK_TESTS_PROOFS_RANDOM_STEP_H_
