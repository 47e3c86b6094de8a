// What the reader says about text that is no scenario. A message names the place, what was expected
// and what is there; these are looked at word by word because people have nothing else to go by.

#include <gtest/gtest.h>

#include <string>

#include "fuzz/scenario/generate.h"
#include "fuzz/scenario/text.h"
#include "tests/scenario/wild_scenario.h"

namespace mirrorcheck::fuzz {
namespace {

std::string error_of(const std::string& text) {
  ScenarioOrError result = parse(text, "x.txt");
  const Error* error = std::get_if<Error>(&result);
  return error == nullptr ? "no error" : error->to_string();
}

// The error in line 3, after a good beginning.
std::string third(const std::string& line) {
  return error_of("mirrorcheck scenario 1\ntasks t0:mm0 t1:mm0\n" + line + "\n");
}
// The error in an operation of t0, in line 4.
std::string operation(const std::string& line) {
  return error_of("mirrorcheck scenario 1\ntasks t0:mm0 t1:mm0\nt0\n" + line + "\n");
}

TEST(ParseError, FirstLine) {
  const std::string expected = "x.txt:1:1: expected 'mirrorcheck scenario 1': ";
  EXPECT_EQ(error_of(""), expected + "this is not the text of a scenario");
  EXPECT_EQ(error_of("mirrorcheck"), expected + "this is not the text of a scenario");
  EXPECT_EQ(error_of("\nmirrorcheck scenario 1\n"),
            expected + "this is not the text of a scenario");
  EXPECT_EQ(error_of("mirrorcheck scenario one"), expected + "the version is not a number from 1");
  EXPECT_EQ(error_of("mirrorcheck scenario 0"), expected + "the version is not a number from 1");
  EXPECT_EQ(error_of("mirrorcheck scenario -1"), expected + "the version is not a number from 1");
  EXPECT_EQ(error_of("mirrorcheck scenario 1.5"), expected + "the version is not a number from 1");
  const std::string newer = "x.txt:1:1: needs a newer mirrorcheck (this one reads version 1)";
  EXPECT_EQ(error_of("mirrorcheck scenario 2\nwhatever"), newer);
  EXPECT_EQ(error_of("mirrorcheck scenario 99999999999999999999"), newer);
}

TEST(ParseError, Tasks) {
  EXPECT_EQ(
      error_of("mirrorcheck scenario 1"),
      "x.txt:1:1: expected the line that names the tasks, such as 'tasks t0:mm0 t1:mm0', found the "
      "end of the text");
  EXPECT_EQ(
      error_of("mirrorcheck scenario 1\nsetup"),
      "x.txt:2:1: expected the line that names the tasks, such as 'tasks t0:mm0 t1:mm0', found "
      "'setup'");
  const auto tasks = [](const std::string& rest) {
    return error_of("mirrorcheck scenario 1\ntasks " + rest);
  };
  const std::string shape = "expected a task and its address space such as t0:mm0";
  EXPECT_EQ(tasks(""), "x.txt:2:7: " + shape + ", found the end of the line");
  EXPECT_EQ(tasks("t0"), "x.txt:2:9: " + shape + ", found 't0'");
  EXPECT_EQ(tasks("t0:mm"), "x.txt:2:12: " + shape + ", found 't0:mm'");
  EXPECT_EQ(tasks("t0:mm2"),
            "x.txt:2:12: " + shape + " with a number from 0 to 1 here, found 't0:mm2'");
  EXPECT_EQ(tasks("t0:mm0,"), "x.txt:2:13: " + shape + ", found 't0:mm0,'");
  EXPECT_EQ(tasks("t8:mm0"),
            "x.txt:2:8: " + shape + " with a number from 0 to 7 here, found 't8:mm0'");
  EXPECT_EQ(tasks("t0:mm0 t2:mm0"),
            "x.txt:2:16: tasks are numbered in order: expected t1, found 't2:mm0'");
  EXPECT_EQ(tasks("t0:mm0 t1:mm0 t2:mm0 t3:mm0 t4:mm0 t5:mm0 t6:mm0 t7:mm0 t8:mm0"),
            "x.txt:2:63: expected at most 8 tasks, found 't8:mm0'");
  EXPECT_EQ(third("tasks t0:mm0"),
            "x.txt:3:7: the tasks have been named already: keep one tasks line");
}

TEST(ParseError, Files) {
  EXPECT_EQ(third("file"), "x.txt:3:5: expected a file such as f0, found the end of the line");
  EXPECT_EQ(third("file f3 dax absent"),
            "x.txt:3:7: expected a file such as f0 with a number from 0 to 2 here, found 'f3'");
  EXPECT_EQ(third("file f0x dax absent"), "x.txt:3:8: expected a file such as f0, found 'f0x'");
  EXPECT_EQ(third("file f0 ext4"), "x.txt:3:9: expected dax or cache, found 'ext4'");
  EXPECT_EQ(third("file f0 dax"),
            "x.txt:3:12: expected absent, or a size such as 16 cells, found the end of the line");
  EXPECT_EQ(third("file f0 dax 33 cells"),
            "x.txt:3:13: expected absent, or a size such as 16 cells with a number from 0 to 32 "
            "here, found "
            "'33'");
  EXPECT_EQ(third("file f0 dax 3"), "x.txt:3:14: expected 'cells', found the end of the line");
  EXPECT_EQ(third("file f0 dax 3cells"),
            "x.txt:3:14: expected absent, or a size such as 16 cells, found '3cells'");
  EXPECT_EQ(third("file f0 dax 3 cells more"),
            "x.txt:3:21: expected the end of the line, found 'more'");
  EXPECT_EQ(
      error_of("mirrorcheck scenario 1\ntasks t0:mm0\nfile f1 dax absent\nfile f1 dax absent"),
      "x.txt:4:8: this file has been described already: keep one line for each file");
}

TEST(ParseError, Sections) {
  EXPECT_EQ(third("load p4 .0"),
            "x.txt:3:1: expected file, setup, a task such as t0, schedule or expect, found 'load'");
  EXPECT_EQ(third("setup now"), "x.txt:3:7: expected the end of the line, found 'now'");
  EXPECT_EQ(third("t2"),
            "x.txt:3:2: expected a task of this scenario such as t0 with a number from 0 to 1 "
            "here, found "
            "'t2'");
  EXPECT_EQ(third("t0:"), "x.txt:3:3: expected a task of this scenario such as t0, found 't0:'");
  EXPECT_EQ(
      third("t0 load p4 .0"),
      "x.txt:3:4: a task in front of an operation belongs in the setup section; elsewhere the task "
      "has a line of its own");
  EXPECT_EQ(third("setup\nload p4 .0"),
            "x.txt:4:1: expected the task that does it, such as 't0 load p4 .0', found 'load'");
  EXPECT_EQ(third("setup\nt0 unpin\nsetup"),
            "x.txt:5:6: there has been a set-up already: keep one setup section");
  EXPECT_EQ(third("t0\nunpin\nt0"),
            "x.txt:5:3: this task has its operations already: keep one list for each task");
  EXPECT_EQ(
      third("schedule t0*1\nunpin"),
      "x.txt:4:1: expected file, setup, a task such as t0, schedule or expect, found 'unpin'");
}

TEST(ParseError, TooMuch) {
  std::string lines = "setup\n";
  for (int i = 0; i < 17; ++i) lines += "t0 unpin\n";
  EXPECT_EQ(third(lines), "x.txt:20:4: the set-up has at most 16 operations: leave some out");
  lines = "t1\n";
  for (int i = 0; i < 17; ++i) lines += "unpin\n";
  EXPECT_EQ(third(lines), "x.txt:20:1: a task has at most 16 operations: leave some out");
  lines = "schedule";
  for (int i = 0; i < 257; ++i) lines += " t0*1";
  EXPECT_EQ(third(lines), "x.txt:3:1290: a schedule has at most 256 segments: leave some out");
  EXPECT_EQ(error_of(std::string(kMaxTextSize + 1, ' ')),
            "x.txt: too long for a scenario: at most 65536 bytes");
}

TEST(ParseError, Operations) {
  EXPECT_EQ(
      operation("lod p4 .0"),
      "x.txt:4:1: expected a call such as load or mmap_file (README.md lists them), found 'lod'");
  EXPECT_EQ(operation("load"), "x.txt:4:5: expected a page such as p4, found the end of the line");
  EXPECT_EQ(operation("load p16 .0"),
            "x.txt:4:7: expected a page such as p4 with a number from 0 to 15 here, found 'p16'");
  EXPECT_EQ(operation("load p4+1 .0"), "x.txt:4:8: expected a page such as p4, found 'p4+1'");
  EXPECT_EQ(operation("load p4"),
            "x.txt:4:8: expected a cell such as .0, found the end of the line");
  EXPECT_EQ(operation("load p4 .4"),
            "x.txt:4:10: expected a cell such as .0 with a number from 0 to 3 here, found '.4'");
  EXPECT_EQ(operation("munmap p4"),
            "x.txt:4:10: expected a range of pages such as p4+2, found 'p4'");
  EXPECT_EQ(
      operation("munmap p4+0"),
      "x.txt:4:11: expected a range of pages such as p4+2 with a number from 1 to 8 here, found "
      "'p4+0'");
  EXPECT_EQ(
      operation("munmap p4+9"),
      "x.txt:4:11: expected a range of pages such as p4+2 with a number from 1 to 8 here, found "
      "'p4+9'");
  EXPECT_EQ(operation("munmap p+2"),
            "x.txt:4:9: expected a range of pages such as p4+2, found 'p+2'");
  EXPECT_EQ(
      operation("munmap p0000000001+2"),
      "x.txt:4:9: expected a range of pages such as p4+2 with a number from 0 to 15 here, found "
      "'p0000000001+2'");
  EXPECT_EQ(operation("mmap_anon p4+2 x"),
            "x.txt:4:16: expected a protection (none, r, w or rw), found 'x'");
  EXPECT_EQ(operation("mmap_file p4+2 rw f0"),
            "x.txt:4:21: expected a page of a file such as f0@3, found 'f0'");
  EXPECT_EQ(operation("punch_hole f0@3"),
            "x.txt:4:16: expected pages of a file such as f0@3+2, found 'f0@3'");
  EXPECT_EQ(operation("create f9"),
            "x.txt:4:9: expected a file such as f0 with a number from 0 to 2 here, found 'f9'");
  EXPECT_EQ(operation("ftruncate f0 6"), "x.txt:4:15: expected 'cells', found the end of the line");
  EXPECT_EQ(operation("ftruncate f0 x cells"),
            "x.txt:4:14: expected a size such as 6 cells, found 'x'");
  EXPECT_EQ(operation("pin p4"),
            "x.txt:4:7: expected what the pin is for (r or w), found the end "
            "of the line");
  EXPECT_EQ(operation("mirror_open m4 p0+1"),
            "x.txt:4:14: expected a mirror such as m0 with a number from 0 to 3 here, found 'm4'");
  EXPECT_EQ(
      operation("notifier_register n2"),
      "x.txt:4:20: expected a classic notifier such as n0 with a number from 0 to 1 here, found "
      "'n2'");
  EXPECT_EQ(operation("notifier_register n1 fails"),
            "x.txt:4:22: expected the end of the line or '=' and a result, found 'fails'");
  EXPECT_EQ(operation("unpin p4"),
            "x.txt:4:7: expected the end of the line or '=' and a result, found 'p4'");
  const std::string requests =
      "expected a request for each of the 2 pages (-, f, w or fw, with commas between), found ";
  EXPECT_EQ(operation("device_fault m0 p4+2 f,f"), "x.txt:4:22: expected 'requests', found 'f,f'");
  EXPECT_EQ(operation("device_fault m0 p4+2 requests f"), "x.txt:4:31: " + requests + "'f'");
  EXPECT_EQ(operation("device_fault m0 p4+2 requests f,f,f"),
            "x.txt:4:31: " + requests + "'f,f,f'");
  EXPECT_EQ(operation("device_fault m0 p4+2 requests f,x"), "x.txt:4:31: " + requests + "'f,x'");
  EXPECT_EQ(operation("device_fault m0 p4+2 requests f,f mask f"),
            "x.txt:4:35: expected 'default', found 'mask'");
  EXPECT_EQ(operation("device_fault m0 p4+2 requests f,f default x mask f"),
            "x.txt:4:43: expected default_flags (-, f, w or fw), found 'x'");
  EXPECT_EQ(operation("device_fault m0 p4+2 requests f,f default f mask"),
            "x.txt:4:49: expected pfn_flags_mask (-, f, w or fw), found the end of the line");
}

TEST(ParseError, Results) {
  EXPECT_EQ(operation("unpin ="),
            "x.txt:4:8: expected 0 or an error such as -EFAULT, found the end of the line");
  EXPECT_EQ(operation("unpin = EFAULT"),
            "x.txt:4:9: expected 0 or an error such as -EFAULT, found 'EFAULT'");
  EXPECT_EQ(operation("unpin = 0 pages"),
            "x.txt:4:16: expected how many, found the end of the line");
  EXPECT_EQ(operation("unpin = 0 pages 256"),
            "x.txt:4:17: expected how many with a number from 0 to 255 here, found '256'");
  EXPECT_EQ(operation("unpin = 0 pages 1x"), "x.txt:4:18: expected how many, found '1x'");
  EXPECT_EQ(operation("unpin = 0 faults 1 pages 1"),
            "x.txt:4:20: expected the end of the line, found 'pages'");
  const std::string datum =
      "expected a datum: 0, the place that stored it (t1.3, setup.2), or 0x and a number";
  EXPECT_EQ(operation("unpin = 0 data"), "x.txt:4:15: " + datum + ", found the end of the line");
  EXPECT_EQ(operation("unpin = 0 data 1"), "x.txt:4:16: " + datum + ", found '1'");
  EXPECT_EQ(operation("unpin = 0 data 0x"), "x.txt:4:18: " + datum + ", found '0x'");
  EXPECT_EQ(operation("unpin = 0 data 0x123456789"),
            "x.txt:4:18: " + datum + ", found '0x123456789'");
  EXPECT_EQ(operation("unpin = 0 data 0xfg"), "x.txt:4:19: " + datum + ", found '0xfg'");
  EXPECT_EQ(operation("unpin = 0 data t8.1"),
            "x.txt:4:17: " + datum + " with a number from 0 to 7 here, found 't8.1'");
  EXPECT_EQ(operation("unpin = 0 data t0.17"),
            "x.txt:4:19: " + datum + " with a number from 1 to 16 here, found 't0.17'");
  EXPECT_EQ(operation("unpin = 0 data setup.0"),
            "x.txt:4:22: " + datum + " with a number from 1 to 16 here, found 'setup.0'");
  EXPECT_EQ(operation("unpin = 0 data 0 0 0 0 0 0 0 0 0"),
            "x.txt:4:32: an operation returns at most 8 data: leave the others out");
  EXPECT_EQ(operation("snapshot m0 p4+1 = 0 data t0.1"),
            "x.txt:4:27: expected a snapshot byte (none, read, write, read+huge, write+huge, "
            "zero+read, zero+write or error, or 0x and a number), found 't0.1'");
}

TEST(ParseError, ScheduleAndVerdict) {
  const std::string shape = "expected a task and its scheduling points such as t0*5";
  EXPECT_EQ(third("schedule t0"), "x.txt:3:12: " + shape + ", found 't0'");
  EXPECT_EQ(third("schedule 5"), "x.txt:3:10: " + shape + ", found '5'");
  EXPECT_EQ(third("schedule t0*0"),
            "x.txt:3:13: " + shape + " with a number from 1 to 65535 here, found 't0*0'");
  EXPECT_EQ(third("schedule t0*65536"),
            "x.txt:3:13: " + shape + " with a number from 1 to 65535 here, found 't0*65536'");
  EXPECT_EQ(third("schedule t2*1"),
            "x.txt:3:11: " + shape + " with a number from 0 to 1 here, found 't2*1'");
  EXPECT_EQ(third("expect"), "x.txt:3:7: expected holds or violated, found the end of the line");
  EXPECT_EQ(third("expect luck"), "x.txt:3:8: expected holds or violated, found 'luck'");
  EXPECT_EQ(third("expect holds S1"), "x.txt:3:14: expected the end of the line, found 'S1'");
  EXPECT_EQ(third("expect holds\nexpect holds"),
            "x.txt:4:8: a verdict is expected already: keep one expect line");
  EXPECT_EQ(third("expect violated S1 1 2 3 4 5 6 7 8 9"),
            "x.txt:3:36: expected at most 8 rules, found '9'");
  EXPECT_EQ(third("expect violated " + std::string(33, 'S')),
            "x.txt:3:17: expected the id of a property or rule such as S2, found '" +
                std::string(32, 'S') + "...'");
}

TEST(ParseError, UnprintableBytesAreEscaped) {
  EXPECT_EQ(third(std::string("setup \x1b[31m\0", 12)),
            "x.txt:3:7: expected the end of the line, found '\\x1b[31m\\x00'");
}

// Damaged text gives a scenario or one line; never anything else.
TEST(ParseError, DamagedTextNeverSurprises) {
  Random random(3);
  int errors = 0;
  for (std::uint64_t i = 0; i < 4'000; ++i) {
    std::string text = format(wild_scenario(i % 50, true));
    if (random.one_in(3)) text.resize(random.below(text.size() + 1));
    for (unsigned changes = 1 + random.below(4); changes != 0 && !text.empty(); --changes) {
      const std::size_t at = random.below(text.size());
      switch (random.below(4)) {
        case 0:
          text[at] = static_cast<char>(random.below(256));
          break;
        case 1:
          text.erase(at, 1 + random.below(20));
          break;
        case 2:
          text.insert(at, text.substr(random.below(text.size()), random.below(30)));
          break;
        default:
          text[at] = " \n,.+@*=0t"[random.below(10)];
          break;
      }
    }
    ScenarioOrError result = parse(text, "x.txt");
    if (const Error* error = std::get_if<Error>(&result)) {
      ++errors;
      const std::string line = error->to_string();
      ASSERT_TRUE(line.starts_with("x.txt:")) << line;
      ASSERT_EQ(line.find_first_of("\n\r\t"), std::string::npos) << line;
      ASSERT_LT(line.size(), 300U) << line;
    } else {
      Scenario& scenario = std::get<Scenario>(result);
      Scenario canonical = scenario;
      canonicalize(canonical);
      ASSERT_EQ(scenario, canonical);
      ASSERT_EQ(std::get<Scenario>(parse(format(scenario), "again")), scenario);
    }
  }
  EXPECT_GT(errors, 1'000);
}

TEST(ParseError, HostileTextTakesLittleTime) {
  for (const std::string& piece :
       {std::string("#"), std::string("9"), std::string(" "), std::string("\n"), std::string("t0 "),
        std::string(1, '\0'), std::string("schedule\n"), std::string("t0*1 "), std::string("f,")}) {
    std::string text = "mirrorcheck scenario 1\ntasks t0:mm0\nschedule ";
    while (text.size() + piece.size() <= kMaxTextSize) text += piece;
    const ScenarioOrError result = parse(text, "x.txt");
    if (const Error* error = std::get_if<Error>(&result)) {
      EXPECT_LT(error->to_string().size(), 300U);
    }
  }
}

}  // namespace
}  // namespace mirrorcheck::fuzz
