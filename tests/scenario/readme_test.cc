// The documentation of the forms says what the code does.

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "fuzz/scenario/calls.h"
#include "fuzz/scenario/text.h"

namespace mirrorcheck::fuzz {
namespace {

std::string readme() {
  std::ostringstream out;
  out << std::ifstream(FUZZ_README).rdbuf();
  return out.str();
}

// The text between the first fence after `heading` and the next fence.
std::string block_after(const std::string& text, const std::string& heading) {
  const std::size_t at = text.find(heading);
  const std::size_t fence = text.find("```", at);
  const std::size_t begin = text.find('\n', fence) + 1;
  const std::size_t end = text.find("```", begin);
  if (at == std::string::npos || fence == std::string::npos || end == std::string::npos) return {};
  return text.substr(begin, end - begin);
}

TEST(Readme, TheWorkedExampleIsAScenario) {
  const std::string example = block_after(readme(), "### A worked example");
  const ScenarioOrError result = parse(example, "README.md");
  const Error* error = std::get_if<Error>(&result);
  ASSERT_EQ(error, nullptr) << error->to_string();
  EXPECT_EQ(format(std::get<Scenario>(result)),
            "mirrorcheck scenario 1\n"
            "tasks t0:mm0 t1:mm0\n"
            "file f0 dax 16 cells\n"
            "setup\n"
            "  t0 mmap_file p4+4 rw f0@0\n"
            "  t0 mirror_open m0 p0+8\n"
            "t0\n"
            "  device_write m0 p4+1 .0 = -EFAULT\n"
            "  load p4 .0 = -EFAULT\n"
            "t1\n"
            "  ftruncate f0 0 cells = 0\n"
            "schedule t0*15 t1*8\n"
            "expect holds\n");
}

// The byte form numbers calls "in the order of the grammar".
TEST(Readme, TheGrammarHasEveryCallInOrder) {
  const std::string grammar = block_after(readme(), "### Text form");
  std::size_t at = grammar.find("call      =");
  ASSERT_NE(at, std::string::npos);
  for (const CallInfo& call : kCallTable) {
    const std::size_t next = grammar.find('"' + std::string(call.name) + '"', at);
    ASSERT_NE(next, std::string::npos) << call.name;
    at = next;
  }
}

}  // namespace
}  // namespace mirrorcheck::fuzz
