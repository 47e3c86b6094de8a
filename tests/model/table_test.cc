// The tables: rules, properties, clauses; and which of several broken clauses a step reports.

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

#include "model/safety.h"
#include "tests/model/contract.h"

namespace mirrorcheck::model {
namespace {

class Collect {
 public:
  void require(const Clause& clause, bool) { clauses.insert(&clause); }
  std::set<const Clause*> clauses;
};

std::set<const Clause*> all_clauses() {
  Collect collect;
  ConcreteState state{};
  AllRules::each<Concrete>([&]<class R>() { R::guard(collect, state, Arguments{}); });
  each_safety_property<Concrete>([&]<class P>() { collect.clauses.insert(&P::kClause); });
  return collect.clauses;
}

// "N4", "X12.3": a section of the contract's letters, a number, at most one more.
bool is_contract_id(std::string_view id) {
  if (id.size() < 2 || std::isupper(static_cast<unsigned char>(id[0])) == 0) return false;
  return std::all_of(id.begin() + 1, id.end(), [](char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '.';
  });
}

TEST(Tables, EveryRuleHasANameOfItsOwnThatBeginsWithAContractId) {
  std::set<std::string_view> names;
  for (std::size_t r = 0; r < kRules; ++r) {
    const std::string_view name = rule_name(Rule(r));
    EXPECT_TRUE(names.insert(name).second) << name;
    const std::size_t dot = name.find('.');
    ASSERT_NE(dot, std::string_view::npos) << name;
    EXPECT_TRUE(is_contract_id(name.substr(0, dot))) << name;
    EXPECT_TRUE(std::all_of(
        name.begin() + static_cast<std::ptrdiff_t>(dot) + 1, name.end(),
        [](char c) { return std::islower(static_cast<unsigned char>(c)) != 0 || c == '_'; }))
        << name;
  }
}

TEST(Tables, VisitingARuleVisitsThatOne) {
  for (std::size_t r = 0; r < kRules; ++r) {
    unsigned visited = 0;
    visit_rule<Concrete>(Rule(r), [&]<class R>() {
      ++visited;
      EXPECT_EQ(R::kName, rule_name(Rule(r)));
    });
    EXPECT_EQ(visited, 1u);
  }
}

TEST(Tables, EveryPropertyHasAnIdOfItsOwn) {
  std::set<std::string_view> ids;
  for (const PropertyInfo& property : kProperties) {
    EXPECT_TRUE(ids.insert(property.id).second) << property.id;
    EXPECT_FALSE(property.meaning.empty());
  }
  EXPECT_EQ(info(Property::kS1).id, "S1");
  EXPECT_EQ(info(Property::kS5Prime).id, "S5'");
  EXPECT_EQ(info(Property::kS9Prime).id, "S9'");
  EXPECT_EQ(info(Property::kL7).id, "L7");
  EXPECT_EQ(static_cast<std::size_t>(Property::kL7) + 1, kProperties.size());
}

TEST(Tables, EveryClauseNamesARuleOfTheContractAndSaysWhatIsTheMatter) {
  const std::set<const Clause*> clauses = all_clauses();
  EXPECT_GT(clauses.size(), 100u);
  for (const Clause* clause : clauses) {
    EXPECT_TRUE(is_contract_id(clause->id)) << clause->id;
    EXPECT_GT(clause->sentence.size(), 15u) << clause->sentence;
    EXPECT_NE(clause->sentence.back(), '.') << clause->sentence;
    EXPECT_LT(static_cast<std::size_t>(clause->property), kProperties.size());
  }
}

// A guard speaks of the same clauses in the same order in every state: the interpretations that
// number them rely on it.
TEST(Tables, AGuardAlwaysHasTheSameClauses) {
  struct List {
    void require(const Clause& clause, bool) { clauses.push_back(&clause); }
    std::vector<const Clause*> clauses;
  };
  ConcreteState empty{};
  ConcreteState other;
  initialise(other, {.users = {1, 1}, .file_pages = {3, 3, 3}});
  other.odd.set(Mm(0), true);
  other.mmap_lock.set(Task(0), Mm(0), Hold::kExclusive);
  AllRules::each<Concrete>([&]<class R>() {
    List one;
    List two;
    R::guard(one, empty, Arguments{});
    R::guard(two, other, Arguments{.task = Task(1), .page = Page(3), .write = true, .flag = true});
    EXPECT_EQ(one.clauses, two.clauses) << R::kName;
  });
}

TEST(Tables, EveryFieldOfTheStateIsVisitedOnce) {
  std::set<std::string> names;
  std::size_t bytes = 0;
  ConcreteState state{};
  ConcreteState::each_field(state, [&](const char* name, auto& field) {
    EXPECT_TRUE(names.insert(name).second) << name;
    bytes += sizeof(field);
  });
  // Nothing but fields and what alignment adds between them.
  EXPECT_LE(bytes, sizeof(state));
  EXPECT_LT(sizeof(state) - bytes, 8 * names.size());
}

// One step that can break a clause of protocol (mmap_lock not held, which comes first) and two
// effective ones (the page is in no area; the area does not allow to write).
class Precedence : public testing::Test {
 protected:
  Precedence() {
    ConcreteState& s = contract_.state();
    s.area.set(kPage, Area::kAnon);
    s.area_write.set(kPage, true);
    s.cpu_frame.set(kPage, kFrame);
    s.used.set(kFrame, true);
    s.mmap_lock.set(kT0, kMm, Hold::kShared);
  }
  const Clause* upgrade() { return contract_.take(Rule::kUpgrade, {.page = kPage}); }

  static constexpr Page kPage{0};
  static constexpr Frame kFrame{2};
  Contract contract_;
};

TEST_F(Precedence, NothingBroken) { EXPECT_EQ(upgrade(), nullptr); }

TEST_F(Precedence, ProtocolAloneIsReported) {
  contract_.state().mmap_lock.set(kT0, kMm, Hold::kNot);
  ASSERT_TRUE(kMmapHeld.protocol);
  EXPECT_EQ(upgrade(), &kMmapHeld);
}

TEST_F(Precedence, AnEffectiveClauseComesBeforeProtocol) {
  contract_.state().mmap_lock.set(kT0, kMm, Hold::kNot);
  contract_.state().area_write.set(kPage, false);
  ASSERT_FALSE(kWriteAllowed.protocol);
  EXPECT_EQ(upgrade(), &kWriteAllowed);
}

TEST_F(Precedence, TheFirstOfTwoEffectiveOnes) {
  contract_.state().area.set(kPage, Area::kNone);
  contract_.state().area_write.set(kPage, false);
  EXPECT_EQ(upgrade(), &kInArea);
}

// Protocol that was broken does not keep the step's harm from being seen in the state after it.
TEST_F(Precedence, HarmInTheStateComesBeforeProtocol) {
  ConcreteState& s = contract_.state();
  s.mirror_pages.set(kM0, pages(0, 3));
  s.registration.set(kM0, Registration::kTree);
  s.engine.set(kM0, true);
  s.device_frame.set(kM0, kPage, kFrame);
  s.cpu_frame.set(kPage, kNoFrame);
  EXPECT_EQ(contract_.take(Rule::kDeviceAccess, {.mirror = kM0, .page = kPage}),
            &StaleTranslation<Concrete>::kClause);
}

}  // namespace
}  // namespace mirrorcheck::model
