// Ids out of bounds, which a user's shared object may report, end in one line instead of a crash.

#include "impl/loader/checked_world.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace mirrorcheck::impl {
namespace {

using model::Arguments;
using model::Rule;

// Reports one step of the test's choice instead of applying an operation.
class OneStep final : public World {
 public:
  OneStep(Rule rule, const Arguments& arguments) : rule_(rule), arguments_(arguments) {}
  Capabilities capabilities() const override {
    return {.events = true, .state = true, .device_memory = true};
  }
  void reset(const Layout&, Observer& observer) override { observer_ = &observer; }
  void apply(model::Task, const Operation&, Result&) override {
    observer_->step(rule_, arguments_);
  }
  void shut_down() override {}
  Entry cpu_entry(model::Page) const override { return {}; }
  Entry device_entry(model::Mirror, model::Page) const override { return {}; }
  model::Frame backing(model::FilePage) const override { return model::kNoFrame; }
  bool is_free(model::Frame) const override { return true; }
  std::uint32_t pins(model::Frame) const override { return 0; }
  std::uint8_t file_size(model::File) const override { return 0; }
  NotifierState notifiers(model::Mm) const override { return {}; }
  SubscriptionState subscription(model::Mirror) const override { return {}; }
  std::uint32_t users(model::Mm) const override { return 0; }
  std::uint32_t cell(model::Frame, unsigned) const override { return 0; }

 private:
  Rule rule_;
  Arguments arguments_;
  Observer* observer_ = nullptr;
};

class Counter final : public Observer {
 public:
  void step(Rule, const Arguments&) override { ++steps; }
  int steps = 0;
};

int steps_heard(Rule rule, const Arguments& arguments) {
  const auto world = check_ids_of(std::make_unique<OneStep>(rule, arguments), "mine");
  Counter counter;
  world->reset({}, counter);
  Result result;
  world->apply({}, {}, result);
  return counter.steps;
}

TEST(CheckedWorld, PassesOnWhatIsWithinBounds) {
  EXPECT_EQ(steps_heard(Rule::kZap, {.page = model::Page(model::kPages - 1)}), 1);
  EXPECT_EQ(steps_heard(Rule::kFree, {.frame = model::Frame(model::kFrames - 1)}), 1);
  // "None" is a file page for a step that is about none.
  EXPECT_EQ(steps_heard(Rule::kMap, {.area = model::Area::kAnon}), 1);
}

struct Bad {
  const char* field;
  Rule rule;
  Arguments arguments;
};

class CheckedWorldDeathTest : public testing::TestWithParam<Bad> {};

TEST_P(CheckedWorldDeathTest, EndsWithOneLine) {
  const Bad& bad = GetParam();
  EXPECT_EXIT(steps_heard(bad.rule, bad.arguments), testing::ExitedWithCode(2),
              "^mirrorcheck: implementation 'mine': reports step [0-9]+ with `" +
                  std::string(bad.field) + "` out of bounds; model/vocabulary.h has the bounds\n$");
}

INSTANTIATE_TEST_SUITE_P(
    Fields, CheckedWorldDeathTest,
    testing::Values(
        Bad{"rule", Rule(model::kRules), {}},
        Bad{"task", Rule::kZap, {.task = model::Task(model::kTasks)}},
        Bad{"mm", Rule::kPublish, {.mm = model::Mm(model::kMms)}},
        Bad{"mirror", Rule::kRemove, {.mirror = model::Mirror(model::kMirrors)}},
        Bad{"window", Rule::kEnd, {.window = model::Window(model::kWindows)}},
        Bad{"classic", Rule::kClassicEnd, {.classic = model::Classic(model::kClassicNotifiers)}},
        Bad{"page", Rule::kZap, {.page = model::Page(200)}},
        Bad{"pages", Rule::kStart, {.pages = {model::Page(0), model::Page(model::kPages)}}},
        Bad{"file", Rule::kInodeLock, {.file = model::File(model::kFiles)}},
        Bad{"file_page", Rule::kFill, {.file_page = model::FilePage(model::kFilePages)}},
        Bad{"file_page", Rule::kDisconnect, {.file_page = model::kNoFilePage}},
        Bad{"file_page",
            Rule::kMap,
            {.pages = {model::Page(0), model::Page(1)},
             .file_page = model::FilePage(model::kFilePages - 1)}},
        Bad{"file_pages",
            Rule::kResize,
            {.file_pages = {model::FilePage(1), model::FilePage(model::kFilePages)}}},
        Bad{"frame", Rule::kFree, {.frame = model::Frame(model::kFrames)}},
        Bad{"area", Rule::kMap, {.area = model::Area(9)}},
        Bad{"event", Rule::kStart, {.event = model::WindowEvent(9)}},
        Bad{"outcome", Rule::kWalkPage, {.outcome = model::Outcome(9)}},
        Bad{"cell", Rule::kCpuAccess, {.cell = model::kCellsPerPage}}));

}  // namespace
}  // namespace mirrorcheck::impl
