// model/README.md is a table of the clauses; this holds it to the code, in both directions.

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "model/rules.h"
#include "tests/proofs/random_step.h"

namespace mirrorcheck::proofs::testing {
namespace {

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  for (std::size_t at = line.find('|'); at != line.npos;) {
    const std::size_t end = line.find('|', at + 1);
    if (end == line.npos) break;
    std::string cell = line.substr(at + 1, end - at - 1);
    const std::size_t first = cell.find_first_not_of(' ');
    cells.push_back(
        first == cell.npos ? "" : cell.substr(first, cell.find_last_not_of(' ') - first + 1));
    at = end;
  }
  return cells;
}

struct ClauseTables {
  std::multiset<std::string> clauses;  // rows as they are in the code
  std::set<std::string> sources;       // steps that have a kernel source
};

ClauseTables documented() {
  ClauseTables tables;
  std::ifstream file(MIRRORCHECK_SOURCE_DIR "/model/README.md");
  EXPECT_TRUE(file.is_open());
  std::set<std::string> steps;
  for (std::size_t r = 0; r < model::kRules; ++r) steps.emplace(model::rule_name(model::Rule(r)));
  bool in_clauses = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("## ")) in_clauses = line == "## The clauses";
    const std::vector<std::string> cells = cells_of(line);
    if (!in_clauses || cells.empty() || cells[0] == "step" || cells[0].starts_with("---")) continue;
    EXPECT_TRUE(steps.contains(cells[0])) << "no such step: " << line;
    if (cells.size() == 2) {
      EXPECT_FALSE(cells[1].empty()) << line;
      tables.sources.insert(cells[0]);
    } else {
      EXPECT_EQ(cells.size(), 5u) << line;
      std::string row;
      for (const std::string& cell : cells) row += cell + "|";
      tables.clauses.insert(row);
    }
  }
  return tables;
}

// A guard names all its clauses in every state.
std::multiset<std::string> encoded() {
  std::multiset<std::string> rows;
  for (std::size_t r = 0; r < model::kRules; ++r) {
    const auto rule = model::Rule(r);
    for (const ClauseValue& value : concrete_guard(rule, {}, {})) {
      const model::Clause& c = *value.clause;
      rows.insert(std::string(model::rule_name(rule)) + "|" + std::string(c.id) + "|" +
                  std::string(c.sentence) + "|" + std::string(model::info(c.property).id) + "|" +
                  (c.protocol ? "protocol" : "") + "|");
    }
  }
  return rows;
}

TEST(ClauseTable, HasEveryClauseAndNoOther) {
  const ClauseTables tables = documented();
  const auto code = encoded();
  for (const std::string& row : code) {
    EXPECT_EQ(tables.clauses.count(row), code.count(row)) << "missing in model/README.md: " << row;
  }
  for (const std::string& row : tables.clauses) {
    EXPECT_EQ(code.count(row), tables.clauses.count(row)) << "not in the code: " << row;
  }
  for (std::size_t r = 0; r < model::kRules; ++r) {
    EXPECT_TRUE(tables.sources.contains(std::string(model::rule_name(model::Rule(r)))))
        << "no kernel source for " << model::rule_name(model::Rule(r));
  }
}

}  // namespace
}  // namespace mirrorcheck::proofs::testing
