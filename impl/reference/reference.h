// The reference mirror: a real, concurrent implementation of everything the contract speaks about,
// and of a driver that keeps to it.
//
// It runs on OS threads and under a controller alike: all its locking is that of impl/sync.
//
// Thread safety and errors: impl/world.h.

#ifndef MIRRORCHECK_IMPL_REFERENCE_REFERENCE_H_
#define MIRRORCHECK_IMPL_REFERENCE_REFERENCE_H_

#include <memory>

#include "impl/world.h"

namespace mirrorcheck::impl {

std::unique_ptr<World> create_reference();

}  // namespace mirrorcheck::impl

#endif  // MIRRORCHECK_IMPL_REFERENCE_REFERENCE_H_
