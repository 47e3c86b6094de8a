// The differential run in a large world: it holds with hundreds of pages and 64 tasks at once, and
// who takes ids for smaller than they are is found.

#include <gtest/gtest.h>

#include <cerrno>
#include <memory>
#include <string>

#include "fuzz/harness/execution.h"
#include "fuzz/scheduler/random_strategy.h"
#include "tests/harness/lying_world.h"
#include "tests/harness/scenario_of.h"

namespace mirrorcheck::fuzz {
namespace {

using model::Arguments;
using model::Page;
using model::Rule;
using model::Task;

// Every task has pages of its own, far apart.
constexpr unsigned kPagesOfTask = 2;
std::string pages_of(unsigned task, unsigned i) {
  return " p" + std::to_string((task + i * model::kTasks) * 75);
}

Scenario many_tasks() {
  std::string text = "tasks";
  for (unsigned t = 0; t < model::kTasks; ++t) text += " t" + std::to_string(t) + ":mm0";
  const std::string all = " p0+" + std::to_string(model::kPagesPerMm);
  text += "\nsetup\n  t0 mmap_anon" + all + " rw\n  t0 mirror_open m0" + all + "\n";
  for (unsigned t = 0; t < model::kTasks; ++t) {
    text += "t" + std::to_string(t) + "\n";
    for (unsigned i = 0; i < kPagesOfTask; ++i) {
      text += "  store" + pages_of(t, i) + " .0\n  device_write m0" + pages_of(t, i) + "+8 .1\n";
      text += "  load" + pages_of(t, i) + " .1\n";
      if (i == 0) text += "  madvise_dontneed" + pages_of(t, i) + "+4\n";
    }
  }
  return scenario_of(text);
}

std::string sentence(impl::World& world, const Scenario& scenario, std::uint64_t seed) {
  // Too large for the stack.
  const auto execution = std::make_unique<Execution>(world, ExecutionOptions{});
  RandomStrategy strategy(seed);
  return sentence_of(execution->run(scenario, strategy));
}

using Change = void (*)(Rule, Arguments&);

class Misreports final : public LyingWorld {
 public:
  explicit Misreports(Change change) : change_(change) {}

 private:
  void step(Rule rule, const Arguments& arguments) override {
    Arguments told = arguments;
    change_(rule, told);
    tell(rule, told);
  }
  Change change_;
};

TEST(LargeWorld, HoldsWithManyPagesAndTasks) {
  const auto reference = impl::create_reference();
  EXPECT_EQ(sentence(*reference, many_tasks(), 1), "holds");
}

TEST(LargeWorld, FindsWhoKnowsFewPages) {
  Misreports world([](Rule rule, Arguments& a) {
    if (rule == Rule::kPopulate) a.page = Page(static_cast<unsigned>(a.page) % 256);
  });
  EXPECT_NE(sentence(world, many_tasks(), 1), "holds");
}

TEST(LargeWorld, FindsWhoKnowsFewTasks) {
  Misreports world([](Rule rule, Arguments& a) {
    if (rule == Rule::kReadBegin) a.task = Task(static_cast<unsigned>(a.task) % 32);
  });
  EXPECT_NE(sentence(world, many_tasks(), 1), "holds");
}

// A device that is not told of what goes behind page 4095.
TEST(LargeWorld, FindsAMissedInvalidation) {
  Misreports world([](Rule rule, Arguments& a) {
    if (rule == Rule::kStart && static_cast<unsigned>(a.pages.first) > 4095) {
      a.pages = {Page(0), Page(0)};
    }
  });
  EXPECT_NE(sentence(world, many_tasks(), 1), "holds");
}

// A store that fails once a userfaultfd has given its page up again: what was a reason for
// operations that are over is none for the next one of the same task.
class Refuses final : public LyingWorld {
 public:
  void apply(Task task, const impl::Operation& operation, impl::Result& result) override {
    if (operation.call == impl::Call::kStore && ++stores_ == 2) {
      result = {.error = -EFAULT};
    } else {
      LyingWorld::apply(task, operation, result);
    }
  }

 private:
  unsigned stores_ = 0;
};

TEST(LargeWorld, FindsAReasonThatIsOver) {
  const Scenario scenario = scenario_of(
      "tasks t0:mm0\nsetup\n  t0 mmap_anon p9000+1 rw\n  t0 store p9000 .0\n"
      "t0\n  uffd_protect p9000+1\n  uffd_unprotect p9000+1\n  store p9000 .0\n");
  const auto reference = impl::create_reference();
  Refuses refuses;
  EXPECT_EQ(sentence(*reference, scenario, 1), "holds");
  EXPECT_EQ(sentence(refuses, scenario, 1),
            "violated: an operation returns an error that it had no reason for");
}

}  // namespace
}  // namespace mirrorcheck::fuzz
