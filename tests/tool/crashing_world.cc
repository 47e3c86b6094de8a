// The reference mirror, except that it follows a null pointer at the first munmap.

#include "impl/forwarding_world.h"
#include "impl/reference/reference.h"

namespace mirrorcheck::impl {
namespace {

class CrashingWorld final : public ForwardingWorld {
 public:
  CrashingWorld() : ForwardingWorld(create_reference()) {}

  void apply(model::Task task, const Operation& operation, Result& result) override {
    if (operation.call == Call::kMunmap) *nowhere_ = 1;
    inside().apply(task, operation, result);
  }

 private:
  volatile int* volatile nowhere_ = nullptr;
};

}  // namespace
}  // namespace mirrorcheck::impl

extern "C" __attribute__((visibility("default"))) mirrorcheck::impl::World*
mirrorcheck_create_world(std::uint32_t boundary) {
  return boundary == mirrorcheck::impl::kBoundaryVersion ? new mirrorcheck::impl::CrashingWorld
                                                         : nullptr;
}
