// A World that passes everything on to another one. What wraps an implementation, to check, watch
// or falsify it, derives from this and overrides what it has to say itself.
//
// The observer goes on, too: a wrapper that wants to hear the steps first hands its own to the
// world inside, in reset().
//
// All is passed on but read(), which asks the accessors here, one by one: what a wrapper overrides
// is in what read() says, too. A wrapper that leaves the accessors alone may pass read() on. Nor is
// memory() passed on: one that keeps nothing between the steps of a run may do that.
//
// Thread safety: that of the world inside.

#ifndef MIRRORCHECK_IMPL_FORWARDING_WORLD_H_
#define MIRRORCHECK_IMPL_FORWARDING_WORLD_H_

#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "impl/world.h"

namespace mirrorcheck::impl {

class ForwardingWorld : public World {
 public:
  // REQUIRES: `world` outlives this.
  explicit ForwardingWorld(World& world) : world_(world) {}
  // REQUIRES: `world` is not null.
  explicit ForwardingWorld(std::unique_ptr<World> world)
      : owned_(std::move(world)), world_(*owned_) {}

  Capabilities capabilities() const override { return world_.capabilities(); }
  void reset(const Layout& layout, Observer& observer) override { world_.reset(layout, observer); }
  void apply(model::Task task, const Operation& operation, Result& result) override {
    world_.apply(task, operation, result);
  }
  void shut_down() override { world_.shut_down(); }

  Entry cpu_entry(model::Page page) const override { return world_.cpu_entry(page); }
  Entry device_entry(model::Mirror mirror, model::Page page) const override {
    return world_.device_entry(mirror, page);
  }
  model::Frame backing(model::FilePage page) const override { return world_.backing(page); }
  bool is_free(model::Frame frame) const override { return world_.is_free(frame); }
  std::uint32_t pins(model::Frame frame) const override { return world_.pins(frame); }
  std::uint8_t file_size(model::File file) const override { return world_.file_size(file); }
  NotifierState notifiers(model::Mm mm) const override { return world_.notifiers(mm); }
  SubscriptionState subscription(model::Mirror mirror) const override {
    return world_.subscription(mirror);
  }
  std::uint32_t users(model::Mm mm) const override { return world_.users(mm); }
  std::uint32_t cell(model::Frame frame, unsigned cell) const override {
    return world_.cell(frame, cell);
  }
  const char* complaint() const override { return world_.complaint(); }
  std::span<const KnownTrigger> known_triggers() const override { return world_.known_triggers(); }

 protected:
  World& inside() const { return world_; }

 private:
  std::unique_ptr<World> owned_;  // null: somebody else's
  World& world_;
};

}  // namespace mirrorcheck::impl

#endif  // MIRRORCHECK_IMPL_FORWARDING_WORLD_H_
