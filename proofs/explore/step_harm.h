// What every step does, whichever rule it obeys (the properties of steps in groups/), asked of a
// step of a small world.
//
// That it holds of the contract's steps is proved for worlds of any size; here a step is looked at
// of a rule that lacks something.
//
// Thread safety: pure functions of their arguments.

#ifndef MIRRORCHECK_PROOFS_EXPLORE_STEP_HARM_H_
#define MIRRORCHECK_PROOFS_EXPLORE_STEP_HARM_H_

#include <vector>

#include "model/state.h"
#include "proofs/explore/explore.h"
#include "proofs/invariant.h"

namespace mirrorcheck::proofs::explore {

template <class D>
class StepProperties {
 public:
  StepProperties() {
    InvariantGroups::each([&]<class G>() {
      const auto add = [&](const StepProperty<D>& property) { properties_.push_back(property); };
      if constexpr (requires { G::template each_step<D>(add); }) G::template each_step<D>(add);
    });
  }

  // The first that does not hold of this step; without a name: none.
  StepHarm broken_by(model::Rule rule, const model::State<D>& before,
                     const typename D::Arguments& arguments, const model::State<D>& after) const {
    for (const StepProperty<D>& property : properties_) {
      if (property.only && *property.only != rule) continue;
      if (!property.holds(before, arguments, after)) return {property.name, property.property};
    }
    return {};
  }

 private:
  std::vector<StepProperty<D>> properties_;
};

}  // namespace mirrorcheck::proofs::explore

#endif  // MIRRORCHECK_PROOFS_EXPLORE_STEP_HARM_H_
