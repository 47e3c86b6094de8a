// Reading the text form: one line after the other, each led by its first word.

#include <algorithm>
#include <charconv>

#include "fuzz/scenario/line_reader.h"
#include "fuzz/scenario/operation_parser.h"
#include "fuzz/scenario/text.h"

namespace mirrorcheck::fuzz {
namespace {

constexpr std::size_t kMaxNameSize = 32;  // of a property or rule
constexpr std::string_view kTaskShape = "a task of this scenario such as t0";

class Parser {
 public:
  // False: line.problem() says why.
  bool read(LineReader& line) {
    if (line.at_end()) return true;
    if (line.accept("tasks")) return tasks_line(line);
    if (scenario_.layout.tasks == 0) {
      return line.fail(
          "expected the line that names the tasks, such as 'tasks t0:mm0 t1:mm0', found " +
          line.found());
    }
    if (line.accept("file")) return file_line(line);
    if (line.accept("setup")) return setup_line(line);
    if (line.accept("schedule")) return schedule_line(line);
    if (line.accept("expect")) return expect_line(line);
    if (line.word().starts_with('t')) return task_line(line);
    return operation_line(line);
  }

  bool has_tasks() const { return scenario_.layout.tasks != 0; }

  Scenario take() {
    canonicalize(scenario_);
    return std::move(scenario_);
  }

 private:
  static constexpr int kNowhere = -2;
  static constexpr int kInSetup = -1;

  bool tasks_line(LineReader& line) {
    constexpr std::string_view kShape = "a task and its address space such as t0:mm0";
    impl::Layout& layout = scenario_.layout;
    if (layout.tasks != 0)
      return line.fail("the tasks have been named already: keep one tasks line");
    do {
      const unsigned task = layout.tasks;
      if (task == model::kTasks) {
        return line.fail("expected at most " + std::to_string(model::kTasks) + " tasks, found " +
                         line.found());
      }
      unsigned number = 0;
      if (!parse_task(line, model::kTasks, kShape, number)) return false;
      if (number != task) {
        return line.fail("tasks are numbered in order: expected t" + std::to_string(task) +
                         ", found " + line.found());
      }
      if (!line.expect_part(":mm", kShape)) return false;
      const auto mm = line.number(0, model::kMms - 1, kShape);
      if (!mm || !line.expect_word_end(kShape)) return false;
      layout.mm_of_task[task] = model::Mm(*mm);
      ++layout.tasks;
    } while (!line.at_end());
    return true;
  }

  bool file_line(LineReader& line) {
    constexpr std::string_view kShape = "a file such as f0";
    constexpr std::string_view kSizeShape = "absent, or a size such as 16 cells";
    if (!line.expect_part("f", kShape)) return false;
    const auto number = line.number(0, model::kFiles - 1, kShape);
    if (!number) return false;
    if (described_[*number]) {
      return line.fail("this file has been described already: keep one line for each file");
    }
    described_[*number] = true;
    if (!line.expect_word_end(kShape)) return false;
    impl::FileLayout& file = scenario_.layout.files[*number];
    file.dax = line.accept("dax");
    if (!file.dax && !line.accept("cache")) {
      return line.fail("expected dax or cache, found " + line.found());
    }
    file.counted = file.dax && line.accept("counted");
    file.huge = file.dax && line.accept("huge");
    file.exists = !line.accept("absent");
    if (file.exists) {
      const auto size = line.number(0, kMaxFileSize, kSizeShape);
      if (!size || !line.expect_word_end(kSizeShape) || !line.expect("cells")) return false;
      file.size = static_cast<std::uint8_t>(*size);
    }
    if (file.huge && !may_be_huge(file)) {
      return line.fail("a huge file has more than one page: give it a size above 4 cells");
    }
    return line.expect_end();
  }

  bool setup_line(LineReader& line) {
    if (!scenario_.setup.empty()) {
      return line.fail("there has been a set-up already: keep one setup section");
    }
    section_ = kInSetup;
    return line.expect_end();
  }

  // `t0` opens the list of a task; in the set-up, `t0 load ...` is an operation.
  bool task_line(LineReader& line) {
    unsigned task = 0;
    if (!parse_task(line, scenario_.layout.tasks, kTaskShape, task) ||
        !line.expect_word_end(kTaskShape)) {
      return false;
    }
    if (line.at_end()) {
      if (!scenario_.tasks[task].empty()) {
        return line.fail("this task has its operations already: keep one list for each task");
      }
      section_ = static_cast<int>(task);
      return true;
    }
    if (section_ != kInSetup) {
      return line.fail(
          "a task in front of an operation belongs in the setup section; elsewhere the "
          "task has a line of its own");
    }
    SetupList& setup = scenario_.setup;
    if (setup.size() == kMaxSetup) {
      return line.fail("the set-up has at most " + std::to_string(kMaxSetup) +
                       " operations: leave some out");
    }
    SetupOperation& step = setup.emplace_back();
    step.task = model::Task(task);
    return operation(line, place_in_setup(setup.size() - 1), step.operation);
  }

  bool operation_line(LineReader& line) {
    if (section_ == kNowhere) {
      return line.fail("expected file, setup, a task such as t0, schedule or expect, found " +
                       line.found());
    }
    if (section_ == kInSetup) {
      return line.fail("expected the task that does it, such as 't0 load p4 .0', found " +
                       line.found());
    }
    const auto task = static_cast<std::size_t>(section_);
    OperationList& operations = scenario_.tasks[task];
    if (operations.size() == kMaxOperations) {
      return line.fail("a task has at most " + std::to_string(kMaxOperations) +
                       " operations: leave some out");
    }
    const Place place = place_in_task(task, operations.size());
    return operation(line, place, operations.emplace_back());
  }

  bool operation(LineReader& line, Place place, impl::Operation& out) {
    if (!parse_operation(line, out)) return false;
    if (line.at_end()) return true;
    if (!line.accept("=")) {
      return line.fail("expected the end of the line or '=' and a result, found " + line.found());
    }
    ExpectedResult& result = scenario_.expectations.results.emplace_back();
    result.place = place;
    return parse_result(line, out.call, result) && line.expect_end();
  }

  bool schedule_line(LineReader& line) {
    constexpr std::string_view kShape = "a task and its scheduling points such as t0*5";
    section_ = kNowhere;
    while (!line.at_end()) {
      if (scenario_.schedule.size() == kMaxSegments) {
        return line.fail("a schedule has at most " + std::to_string(kMaxSegments) +
                         " segments: leave some out");
      }
      unsigned task = 0;
      if (!parse_task(line, scenario_.layout.tasks, kShape, task) ||
          !line.expect_part("*", kShape)) {
        return false;
      }
      const auto points = line.number(1, 65535, kShape);
      if (!points || !line.expect_word_end(kShape)) return false;
      scenario_.schedule.push_back(
          {.task = static_cast<std::uint8_t>(task), .points = static_cast<std::uint16_t>(*points)});
    }
    return true;
  }

  bool expect_line(LineReader& line) {
    section_ = kNowhere;
    Expectations& expectations = scenario_.expectations;
    if (expectations.verdict != ExpectedVerdict::kNone) {
      return line.fail("a verdict is expected already: keep one expect line");
    }
    if (line.accept("holds")) {
      expectations.verdict = ExpectedVerdict::kHolds;
      return line.expect_end();
    }
    if (!line.accept("violated")) {
      return line.fail("expected holds or violated, found " + line.found());
    }
    expectations.verdict = ExpectedVerdict::kViolated;
    for (std::size_t names = 0; !line.at_end(); ++names) {
      const std::string_view name = line.word();
      if (name.size() > kMaxNameSize || std::any_of(name.begin(), name.end(), is_control)) {
        return line.fail("expected the id of a property or rule such as S2, found " + line.found());
      }
      if (names == 0) {
        expectations.property = name;
      } else if (names <= kMaxRules) {
        expectations.rules.emplace_back(name);
      } else {
        return line.fail("expected at most " + std::to_string(kMaxRules) + " rules, found " +
                         line.found());
      }
      line.skip();
    }
    return true;
  }

  static bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7f;
  }

  Scenario scenario_{.layout = {.tasks = 0}};
  std::array<bool, model::kFiles> described_{};
  int section_ = kNowhere;
};

// The first line. Empty: this program reads what follows.
std::string version_problem(std::string_view first_line) {
  const std::string expected = "expected 'mirrorcheck scenario 1'";
  if (!first_line.starts_with(kTextMagic)) return expected + ": this is not the text of a scenario";
  std::string_view digits = first_line.substr(kTextMagic.size());
  digits = digits.substr(0, digits.find_last_not_of(" \t\r") + 1);
  unsigned version = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), version);
  const bool is_number = !digits.empty() && end == digits.data() + digits.size();
  if (!is_number || (error == std::errc() && version == 0)) {
    return expected + ": the version is not a number from 1";
  }
  if (error != std::errc() || version > kTextVersion) {
    return "needs a newer mirrorcheck (this one reads version " + std::to_string(kTextVersion) +
           ")";
  }
  return {};
}

}  // namespace

ScenarioOrError parse(std::string_view text, std::string_view name) {
  const auto error = [&](std::size_t line, std::size_t column, std::string message) {
    return Error{
        .name = std::string(name), .line = line, .column = column, .message = std::move(message)};
  };
  if (text.size() > kMaxTextSize) {
    return error(0, 0,
                 "too long for a scenario: at most " + std::to_string(kMaxTextSize) + " bytes");
  }
  Parser parser;
  std::size_t number = 0;
  while (number == 0 || !text.empty()) {
    ++number;
    const std::size_t end = text.find('\n');
    const std::string_view content = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (number == 1) {
      const std::string problem = version_problem(content);
      if (!problem.empty()) return error(1, 1, problem);
      continue;
    }
    LineReader line(content);
    if (!parser.read(line)) {
      return error(number, line.problem()->column, line.problem()->message);
    }
  }
  if (!parser.has_tasks()) {
    return error(number, 1,
                 "expected the line that names the tasks, such as 'tasks t0:mm0 t1:mm0', "
                 "found the end of the text");
  }
  return parser.take();
}

}  // namespace mirrorcheck::fuzz
