#include "fuzz/scenario/mutate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "fuzz/scenario/bytes.h"
#include "fuzz/scenario/generate.h"
#include "fuzz/scenario/text.h"
#include "tests/scenario/some_bytes.h"
#include "tests/scenario/wild_scenario.h"

namespace mirrorcheck::fuzz {
namespace {

constexpr std::uint8_t kUntouched = 0xa5;
constexpr std::size_t kGuard = 8;  // bytes behind the end that nobody may write

Bytes mutated(const Bytes& bytes, std::size_t max, std::uint32_t seed) {
  Bytes buffer(std::max(bytes.size(), max) + kGuard, kUntouched);
  std::copy(bytes.begin(), bytes.end(), buffer.begin());
  const Bytes before = buffer;
  const std::size_t size = mutate(buffer.data(), bytes.size(), max, seed);
  EXPECT_LE(size, max);
  EXPECT_TRUE(std::equal(buffer.begin() + static_cast<std::ptrdiff_t>(max), buffer.end(),
                         before.begin() + static_cast<std::ptrdiff_t>(max)));
  buffer.resize(size);
  return buffer;
}

TEST(Mutate, StaysWithinItsBoundsOnAnyBytes) {
  Random random(1);
  for (std::uint32_t seed = 0; seed < 20'000; ++seed) {
    const Bytes bytes = random_bytes(random, 300);
    const std::size_t max = random.below(400);
    const Bytes result = mutated(bytes, max, seed);
    ASSERT_FALSE(testing::Test::HasFailure()) << seed;
    const Scenario scenario = decoded(result);
    Scenario canonical = scenario;
    canonicalize(canonical);
    ASSERT_EQ(scenario, canonical);
  }
}

TEST(Mutate, TheSameArgumentsGiveTheSameBytes) {
  for (std::uint32_t seed = 0; seed < 2'000; ++seed) {
    const Bytes bytes = encode(standard_scenario(seed % 7));
    ASSERT_EQ(mutated(bytes, 1000, seed), mutated(bytes, 1000, seed));
  }
}

// Each try leaves a standard scenario as it is with probability below 1/3 (a swap of equals, a
// merge that has nothing to merge); 8 tries fail together once in 6,000, so 20 in 2,000 would be a
// mistake.
TEST(Mutate, ChangesSomething) {
  int unchanged = 0;
  std::set<Bytes> results;
  const Bytes bytes = encode(standard_scenario(3));
  for (std::uint32_t seed = 0; seed < 2'000; ++seed) {
    const Bytes result = mutated(bytes, 1000, seed);
    if (result == bytes) ++unchanged;
    results.insert(result);
  }
  EXPECT_LT(unchanged, 20);
  EXPECT_GT(results.size(), 1'000U);
}

// Everything is reachable: from the empty input a chain of mutations comes to more tasks, other
// files, operations of every list, a changed set-up and a schedule.
TEST(Mutate, AChainReachesEveryPart) {
  Bytes bytes;
  bool tasks = false, files = false, setup = false, mms = false, schedule = false, full = false;
  for (std::uint32_t seed = 0; seed < 20'000; ++seed) {
    bytes = mutated(bytes, 600, seed);
    const Scenario scenario = decoded(bytes);
    tasks |= scenario.layout.tasks > 4;
    files |= !has_standard_world(scenario);
    setup |= scenario.setup.size() > kStandardSetup;
    mms |= scenario.layout.mm_of_task[0] != scenario.layout.mm_of_task[1];
    schedule |= scenario.schedule.size() > 20;
    full |= scenario.tasks[0].size() == kMaxOperations;
  }
  EXPECT_TRUE(tasks && files && setup && mms && schedule && full);
}

// The punch comes to the file page that is mapped where the store goes, both fields at once.
// copy_address is drawn about once in twelve changes, takes the punch for its target half of the
// time and the store for its source once in five: some 40 of 5,000. Without it, replacing the punch
// by just this one gives about 1.
TEST(Mutate, FindsTheFilePageUnderAMappedPage) {
  Scenario scenario;
  standard_world(scenario);
  scenario.layout.tasks = 2;
  scenario.tasks[0] = {{.call = impl::Call::kStore, .page = 6}};
  scenario.tasks[1] = {{.call = impl::Call::kPunchHole, .file = model::File(1), .index = 7}};
  canonicalize(scenario);
  const Bytes bytes = encode(scenario);
  impl::Operation wanted = scenario.tasks[1][0];
  wanted.file = model::File(0);
  wanted.index = 2;
  int found = 0;
  for (std::uint32_t seed = 0; seed < 5'000; ++seed) {
    const OperationList list = decoded(mutated(bytes, 200, seed)).tasks[1];
    if (!list.empty() && list[0] == wanted) ++found;
  }
  EXPECT_GT(found, 15);
}

TEST(Mutate, ALargestScenarioFitsIntoLittleSpace) {
  Scenario scenario;
  scenario.layout.tasks = model::kTasks;
  scenario.setup.resize(kMaxSetup);
  for (OperationList& operations : scenario.tasks) operations.resize(kMaxOperations);
  scenario.schedule.resize(kMaxSegments, {.task = 7, .points = 65535});
  canonicalize(scenario);
  const Bytes bytes = encode(scenario);
  for (std::size_t max = 0; max <= bytes.size(); max += 1 + max / 16) {
    mutated(bytes, max, static_cast<std::uint32_t>(max));
    ASSERT_FALSE(testing::Test::HasFailure()) << max;
  }
}

TEST(CrossOver, TakesFromBothAndStaysWithinItsBounds) {
  Random random(4);
  std::set<Bytes> children;
  const Bytes father = encode(standard_scenario(1));
  const Bytes mother = encode(standard_scenario(2));
  for (std::uint32_t seed = 0; seed < 2'000; ++seed) {
    Bytes out(1500, kUntouched);
    out.resize(cross_over(father, mother, out, seed));
    Bytes again(1500);
    again.resize(cross_over(father, mother, again, seed));
    ASSERT_EQ(out, again);
    children.insert(out);
    const Scenario child = decoded(out);
    ASSERT_EQ(child.layout.tasks, 3);

    const Bytes wild = random_bytes(random, 200);
    Bytes small(random.below(100));
    const std::size_t size = cross_over(wild, mother, small, seed);
    ASSERT_LE(size, small.size());
  }
  EXPECT_GT(children.size(), 500U);
}

TEST(Trim, EveryCandidateIsSmaller) {
  const auto weight = [](const Scenario& s) {
    std::size_t sum = s.setup.size() + s.schedule.size() + s.layout.tasks;
    for (const OperationList& operations : s.tasks) sum += operations.size();
    return sum;
  };
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Bytes bytes =
        encode(seed % 2 == 0 ? wild_scenario(seed, false) : standard_scenario(seed));
    const std::size_t count = trim_count(bytes);
    std::set<Bytes> distinct;
    for (std::size_t k = 0; k < count; ++k) {
      Bytes out(bytes.size());
      out.resize(trim(bytes, k, out));
      ASSERT_LT(weight(decoded(out)), weight(decoded(bytes)));
      distinct.insert(out);
    }
    if (count > 1) {
      ASSERT_GT(distinct.size(), 1U);
    }
  }
}

TEST(Trim, NeverLongerThanAnyBytes) {
  Random random(9);
  for (int i = 0; i < 3'000; ++i) {
    const Bytes bytes = random_bytes(random, 60);
    const std::size_t count = trim_count(bytes);
    for (std::size_t k = 0; k < count; ++k) {
      Bytes out(2000);
      ASSERT_LE(trim(bytes, k, out), bytes.size());
    }
  }
}

// Trimming towards one condition, as a fuzzer does it: what does not matter is gone in the end.
TEST(Trim, ReachesTheCore) {
  Scenario scenario =
      random_scenario(11, {.tasks = 4, .operations = 8, .setup = 3, .segments = 30});
  scenario.layout.tasks = 4;
  scenario.tasks[2] = {{.call = impl::Call::kStore, .page = 9}, {.call = impl::Call::kExit}};
  canonicalize(scenario);
  const auto interesting = [](const Scenario& s) {
    for (const OperationList& operations : s.tasks) {
      for (const impl::Operation& operation : operations) {
        if (operation.call == impl::Call::kStore && operation.page == 9) return true;
      }
    }
    return false;
  };
  Bytes bytes = encode(scenario);
  for (bool progress = true; progress;) {
    progress = false;
    for (std::size_t k = 0; k < trim_count(bytes) && !progress; ++k) {
      Bytes out(bytes.size());
      out.resize(trim(bytes, k, out));
      if (!interesting(decoded(out))) continue;
      bytes = out;
      progress = true;
    }
  }
  const Scenario core = decoded(bytes);
  EXPECT_EQ(core.layout.tasks, 1);
  EXPECT_EQ(core.tasks[0].size(), 1U);
  EXPECT_TRUE(core.schedule.empty());
}

}  // namespace
}  // namespace mirrorcheck::fuzz
