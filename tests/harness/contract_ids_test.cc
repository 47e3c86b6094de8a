// Every id of the contract is encoded, or model/README.md says why it is not.

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>

#include "fuzz/harness/all_clauses.h"
#include "model/concrete.h"
#include "model/rules.h"
#include "model/safety.h"

namespace mirrorcheck::fuzz {
namespace {

using Ids = std::set<std::string>;

// The numbered rules of the parts about Linux and drivers. What the contract says of DMA addresses
// (A10) and of the API of 2019 (A11) has no numbers.
Ids rules_of_the_contract() {
  const std::map<char, int> last{{'N', 9},  {'Q', 9}, {'I', 10}, {'F', 13},
                                 {'D', 11}, {'M', 5}, {'X', 17}, {'P', 6}};
  Ids ids{"A6", "A12"};
  for (const auto& [letter, count] : last) {
    for (int i = 1; i <= count; ++i) ids.insert(letter + std::to_string(i));
  }
  return ids;
}

Ids properties_of_the_contract() {
  Ids ids;
  for (int i = 1; i <= 17; ++i) ids.insert("S" + std::to_string(i));
  for (const char* primed : {"S1'", "S5'", "S6'", "S8'", "S9'", "S12'", "S15'", "L2'"}) {
    ids.insert(primed);
  }
  for (int i = 1; i <= 7; ++i) ids.insert("L" + std::to_string(i));
  return ids;
}

std::string text_of(const char* file) {
  std::ifstream in(SOURCE_DIRECTORY + std::string("/") + file);
  EXPECT_TRUE(in.is_open()) << file;
  return {std::istreambuf_iterator<char>(in), {}};
}

// "X12" of "X12.5".
std::string rule_of(std::string_view id) { return std::string(id.substr(0, id.find('.'))); }

struct Encoded {
  Ids rules;
  std::map<std::string, int> properties;  // where, as Checked has it

  void require(const model::Clause& clause, bool) {
    rules.insert(rule_of(clause.id));
    properties[std::string(model::info(clause.property).id)] |= model::kByGuards;
  }
};

Encoded encoded() {
  Encoded found;
  const model::State<model::Concrete> state{};
  model::AllRules::each<model::Concrete>([&]<class R>() {
    found.rules.insert(rule_of(R::kName));
    R::guard(found, state, model::Arguments{.file_page = model::FilePage{1}});
  });
  model::each_safety_property<model::Concrete>([&]<class P>() {
    found.rules.insert(rule_of(P::kClause.id));
    found.properties[std::string(model::info(P::kProperty).id)] |= model::kAsFormula;
  });
  for (const model::Clause* clause : kHarnessClauses) {
    found.rules.insert(rule_of(clause->id));
    found.properties[std::string(model::info(clause->property).id)] |= model::kByHarness;
  }
  return found;
}

// The ids of a table of model/README.md, "P1-P6" meaning six, with their reasons.
std::map<std::string, std::string> table(const std::string& heading) {
  const std::string readme = text_of("model/README.md");
  const std::size_t begin = readme.find("## " + heading + "\n");
  EXPECT_NE(begin, std::string::npos) << heading;
  const std::string section = readme.substr(begin, readme.find("\n## ", begin + 1) - begin);
  std::map<std::string, std::string> rows;
  const std::regex row(R"re(\n\| ([A-Z][^|]*) \| ([^|]+) \|)re");
  const std::regex id(R"re(([A-Z]+)(\d+)('?)(?:-[A-Z]+(\d+))?)re");
  for (std::sregex_iterator it(section.begin(), section.end(), row), end; it != end; ++it) {
    const std::string ids = (*it)[1];
    for (std::sregex_iterator each(ids.begin(), ids.end(), id); each != end; ++each) {
      const int first = std::atoi((*each)[2].str().c_str());
      const int last = (*each)[4].matched ? std::atoi((*each)[4].str().c_str()) : first;
      for (int i = first; i <= last; ++i) {
        rows[(*each)[1].str() + std::to_string(i) + (*each)[3].str()] = (*it)[2];
      }
    }
  }
  return rows;
}

TEST(ContractIds, TheListOfTheHarnessIsWhole) {
  std::size_t declared = 0;
  const std::regex clause(R"re(inline constexpr Clause k\w+)re");
  for (const char* file : {"fuzz/harness/clauses.h", "fuzz/harness/assignment_clauses.h"}) {
    const std::string text = text_of(file);
    declared += static_cast<std::size_t>(
        std::distance(std::sregex_iterator(text.begin(), text.end(), clause), {}));
  }
  EXPECT_EQ(std::set(std::begin(kHarnessClauses), std::end(kHarnessClauses)).size(), declared);
}

TEST(ContractIds, EveryRuleIsEncodedOrHasAReason) {
  const Encoded found = encoded();
  const auto structural = table("What has no clause of its own");
  const auto missing = table("What is not encoded yet");
  EXPECT_GT(found.rules.size(), 40u);
  EXPECT_GT(structural.size(), 3u);
  for (const std::string& id : rules_of_the_contract()) {
    const bool partly = missing.contains(id) && missing.at(id).starts_with("in part");
    const int places = (found.rules.contains(id) && !partly ? 1 : 0) +
                       (structural.contains(id) ? 1 : 0) + (missing.contains(id) ? 1 : 0);
    EXPECT_EQ(places, 1) << id << (places == 0 ? " is nowhere" : " is encoded, and said not to be");
    EXPECT_TRUE(!partly || found.rules.contains(id)) << id << " is not encoded in part";
  }
}

TEST(ContractIds, EveryPropertyIsCheckedOrHasAReason) {
  const Encoded found = encoded();
  auto reasons = table("What has no clause of its own");
  reasons.merge(table("What is not encoded yet"));
  Ids named;
  for (const model::PropertyInfo& property : model::kProperties) {
    const std::string id(property.id);
    named.insert(id);
    EXPECT_NE(property.checked, 0) << id;
    ASSERT_TRUE(found.properties.contains(id)) << id << " has no clause";
    EXPECT_EQ(found.properties.at(id), property.checked) << id;
  }
  for (const model::AbsentProperty& property : model::kAbsentProperties) {
    const std::string id(property.id);
    EXPECT_TRUE(named.insert(id).second) << id << " is checked, and said not to be";
    EXPECT_GT(property.reason.size(), 10u) << id;
    EXPECT_TRUE(reasons.contains(id)) << id << " has no reason in model/README.md";
  }
  EXPECT_EQ(named, properties_of_the_contract());
}

// A row about something that the contract does not have is a slip of the pen.
TEST(ContractIds, EveryReasonIsAboutAnId) {
  Ids all = rules_of_the_contract();
  all.merge(properties_of_the_contract());
  all.insert({"A10", "A11"});
  for (const char* heading : {"What has no clause of its own", "What is not encoded yet"}) {
    for (const auto& [id, reason] : table(heading)) EXPECT_TRUE(all.contains(id)) << id;
  }
}

}  // namespace
}  // namespace mirrorcheck::fuzz
