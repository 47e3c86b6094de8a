#include "impl/loader/loader.h"

#include <dlfcn.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "impl/loader/checked_world.h"
#include "impl/reference/reference.h"

namespace mirrorcheck::impl {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kReference = "reference";
constexpr std::string_view kMutant = "mutant:";
constexpr std::string_view kSharedObject = ".so";

LoadedWorld refused(const std::string& name, const std::string& why) {
  return {nullptr, "implementation '" + name + "': " + why};
}

LoadedWorld load_shared_object(const std::string& name, const fs::path& path) {
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
    return refused(name, "was built for another boundary than version " +
                             std::to_string(kBoundaryVersion) +
                             "; build it against this impl/world.h");
  }
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
      return refused(name, "no such mutant is built; there are" + list);
    }
    return load_shared_object(name, fs::path(MIRRORCHECK_MUTANTS_DIRECTORY) /
                                        (name.substr(kMutant.size()) += kSharedObject));
  }
  if (name.find('/') != std::string::npos || name.ends_with(kSharedObject)) {
    return load_shared_object(name, name);
  }
  return refused(name, "not known; say reference, mutant:ID or the path of a shared object");
}

std::vector<std::string> implementation_names() {
  std::vector<std::string> names;
  std::error_code error;
  for (const fs::directory_entry& entry :
       fs::directory_iterator(MIRRORCHECK_MUTANTS_DIRECTORY, error)) {
    if (entry.path().extension() == kSharedObject) {
      names.push_back(std::string(kMutant) + entry.path().stem().string());
    }
  }
  std::sort(names.begin(), names.end());
  names.insert(names.begin(), std::string(kReference));
  return names;
}

}  // namespace mirrorcheck::impl
