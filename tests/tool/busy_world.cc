// The reference mirror, except that no mirror can be opened: -EBUSY, always.

#include <cerrno>

#include "impl/forwarding_world.h"
#include "impl/reference/reference.h"

namespace mirrorcheck::impl {
namespace {

class BusyWorld final : public ForwardingWorld {
 public:
  BusyWorld() : ForwardingWorld(create_reference()) {}

  void apply(model::Task task, const Operation& operation, Result& result) override {
    if (operation.call == Call::kMirrorOpen) {
      result.error = -EBUSY;
    } else {
      inside().apply(task, operation, result);
    }
  }
};

}  // namespace
}  // namespace mirrorcheck::impl

extern "C" __attribute__((visibility("default"))) mirrorcheck::impl::World*
mirrorcheck_create_world(std::uint32_t boundary) {
  return boundary == mirrorcheck::impl::kBoundaryVersion ? new mirrorcheck::impl::BusyWorld
                                                         : nullptr;
}
