#include "impl/loader/loader.h"

#include <dlfcn.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "impl/loader/checked_world.h"
#include "impl/loader/kernel_tree.h"
#include "impl/reference/reference.h"

namespace mirrorcheck::impl {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kReference = "reference";
constexpr std::string_view kLinux = "linux-";
constexpr std::string_view kMutant = "mutant:";
constexpr std::string_view kNewestLinux = "linux-6.12";
constexpr std::string_view kSharedObject = ".so";

LoadedWorld refused(const std::string& name, const std::string& why) {
  return {nullptr, "implementation '" + name + "': " + why};
}

// For a kernel whose source was not there when the tree was built.
std::string how_to_get(std::string_view name) {
  const std::string package = "linux-source-" + std::string(name.substr(kLinux.size()));
  return "its source is not installed; apt-get install " + package + " and build again";
}

void add_names(std::vector<std::string>& names, const char* directory, std::string_view prefix) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, error)) {
    if (entry.path().extension() != kSharedObject) continue;
    names.push_back(std::string(prefix) + entry.path().stem().string());
  }
}

// `ours`: built by this project, so that what it reports needs no check.
LoadedWorld load_shared_object(const std::string& name, const fs::path& path, bool ours = false) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) {
    return refused(name, "there is no file " + path.string());
  }
  // An absolute path, because dlopen searches the system's libraries for a bare name. Never closed:
  // code of the world may be referred to until the process ends.
  void* const object = dlopen(fs::absolute(path, error).c_str(), RTLD_NOW | RTLD_LOCAL);
  if (object == nullptr) return refused(name, std::string("cannot be loaded: ") + dlerror());
  auto* const create = reinterpret_cast<CreateWorld*>(dlsym(object, kEntryPoint));
  if (create == nullptr) {
    return refused(name,
                   std::string("does not export ") + kEntryPoint + " (impl/world.h tells how)");
  }
  std::unique_ptr<World> world(create(kBoundaryVersion));
  if (world == nullptr) {
    return refused(name,
                   "was built against another impl/world.h or model/vocabulary.h; build it again");
  }
  if (ours) return {std::move(world), {}};
  return {check_ids_of(std::move(world), name), {}};
}

}  // namespace

LoadedWorld load_world(const std::string& name) {
  if (name == kReference) return {create_reference(), {}};
  if (name.starts_with(kMutant)) {
    const std::vector<std::string> known = implementation_names();
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      std::string list;
      for (const std::string& each : known) list += " " + each;
      return refused(name, "no such mutant is built in " MIRRORCHECK_MUTANTS_DIRECTORY
                           "; './fuzz/run --impl mutant:ID' builds that of tests/mutants/ID.patch "
                           "for build/mirrorcheck; there are" +
                               list);
    }
    return load_shared_object(name, fs::path(MIRRORCHECK_MUTANTS_DIRECTORY) /
                                        (name.substr(kMutant.size()) += kSharedObject));
  }
  if (name.starts_with(kKernelTree)) {
    const fs::path path = kernel_tree_object(name);
    std::error_code error;
    if (fs::exists(path, error)) return load_shared_object(name, path, true);
    return refused(
        name, "was not built; say --impl linux --kernel-source " + name.substr(kKernelTree.size()));
  }
  if (name.starts_with(kLinux) && name.find('/') == std::string::npos &&
      !name.ends_with(kSharedObject)) {
    const fs::path path =
        fs::path(MIRRORCHECK_LINUX_DIRECTORY) / (name + std::string(kSharedObject));
    std::error_code error;
    if (fs::exists(path, error)) return load_shared_object(name, path, true);
    return refused(name, name == kNewestLinux || name == "linux-6.1"
                             ? how_to_get(name)
                             : "not known; the kernels are linux-6.1 and linux-6.12");
  }
  if (name.find('/') != std::string::npos || name.ends_with(kSharedObject)) {
    return load_shared_object(name, name);
  }
  return refused(name,
                 "not known; say reference, linux-6.12, mutant:ID or the path of a shared object");
}

std::vector<std::string> implementation_names() {
  std::vector<std::string> names;
  add_names(names, MIRRORCHECK_LINUX_DIRECTORY, "");
  add_names(names, MIRRORCHECK_MUTANTS_DIRECTORY, kMutant);
  std::sort(names.begin(), names.end());
  names.insert(names.begin(), std::string(kReference));
  return names;
}

std::string missing_implementation() {
  std::error_code error;
  const fs::path path =
      fs::path(MIRRORCHECK_LINUX_DIRECTORY) / (std::string(kNewestLinux) += ".so");
  if (fs::exists(path, error)) return {};
  return std::string(kNewestLinux) + ": " + how_to_get(kNewestLinux);
}

}  // namespace mirrorcheck::impl
