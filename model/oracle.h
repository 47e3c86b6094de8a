// The contract stepped beside an implementation: one concrete state, moved by each reported step.
//
// For each step the oracle evaluates the rule's guard, applies the rule, and looks at the safety
// properties of what the step touched. A broken protocol clause is remembered and the run goes on,
// for the harm that may come of it; any other broken clause or property ends it.
//
// Thread safety: none; one thread at a time. Nothing allocates.

#ifndef MIRRORCHECK_MODEL_ORACLE_H_
#define MIRRORCHECK_MODEL_ORACLE_H_

#include <cstdint>

#include "model/concrete.h"
#include "model/properties.h"
#include "model/state.h"
#include "model/step.h"
#include "model/vocabulary.h"

namespace mirrorcheck::model {

// What is the matter with a step: the clause it broke. Null clause: nothing.
struct Breach {
  const Clause* clause = nullptr;
  Rule rule{};
  explicit operator bool() const { return clause != nullptr; }
};

// The state in which the first task finds the world: `users` tasks in each mm, the files' sizes as
// whole or partial pages.
struct InitialState {
  std::uint32_t users[kMms]{};
  std::uint8_t file_pages[kFiles]{};  // pages inside i_size
};
void initialise(ConcreteState& state, const InitialState& initial);

// All safety properties everywhere. Returns the clause of one that fails, or null.
const Clause* check_everything(const ConcreteState& state);

class Oracle {
 public:
  void begin(const InitialState& initial);

  // Takes one step. Returns the first breach of the step, protocol clauses included.
  Breach step(Rule rule, const Arguments& arguments);

  // The same for a rule known at compile time.
  template <class R>
  const Clause* take(const Arguments& arguments) {
    return take_step<R>(state_, arguments);
  }

  Breach check_everything() const { return {model::check_everything(state_), Rule{}}; }

  const ConcreteState& state() const { return state_; }

  // While no section and no window is open, and no end is due: forgets what they were, which no
  // rule reads, so that states from which the same can follow are the same. REQUIRES: nobody asks
  // any more what a section that is over found.
  void forget_what_is_over();

 private:
  ConcreteState state_;
};

}  // namespace mirrorcheck::model

#endif  // MIRRORCHECK_MODEL_ORACLE_H_
