#include "fuzz/campaign/inputs.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <variant>

#include "fuzz/campaign/fnv1a.h"
#include "fuzz/scenario/file.h"
#include "fuzz/scenario/generate.h"

namespace mirrorcheck::fuzz {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kStandardSeeds = 4;

std::string content_name(const std::string& bytes) {
  char name[17];
  std::snprintf(name, sizeof name, "%016llx", static_cast<unsigned long long>(fnv1a(bytes)));
  return name;
}

}  // namespace

std::vector<std::string> files_below(const std::string& directory) {
  std::vector<std::string> files;
  std::error_code error;
  fs::recursive_directory_iterator entry(directory, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (entry->is_regular_file(error)) files.push_back(entry->path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> write_seeds(const std::string& seeds, const std::string& out,
                                     std::vector<std::string>& notes) {
  std::vector<Scenario> scenarios;
  for (const fs::path path : files_below(seeds)) {
    if (path.extension() == ".md") continue;
    ScenarioOrError read = read_scenario_file(path.string());
    if (const Error* error = std::get_if<Error>(&read)) {
      notes.push_back("left out a seed: " + error->to_string());
    } else {
      scenarios.push_back(std::get<Scenario>(std::move(read)));
    }
  }
  for (std::uint64_t seed = 1; seed <= kStandardSeeds; ++seed) {
    scenarios.push_back(standard_scenario(seed));
  }
  std::error_code error;
  fs::create_directories(out, error);
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    char name[32];
    std::snprintf(name, sizeof name, "seed-%04zu", i);
    const std::string path = out + "/" + name;
    if (const std::optional<Error> problem = write_raw_file(path, scenarios[i])) {
      notes.push_back("left out a seed: " + problem->to_string());
    } else {
      paths.push_back(path);
    }
  }
  return paths;
}

std::size_t count_files(const std::string& directory) {
  std::error_code error;
  std::size_t count = 0;
  fs::directory_iterator entry(directory, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) ++count;
  return count;
}

void Keeper::keep_corpus(const std::string& from) {
  if (to_.empty()) return;
  for (const fs::path path : files_below(from)) {
    if (!kept_.insert(path.string()).second) continue;
    std::error_code error;
    fs::copy_file(path, fs::path(to_) / path.filename(), fs::copy_options::skip_existing, error);
  }
}

void Keeper::keep_queues(const std::string& from) {
  if (to_.empty()) return;
  for (const fs::path path : files_below(from)) {
    if (path.parent_path().filename() != "queue" || !kept_.insert(path.string()).second) continue;
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    std::error_code error;
    fs::copy_file(path, fs::path(to_) / content_name(bytes), fs::copy_options::skip_existing,
                  error);
  }
}

}  // namespace mirrorcheck::fuzz
