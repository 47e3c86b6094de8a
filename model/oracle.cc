#include "model/oracle.h"

#include "model/rules.h"
#include "model/safety.h"

namespace mirrorcheck::model {
namespace {

// Remembers the first clause that fails, an effective one rather than one of protocol.
class FirstFailure {
 public:
  void require(const Clause& clause, bool condition) {
    if (condition) [[likely]]
      return;
    if (clause_ == nullptr || (clause_->protocol && !clause.protocol)) clause_ = &clause;
  }
  const Clause* clause() const { return clause_; }

 private:
  const Clause* clause_ = nullptr;
};

// The safety properties that a step can break are those of the things that it changes.
template <class R>
void check_touched(FirstFailure& c, const ConcreteState& s, const Arguments& a) {
  using S1 = StaleTranslation<Concrete>;
  using S2 = FreedTarget<Concrete>;
  using S5 = Truncation<Concrete>;
  using S6 = OneLocation<Concrete>;
  using S9 = SequenceOrder<Concrete>;
  constexpr Rule rule = R::kRule;
  if constexpr (rule == Rule::kZap || rule == Rule::kWriteProtect || rule == Rule::kPopulate) {
    for (std::size_t m = 0; m < kMirrors; ++m) c.require(S1::kClause, S1::at(s, Mirror(m), a.page));
    if constexpr (rule == Rule::kPopulate) {
      c.require(S5::kClause, S5::at(s, a.page));
      c.require(S6::kClause, S6::at(s, a.page));
    }
  } else if constexpr (rule == Rule::kInstall) {
    Concrete::all_in(a.pages, [&](Page p) {
      c.require(S1::kClause, S1::at(s, a.mirror, p));
      c.require(S2::kClause, S2::at(s, s.device_frame(a.mirror, p)));
      c.require(S5::kClause, S5::at(s, p));
      return true;
    });
  } else if constexpr (rule == Rule::kDeviceAccess) {
    c.require(S1::kClause, S1::at(s, a.mirror, a.page));
  } else if constexpr (rule == Rule::kFree) {
    c.require(S2::kClause, S2::at(s, a.frame));
  } else if constexpr (rule == Rule::kTruncated) {
    c.require(S5::kClause, S5::holds(s));
  } else if constexpr (rule == Rule::kDisconnect) {
    c.require(S6::kClause, S6::holds(s));
  } else if constexpr (rule == Rule::kInsert || rule == Rule::kInvalidate) {
    c.require(S9::kClause, S9::at(s, a.mirror));
  } else if constexpr (rule == Rule::kEnd || rule == Rule::kStartFailed) {
    c.require(FrozenByWindow<Concrete>::kClause,
              FrozenByWindow<Concrete>::at(s, s.window_mm(a.window)));
  }
}

template <class R>
const Clause* take(ConcreteState& s, const Arguments& a) {
  FirstFailure failure;
  R::guard(failure, s, a);
  R::apply(s, a);
  check_touched<R>(failure, s, a);
  return failure.clause();
}

using Step = const Clause* (*)(ConcreteState&, const Arguments&);
constexpr std::array<Step, kRules> kSteps = [] {
  std::array<Step, kRules> steps{};
  AllRules::each<Concrete>(
      [&]<class R>() { steps[static_cast<std::size_t>(R::kRule)] = &take<R>; });
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
