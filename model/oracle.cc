#include "model/oracle.h"

#include "model/step.h"

namespace mirrorcheck::model {
namespace {

using Step = const Clause* (*)(ConcreteState&, const Arguments&);
constexpr std::array<Step, kRules> kSteps = [] {
  std::array<Step, kRules> steps{};
  AllRules::each<Concrete>(
      [&]<class R>() { steps[static_cast<std::size_t>(R::kRule)] = &take_step<R>; });
  return steps;
}();

}  // namespace

void initialise(ConcreteState& state, const InitialState& initial) {
  state = ConcreteState{};
  state.used.set(kZeroFrame, true);
  for (std::size_t m = 0; m < kMms; ++m) {
    state.users.set(Mm(m), initial.users[m]);
    state.epoch.set(Mm(m), 1);  // invalidate_seq starts at 2
  }
  for (unsigned f = 0; f < kFiles; ++f) {
    for (unsigned i = 0; i < initial.file_pages[f]; ++i) {
      state.within.set(file_page(File(f), i), true);
    }
  }
}

void Oracle::begin(const InitialState& initial) { initialise(state_, initial); }

Breach Oracle::step(Rule rule, const Arguments& arguments) {
  return {kSteps[static_cast<std::size_t>(rule)](state_, arguments), rule};
}

Breach Oracle::check_everything() const {
  const Clause* broken = nullptr;
  each_safety_property<Concrete>([&]<class P>() {
    if (broken == nullptr && !P::holds(state_)) broken = &P::kClause;
  });
  return {broken, Rule{}};
}

}  // namespace mirrorcheck::model
