// The contract is written once; these tests hold the interpretations to one meaning of it.

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <set>

#include "model/rules.h"
#include "tests/proofs/agreement.h"

namespace mirrorcheck::proofs::testing {
namespace {

using namespace mirrorcheck::model;

// MIRRORCHECK_AGREEMENT_STEPS=1000000 for a long run.
unsigned steps() {
  const char* text = std::getenv("MIRRORCHECK_AGREEMENT_STEPS");
  return text == nullptr ? 100'000u : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

struct Triple {
  ConcreteState state;
  Rule rule{};
  Arguments arguments;
};

// Walks at random: a third of the triples are steps of the walk, a third were made to be (or nearly
// be) enabled in a state near it, a third are whatever comes.
class Walk {
 public:
  explicit Walk(std::uint64_t seed) : random_(seed) { restart(); }

  Triple next() { return next(Rule(random_.below(kRules))); }
  Triple next(Rule rule) {
    if (++taken_ % kWalk == 0) restart();
    const FieldNames& fields = fields_[static_cast<std::size_t>(rule)];
    Triple triple{state_, rule, {}};
    switch (random_.below(3)) {
      case 0:
        if (find_enabled(random_, rule, state_, kTries, triple.arguments)) {
          concrete_apply(rule, state_, triple.arguments);
        }
        break;
      case 1:
        triple.arguments = random_arguments(random_, state_);
        make_enabled(random_, rule, fields, kTries, triple.state, triple.arguments);
        // Of these, some with one thing that is wrong.
        if (!fields.empty() && random_.chance(40)) {
          mutate(random_, fields, triple.arguments, triple.state);
        }
        break;
      default:
        triple.arguments = random_arguments(random_, state_);
        for (unsigned n = fields.empty() ? 0 : random_.below(4); n > 0; --n) {
          mutate(random_, fields, triple.arguments, triple.state);
        }
    }
    if (rule == Rule::kMap && random_.chance(10)) triple.arguments.file_page = kNoFilePage;
    // P3, X9 and X7 ask about what does not come together by chance.
    if (rule == Rule::kZap && random_.chance(10)) {
      const Page page = triple.arguments.page;
      const Window window = triple.arguments.window;
      triple.state.published.set(mm_of(page), true);
      triple.state.owned.set(window, true);
      triple.state.device_frame.set(triple.state.window_mirror(window), page, Frame(2));
    }
    if ((rule == Rule::kPopulate || rule == Rule::kUpgrade) && random_.chance(10)) {
      share_block(triple.state, triple.arguments.page);
      triple.arguments.frame = kFirstBlock;
      triple.arguments.write = true;
      triple.arguments.flag = false;
    }
    if (rule == Rule::kMoveEntry && random_.chance(10)) {
      const Page page = triple.arguments.page;
      triple.state.cpu_write.set(triple.arguments.source, true);
      triple.state.area_sync.set(page, true);
      if (triple.state.slot(page) != kNoFilePage)
        triple.state.committed.set(triple.state.slot(page), false);
    }
    return triple;
  }

 private:
  static constexpr unsigned kWalk = 3000, kTries = 400;
  // A page of a DAX file whose block other pages have, too.
  static void share_block(ConcreteState& state, Page page) {
    state.area.set(page, Area::kDax);
    state.area_private.set(page, false);
    state.cpu_frame.set(page, kFirstBlock);
    for (const FilePage slot : {state.slot(page), FilePage{1}, FilePage{2}}) {
      if (slot != kNoFilePage) state.backing.set(slot, kFirstBlock);
    }
  }
  void restart() { initialise(state_, random_initial(random_)); }

  std::vector<FieldNames> fields_ = fields_of_guards();
  Random random_;
  ConcreteState state_;
  unsigned taken_ = 0;
};

// One symbolic interpretation of all rules.
template <class D>
class Interpretation {
 public:
  Interpretation(std::optional<Sizes> sizes, const Tables& tables,
                 const std::array<ArgumentValue, 22>& arguments)
      : universe_(sizes),
        scope_(universe_),
        evaluator_(tables, arguments),
        rules_(compile_rules<D>(evaluator_)) {}
  Evaluator& evaluator() { return evaluator_; }
  const CompiledRule& rule(Rule rule) const { return rules_[static_cast<std::size_t>(rule)]; }

 private:
  Universe universe_;
  Universe::Scope scope_;
  Evaluator evaluator_;
  std::vector<CompiledRule> rules_;
};

std::uint64_t low_bits(unsigned n) { return (std::uint64_t{1} << n) - 1; }

// Triples of one rule, until a clause of it was met that has not been before.
constexpr unsigned kRare = 5000;

TEST(Agreement, ConcreteUnboundedAndBoundedInterpretationsAreOneContract) {
  Tables before;
  Tables after;
  auto arguments = argument_values({});
  before.load({});
  Interpretation<Unbounded> unbounded(std::nullopt, before, arguments);
  Interpretation<Bounded> bounded(Sizes::concrete(), before, arguments);

  Walk walk(2019);
  std::set<std::pair<Rule, std::size_t>> held;
  std::set<std::pair<Rule, std::size_t>> broken;
  std::array<unsigned, kRules> fired{};
  std::array<unsigned, kRules> refused{};
  const auto agree = [&](const Triple& triple) {
    const auto guard = concrete_guard(triple.rule, triple.state, triple.arguments);
    ConcreteState next = triple.state;
    concrete_apply(triple.rule, next, triple.arguments);
    before.load(triple.state);
    after.load(next);
    arguments = argument_values(triple.arguments);

    ASSERT_EQ(difference(unbounded.evaluator(), unbounded.rule(triple.rule), guard, before, after,
                         ~std::uint64_t{0}),
              "")
        << "unbounded " << rule_name(triple.rule);
    ASSERT_EQ(difference(bounded.evaluator(), bounded.rule(triple.rule), guard, before, after,
                         low_bits(Sizes::concrete().counter_bits)),
              "")
        << "bounded " << rule_name(triple.rule);

    bool all = true;
    for (std::size_t i = 0; i < guard.size(); ++i) {
      (guard[i].holds ? held : broken).insert({triple.rule, i});
      all = all && guard[i].holds;
    }
    ++(all ? fired : refused)[static_cast<std::size_t>(triple.rule)];
  };
  for (unsigned n = steps(); n > 0; --n) ASSERT_NO_FATAL_FAILURE(agree(walk.next()));
  // The walk has to have been somewhere, or nothing has been compared: what it rarely meets is
  // looked for.
  for (std::size_t r = 0; r < kRules; ++r) {
    const std::size_t clauses = unbounded.rule(Rule(r)).clauses.size();
    const auto misses = [&](const std::set<std::pair<Rule, std::size_t>>& met, std::size_t i) {
      return !met.contains({Rule(r), i});
    };
    for (std::size_t i = 0; i < clauses; ++i) {
      for (unsigned n = kRare; n > 0 && (misses(held, i) || misses(broken, i)); --n) {
        ASSERT_NO_FATAL_FAILURE(agree(walk.next(Rule(r))));
      }
      EXPECT_FALSE(misses(held, i)) << rule_name(Rule(r)) << " clause " << i + 1;
      EXPECT_FALSE(misses(broken, i)) << rule_name(Rule(r)) << " clause " << i + 1;
    }
    EXPECT_GE(fired[r], 20u) << rule_name(Rule(r)) << " never fires";
    EXPECT_GE(refused[r], 20u) << rule_name(Rule(r)) << " is never refused";
  }
}

// Altered rules, of which the comparison has to notice each.
template <class D>
struct WakesAtOnce : ReadWake<D> {
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>&) {
    c.require(ReadWake<D>::kWaiting,
              s.section(Term<Task>::free("argument task")) == Section::kWaiting);
    c.require(ReadWake<D>::kMovedOn, Term<bool>(true));
  }
};
template <class D>
struct InstallsEverywhere : Install<D> {
  static void apply(State<D>& s, const Args<D>& a) {
    Install<D>::apply(s, a);
    s.device_write.set(a.mirror, a.page, true);
  }
};
template <class D>
struct ForgetsToCount : Pin<D> {
  static void apply(State<D>&, const Args<D>&) {}
};

template <class D, class Altered>
bool notices(std::optional<Sizes> sizes) {
  Tables before;
  Tables after;
  auto arguments = argument_values({});
  before.load({});
  Universe universe(sizes);
  Universe::Scope scope(universe);
  Evaluator evaluator(before, arguments);
  const CompiledRule altered = compile_rule<D, Altered>(evaluator);
  Walk walk(2019);
  for (unsigned n = steps(); n > 0; --n) {
    const Triple triple = walk.next();
    if (triple.rule != Altered::kRule) continue;
    ConcreteState next = triple.state;
    concrete_apply(triple.rule, next, triple.arguments);
    before.load(triple.state);
    after.load(next);
    arguments = argument_values(triple.arguments);
    const auto guard = concrete_guard(triple.rule, triple.state, triple.arguments);
    if (!difference(evaluator, altered, guard, before, after, 0xFFFF).empty()) return true;
  }
  return false;
}

TEST(Agreement, NoticesAnAlteredClause) {
  EXPECT_TRUE((notices<Unbounded, WakesAtOnce<Unbounded>>(std::nullopt)));
  EXPECT_TRUE((notices<Bounded, WakesAtOnce<Bounded>>(Sizes::concrete())));
}
TEST(Agreement, NoticesAnAlteredEffect) {
  EXPECT_TRUE((notices<Unbounded, InstallsEverywhere<Unbounded>>(std::nullopt)));
  EXPECT_TRUE((notices<Bounded, InstallsEverywhere<Bounded>>(Sizes::concrete())));
}
TEST(Agreement, NoticesAnEffectThatIsMissing) {
  EXPECT_TRUE((notices<Unbounded, ForgetsToCount<Unbounded>>(std::nullopt)));
  EXPECT_TRUE((notices<Bounded, ForgetsToCount<Bounded>>(Sizes::concrete())));
}

}  // namespace
}  // namespace mirrorcheck::proofs::testing
