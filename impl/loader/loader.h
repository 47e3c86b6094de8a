// Finds an implementation under test by the name a user gives it.
//
//   reference     the reference mirror of this project
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

// The names that load_world knows without a path, `reference` first, then mutants in order.
std::vector<std::string> implementation_names();

}  // namespace mirrorcheck::impl

#endif  // MIRRORCHECK_IMPL_LOADER_LOADER_H_
