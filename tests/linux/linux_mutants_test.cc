// Copies of the kernel's notifiers with one line broken are found by random scenarios that know
// nothing of it, by a property that the patch names.
//
// No false alarm is possible, seeds are fixed; the bound is several times what any of them needed.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "fuzz/explain/known.h"
#include "fuzz/harness/clauses.h"
#include "fuzz/harness/execution.h"
#include "fuzz/scenario/file.h"
#include "fuzz/scenario/generate.h"
#include "impl/loader/loader.h"
#include "model/properties.h"

namespace mirrorcheck::fuzz {
namespace {

constexpr unsigned kScenarios = 20000;
constexpr const char* kWarns = "K06";

std::string scenario_of(const std::string& id) {
  return std::string(PATCHES) + "/" + id + ".scenario";
}

// Those that have a scenario of their own, or those that have none.
std::vector<std::string> mutants(bool with_scenario) {
  std::vector<std::string> ids;
  for (const auto& entry : std::filesystem::directory_iterator(PATCHES)) {
    const std::string id = entry.path().stem().string();
    if (entry.path().extension() == ".patch" &&
        std::filesystem::exists(scenario_of(id)) == with_scenario) {
      ids.push_back(id);
    }
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::vector<std::string> declared_properties(const std::string& id) {
  std::ifstream patch(std::string(PATCHES) + "/" + id + ".patch");
  std::vector<std::string> properties;
  for (std::string line; std::getline(patch, line);) {
    if (!line.starts_with("Property: ")) continue;
    std::string word;
    for (const char c : line.substr(10) + ",") {
      if (c != ',' && c != ' ') {
        word += c;
      } else if (!word.empty()) {
        properties.push_back(word);
        word.clear();
      }
    }
  }
  return properties;
}

void expect_declared(const std::string& id, const Verdict& verdict) {
  const std::vector<std::string> declared = declared_properties(id);
  const std::string property(model::info(verdict.breach.clause->property).id);
  EXPECT_NE(std::find(declared.begin(), declared.end(), property), declared.end())
      << "found " << property << ": " << verdict.breach.clause->sentence;
}

class KernelMutant : public testing::TestWithParam<std::string> {};

TEST_P(KernelMutant, IsFoundByChance) {
  const impl::LoadedWorld loaded =
      impl::load_world(std::string(MUTANTS) + "/" + GetParam() + ".so");
  ASSERT_NE(loaded.world, nullptr) << loaded.error;
  Execution execution(*loaded.world, {});
  History history;
  for (unsigned seed = 0; seed < kScenarios; ++seed) {
    const Scenario scenario =
        seed % 2 == 0 ? standard_scenario(seed) : random_scenario(seed, Shape{});
    Verdict verdict = execution.replay(scenario);
    if (verdict.kind != VerdictKind::kViolated) continue;
    verdict = execution.replay(scenario, &history);
    if (!known_as({scenario, verdict, history}).empty()) continue;
    expect_declared(GetParam(), verdict);
    RecordProperty("executions", static_cast<int>(seed + 1));
    return;
  }
  FAIL() << "not found in " << kScenarios << " executions";
}

// What takes a race that random scenarios rarely have. The kernel as it is passes the same:
// linux.mutants_scenarios.
class RareKernelMutant : public testing::TestWithParam<std::string> {};

TEST_P(RareKernelMutant, IsFoundByItsScenario) {
  const impl::LoadedWorld loaded =
      impl::load_world(std::string(MUTANTS) + "/" + GetParam() + ".so");
  ASSERT_NE(loaded.world, nullptr) << loaded.error;
  const ScenarioOrError read = read_scenario_file(scenario_of(GetParam()));
  ASSERT_TRUE(std::holds_alternative<Scenario>(read));
  const Verdict verdict = Execution(*loaded.world, {}).replay(std::get<Scenario>(read));
  ASSERT_EQ(verdict.kind, VerdictKind::kViolated);
  expect_declared(GetParam(), verdict);
}

// Breaks nothing but a WARN_ON. Not by chance: the warning is at a classic notifier's refusal, and
// where there are interval notifiers what is known comes of the same refusal.
TEST(KernelMutantWarning, IsAFindingOfItsOwn) {
  const impl::LoadedWorld loaded =
      impl::load_world(std::string(MUTANTS) + "/" + kWarns + std::string(".so"));
  ASSERT_NE(loaded.world, nullptr) << loaded.error;
  const ScenarioOrError read = read_scenario_file(scenario_of(kWarns));
  ASSERT_TRUE(std::holds_alternative<Scenario>(read));
  const Verdict verdict = Execution(*loaded.world, {}).replay(std::get<Scenario>(read));
  ASSERT_EQ(verdict.kind, VerdictKind::kViolated);
  EXPECT_EQ(verdict.breach.clause, &kComplaint);
  EXPECT_EQ(verdict.detail, "mmu_notifier.c:495: WARN_ON(!ops->invalidate_range_end)");
}

INSTANTIATE_TEST_SUITE_P(All, KernelMutant, testing::ValuesIn(mutants(false)),
                         [](const auto& parameter) { return parameter.param; });
INSTANTIATE_TEST_SUITE_P(All, RareKernelMutant, testing::ValuesIn(mutants(true)),
                         [](const auto& parameter) { return parameter.param; });

}  // namespace
}  // namespace mirrorcheck::fuzz
