// The commands that run single scenarios, and what they make of rubbish.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

#include "fuzz/harness/all_clauses.h"
#include "model/properties.h"
#include "model/vocabulary.h"
#include "tests/tool/json_check.h"
#include "tests/tool/program.h"

namespace mirrorcheck {
namespace {

TEST_F(ToolTest, HelpIsEverywhere) {
  const Outcome overview = run({"--help"});
  EXPECT_EQ(overview.code, 0);
  for (const char* command : {"fuzz", "replay", "explore", "stress", "minimize", "explain", "prove",
                              "attack", "list", "show"}) {
    EXPECT_NE(overview.out.find(std::string("\n  ") + command + " "), std::string::npos) << command;
    const Outcome help = run({command, "--help"});
    EXPECT_EQ(help.code, 0) << command;
    EXPECT_TRUE(help.out.starts_with(std::string("usage: mirrorcheck ") + command)) << help.out;
    EXPECT_EQ(help.error, "");
  }
}

TEST_F(ToolTest, RefusesWrongCommandLines) {
  expect_refused({}, "no command");
  expect_refused({"frobnicate"}, "frobnicate: no such command");
  expect_refused({"replay"}, "PATH...: is missing");
  expect_refused({"replay", "--nonsense", "x"}, "--nonsense: no such option");
  expect_refused({"minimize", "x"}, "-o: is missing");
  expect_refused({"list", "everything"}, "say impls, rules, properties or strategies");
  expect_refused({"prove", "--property", "S99"}, "S99");
  expect_refused({"prove", "--group", "none"},
                 "there is no group 'none'; there are rules, device,");
  expect_refused({"prove", "--group", "windows", "--json", "/proc/none"}, "/proc/none");
  expect_refused({"prove", "--drop", "no.rule"}, "no.rule");
  expect_refused({"attack", "--drop", "no.rule"}, "no.rule");
  expect_refused({"attack", "-o", "x"}, "-o: goes with --drop");
  expect_refused({"explore"}, "SCENARIO: is missing");
  expect_refused({"explore", "x", "--pages", "1"}, "--pages: is for --model");
  expect_refused({"explore", "x", "--model"}, "--model: explores no scenario");
  expect_refused({"prove", "--solver", "magic"},
                 "--solver: there is no 'magic'; say one of z3, both");
  expect_refused({"prove", "--timeout", "abc"}, "--timeout: 'abc' is not a whole number from 1");
  expect_refused({"prove", "--timeout", "0"}, "--timeout: '0' is not a whole number from 1");
  expect_refused({"prove", "--export", "/proc/none"}, "/proc/none: cannot be written");
  put(path("good"), kHolding);
  expect_refused({"replay", "--impl", "nobody", "good"},
                 "say reference, linux-6.12, mutant:ID or the path");
  expect_refused({"replay", "--impl", "mutant:none", "good"}, "no such mutant");
  expect_refused({"replay", "--impl", "./none.so", "good"}, "there is no file");
}

TEST_F(ToolTest, ListsWhatThereIs) {
  EXPECT_NE(run({"list", "impls"}).out.find("reference\n"), std::string::npos);
  const Outcome rules = run({"list", "rules"});
  EXPECT_EQ(std::count(rules.out.begin(), rules.out.end(), '\n'),
            static_cast<std::ptrdiff_t>(model::kRules + std::size(fuzz::kHarnessClauses)));
  EXPECT_NE(rules.out.find("\nX12.truncated "), std::string::npos);
  EXPECT_NE(rules.out.find(" (F9)\n"), std::string::npos);
  const Outcome properties = run({"list", "properties"});
  EXPECT_EQ(
      std::count(properties.out.begin(), properties.out.end(), '\n'),
      static_cast<std::ptrdiff_t>(model::kProperties.size() + model::kAbsentProperties.size()));
  EXPECT_NE(properties.out.find("\nS5   formula guards harness "), std::string::npos);
  EXPECT_NE(run({"list", "strategies"}).out.find("\npct "), std::string::npos);
}

TEST_F(ToolTest, ShowTurnsOneFormIntoTheOther) {
  put(path("text"), kHolding);
  EXPECT_EQ(run({"show", "text", "-o", "bytes"}).code, 0);
  const Outcome back = run({"show", "bytes"});
  EXPECT_EQ(back.code, 0);
  EXPECT_EQ(back.out, kHolding);
  EXPECT_NE(run({"show", "text"}).out.find("00000000 "), std::string::npos);
  // Every content is a raw scenario.
  put(path("raw"), "anything");
  EXPECT_TRUE(run({"show", "--raw", "raw"}).out.starts_with("mirrorcheck scenario 1\n"));
}

TEST_F(ToolTest, RefusesRubbishInOneLine) {
  put(path("text"), kHolding);
  ASSERT_EQ(run({"show", "text", "-o", "bytes"}).code, 0);
  const std::string bytes = content_of(path("bytes"));
  for (std::size_t length = 1; length < bytes.size(); length += 7) {
    put(path("cut"), bytes.substr(0, length));
    expect_refused({"replay", "cut"}, "cut: ");
  }
  for (std::size_t bit = 0; bit < bytes.size() * 8; bit += 29) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    put(path("flipped"), flipped);
    expect_refused({"replay", "flipped"}, "flipped: ");
  }
  put(path("version"), "mirrorcheck scenario 2\ntasks t0:mm0\n");
  expect_refused({"replay", "version"}, "needs a newer mirrorcheck");
  put(path("empty"), "");
  expect_refused({"replay", "empty"}, "is empty");
  put(path("noise"), std::string("\x00\xff\x7f\x80 noise\n", 11));
  expect_refused({"explain", "noise"}, "is no scenario");
  put(path("cut.txt"), std::string(kHolding).substr(0, 100));
  expect_refused({"minimize", "cut.txt", "-o", "x"}, "cut.txt:");
  expect_refused({"show", "missing"}, "there is no such file");
  expect_refused({"explore", "/proc/self/mem"}, "/proc/self/mem: ");
  std::filesystem::create_directory(path("nothing"));
  expect_refused({"replay", "nothing"}, "has no scenarios");
}

TEST_F(ToolTest, ReplayComparesWithTheFile) {
  put(path("a.txt"), kHolding);
  EXPECT_EQ(run({"replay", "a.txt"}).out, "a.txt: holds\n");
  put(path("b.txt"), std::string(kHolding) + "expect holds\n");
  put(path("c.txt"), std::string(kHolding) + "expect violated S5\n");
  const Outcome all = run({"replay", ".", "--repeat", "20"});
  EXPECT_EQ(all.code, 0) << all.out;
  EXPECT_NE(all.out.find("b.txt: holds (20 identical runs)\n"), std::string::npos) << all.out;
  EXPECT_NE(all.out.find("c.txt: holds; the file has expected violated S5"), std::string::npos);
  std::string wrong = kHolding;
  wrong.replace(wrong.find("ftruncate f0 0 cells"), 20, "ftruncate f0 0 cells = -EBUSY");
  put(path("d.txt"), wrong);
  const Outcome differs = run({"replay", "."});
  EXPECT_EQ(differs.code, 1);
  EXPECT_NE(differs.out.find("d.txt: violated S10 (F10, "), std::string::npos) << differs.out;
  // A violation counts more than a file that can't be read, and that more than the rest.
  put(path("e.txt"), "rubbish");
  EXPECT_EQ(run({"replay", "."}).code, 1);
  std::filesystem::remove(path("d.txt"));
  EXPECT_EQ(run({"replay", "."}).code, 2);
}

TEST_F(ToolTest, Z3JudgesAsTheNativeOracleDoes) {
  put(path("a.txt"), kHolding);
  EXPECT_EQ(run({"replay", "a.txt", "--oracle", "z3"}).out, "a.txt: z3: the steps hold\n");
  const Outcome both = run({"replay", "a.txt", "--oracle", "both"});
  EXPECT_EQ(both.out, "a.txt: holds; z3: the steps hold\n");
  EXPECT_EQ(both.code, 0);
}

// What a step cannot show is not Z3's to see, and is not lost either.
TEST_F(ToolTest, Z3DoesNotVouchForWhatItDoesNotSee) {
  std::string wrong = kHolding;
  wrong.replace(wrong.find("ftruncate f0 0 cells"), 20, "ftruncate f0 0 cells = -EBUSY");
  put(path("a.txt"), wrong);
  const Outcome z3 = run({"replay", "a.txt", "--oracle", "z3"});
  EXPECT_EQ(z3.code, 1);
  EXPECT_TRUE(z3.out.starts_with("a.txt: z3: the steps hold; beyond the steps: violated S10"))
      << z3.out;
  const Outcome both = run({"replay", "a.txt", "--oracle", "both"});
  EXPECT_EQ(both.code, 1);
  EXPECT_NE(both.out.find("; z3: the steps hold"), std::string::npos) << both.out;
}

TEST_F(ToolTest, ExploresEveryInterleaving) {
  put(path("a"), kHolding);
  const Outcome none = run({"explore", "a", "--preemptions", "0"});
  EXPECT_EQ(none.code, 0);
  // Who goes first is all there is to choose.
  EXPECT_EQ(none.out, "holds in all 2 interleavings with at most 0 preemptions\n");
  const Outcome one = run({"explore", "a", "--preemptions", "1"});
  EXPECT_EQ(one.code, 0);
  EXPECT_GT(std::stoul(one.out.substr(std::string("holds in all ").size())), 20u) << one.out;
}

TEST_F(ToolTest, ExplainsAndWritesPictures) {
  put(path("a"), kHolding);
  const Outcome outcome =
      run({"explain", "a", "--html", "a.html", "--svg", "a.svg", "--trace", "a.json"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.out.find("what happened, time downwards"), std::string::npos);
  EXPECT_TRUE(content_of(path("a.html")).starts_with("<!DOCTYPE html>"));
  EXPECT_TRUE(content_of(path("a.svg")).starts_with("<svg "));
  EXPECT_TRUE(JsonCheck::good(content_of(path("a.json"))));
  expect_refused({"explain", "a", "--html", "/proc/none/a.html"}, "/proc/none/a.html: ");
}

TEST_F(ToolTest, MinimizeRefusesWhatHolds) {
  put(path("a"), kHolding);
  expect_refused({"minimize", "a", "-o", "b"}, "only a violation can be minimised");
  EXPECT_FALSE(std::filesystem::exists(path("b")));
}

TEST_F(ToolTest, StressRunsOnThreads) {
  const Outcome outcome = run({"stress", "--seconds", "1", "--threads", "2", "--seed", "5"});
  EXPECT_EQ(outcome.code, 0) << outcome.out;
  EXPECT_NE(outcome.out.find("holds: "), std::string::npos);
  EXPECT_NE(outcome.out.find("--seed 5"), std::string::npos);
}

TEST_F(ToolTest, ProvesAndRefutes) {
  const Outcome group = run({"prove", "--group", "windows", "--json", "windows.json"});
  EXPECT_EQ(group.code, 0) << group.out;
  EXPECT_NE(group.out.find("\nholds: "), std::string::npos);
  EXPECT_NE(group.out.find("  does not say: "), std::string::npos);
  const std::string json = content_of(path("windows.json"));
  EXPECT_EQ(json.find("[\n  {\"group\": \"windows\", \"obligation\": \"holds at first\""), 0u)
      << json;
  EXPECT_TRUE(JsonCheck::good(json)) << json;
  EXPECT_NE(json.find("\"z3\": \"proved\", \"z3_seconds\": "), std::string::npos) << json;
  const auto begin = std::chrono::steady_clock::now();
  const Outcome twice = run({"prove", "--property", "S9", "--solver", "both", "--export", "smt"});
  const std::chrono::duration<double> here = std::chrono::steady_clock::now() - begin;
  EXPECT_EQ(twice.code, 0) << twice.out;
  const std::size_t summary = twice.out.find("obligations proved by Z3 and by cvc5, 0 refuted");
  ASSERT_NE(summary, std::string::npos) << twice.out;
  // By the clock, which solvers that run side by side share; theirs is the sum.
  double taken = 0;
  double of_solvers = 0;
  double longest = 0;
  ASSERT_EQ(std::sscanf(twice.out.c_str() + twice.out.find(", in ", summary),
                        ", in %lf s (%lf s of the solvers' time, the longest %lf s)", &taken,
                        &of_solvers, &longest),
            3)
      << twice.out;
  constexpr double kRounded = 0.05;
  EXPECT_LE(taken, here.count() + kRounded);
  EXPECT_LE(of_solvers,
            (std::max(2u, std::thread::hardware_concurrency()) * (taken + kRounded)) + kRounded);
  EXPECT_GE(of_solvers + kRounded, longest);
  EXPECT_TRUE(std::filesystem::exists(path("smt/000-rules-can_begin.sat.smt2")));
  const Outcome refuted = run({"prove", "--property", "S1", "--drop", "D1.install"});
  EXPECT_EQ(refuted.code, 1) << refuted.out;
  EXPECT_NE(refuted.out.find("violated: "), std::string::npos);
}

}  // namespace
}  // namespace mirrorcheck
