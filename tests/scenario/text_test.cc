// The text form: both ways, and what the reader lets pass.

#include "fuzz/scenario/text.h"

#include <gtest/gtest.h>

#include "fuzz/scenario/bytes.h"
#include "fuzz/scenario/generate.h"
#include "tests/scenario/golden.h"
#include "tests/scenario/wild_scenario.h"

namespace mirrorcheck::fuzz {
namespace {

Scenario parsed(std::string_view text) {
  ScenarioOrError result = parse(text, "test");
  if (const Error* error = std::get_if<Error>(&result)) {
    ADD_FAILURE() << error->to_string() << "\n" << text;
    return {};
  }
  return std::get<Scenario>(std::move(result));
}

constexpr std::string_view kWithResults = R"(mirrorcheck scenario 1
tasks t0:mm0 t1:mm0
file f0 dax 16 cells
setup
  t0 mmap_file p4+4 rw f0@0 = 0
  t1 mirror_open m0 p0+8
  t0 store p4 .0
t0
  device_write m0 p4+1 .0 = 0 pages 1 faults 1
  load p4 .0 = 0 data t0.1
  device_read m0 p4+2 .0 = -EFAULT pages 0
  snapshot m0 p4+6 = 0 data write read zero+read error none 0x44
t1
  ftruncate f0 0 cells
  load p4 .1 = 0 data setup.3
  device_read m0 p4+3 .0 = 0 faults 2 data 0 t7.16 0xdeadbeef
schedule t0*5 t1*3 t0*2
expect violated S2 X12 X13
)";

TEST(Text, RoundTripOfEverything) {
  for (std::uint64_t seed = 0; seed < 3'000; ++seed) {
    const Scenario scenario = wild_scenario(seed, true);
    const std::string text = format(scenario);
    ASSERT_LE(text.size(), kMaxTextSize);
    ASSERT_EQ(parsed(text), scenario) << text;
    ASSERT_EQ(format(parsed(text)), text);
  }
}

TEST(Text, RoundTripOfTheGenerated) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const Scenario scenario = random_scenario(seed, {.tasks = 8, .operations = 16});
    ASSERT_EQ(parsed(format(scenario)), scenario);
  }
}

// text -> bytes -> text is the identity on canonical text without expectations.
TEST(Text, ThroughBytesAndBack) {
  for (std::uint64_t seed = 0; seed < 1'000; ++seed) {
    const std::string text = format(wild_scenario(seed, false));
    Scenario scenario;
    decode(encode(parsed(text)), scenario);
    ASSERT_EQ(format(scenario), text);
  }
}

TEST(Text, OldTextKeepsItsMeaning) {
  EXPECT_EQ(format(parsed(kGoldenText)), kGoldenText);
  EXPECT_EQ(encode(parsed(kGoldenText)), kGoldenBytes);
}

TEST(Text, ResultsAndVerdict) {
  const Scenario scenario = parsed(kWithResults);
  EXPECT_EQ(format(scenario), kWithResults);
  const ExpectedResult* write = scenario.expected(place_in_task(0, 0));
  ASSERT_NE(write, nullptr);
  EXPECT_EQ(write->error, 0);
  EXPECT_EQ(write->pages, 1);
  EXPECT_EQ(write->faults, 1);
  EXPECT_TRUE(write->data.empty());
  EXPECT_EQ(scenario.expected(place_in_task(0, 2))->error, -EFAULT);
  EXPECT_EQ(scenario.expected(place_in_task(0, 1))->data.front(), scenario.tasks[0][0].value);
  EXPECT_EQ(scenario.expected(place_in_task(1, 1))->data.front(),
            scenario.setup[2].operation.value);
  EXPECT_EQ(scenario.expected(place_in_task(0, 3))->data[2], 0x11U);
  EXPECT_EQ(scenario.expected(place_in_task(1, 0)), nullptr);
  EXPECT_EQ(scenario.expectations.verdict, ExpectedVerdict::kViolated);
  EXPECT_EQ(scenario.expectations.property, "S2");
  EXPECT_EQ(scenario.expectations.rules, (std::vector<std::string>{"X12", "X13"}));
}

TEST(Text, WhiteSpaceCommentsLineEndsAndOrderAreFree) {
  const Scenario canonical = parsed(kWithResults);
  EXPECT_EQ(parsed(R"(mirrorcheck scenario 1
# What happens when the file shrinks under the mirror?

 tasks	t0:mm0   t1:mm0
expect violated S2 X12 X13
schedule t0*5
schedule t1*3 t0*2   # and then round-robin
t1
ftruncate f0 0 cells
load p4 .1 = 0 data setup.3
        device_read m0 p4+3 .0   =   0 faults 2 data 0 t7.16 0xdeadbeef
setup
t0 mmap_file p4+4 rw f0@0 = 0
t1 mirror_open m0 p0+8
t0 store p4 .0
file f0 dax 16 cells
file f1 cache absent
t0
device_write m0 p4+1 .0 = 0 pages 1 faults 1
load p4 .0 = 0 data 0x101
device_read m0 p4+2 .0 = -EFAULT pages 0
snapshot m0 p4+6 = 0 data 0x2 0x1 0x11 0xff 0x0 0x44)"),
            canonical);
  std::string windows(kWithResults);
  for (std::size_t at = 0; (at = windows.find('\n', at)) != std::string::npos; at += 2) {
    windows.replace(at, 1, "\r\n");
  }
  EXPECT_EQ(parsed(windows), canonical);
}

TEST(Text, LongSchedulesAreBrokenIntoLines) {
  Scenario scenario;
  scenario.schedule.resize(kMaxSegments, {.task = 0, .points = 65535});
  canonicalize(scenario);
  const std::string text = format(scenario);
  std::size_t begin = 0;
  for (std::size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
    EXPECT_LE(end - begin, 100U);
  }
  EXPECT_EQ(parsed(text), scenario);
}

TEST(Text, TheSmallest) {
  EXPECT_EQ(format(Scenario{}), "mirrorcheck scenario 1\ntasks t0:mm0\n");
  EXPECT_EQ(parsed("mirrorcheck scenario 1\ntasks t0:mm0"), Scenario{});
  EXPECT_EQ(parsed("mirrorcheck scenario 1 \r\ntasks t0:mm0\nsetup\nt0\nschedule\n"), Scenario{});
}

}  // namespace
}  // namespace mirrorcheck::fuzz
