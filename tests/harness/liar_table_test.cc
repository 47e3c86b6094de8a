// A clause that nobody has seen broken may be one that cannot break: each that judges an
// implementation's answers and what it made of its assignments has a liar.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace mirrorcheck::fuzz {
namespace {

// The tables of liars.
std::string liars() {
  std::string text;
  for (const char* table :
       {"assignment_test.cc", "answer_test.cc", "atomic_test.cc", "error_answer_test.cc",
        "hugetlb_test.cc", "uprobe_test.cc", "userfault_test.cc"}) {
    std::ifstream file(std::string(SOURCE_DIRECTORY "/tests/harness/") + table);
    EXPECT_TRUE(file.is_open()) << table;
    text.append(std::istreambuf_iterator<char>(file), {});
  }
  return text;
}

TEST(Clauses, EachHasALiar) {
  std::ifstream header(SOURCE_DIRECTORY "/fuzz/harness/assignment_clauses.h");
  ASSERT_TRUE(header.is_open());
  const std::string tested = liars();
  constexpr std::string_view kBefore = "inline constexpr Clause k";
  unsigned clauses = 0;
  for (std::string line; std::getline(header, line);) {
    if (!line.starts_with(kBefore)) continue;
    ++clauses;
    const std::string name = line.substr(kBefore.size(), line.find('{') - kBefore.size());
    EXPECT_TRUE(tested.find("{\"" + name + "_") != std::string::npos ||
                tested.find("{\"" + name + "\"") != std::string::npos)
        << name << " is in no test";
  }
  EXPECT_GT(clauses, 12u);
}

}  // namespace
}  // namespace mirrorcheck::fuzz
