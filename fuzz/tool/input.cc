#include "fuzz/tool/input.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <variant>

#include "fuzz/scenario/container.h"
#include "fuzz/scenario/text.h"
#include "impl/loader/loader.h"

namespace mirrorcheck::tool {
namespace {

namespace fs = std::filesystem;

std::optional<fuzz::Scenario> taken(fuzz::ScenarioOrError read) {
  if (const fuzz::Error* error = std::get_if<fuzz::Error>(&read)) {
    std::fprintf(stderr, "mirrorcheck: %s\n", error->to_string().c_str());
    return std::nullopt;
  }
  return std::get<fuzz::Scenario>(std::move(read));
}

// Of a directory of findings: what a finding has besides its scenario, and people's notes.
bool is_scenario_name(const fs::path& path) {
  const fs::path extension = path.extension();
  // Tables of what is in other files.
  if (path.filename() == "table.txt" || path.filename() == "scenarios.txt") return false;
  if (extension != ".txt" && extension != ".scenario" && extension != ".bytes") return false;
  std::error_code error;
  return path.filename() == "scenario.txt" ||
         !fs::exists(path.parent_path() / "scenario.txt", error);
}

}  // namespace

std::optional<fuzz::Scenario> read_scenario(const std::string& path, bool raw) {
  return taken(raw ? fuzz::read_raw_file(path) : fuzz::read_scenario_file(path));
}

std::string opening_comment(const std::string& path) {
  std::ifstream file(path);
  std::string comment;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(fuzz::kTextMagic)) continue;
    if (!line.starts_with('#')) break;
    comment +=
        line.substr(std::min<std::size_t>(line.size(), line.starts_with("# ") ? 2 : 1)) + "\n";
  }
  return comment;
}

bool is_container_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  char start[fuzz::kContainerHeader] = {};
  file.read(start, sizeof start);
  return fuzz::is_container(
      {reinterpret_cast<const std::uint8_t*>(start), static_cast<std::size_t>(file.gcount())});
}

bool wrote(const std::optional<fuzz::Error>& error) {
  if (error) std::fprintf(stderr, "mirrorcheck: %s\n", error->to_string().c_str());
  return !error;
}

std::optional<std::vector<std::string>> scenario_files(const std::string& path, bool raw) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return std::vector{path};
  std::vector<std::string> files;
  fs::recursive_directory_iterator entry(path, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (entry->is_regular_file(error) && (raw || is_scenario_name(entry->path()))) {
      files.push_back(entry->path().string());
    }
  }
  if (error) {
    std::fprintf(stderr, "mirrorcheck: %s: cannot be read: %s; check who owns it\n", path.c_str(),
                 error.message().c_str());
    return std::nullopt;
  }
  if (files.empty()) {
    std::fprintf(
        stderr,
        "mirrorcheck: %s: has no scenarios, which are files *.scenario, *.txt or *.bytes; name "
        "another directory\n",
        path.c_str());
    return std::nullopt;
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::unique_ptr<impl::World> load_implementation(const Arguments& arguments) {
  impl::LoadedWorld loaded = impl::load_world(arguments.text("--impl", "reference"));
  if (loaded.world == nullptr) {
    std::fprintf(stderr, "mirrorcheck: %s\n", loaded.error.c_str());
    return nullptr;
  }
  const impl::Capabilities can = loaded.world->capabilities();
  if (!can.events || !can.state) {
    std::fprintf(stderr,
                 "mirrorcheck: implementation '%s': offers no %s, which every run is held against; "
                 "impl/world.h tells how to\n",
                 arguments.text("--impl", "reference").c_str(), can.events ? "state" : "events");
    return nullptr;
  }
  return std::move(loaded.world);
}

}  // namespace mirrorcheck::tool
