// Every broken mirror is found: by random schedules of random scenarios, drawn or made of the seeds
// as a campaign does, which know nothing of what is broken, and by random schedules of its race in
// corpus/races, which come to the harm. The reference passes the same.
//
// No false alarm is possible, seeds are fixed. That a patch which keeps its bug is caught is not
// left to chance either: the bounds are several times what the worst of 20 seeds needed.

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "fuzz/harness/execution.h"
#include "fuzz/scenario/bytes.h"
#include "fuzz/scenario/file.h"
#include "fuzz/scenario/generate.h"
#include "fuzz/scenario/mutate.h"
#include "fuzz/scheduler/random_strategy.h"
#include "impl/loader/loader.h"
#include "model/properties.h"

namespace mirrorcheck::fuzz {
namespace {

constexpr unsigned kRandomScenarios = 100000;
constexpr unsigned kSchedules = 6000;
constexpr unsigned kSchedulesOfReference = 300;

std::vector<std::string> mutants() {
  std::vector<std::string> ids;
  for (const std::string& name : impl::implementation_names()) {
    if (name.starts_with("mutant:")) ids.push_back(name.substr(7));
  }
  return ids;
}

// What follows "Property: " in the patch: the properties that may be named, the first first.
std::string declared_properties(const std::string& id) {
  std::ifstream patch(std::string(MUTANTS_DIRECTORY) + "/" + id + ".patch");
  for (std::string line; std::getline(patch, line);) {
    if (line.starts_with("Property: ")) return line.substr(10);
  }
  return "";
}

// Whether `id` stands in `text` as a word of its own: S5 is not in "S5'".
bool mentions(const std::string& text, std::string_view id) {
  for (std::size_t at = text.find(id); at != std::string::npos; at = text.find(id, at + 1)) {
    const char after = at + id.size() < text.size() ? text[at + id.size()] : ' ';
    if (after != '\'' && std::isdigit(static_cast<unsigned char>(after)) == 0) return true;
  }
  return false;
}

std::string_view property_of(const Verdict& verdict) {
  return model::info(verdict.breach.clause->property).id;
}

Scenario scenario_in(const std::string& path) {
  const ScenarioOrError read = read_scenario_file(path);
  if (const auto* error = std::get_if<Error>(&read)) {
    ADD_FAILURE() << error->message;
    return {};
  }
  return std::get<Scenario>(read);
}

Scenario scenario_of(const std::string& id) {
  return scenario_in(std::string(RACES_DIRECTORY) + "/" + id + ".scenario");
}

// The byte forms of the seeds, in the order of their names.
std::vector<std::vector<std::uint8_t>> seeds() {
  std::vector<std::string> paths;
  for (const auto& file : std::filesystem::directory_iterator(SEEDS_DIRECTORY)) {
    paths.push_back(file.path().string());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::vector<std::uint8_t>> all;
  all.reserve(paths.size());
  for (const std::string& path : paths) all.push_back(encode(scenario_in(path)));
  return all;
}

// One of the seeds with a few changes.
Scenario changed_seed(const std::vector<std::vector<std::uint8_t>>& all, unsigned number) {
  std::vector<std::uint8_t> bytes = all[number % all.size()];
  std::size_t size = bytes.size();
  bytes.resize(size + 64);
  const unsigned changes = 1 + number % 3;
  for (unsigned i = 0; i < changes; ++i) {
    size = mutate(bytes.data(), size, bytes.size(), number * 4 + i);
  }
  Scenario scenario;
  decode({bytes.data(), size}, scenario);
  return scenario;
}

class Mutant : public testing::TestWithParam<std::string> {};

TEST_P(Mutant, IsFoundByChance) {
  const impl::LoadedWorld loaded = impl::load_world("mutant:" + GetParam());
  ASSERT_NE(loaded.world, nullptr) << loaded.error;
  Execution execution(*loaded.world, {});
  const std::string declared = declared_properties(GetParam());
  const std::vector<std::vector<std::uint8_t>> all_seeds = seeds();
  for (unsigned seed = 0; seed < kRandomScenarios; ++seed) {
    const Scenario scenario = seed % 2 == 0   ? standard_scenario(seed)
                              : seed % 4 == 1 ? random_scenario(seed, Shape{})
                                              : changed_seed(all_seeds, seed / 4);
    const Verdict verdict = execution.replay(scenario);
    if (verdict.kind != VerdictKind::kViolated) continue;
    EXPECT_TRUE(mentions(declared, property_of(verdict)))
        << "declared " << declared << ", found " << property_of(verdict) << ": "
        << verdict.breach.clause->sentence;
    return;
  }
  FAIL() << "not found in " << kRandomScenarios << " executions";
}

TEST_P(Mutant, DoesHarmInItsRace) {
  const impl::LoadedWorld loaded = impl::load_world("mutant:" + GetParam());
  ASSERT_NE(loaded.world, nullptr) << loaded.error;
  Execution execution(*loaded.world, {});
  const Scenario scenario = scenario_of(GetParam());
  const std::string declared = declared_properties(GetParam());
  RandomStrategy strategy(0);
  for (unsigned seed = 0; seed < kSchedules; ++seed) {
    strategy.reseed(seed);
    const Verdict verdict = execution.run(scenario, strategy);
    if (verdict.kind != VerdictKind::kViolated || verdict.breach.clause->protocol) continue;
    if (mentions(declared, property_of(verdict))) return;
  }
  FAIL() << "no harm as declared (" << declared << ") in " << kSchedules << " schedules";
}

TEST_P(Mutant, TheReferencePassesItsRace) {
  const impl::LoadedWorld loaded = impl::load_world("reference");
  ASSERT_NE(loaded.world, nullptr) << loaded.error;
  Execution execution(*loaded.world, {});
  const Scenario scenario = scenario_of(GetParam());
  RandomStrategy strategy(0);
  for (unsigned seed = 0; seed < kSchedulesOfReference; ++seed) {
    strategy.reseed(seed);
    const Verdict verdict = execution.run(scenario, strategy);
    ASSERT_EQ(verdict.kind, VerdictKind::kHolds)
        << "schedule " << seed << ": " << verdict.breach.clause->sentence;
  }
}

INSTANTIATE_TEST_SUITE_P(All, Mutant, testing::ValuesIn(mutants()), [](const auto& parameter) {
  std::string name = parameter.param;
  std::erase(name, '-');  // not a character of a test's name
  return name;
});

}  // namespace
}  // namespace mirrorcheck::fuzz
