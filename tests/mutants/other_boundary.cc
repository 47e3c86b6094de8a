// An implementation that was built for a version of the boundary that nobody asks for.

#include "impl/world.h"

extern "C" __attribute__((visibility("default"))) mirrorcheck::impl::World*
mirrorcheck_create_world(std::uint32_t) {
  return nullptr;
}
