// A group of obligations that is read as one: what it says, what it does not, what it takes for
// granted.
//
// Most groups are parts of the inductive invariant. Each of those is a struct in groups/ with
//   kGroup                   the texts
//   each_conjunct<D>(f)      f(name, for, holds) for every conjunct: `for` lists the properties
//                            whose proof needs it, holds(state) is its formula
//   each_spare<D>(f)         the same for what holds, too, and the proof does without; with a
//                            fourth argument for what holds only while the effect of that name
//                            (a drop, RULE/FIELD) is left out
//   each_step<D>(f)          f(StepProperty<D>) for what every step does
//   each_consequence<D>(f)   f(Consequence<D>) for what the invariant implies
// and stands in the list of invariant.h. The conjuncts of all groups are assumed together; a group
// is proved when the initial state has its conjuncts, every rule keeps them, and so on.
//
// Thread safety: constants.

#ifndef MIRRORCHECK_PROOFS_GROUP_H_
#define MIRRORCHECK_PROOFS_GROUP_H_

#include <optional>
#include <string_view>

#include "model/state.h"
#include "model/vocabulary.h"

namespace mirrorcheck::proofs {

struct Group {
  std::string_view name;   // as `prove --group` takes it
  std::string_view title;  // half a line
  std::string_view says;
  std::string_view does_not_say;
  std::string_view assumes;
};

// A wrong effect of a rule: what a step of it does on top of what the contract says.
template <class D>
struct Alteration {
  std::string_view what;  // "a step that ..."
  model::Rule rule;
  void (*apply)(model::State<D>& after, const typename D::Arguments& arguments);
};

// What holds of any step from a state with the invariant, whichever rule it obeys. Where a property
// is a clause of a guard, this says that the clause is what the property says: it does not name the
// clause, and it fails without it.
template <class D>
struct StepProperty {
  std::string_view name;
  std::string_view property;  // one id
  std::string_view leans_on;  // the properties whose conjuncts the proof needs, too
  // What it does not hold without, each as ProveOptions::drop has it: its negative twins, which are
  // obligations as well. Where no clause enforces it but what the rules do, `altered` is the twin.
  std::string_view twins;
  typename D::template Of<bool> (*holds)(const model::State<D>& before,
                                         const typename D::Arguments& arguments,
                                         const model::State<D>& after);
  std::optional<model::Rule> only{};       // of the steps of this rule
  std::optional<Alteration<D>> altered{};  // what it does not hold of
};

// What holds of any state with the invariant.
template <class D>
struct Consequence {
  std::string_view name;
  std::string_view property;
  std::string_view leans_on;
  std::string_view conjuncts;  // of the invariant that it does not follow without: its twins
  typename D::template Of<bool> (*holds)(const model::State<D>& state);
};

// Structs as described above.
template <class... G>
struct GroupList {
  // Calls f.template operator()<G>() for each.
  template <class F>
  static void each(F&& f) {
    (f.template operator()<G>(), ...);
  }
};

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_GROUP_H_
