// Campaigns: what they find, write and survive.

#include <algorithm>
#include <set>

#include "tests/tool/json_check.h"
#include "tests/tool/program.h"

namespace mirrorcheck {
namespace {

namespace fs = std::filesystem;

std::set<std::string> names_in(const fs::path& directory) {
  std::set<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
    names.insert(entry.path().filename().string());
  }
  return names;
}

TEST_F(ToolTest, RefusesPlacesItCannotWrite) {
  expect_refused({"fuzz", "--engine", "random", "--findings", "/proc/none"}, "/proc/none: ");
  expect_refused({"fuzz", "--engine", "random", "--corpus", "/proc/none"}, "/proc/none: ");
  expect_refused({"fuzz", "--engine", "random", "--summary", "/proc/none/s"}, "/proc/none/s: ");
  expect_refused({"fuzz", "--impl", "nobody"}, "say reference, linux-6.12, mutant:ID or the path");
  expect_refused({"fuzz", "--seconds", "0"}, "--seconds: '0' is not a whole number");
  expect_refused({"fuzz", "--engine", "magic"}, "say one of libfuzzer, aflpp, random, pct");
}

TEST_F(ToolTest, ACampaignOnTheReferenceFindsNothing) {
  for (const char* engine : {"random", "pct"}) {
    const Outcome outcome = run({"fuzz", "--engine", engine, "--executions", "3000", "--seed", "1",
                                 "--jobs", "2", "--summary", "s.json"});
    EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.error;
    EXPECT_NE(outcome.out.find("holds: no execution broke the contract"), std::string::npos);
    EXPECT_NE(outcome.out.find("--seed 1"), std::string::npos);
    EXPECT_NE(outcome.out.find("executions    3,000 in "), std::string::npos) << outcome.out;
    const std::string summary = content_of(path("s.json"));
    EXPECT_TRUE(JsonCheck::good(summary)) << summary;
    for (const char* key :
         {"verdict", "executions", "executions_per_second", "seconds", "seed", "rules_exercised",
          "rules_total", "rules_not_exercised", "rules", "operations_exercised", "operations_total",
          "operations_not_exercised", "operations", "findings"}) {
      EXPECT_NE(summary.find(std::string("\"") + key + "\": "), std::string::npos) << key;
    }
    EXPECT_NE(summary.find("\"verdict\": \"holds\""), std::string::npos) << summary;
    EXPECT_TRUE(names_in(path("findings")).empty());
  }
}

// Nothing in it gets as far as the load that the self-check looks for.
TEST_F(ToolTest, ACampaignFindsWhatIsWrongFromTheStart) {
  const Outcome outcome = run(
      {"fuzz", "--impl", BUSY_WORLD, "--engine", "random", "--executions", "100", "--seed", "1"});
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.error;
  EXPECT_NE(outcome.out.find("an error that it had no reason for"), std::string::npos)
      << outcome.out;
}

TEST_F(ToolTest, CtrlCEndsACampaignWithItsSummary) {
  // The tool's output is a pipe here, so that its first line tells that it has begun.
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    close(ends[1]);
    if (chdir(directory_.c_str()) != 0) _exit(127);
    execl(MIRRORCHECK_TOOL, MIRRORCHECK_TOOL, "fuzz", "--engine", "random", "--seconds", "100000",
          nullptr);
    _exit(127);
  }
  close(ends[1]);
  std::string out;
  char buffer[512];
  bool asked = false;
  for (ssize_t n = 0; (n = read(ends[0], buffer, sizeof buffer)) > 0;) {
    out.append(buffer, static_cast<std::size_t>(n));
    if (!asked && out.find('\n') != std::string::npos) {
      asked = true;
      // SIGINT is blocked from before the first line on, so it is neither lost nor deadly.
      kill(child, SIGINT);
    }
  }
  close(ends[0]);
  int state = 0;
  waitpid(child, &state, 0);
  EXPECT_TRUE(WIFEXITED(state)) << "killed by signal " << WTERMSIG(state);
  EXPECT_NE(out.find("interrupted"), std::string::npos) << out;
  EXPECT_NE(out.find("seed "), std::string::npos) << out;
}

TEST_F(ToolTest, ACrashOfTheCodeUnderTestIsAFinding) {
  const Outcome outcome = run({"fuzz", "--engine", "random", "--executions", "100000", "--seed",
                               "1", "--impl", CRASHING_WORLD, "--summary", "s.json"});
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.error;
  EXPECT_NE(content_of(path("s.json")).find("\"property\": \"crash\""), std::string::npos);
  const std::set<std::string> names = names_in(path("findings"));
  const auto crash = names.lower_bound("crash-");
  ASSERT_TRUE(crash != names.end() && crash->starts_with("crash-")) << outcome.out;
  const Outcome scenario = run({"show", "--form", "text", "findings/" + *crash});
  EXPECT_EQ(scenario.code, 0);
  EXPECT_NE(scenario.out.find("munmap"), std::string::npos) << scenario.out;
}

// A worker that is gone before its work is done has not done it, whatever its exit code says.
TEST_F(ToolTest, CodeUnderTestThatLeavesWithSuccessHasNotHeld) {
  const std::pair<const char*, const char*> limits[] = {{"--executions", "300"},
                                                        {"--seconds", "2"}};
  for (const auto& [option, limit] : limits) {
    const Outcome outcome = run({"fuzz", "--engine", "random", option, limit, "--seed", "1",
                                 "--impl", EXITING_WORLD, "--findings", limit});
    EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.error;
    EXPECT_FALSE(names_in(path(limit)).empty()) << outcome.out;
  }
}

#ifdef MIRRORCHECK_HAS_MUTANTS

// Each input is run under several schedules; the one that is kept has to be the one that crashed.
TEST_F(ToolTest, ACrashUnderAFuzzingEngineReplays) {
  for (const char* world : {CRASHING_WORLD, OVERLAP_WORLD}) {
    for (const char* engine : {"libfuzzer", "aflpp"}) {
      const std::string place = engine + std::to_string(world == std::string(CRASHING_WORLD));
      const Outcome outcome = run({"fuzz", "--engine", engine, "--executions", "6000", "--seed",
                                   "1", "--impl", world, "--findings", place});
      EXPECT_EQ(outcome.code, 1) << place << ": " << outcome.out << outcome.error;
      unsigned crashes = 0;
      for (const std::string& name : names_in(path(place))) {
        if (!name.starts_with("crash-")) continue;
        ++crashes;
        const std::string crash = std::string(place).append("/").append(name);
        EXPECT_EQ(run({"replay", "--impl", world, crash}).code, 3) << crash;
      }
      EXPECT_NE(crashes, 0u) << place << ": " << outcome.out;
    }
  }
}

// The number is exact, and no more jobs are started than have something to do.
TEST_F(ToolTest, ACampaignDoesAsManyExecutionsAsItIsAskedFor) {
  for (const char* engine : {"libfuzzer", "aflpp", "random"}) {
    for (const char* count : {"1", "1003"}) {
      const Outcome outcome = run({"fuzz", "--engine", engine, "--executions", count, "--seed", "1",
                                   "--jobs", "2", "--summary", "s.json"});
      EXPECT_EQ(outcome.code, 0) << engine << ": " << outcome.out << outcome.error;
      EXPECT_NE(content_of(path("s.json")).find(std::string("\"executions\": ") + count + ","),
                std::string::npos)
          << engine << ": " << outcome.out;
    }
  }
}

TEST_F(ToolTest, ABrokenMirrorIsFoundMinimisedAndExplained) {
  const Outcome outcome = run({"fuzz", "--impl", "mutant:M03", "--executions", "20000", "--seed",
                               "1", "--summary", "s.json"});
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.error;
  EXPECT_NE(outcome.out.find("reproduce: mirrorcheck replay --impl mutant:M03 findings/"),
            std::string::npos);
  EXPECT_TRUE(JsonCheck::good(content_of(path("s.json"))));
  const std::set<std::string> names = names_in(path("findings"));
  ASSERT_TRUE(names.contains("S1-Q7-D1.install")) << outcome.out;
  for (const std::string& name : names) {
    EXPECT_FALSE(name.starts_with("raw-")) << name;
    EXPECT_EQ(names_in(path("findings/" + name)),
              (std::set<std::string>{"explanation.txt", "history.txt", "index.html", "reproduce.sh",
                                     "scenario.txt", "trace.json"}));
  }
  const std::string finding = "findings/S1-Q7-D1.install";
  EXPECT_TRUE(JsonCheck::good(content_of(path(finding + "/trace.json"))));
  EXPECT_NE(content_of(path(finding + "/explanation.txt")).find("property  S1: "),
            std::string::npos);
  const Outcome again = run({"replay", "--impl", "mutant:M03", "--repeat", "1000", finding});
  EXPECT_EQ(again.code, 1) << again.out;
  EXPECT_NE(again.out.find("(1000 identical runs)"), std::string::npos) << again.out;
  EXPECT_EQ(run({"replay", finding}).code, 0);
  EXPECT_EQ(run({"replay", "--impl", "mutant:M03", "--oracle", "both", finding}).code, 1);
  EXPECT_EQ(run({"explore", "--impl", "mutant:M03", finding + "/scenario.txt"}).code, 1);
  EXPECT_EQ(
      run({"minimize", "--impl", "mutant:M03", finding + "/scenario.txt", "-o", "small"}).code, 1);
  const std::string scenario = content_of(path("small"));
  const std::size_t operations =
      static_cast<std::size_t>(std::count(scenario.begin(), scenario.end(), '\n') - 7);
  EXPECT_LE(operations, 6u) << scenario;
}

TEST_F(ToolTest, TheSameSeedGivesTheSameCampaign) {
  for (const char* engine : {"libfuzzer", "pct"}) {
    for (const char* findings : {"first", "second"}) {
      const std::string kept = std::string(findings) + " kept";
      run({"fuzz", "--impl", "mutant:C-X1", "--engine", engine, "--executions", "8000", "--seed",
           "7", "--findings", findings, "--corpus", kept, "--summary", "s.json"});
      if (engine != std::string_view("libfuzzer")) continue;
      // All that was kept is counted, whenever it was looked at last.
      const std::string count = std::to_string(names_in(path(kept)).size());
      EXPECT_NE(content_of(path("s.json")).find("\"corpus\": " + count + ","), std::string::npos);
      EXPECT_FALSE(names_in(path(kept)).empty());
    }
    EXPECT_EQ(names_in(path("first kept")), names_in(path("second kept")));
    ASSERT_FALSE(names_in(path("first")).empty());
    EXPECT_EQ(names_in(path("first")), names_in(path("second")));
    for (const std::string& name : names_in(path("first"))) {
      EXPECT_EQ(content_of(path("first/" + name + "/history.txt")),
                content_of(path("second/" + name + "/history.txt")));
    }
    fs::remove_all(path("first"));
    fs::remove_all(path("second"));
  }
}

TEST_F(ToolTest, AflppFindsABrokenMirror) {
  if (std::system("command -v afl-fuzz >/dev/null") != 0) GTEST_SKIP() << "no afl-fuzz";
  const Outcome outcome =
      run({"fuzz", "--engine", "aflpp", "--impl", "mutant:M03", "--seconds", "5", "--seed", "1"});
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.error;
  EXPECT_FALSE(names_in(path("findings")).empty());
}

#endif  // MIRRORCHECK_HAS_MUTANTS

}  // namespace
}  // namespace mirrorcheck
