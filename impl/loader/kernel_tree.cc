#include "impl/loader/kernel_tree.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <system_error>

namespace mirrorcheck::impl {
namespace {

namespace fs = std::filesystem;

constexpr const char* kBuildDirectory = MIRRORCHECK_BUILD_DIRECTORY;
constexpr const char* kBuildTree = MIRRORCHECK_BUILD_TREE;

// FNV-1a: a file name for each directory.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return hash;
}

}  // namespace

std::string kernel_tree_name(const std::string& directory) {
  std::error_code error;
  const fs::path path = fs::weakly_canonical(directory, error);
  return std::string(kKernelTree) + (error ? directory : path.string());
}

std::string kernel_tree_object(const std::string& name) {
  char file[32];
  std::snprintf(file, sizeof file, "%016llx.so", static_cast<unsigned long long>(hash_of(name)));
  return (fs::path(kBuildDirectory) / "linux" / "tree" / file).string();
}

bool build_kernel_tree(const std::string& name) {
  std::string program = kBuildTree;
  std::string directory = name.substr(kKernelTree.size());
  std::string build = kBuildDirectory;
  std::string object = kernel_tree_object(name);
  char* arguments[] = {program.data(), directory.data(), build.data(), object.data(), nullptr};
  pid_t child = 0;
  if (posix_spawn(&child, kBuildTree, nullptr, nullptr, arguments, environ) != 0) {
    std::fprintf(stderr,
                 "mirrorcheck: %s: cannot be run; is mirrorcheck's own source tree there?\n",
                 kBuildTree);
    return false;
  }
  int state = 0;
  waitpid(child, &state, 0);
  return WIFEXITED(state) && WEXITSTATUS(state) == 0;
}

}  // namespace mirrorcheck::impl
