#include "fuzz/tool/options.h"

#include <gtest/gtest.h>

#include <vector>

namespace mirrorcheck::tool {
namespace {

constexpr std::string_view kColours[] = {"red", "blue"};
constexpr Option kOptions[] = {
    {"--count", "N", "how many", OptionKind::kNumber, 1, 10},
    {"--name", "TEXT", "what"},
    {"--colour", "COLOUR", "which", OptionKind::kChoice, 0, 0, kColours},
    {"--quick", "", "hurry", OptionKind::kFlag},
};
const Command kCommand{"test", "FILE...", 1, 2, "tests", "", kOptions, nullptr};

Parsed parsed(const std::vector<const char*>& words) { return parse(kCommand, words); }

TEST(OptionsTest, TakesOptionsAnywhere) {
  const Parsed p = parsed({"a", "--count", "3", "--name=x=y", "--quick", "--", "--count"});
  EXPECT_EQ(p.error, "");
  EXPECT_EQ(p.arguments.positionals(), (std::vector<std::string>{"a", "--count"}));
  EXPECT_EQ(p.arguments.number("--count", 7), 3u);
  EXPECT_EQ(p.arguments.text("--name", ""), "x=y");
  EXPECT_TRUE(p.arguments.has("--quick"));
  EXPECT_FALSE(p.arguments.has("--colour"));
  EXPECT_EQ(p.arguments.text("--colour", "red"), "red");
}

TEST(OptionsTest, HelpGoesBeforeErrors) {
  EXPECT_TRUE(parsed({"--help"}).help);
  EXPECT_TRUE(parsed({"-h", "--nonsense"}).help);
  const std::string text = usage(kCommand);
  for (const Option& option : kOptions) {
    EXPECT_NE(text.find(option.name), std::string::npos) << option.name;
  }
  EXPECT_NE(text.find("one of red, blue"), std::string::npos);
}

TEST(OptionsTest, SaysWhatIsWrongInOneLine) {
  const std::vector<std::pair<std::vector<const char*>, std::string>> cases{
      {{"a", "--nonsense", "1"},
       "mirrorcheck test: --nonsense: no such option; `mirrorcheck test --help` lists them"},
      {{"a", "--count"}, "mirrorcheck test: --count: needs a value; say --count N"},
      {{"a", "--count", "0"},
       "mirrorcheck test: --count: '0' is not a whole number from 1 to 10; give one"},
      {{"a", "--count", "11"},
       "mirrorcheck test: --count: '11' is not a whole number from 1 to 10; give one"},
      {{"a", "--count", "3x"},
       "mirrorcheck test: --count: '3x' is not a whole number from 1 to 10; give one"},
      {{"a", "--count=-1"},
       "mirrorcheck test: --count: '-1' is not a whole number from 1 to 10; give one"},
      {{"a", "--name="}, "mirrorcheck test: --name: needs a value; say --name TEXT"},
      {{"a", "--colour", "green"},
       "mirrorcheck test: --colour: there is no 'green'; say one of red, blue"},
      {{"a", "--quick=yes"},
       "mirrorcheck test: --quick: takes no value; leave out what follows the '='"},
      {{"a", "--count", "1", "--count", "1"},
       "mirrorcheck test: --count: is there twice; say it once"},
      {{}, "mirrorcheck test: FILE...: is missing; `mirrorcheck test --help` tells what it is"},
      {{"a", "b", "c"}, "mirrorcheck test: c: one argument too many; leave it out"},
  };
  for (const auto& [words, error] : cases) EXPECT_EQ(parsed(words).error, error);
}

}  // namespace
}  // namespace mirrorcheck::tool
