// Attacks: each is a run of the contract but for what was dropped, and does the harm it says. The
// concrete interpretation, whose representation shares nothing with the explorer's, is the judge.

#include "proofs/explore/attack.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "model/oracle.h"
#include "proofs/explore/attack_text.h"
#include "proofs/explore/harm.h"
#include "proofs/explore/step_harm.h"

namespace mirrorcheck::proofs::explore {
namespace {

// The clauses of a step that do not hold, a bit for each.
struct Refusals {
  void require(const model::Clause&, bool holds) {
    failed |= static_cast<std::uint32_t>(!holds) << next++;
  }
  std::uint32_t failed = 0;
  unsigned next = 0;
};

std::uint32_t refusals(const model::ConcreteState& s, model::Rule rule, const model::Arguments& a) {
  Refusals refusals;
  model::visit_rule<model::Concrete>(rule, [&]<class R>() { R::guard(refusals, s, a); });
  return refusals.failed;
}

// The invalidate_seq that the step reports: the one that is in order.
void fill_in_sequence(const model::ConcreteState& s, ExploreStep& step) {
  int fewest = 99;
  std::uint64_t best = 0;
  for (std::uint64_t sequence = 0; sequence < 40; ++sequence) {
    step.arguments.sequence = sequence;
    const int broken = std::popcount(refusals(s, step.rule, step.arguments));
    if (broken < fewest) fewest = broken, best = sequence;
  }
  step.arguments.sequence = best;
}

// The property that does not hold, of those that the oracle looks at and of the others.
const model::Clause* broken_in(const model::ConcreteState& s, const Attack& attack) {
  const model::Clause* broken = model::check_everything(s);
  const auto look = [&]<class P>() {
    if (broken == nullptr && !P::holds(s)) broken = &P::kClause;
  };
  each_harm<model::Concrete>(look);
  each_last_harm<model::Concrete>([&]<class P>() {
    if (attack.broken != nullptr && P::kClause.sentence == attack.broken->sentence)
      look.template operator()<P>();
  });
  return broken;
}

void expect_real(const Attack& attack) {
  static const StepProperties<model::Concrete> properties;
  const Drop drop = parse_drop(attack.drop);
  model::ConcreteState s;
  model::initialise(s, initial(attack.world));
  ASSERT_FALSE(attack.trace.empty());
  std::uint32_t last = 0;
  StepHarm harm;
  for (ExploreStep step : attack.trace) {
    ASSERT_EQ(broken_in(s, attack), nullptr) << attack.drop;  // not before the end
    fill_in_sequence(s, step);
    last = refusals(s, step.rule, step.arguments);
    const std::uint32_t allowed = step.rule == drop.rule ? drop.clauses : 0;
    EXPECT_EQ(last & ~allowed, 0U) << attack.drop << " " << model::rule_name(step.rule);
    const model::ConcreteState before = s;
    model::visit_rule<model::Concrete>(step.rule, [&]<class R>() { R::apply(s, step.arguments); });
    if (step.rule == drop.rule && !drop.field.empty()) {
      model::ConcreteState::each_pair(before, s, [&](const char* name, const auto& old, auto& now) {
        if (drop.field == name) now = old;
      });
    }
    if (attack.outcome != Attack::Outcome::kBreaksStep) continue;
    EXPECT_TRUE(harm.name.empty()) << attack.drop << " " << harm.name;  // not before the end
    harm = properties.broken_by(step.rule, before, step.arguments, s);
  }
  if (attack.outcome == Attack::Outcome::kBreaksStep) {
    EXPECT_EQ(harm.name, attack.step.name) << attack.drop;
    EXPECT_EQ(harm.property, broken_property(attack).id) << attack.drop;
  } else if (attack.outcome == Attack::Outcome::kBreaksProperty) {
    const model::Clause* broken = broken_in(s, attack);
    ASSERT_NE(broken, nullptr) << attack.drop;
    EXPECT_EQ(model::info(broken->property).id, broken_property(attack).id);
  } else {
    EXPECT_NE(last, 0U) << attack.drop;
  }
}

struct Expected {
  const char* drop;
  Attack::Outcome outcome;
  const char* property;
  std::size_t steps;
};

// Of a search of all worlds; what it found of the other drops is found again below.
TEST(Attack, IsTheShortestAndRunsOnTheConcreteContract) {
  using enum Attack::Outcome;
  constexpr Expected kExpected[] = {
      {"D1.install/3", kBreaksProperty, "S1", 14},
      {"N5.remove/2", kBreaksProperty, "S1", 12},
      {"M1.zap/2", kBreaksProperty, "S1", 11},
      {"M4.populate/7", kBreaksProperty, "S2", 5},
      {"I6.end/odd", kBreaksProperty, "S7", 6},
      {"A12.mmap_read/1", kIsTheHarm, "L1", 2},
      // What every step does.
      {"D1.install/1", kBreaksStep, "S3", 9},
      {"A12.mmap_read/2", kBreaksStep, "L1", 2},
      // Worlds with what is left out elsewhere.
      {"M4.populate/14", kBreaksStep, "S6'", 7},
      {"X9.share/2", kBreaksStep, "S6", 3},
      {"M4.populate/cpu_kind", kBreaksProperty, "S12", 4},
      // In a world of its own.
      {"M4.join/2", kBreaksProperty, "S16", 4},
  };
  for (const Expected& expected : kExpected) {
    Attack attack = find_attack(expected.drop, kNear);
    if (!harms(attack)) attack = find_attack(expected.drop, kFar);
    EXPECT_EQ(attack.outcome, expected.outcome) << expected.drop;
    EXPECT_EQ(broken_property(attack).id, expected.property) << expected.drop;
    EXPECT_EQ(attack.trace.size(), expected.steps) << expected.drop;
    expect_real(attack);
  }
}

TEST(Attack, KnowsEachClauseAndEffect) {
  const std::vector<std::string> drops = every_drop();
  EXPECT_GE(drops.size(), 200U);
  for (const char* drop : {"D1.install/5", "D2.invalidate/device_frame", "M1.zap/cpu_frame"}) {
    EXPECT_NE(std::find(drops.begin(), drops.end(), drop), drops.end()) << drop;
  }
  for (const std::string& drop : drops) EXPECT_TRUE(parse_drop(drop)) << drop;
  EXPECT_THROW(parse_drop("no.rule"), ExploreError);
  EXPECT_THROW(parse_drop("D1.install/99"), ExploreError);
  EXPECT_THROW(parse_drop("D1.install/01"), ExploreError);
  EXPECT_THROW(parse_drop("D1.install/users"), ExploreError);
}

// Who never has mmap_lock for write maps nothing.
TEST(Attack, AnEffectIsMissedByThoseWhoNeedIt) {
  const std::vector<model::Rule> stopped = stopped_by("A12.mmap_write/mmap_lock", 2'000);
  EXPECT_NE(std::find(stopped.begin(), stopped.end(), model::Rule::kMap), stopped.end());
  EXPECT_TRUE(stopped_by("M4.populate/copied", 2'000).empty());
}

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The lines of the table, by drop.
std::map<std::string, std::string> table_of(const std::filesystem::path& corpus) {
  std::map<std::string, std::string> lines;
  std::ifstream table(corpus / "table.txt");
  for (std::string line; std::getline(table, line);) lines[line.substr(0, line.find(' '))] = line;
  return lines;
}

// The attacks that are kept are those that are found.
TEST(Attack, CorpusIsWhatIsFound) {
  const std::filesystem::path corpus = MIRRORCHECK_SOURCE_DIR "/corpus/attacks";
  const std::map<std::string, std::string> table = table_of(corpus);
  std::size_t seen = 0;
  std::size_t long_ones = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(corpus)) {
    if (entry.path().extension() != ".steps") continue;
    const std::string drop =
        std::filesystem::relative(entry.path(), corpus).replace_extension().string();
    const std::string text = content(entry.path());
    const Attack attack = find_again(drop, text);
    ASSERT_TRUE(harms(attack)) << drop;
    EXPECT_EQ(to_text(attack), text) << drop;
    ASSERT_TRUE(table.contains(drop)) << drop;
    EXPECT_EQ(table_line(attack), table.at(drop));
    expect_real(attack);
    ++seen;
    if (attack.trace.size() >= 10) ++long_ones;
  }
  EXPECT_GE(seen, 20U);
  EXPECT_GE(long_ones, 3U);
}

// Of what a proved property of steps does not hold without, the table says no less.
TEST(Attack, TableKnowsTheTwinsOfTheProof) {
  const auto table = table_of(MIRRORCHECK_SOURCE_DIR "/corpus/attacks");
  std::size_t seen = 0;
  InvariantGroups::each([&]<class G>() {
    const auto look = [&](const StepProperty<model::Concrete>& property) {
      std::istringstream twins{std::string(property.twins)};
      for (std::string drop; twins >> drop;) {
        if (!table.contains(drop)) continue;  // a whole rule, or a clause by its id
        const std::string& line = table.at(drop);
        const bool breaks = line.starts_with(drop + " breaks ") && line.ends_with(" steps");
        EXPECT_TRUE(breaks || line.ends_with("the properties hold without")) << line;
        ++seen;
      }
    };
    if constexpr (requires { G::template each_step<model::Concrete>(look); }) {
      G::template each_step<model::Concrete>(look);
    }
  });
  EXPECT_GE(seen, 50U);
}

// Each drop that there is has its line in the table, in their order, and a file if it breaks a
// property; of some of the others, what the line says is so, as far as the search alone can tell.
TEST(Attack, TableHasEveryDrop) {
  const std::filesystem::path corpus = MIRRORCHECK_SOURCE_DIR "/corpus/attacks";
  std::ifstream table(corpus / "table.txt");
  constexpr std::size_t kOneIn = 16;
  std::size_t number = 0;
  for (const std::string& drop : every_drop()) {
    std::string line;
    ASSERT_TRUE(std::getline(table, line)) << drop;
    EXPECT_TRUE(line.starts_with(drop + " ")) << line;
    const bool breaks = line.starts_with(drop + " breaks ") && line.ends_with(" steps");
    EXPECT_EQ(std::filesystem::exists(corpus / (drop + ".steps")), breaks) << line;
    if (breaks || ++number % kOneIn != 0) continue;
    const Attack attack = find_attack(drop, kNear);
    if (line.starts_with(drop + " is ")) {
      EXPECT_EQ(table_line(attack), line);
    } else {
      EXPECT_FALSE(harms(attack)) << line;
    }
  }
}

}  // namespace
}  // namespace mirrorcheck::proofs::explore
