// The entry of a shared object made from a copy of this folder. Not part of the library: a program
// that links the reference has no use for it.

#include "impl/reference/reference.h"
#include "impl/world.h"

extern "C" [[gnu::visibility("default")]] mirrorcheck::impl::World* mirrorcheck_create_world(
    std::uint32_t boundary) {
  if (boundary != mirrorcheck::impl::kBoundaryVersion) return nullptr;
  return mirrorcheck::impl::create_reference().release();
}
