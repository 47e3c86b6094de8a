// The reference behind a wrapper that hears its steps before the harness does. A liar derives from
// it, and misreports or misdoes one thing.

#ifndef MIRRORCHECK_TESTS_HARNESS_LYING_WORLD_H_
#define MIRRORCHECK_TESTS_HARNESS_LYING_WORLD_H_

#include "impl/forwarding_world.h"
#include "impl/reference/reference.h"

namespace mirrorcheck::fuzz {

class LyingWorld : public impl::ForwardingWorld, protected impl::Observer {
 public:
  LyingWorld() : ForwardingWorld(impl::create_reference()) {}

  void reset(const impl::Layout& layout, impl::Observer& observer) override {
    observer_ = &observer;
    shutting_down_ = false;
    inside().reset(layout, *this);
  }
  void shut_down() override {
    shutting_down_ = true;
    inside().shut_down();
  }

 protected:
  void step(model::Rule rule, const model::Arguments& arguments) override { tell(rule, arguments); }

  // What the harness hears.
  void tell(model::Rule rule, const model::Arguments& arguments) {
    observer_->step(rule, arguments);
  }
  impl::World& truth() const { return inside(); }
  bool shutting_down() const { return shutting_down_; }

 private:
  impl::Observer* observer_ = nullptr;
  bool shutting_down_ = false;
};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_TESTS_HARNESS_LYING_WORLD_H_
