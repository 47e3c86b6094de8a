// The reference behind a wrapper that forwards everything. A liar derives from it, and misreports
// or misdoes one thing.

#ifndef MIRRORCHECK_TESTS_HARNESS_LYING_WORLD_H_
#define MIRRORCHECK_TESTS_HARNESS_LYING_WORLD_H_

#include <memory>

#include "impl/reference/reference.h"
#include "impl/world.h"

namespace mirrorcheck::fuzz {

class LyingWorld : public impl::World, protected impl::Observer {
 public:
  impl::Capabilities capabilities() const override { return truth_->capabilities(); }
  void reset(const impl::Layout& layout, impl::Observer& observer) override {
    observer_ = &observer;
    shutting_down_ = false;
    truth_->reset(layout, *this);
  }
  void apply(model::Task task, const impl::Operation& operation, impl::Result& result) override {
    truth_->apply(task, operation, result);
  }
  void shut_down() override {
    shutting_down_ = true;
    truth_->shut_down();
  }
  impl::Entry cpu_entry(model::Page page) const override { return truth_->cpu_entry(page); }
  impl::Entry device_entry(model::Mirror mirror, model::Page page) const override {
    return truth_->device_entry(mirror, page);
  }
  model::Frame backing(model::FilePage page) const override { return truth_->backing(page); }
  bool is_free(model::Frame frame) const override { return truth_->is_free(frame); }
  std::uint32_t pins(model::Frame frame) const override { return truth_->pins(frame); }
  std::uint8_t file_size(model::File file) const override { return truth_->file_size(file); }
  impl::NotifierState notifiers(model::Mm mm) const override { return truth_->notifiers(mm); }
  impl::SubscriptionState subscription(model::Mirror mirror) const override {
    return truth_->subscription(mirror);
  }
  std::uint32_t users(model::Mm mm) const override { return truth_->users(mm); }
  std::uint32_t cell(model::Frame frame, unsigned cell) const override {
    return truth_->cell(frame, cell);
  }
  const char* complaint() const override { return truth_->complaint(); }

 protected:
  void step(model::Rule rule, const model::Arguments& arguments) override { tell(rule, arguments); }

  // What the harness hears.
  void tell(model::Rule rule, const model::Arguments& arguments) {
    observer_->step(rule, arguments);
  }
  impl::World& truth() const { return *truth_; }
  bool shutting_down() const { return shutting_down_; }

 private:
  std::unique_ptr<impl::World> truth_ = impl::create_reference();
  impl::Observer* observer_ = nullptr;
  bool shutting_down_ = false;
};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_TESTS_HARNESS_LYING_WORLD_H_
