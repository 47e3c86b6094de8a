// Finds an implementation under test by the name a user gives it.
//
//   reference     the reference mirror of this project
//   linux-6.12    the kernel's own notifier code, of that version, in the reference's place
//                 (impl/linux); there if the package linux-source-6.12 was when the tree was built
//   mutant:ID     the reference with the patch tests/mutants/ID.patch, which breaks one rule
//   PATH          a shared object that exports kEntryPoint (impl/world.h); the name has a '/' or
//   ends in ".so"
//
// A shared object stays loaded until the process ends. It must leave sync::controller to the
// program that loads it, so that its tasks are scheduled with all others.
//
// Thread safety: any thread.

#ifndef MIRRORCHECK_IMPL_LOADER_LOADER_H_
#define MIRRORCHECK_IMPL_LOADER_LOADER_H_

#include <memory>
#include <string>
#include <vector>

#include "impl/world.h"

namespace mirrorcheck::impl {

// Either a world, or one line that says what is wrong with the name and what to do.
struct LoadedWorld {
  std::unique_ptr<World> world;
  std::string error;
};

LoadedWorld load_world(const std::string& name);

// The names that load_world knows without a path, `reference` first, then kernels and mutants in
// order.
std::vector<std::string> implementation_names();

// One line about the kernel that could be among them and is not, and what to install; or empty.
std::string missing_implementation();

}  // namespace mirrorcheck::impl

#endif  // MIRRORCHECK_IMPL_LOADER_LOADER_H_
