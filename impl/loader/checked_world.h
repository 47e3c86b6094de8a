// A world that came from elsewhere, with the ids that it reports held to their bounds.
//
// Whoever listens to steps uses the ids in them as indexes. What this project links in is known to
// respect that; a shared object that a user built may not, and must not take the oracle down with
// it and leave the user with a crash to explain. An id out of bounds ends the process with one line
// and exit code 2, because nothing that such an implementation says can be judged.
//
// Thread safety: as World.

#ifndef MIRRORCHECK_IMPL_LOADER_CHECKED_WORLD_H_
#define MIRRORCHECK_IMPL_LOADER_CHECKED_WORLD_H_

#include <memory>
#include <string>

#include "impl/world.h"

namespace mirrorcheck::impl {

// `name` is for the line.
std::unique_ptr<World> check_ids_of(std::unique_ptr<World> world, std::string name);

}  // namespace mirrorcheck::impl

#endif  // MIRRORCHECK_IMPL_LOADER_CHECKED_WORLD_H_
