// The reference mirror, except that a munmap takes the process along. ENDING says how:
//   kCrash    it follows a null pointer
//   kOverlap  the same, but only while another task is in an operation, too
//   kExit     it leaves as if all were well

#include <unistd.h>

#include "impl/forwarding_world.h"
#include "impl/reference/reference.h"

namespace mirrorcheck::impl {
namespace {

enum class Ending { kCrash, kOverlap, kExit };
constexpr Ending kEnding = Ending::ENDING;

class EndingWorld final : public ForwardingWorld {
 public:
  EndingWorld() : ForwardingWorld(create_reference()) {}

  void reset(const Layout& layout, Observer& observer) override {
    busy_ = 0;
    inside().reset(layout, observer);
  }

  void apply(model::Task task, const Operation& operation, Result& result) override {
    if (operation.call == Call::kMunmap) {
      if (kEnding == Ending::kExit) _exit(0);
      if (kEnding == Ending::kCrash || busy_ != 0) *nowhere_ = 1;
    }
    ++busy_;
    inside().apply(task, operation, result);
    --busy_;
  }

 private:
  unsigned busy_ = 0;  // tasks in an operation
  volatile int* volatile nowhere_ = nullptr;
};

}  // namespace
}  // namespace mirrorcheck::impl

extern "C" __attribute__((visibility("default"))) mirrorcheck::impl::World*
mirrorcheck_create_world(std::uint32_t boundary) {
  return boundary == mirrorcheck::impl::kBoundaryVersion ? new mirrorcheck::impl::EndingWorld
                                                         : nullptr;
}
