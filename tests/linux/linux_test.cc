// The kernel's notifiers keep the contract in random scenarios, but for what is known; and what is
// known happens, and does the harm that corpus/linux says.

#include <gtest/gtest.h>
#include <filesystem>
#include <set>

#include <array>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "fuzz/explain/known.h"
#include "fuzz/harness/execution.h"
#include "fuzz/harness/expected.h"
#include "fuzz/minimize/minimize.h"
#include "fuzz/scenario/file.h"
#include "fuzz/scenario/generate.h"
#include "fuzz/scheduler/random_strategy.h"
#include "fuzz/scheduler/scheduler.h"
#include "impl/loader/loader.h"
#include "model/properties.h"
#include "model/rules.h"
#include "tests/harness/branches.h"

namespace mirrorcheck::fuzz {
namespace {

constexpr unsigned kScenarios = 6000;

std::vector<std::string> kernels() {
  std::istringstream names(KERNELS);
  std::vector<std::string> list;
  for (std::string name; names >> name;) list.push_back(name);
  return list;
}

Scenario scenario_of(const std::string& path) {
  const ScenarioOrError read = read_scenario_file(path);
  if (const auto* error = std::get_if<Error>(&read)) {
    ADD_FAILURE() << error->message;
    return {};
  }
  return std::get<Scenario>(read);
}

class Linux : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    loaded_ = impl::load_world(GetParam());
    ASSERT_NE(loaded_.world, nullptr) << loaded_.error;
  }
  impl::World& world() { return *loaded_.world; }

 private:
  impl::LoadedWorld loaded_;
};

// The kernel's state is put back as well as the reference's.
TEST_P(Linux, BranchesAreTheRunsOfTheirSchedules) {
  const impl::LoadedWorld other = impl::load_world(GetParam());
  Execution shared(world(), {});
  Execution alone(*other.world, {});
  BranchCounts counts;
  for (unsigned seed = 0; seed < 300; ++seed) {
    const Scenario scenario =
        seed % 2 == 0 ? standard_scenario(seed) : random_scenario(seed, Shape{});
    ASSERT_NO_FATAL_FAILURE(compare_branches(shared, alone, scenario, counts)) << "seed " << seed;
  }
  EXPECT_GE(counts.shorter, Scheduler::can_pause() ? 300u : 0u);
  EXPECT_GE(counts.rejoined, Scheduler::can_pause() ? 300u : 0u);
}

TEST_P(Linux, KeepsTheContractButForWhatIsKnown) {
  ExecutionOptions options;
  options.compare_everything = true;
  Execution execution(world(), options);
  History history;
  unsigned known = 0;
  for (unsigned seed = 0; seed < kScenarios; ++seed) {
    const Scenario scenario =
        seed % 2 == 0 ? standard_scenario(seed) : random_scenario(seed, Shape{});
    const Verdict verdict = execution.replay(scenario, &history);
    if (verdict.kind != VerdictKind::kViolated) continue;
    ASSERT_FALSE(known_as({scenario, verdict, history}).empty())
        << "seed " << seed << ": " << verdict.breach.clause->sentence << " " << verdict.detail
        << "\n"
        << verdict.contract_state;
    ++known;
  }
  EXPECT_GT(known, 0u) << "a kernel in which I5 is repaired: see corpus/linux";
}

// What corpus/linux tells of, and which property it breaks.
struct Known {
  const char* folder;
  const char* scenario;
  model::Property property;
};
constexpr std::array kKnown{
    Known{"I5-classic-notifier-refuses", "hit", model::Property::kS7},
    Known{"I5-classic-notifier-refuses", "not_hit", model::Property::kS7},
    Known{"P3-migration-keeps-translations", "page", model::Property::kS12},
    Known{"P3-migration-keeps-translations", "forked", model::Property::kS12},
    Known{"P3-migration-keeps-translations", "zero_page", model::Property::kS1},
    Known{"P3-migration-keeps-translations", "section", model::Property::kS9Prime},
    Known{"P3-migration-keeps-translations", "section_back", model::Property::kS9Prime},
    Known{"P3-migration-keeps-translations", "section_installed", model::Property::kS12},
    Known{"P3-migration-keeps-translations", "section_inside", model::Property::kS12},
    Known{"P3-migration-keeps-translations", "lost_store", model::Property::kS6},
    Known{"P3-migration-keeps-translations", "lost_store_back", model::Property::kS6},
    Known{"P6-programs-without-a-section", "migrate", model::Property::kS1},
    Known{"P6-programs-without-a-section", "exclusive", model::Property::kS1},
    Known{"D1-takes-back-without-the-lock", "write", model::Property::kS1},
    Known{"D1-takes-back-without-the-lock", "fork", model::Property::kS1},
    Known{"D1-takes-back-without-the-lock", "fork_of_other_mm", model::Property::kS1},
    Known{"F5-device-page-has-no-address", "write", model::Property::kS7},
    Known{"F6-read-only-device-page", "write", model::Property::kS10},
    Known{"F3-hugetlb-asks-for-the-first-page", "write", model::Property::kS10},
    Known{"F3-hugetlb-asks-for-the-first-page", "read", model::Property::kS10},
    Known{"L4-release-waits-for-ever", "release", model::Property::kL4},
    Known{"L1-faults-keep-each-other-from-moving", "in_turn", model::Property::kL1},
    Known{"L1-faults-keep-each-other-from-moving", "two_pages", model::Property::kL1},
    Known{"L1-faults-keep-each-other-from-moving", "closed", model::Property::kL1},
    Known{"P1-chunk-freed-while-made", "release", model::Property::kS7},
    Known{"D6-writes-not-marked", "lost", model::Property::kS15Prime},
    Known{"D6-writes-not-marked", "swap", model::Property::kS15Prime},
};

TEST_P(Linux, BreaksTheContractAsIsKnown) {
  const impl::LoadedWorld reference = impl::load_world("reference");
  Execution on_linux(world(), {});
  Execution on_reference(*reference.world, {});
  for (const Known& known : kKnown) {
    SCOPED_TRACE(std::string(known.folder) + "/" + known.scenario);
    const Scenario scenario = scenario_of(std::string(FINDINGS) + "/" + known.folder + "/" +
                                          known.scenario + ".scenario");
    History history;
    const Verdict verdict = on_linux.replay(scenario, &history);
    EXPECT_EQ(on_reference.replay(scenario).kind, VerdictKind::kHolds);
    ASSERT_EQ(verdict.kind, VerdictKind::kViolated) << "a kernel in which it is repaired?";
    EXPECT_EQ(known_as({scenario, verdict, history}), known.folder) << verdict.detail;
    // In 6.1 the device maps the page of P3's section just before it moves.
    const bool earlier = GetParam() == "linux-6.1" && std::string(known.scenario) == "section";
    EXPECT_EQ(verdict.breach.clause->property, earlier ? model::Property::kS12 : known.property);
  }
}

// What is made small stays with what explains it, and on the reference nothing is known.
TEST_P(Linux, SmallerFindingsAreExplainedByTheSame) {
  constexpr std::uint64_t kRuns = 300;
  for (const Known& known : kKnown) {
    if (known.property == model::Property::kL1) continue;  // whose runs are long
    SCOPED_TRACE(std::string(known.folder) + "/" + known.scenario);
    const Scenario scenario = scenario_of(std::string(FINDINGS) + "/" + known.folder + "/" +
                                          known.scenario + ".scenario");
    const std::optional<Minimized> small = minimize(world(), scenario, kRuns);
    ASSERT_TRUE(small);
    EXPECT_EQ(small->verdict.known, known.folder);
  }
}

TEST(LinuxReference, HasNothingKnown) {
  const impl::LoadedWorld reference = impl::load_world("reference");
  const Scenario scenario =
      scenario_of(std::string(FINDINGS) + "/I5-classic-notifier-refuses/hit.scenario");
  Verdict verdict;
  verdict.kind = VerdictKind::kViolated;
  verdict.breach = {&model::StartFailed<model::Concrete>::kBalanced, model::Rule::kStartFailed};
  EXPECT_EQ(known_as({scenario, verdict, {}}), "I5-classic-notifier-refuses");
  note_known(*reference.world, scenario, {}, verdict);
  EXPECT_EQ(verdict.known, "");
}

// The scenarios that a campaign begins with, the kernel's own test suite among them.
TEST_P(Linux, HoldsInTheSeeds) {
  // What is known of the kernel's driver happens in these (corpus/linux).
  const std::set<std::string> breaking{
      "double_map",          "device_memory_moves",       "migrate_under_faults",
      "huge_under_device",   "madvise_free_under_device", "reclaim_clean_again",
      "reclaim_under_device"};
  Execution execution(world(), {});
  unsigned seeds = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(CORPUS) + "/seeds")) {
    if (entry.path().extension() != ".scenario" || breaking.contains(entry.path().stem())) continue;
    const Verdict verdict = execution.replay(scenario_of(entry.path()));
    EXPECT_EQ(verdict.kind, VerdictKind::kHolds) << entry.path() << " " << verdict.detail;
    ++seeds;
  }
  EXPECT_GT(seeds, 50u);
}

// The harm, which nobody has to judge: operations of one task, and what came of the last ones.
class Silent final : public impl::Observer {
 public:
  void step(model::Rule, const model::Arguments&) override {}
};

struct Unjudged {
  RunOutcome outcome{};
  // One an operation; 1, which no operation returns, where it did not come back.
  std::vector<int> errors;
  std::uint32_t data = 0;  // of the last one
  std::vector<impl::Result> results;
};

struct UnjudgedRun {
  impl::World& world;
  const std::vector<impl::Operation>& operations;
  Unjudged result;

  static void run(void* self, unsigned) {
    auto& [world, operations, result] = *static_cast<UnjudgedRun*>(self);
    for (std::size_t i = 0; i < operations.size(); ++i) {
      impl::Result answer;
      world.apply(model::Task(0), operations[i], answer);
      result.errors[i] = answer.error;
      result.data = answer.data[0];
      result.results.push_back(answer);
    }
  }
};

Unjudged run_unjudged(impl::World& world, const std::vector<impl::Operation>& operations) {
  Silent observer;
  Scheduler scheduler;
  world.reset(impl::Layout{}, observer);
  UnjudgedRun task{world, operations, {}};
  task.result.errors.assign(operations.size(), 1);
  task.result.outcome = scheduler.run_one(0, UnjudgedRun::run, &task).outcome;
  return task.result;
}

using impl::Call;
constexpr std::uint8_t kReadWrite = impl::kProtRead | impl::kProtWrite;

// Whoever reads next never comes back.
Unjudged read_after_a_refused_start(impl::World& world) {
  return run_unjudged(world, {{.call = Call::kMmapAnon, .prot = kReadWrite},
                              {.call = Call::kMirrorOpen},
                              {.call = Call::kNotifierRegister, .prot = 1},
                              {.call = Call::kOomReap},
                              {.call = Call::kDeviceRead}});
}

TEST_P(Linux, AReaderAfterARefusedStartWaitsForEver) {
  const Unjudged run = read_after_a_refused_start(world());
  EXPECT_EQ(run.outcome, RunOutcome::kDeadlocked);
  EXPECT_EQ(run.errors[3], -EAGAIN);
  EXPECT_EQ(run.errors[4], 1) << "device_read came back";
}

TEST(LinuxReference, AReaderAfterARefusedStartReads) {
  const impl::LoadedWorld reference = impl::load_world("reference");
  const Unjudged run = read_after_a_refused_start(*reference.world);
  EXPECT_EQ(run.outcome, RunOutcome::kCompleted);
  EXPECT_EQ(run.errors[3], -EAGAIN);
  EXPECT_EQ(run.errors[4], 0);
}

// What the case of the kernel's test suite asserts comes back, whatever the driver does (P3).
TEST_P(Linux, DoubleMapReturnsWhatItAsserts) {
  const Scenario scenario = scenario_of(std::string(CORPUS) + "/seeds/double_map.scenario");
  std::vector<impl::Operation> operations;
  std::vector<Place> places;
  for (std::size_t i = 0; i < scenario.setup.size(); ++i) {
    operations.push_back(scenario.setup[i].operation);
    places.push_back(place_in_setup(i));
  }
  for (std::size_t i = 0; i < scenario.tasks[0].size(); ++i) {
    operations.push_back(scenario.tasks[0][i]);
    places.push_back(place_in_task(0, i));
  }
  const Unjudged run = run_unjudged(world(), operations);
  ASSERT_EQ(run.outcome, RunOutcome::kCompleted);
  for (std::size_t i = 0; i < places.size(); ++i) {
    const ExpectedResult* expected = scenario.expected(places[i]);
    ASSERT_NE(expected, nullptr) << provenance(places[i]) << " asserts nothing";
    EXPECT_TRUE(meets(expected, run.results[i])) << provenance(places[i]);
  }
}

// A write to memory that the process may write.
int write_to_read_only_device_page(impl::World& world) {
  const Unjudged run = run_unjudged(world, {{.call = Call::kMmapAnon, .prot = kReadWrite},
                                            {.call = Call::kStore, .value = 1},
                                            {.call = Call::kMirrorOpen},
                                            {.call = Call::kMprotect, .prot = impl::kProtRead},
                                            {.call = Call::kMigrateToDevice},
                                            {.call = Call::kMprotect, .prot = kReadWrite},
                                            {.call = Call::kDeviceWrite, .value = 2}});
  EXPECT_EQ(run.outcome, RunOutcome::kCompleted);
  return run.errors.back();
}

TEST_P(Linux, AWriteToAReadOnlyDevicePageFails) {
  EXPECT_EQ(write_to_read_only_device_page(world()), -EFAULT);
}

TEST(LinuxReference, AWriteToAReadOnlyDevicePageSucceeds) {
  const impl::LoadedWorld reference = impl::load_world("reference");
  EXPECT_EQ(write_to_read_only_device_page(*reference.world), 0);
}

// D6: what the device has written is no longer there.
std::uint32_t loaded_after_reclaim(impl::World& world) {
  const Unjudged run = run_unjudged(world, {{.call = Call::kMmapAnon, .prot = kReadWrite},
                                            {.call = Call::kMirrorOpen},
                                            {.call = Call::kStore, .value = 1},
                                            {.call = Call::kMadviseFree},
                                            {.call = Call::kDeviceWrite, .value = 2},
                                            {.call = Call::kReclaim},
                                            {.call = Call::kLoad}});
  EXPECT_EQ(run.outcome, RunOutcome::kCompleted);
  EXPECT_EQ(run.errors[4], 0);
  return run.data;
}

TEST_P(Linux, DeviceWritesAfterMadviseFreeAreLost) { EXPECT_EQ(loaded_after_reclaim(world()), 0u); }

TEST(LinuxReference, DeviceWritesAfterMadviseFreeAreKept) {
  const impl::LoadedWorld reference = impl::load_world("reference");
  EXPECT_EQ(loaded_after_reclaim(*reference.world), 2u);
}

INSTANTIATE_TEST_SUITE_P(All, Linux, testing::ValuesIn(kernels()), [](const auto& parameter) {
  std::string name = parameter.param;
  for (char& c : name) {
    if (c == '-' || c == '.') c = '_';
  }
  return name;
});

}  // namespace
}  // namespace mirrorcheck::fuzz
