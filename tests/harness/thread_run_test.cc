// Runs on OS threads: the reference holds, a liar does not get away.
//
// The operating system schedules, so a run that holds may be another one the next time; what is
// asserted holds for every schedule.

#include <gtest/gtest.h>

#include "fuzz/harness/clauses.h"
#include "fuzz/harness/thread_run.h"
#include "fuzz/scenario/generate.h"
#include "tests/harness/lying_world.h"
#include "tests/harness/scenario_of.h"

namespace mirrorcheck::fuzz {
namespace {

using model::Arguments;
using model::Rule;

TEST(ThreadRun, TheReferenceHolds) {
  const auto world = impl::create_reference();
  Coverage coverage;
  ThreadRun run(*world, model::kTasks, coverage);
  const Shape shape{.tasks = model::kTasks, .operations = 16, .setup = 4, .segments = 0};
  for (unsigned seed = 0; seed < 200; ++seed) {
    const Scenario scenario =
        seed % 4 == 0 ? standard_scenario(seed) : random_scenario(seed, shape);
    const Verdict verdict = run.run(scenario);
    ASSERT_EQ(verdict.kind, VerdictKind::kHolds)
        << "seed " << seed << ", step " << verdict.step << ": " << sentence_of(verdict);
  }
  EXPECT_GT(run.progress(), 10'000u);
  EXPECT_GT(coverage.rules_exercised(), 50u);
}

TEST(ThreadRun, TheSameWorldServesManyRunsAndRunners) {
  const auto world = impl::create_reference();
  for (unsigned threads = 3; threads <= 5; ++threads) {
    Coverage coverage;
    ThreadRun run(*world, threads, coverage);
    for (unsigned seed = 0; seed < 20; ++seed) {
      ASSERT_EQ(run.run(standard_scenario(seed)).kind, VerdictKind::kHolds) << "seed " << seed;
    }
  }
}

// Every operation of every task begins and ends, in its order, and each step is inside one.
TEST(ThreadRun, TheHistoryIsThatOfTheScenario) {
  const auto world = impl::create_reference();
  Coverage coverage;
  ThreadRun run(*world, 3, coverage);
  for (unsigned seed = 0; seed < 20; ++seed) {
    const Scenario scenario = standard_scenario(seed);
    History history;
    ASSERT_EQ(run.run(scenario, &history).kind, VerdictKind::kHolds);
    std::array<std::size_t, 3> ended{};
    std::array<bool, 3> inside{};
    for (const Event& event : history) {
      const auto task = static_cast<std::size_t>(event.task);
      const bool own = event.place >= place_in_task(0, 0);
      switch (event.kind) {
        case Event::Kind::kBegin:
          ASSERT_FALSE(inside[task]);
          inside[task] = true;
          if (own) {
            ASSERT_EQ(event.place, place_in_task(task, ended[task]));
          }
          break;
        case Event::Kind::kEnd:
          ASSERT_TRUE(inside[task]);
          inside[task] = false;
          if (own) ++ended[task];
          break;
        case Event::Kind::kStep:
          ASSERT_EQ(inside[task], event.place != 0);
          break;
      }
    }
    for (std::size_t task = 0; task < 3; ++task) {
      EXPECT_EQ(ended[task], scenario.tasks[task].size());
    }
  }
}

class StaleStep final : public LyingWorld {
  void step(Rule rule, const Arguments& arguments) override {
    Arguments told = arguments;
    if (rule == Rule::kCpuAccess && !told.write) told.value ^= 1;
    tell(rule, told);
  }
};
class ForgetsUnlock final : public LyingWorld {
  void step(Rule rule, const Arguments& arguments) override {
    if (!(shutting_down() && rule == Rule::kInodeUnlock)) tell(rule, arguments);
  }
};
class OtherTables final : public LyingWorld {
  impl::Entry cpu_entry(model::Page page) const override {
    impl::Entry entry = truth().cpu_entry(page);
    if (entry.frame != model::kNoFrame) entry.write = !entry.write;
    return entry;
  }
};
class OtherData final : public LyingWorld {
  void apply(model::Task task, const impl::Operation& operation, impl::Result& result) override {
    truth().apply(task, operation, result);
    result.data[0] ^= 1;
  }
};

constexpr const char* kTwoTasks =
    "tasks t0:mm0 t1:mm0\n"
    "file f0 dax 4 cells\n"
    "setup\n"
    "  t0 mmap_anon p0+2 rw\n"
    "t0\n"
    "  store p0 .0\n"
    "  load p0 .0\n"
    "t1\n"
    "  store p1 .0\n"
    "  pwrite f0@0 .1\n";

template <class World>
void expect_breach(const Clause& clause) {
  World world;
  Coverage coverage;
  ThreadRun run(world, 2, coverage);
  const Verdict verdict = run.run(scenario_of(kTwoTasks));
  ASSERT_EQ(verdict.kind, VerdictKind::kViolated);
  EXPECT_EQ(verdict.breach.clause, &clause) << sentence_of(verdict);
}

TEST(ThreadRun, WhatAStepSaysIsJudged) { expect_breach<StaleStep>(kStaleLoad); }
TEST(ThreadRun, WhatAnOperationReturnsIsJudged) { expect_breach<OtherData>(kResultData); }
TEST(ThreadRun, TablesAreComparedAtRest) { expect_breach<OtherTables>(kCpuEntryDiffers); }
TEST(ThreadRun, WhatIsLeftIsFound) { expect_breach<ForgetsUnlock>(kLeakedLock); }
Verdict run_expecting(const char* text) {
  LyingWorld world;
  Coverage coverage;
  ThreadRun run(world, 2, coverage);
  return run.run(scenario_of(text));
}
TEST(ThreadRun, WhatTheScenarioExpectsOfSetUpIsCompared) {
  EXPECT_EQ(run_expecting("tasks t0:mm0\nsetup\n  t0 unpin = -EINVAL\nt0\n").kind,
            VerdictKind::kHolds);
  const Verdict verdict =
      run_expecting("tasks t0:mm0 t1:mm0\nsetup\n  t0 unpin = 0\nt0\n  mmap_anon p0+1 rw\n");
  ASSERT_EQ(verdict.kind, VerdictKind::kViolated);
  EXPECT_EQ(verdict.breach.clause, &kUnexpectedResult) << sentence_of(verdict);
}
TEST(ThreadRun, WhatTheScenarioExpectsOfItsOnlyTaskIsCompared) {
  const Verdict verdict = run_expecting("tasks t0:mm0\nt0\n  mmap_anon p0+1 rw = -ENOMEM\n");
  ASSERT_EQ(verdict.kind, VerdictKind::kViolated);
  EXPECT_EQ(verdict.breach.clause, &kUnexpectedResult) << sentence_of(verdict);
}
// Who of two tasks maps the page first is not said by what is expected of one schedule.
TEST(ThreadRun, WhatDependsOnTheScheduleIsNotCompared) {
  const Verdict verdict = run_expecting(
      "tasks t0:mm0 t1:mm0\nt0\n  mmap_anon p0+1 rw = 0\nt1\n  mmap_anon p0+1 rw = 0\n");
  EXPECT_EQ(verdict.kind, VerdictKind::kHolds) << sentence_of(verdict);
}

TEST(ThreadRun, AnHonestWorldPasses) {
  LyingWorld world;
  Coverage coverage;
  ThreadRun run(world, 2, coverage);
  const Verdict verdict = run.run(scenario_of(kTwoTasks));
  EXPECT_EQ(verdict.kind, VerdictKind::kHolds) << sentence_of(verdict);
}

}  // namespace
}  // namespace mirrorcheck::fuzz
