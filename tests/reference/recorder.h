// A world with a listener that keeps every step, for tests that look at the order of steps.
//
// Thread safety: none.

#ifndef MIRRORCHECK_TESTS_REFERENCE_RECORDER_H_
#define MIRRORCHECK_TESTS_REFERENCE_RECORDER_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "impl/reference/reference.h"

namespace mirrorcheck::impl {

struct Step {
  model::Rule rule{};
  model::Arguments arguments;
};

class Recorder final : public Observer {
 public:
  void step(model::Rule rule, const model::Arguments& arguments) override {
    steps.push_back({rule, arguments});
  }
  // The rules of `interesting` that were seen, in their order.
  std::vector<model::Rule> order(const std::vector<model::Rule>& interesting) const {
    std::vector<model::Rule> seen;
    for (const Step& step : steps) {
      if (std::find(interesting.begin(), interesting.end(), step.rule) != interesting.end()) {
        seen.push_back(step.rule);
      }
    }
    return seen;
  }
  std::vector<Step> all(model::Rule rule) const {
    std::vector<Step> found;
    for (const Step& step : steps) {
      if (step.rule == rule) found.push_back(step);
    }
    return found;
  }
  std::size_t count(model::Rule rule) const { return all(rule).size(); }

  std::vector<Step> steps;
};

// Three tasks; 0 and 1 share mm 0, 2 has mm 1. File 0 is DAX, file 1 is cached, both of four pages
// that are holes; file 2 does not exist.
class WorldTest : public testing::Test {
 protected:
  WorldTest() : world_(create_reference()) {
    Layout layout;
    layout.tasks = 3;
    layout.mm_of_task[2] = model::Mm(1);
    layout.files[0] = {.dax = true, .exists = true, .size = 16};
    layout.files[1] = {.dax = false, .exists = true, .size = 16};
    world_->reset(layout, recorder_);
  }
  // Whatever a test did, nothing is left over.
  ~WorldTest() override {
    world_->shut_down();
    for (unsigned frame = 2; frame < model::kFrames; ++frame) {
      EXPECT_TRUE(world_->is_free(model::Frame(frame))) << "frame " << frame;
      EXPECT_EQ(world_->pins(model::Frame(frame)), 0u) << "frame " << frame;
    }
    for (unsigned mm = 0; mm < model::kMms; ++mm) {
      EXPECT_EQ(world_->users(model::Mm(mm)), 0u);
      EXPECT_EQ(world_->notifiers(model::Mm(mm)).active_invalidate_ranges, 0u);
      EXPECT_EQ(world_->notifiers(model::Mm(mm)).invalidate_seq % 2, 0u);
    }
    for (unsigned mirror = 0; mirror < model::kMirrors; ++mirror) {
      EXPECT_EQ(world_->subscription(model::Mirror(mirror)).registration,
                model::Registration::kOut);
    }
  }

  // Applies the operation and forgets the steps before it.
  Result run(unsigned task, const Operation& operation) {
    recorder_.steps.clear();
    Result result;
    world_->apply(model::Task(task), operation, result);
    return result;
  }
  int error(unsigned task, const Operation& operation) { return run(task, operation).error; }
  void ok(unsigned task, const Operation& operation) { ASSERT_EQ(error(task, operation), 0); }

  static constexpr std::uint8_t kReadWrite = kProtRead | kProtWrite;
  static Operation map_anon(std::uint8_t page, std::uint8_t count, std::uint8_t prot = kReadWrite) {
    return {.call = Call::kMmapAnon, .page = page, .count = count, .prot = prot};
  }
  static Operation map_file(std::uint8_t page, std::uint8_t count, unsigned file,
                            std::uint8_t index = 0, std::uint8_t prot = kReadWrite) {
    return {.call = Call::kMmapFile,
            .page = page,
            .count = count,
            .prot = prot,
            .file = model::File(file),
            .index = index};
  }
  static Operation on_pages(Call call, std::uint8_t page, std::uint8_t count = 1,
                            std::uint8_t prot = 0) {
    return {.call = call, .page = page, .count = count, .prot = prot};
  }
  static Operation store(std::uint8_t page, std::uint32_t value, std::uint8_t cell = 0) {
    return {.call = Call::kStore, .page = page, .cell = cell, .value = value};
  }
  static Operation load(std::uint8_t page, std::uint8_t cell = 0) {
    return {.call = Call::kLoad, .page = page, .cell = cell};
  }
  static Operation truncate(unsigned file, std::uint8_t cells) {
    return {.call = Call::kFtruncate, .file = model::File(file), .size = cells};
  }
  static Operation on_file(Call call, unsigned file, std::uint8_t index = 0, std::uint8_t cell = 0,
                           std::uint32_t value = 0) {
    return {.call = call, .file = model::File(file), .index = index, .cell = cell, .value = value};
  }
  static Operation device(Call call, std::uint8_t page, std::uint8_t count,
                          std::uint32_t value = 0) {
    return {.call = call, .page = page, .count = count, .value = value};
  }
  Entry cpu(unsigned page, unsigned mm = 0) const {
    return world_->cpu_entry(model::page_of(model::Mm(mm), page));
  }
  Entry dpt(unsigned page) const {
    return world_->device_entry(model::Mirror(0), model::page_of(model::Mm(0), page));
  }

  Recorder recorder_;
  std::unique_ptr<World> world_;
};

}  // namespace mirrorcheck::impl

#endif  // MIRRORCHECK_TESTS_REFERENCE_RECORDER_H_
