// Both kinds of notifiers beside each other, and windows that may not block (I1-I5, N2, N8, D7).

#include <cerrno>
#include <thread>

#include "tests/reference/recorder.h"

namespace mirrorcheck::impl {
namespace {

using model::Classic;
using model::Rule;
using Rules = std::vector<Rule>;

class Notifiers : public WorldTest {
 protected:
  static Operation listen(std::uint8_t id, bool can_fail) {
    return {.call = Call::kNotifierRegister,
            .prot = can_fail ? kProtRead : std::uint8_t{0},
            .mirror = id};
  }
  static constexpr Operation kReap{.call = Call::kOomReap};
};

TEST_F(Notifiers, NothingIsToldBeforeTheFirstIsPublished) {
  ok(0, map_anon(0, 1));
  ok(0, store(0, 1));
  ok(0, on_pages(Call::kMadviseDontneed, 0, 1));
  EXPECT_EQ(recorder_.count(Rule::kZap), 1u);
  EXPECT_EQ(recorder_.count(Rule::kStart), 0u);
  ok(0, on_pages(Call::kMirrorOpen, 0, 8));
  EXPECT_EQ(recorder_.order({Rule::kMmapWrite, Rule::kPublish, Rule::kMmapUnlock, Rule::kInsert}),
            (Rules{Rule::kMmapWrite, Rule::kPublish, Rule::kMmapUnlock, Rule::kInsert}));
  ok(0, on_pages(Call::kMadviseDontneed, 0, 1));
  EXPECT_EQ(recorder_.count(Rule::kStart), 1u);
}

TEST_F(Notifiers, IntervalSubscriptionsComeBeforeClassicNotifiersNewestFirst) {
  ok(0, listen(0, false));
  ok(0, listen(1, false));
  ok(0, on_pages(Call::kMirrorOpen, 0, 8));
  ok(0, map_anon(0, 1));
  ok(0, store(0, 1));
  ok(0, on_pages(Call::kMadviseDontneed, 0, 1));
  EXPECT_EQ(recorder_.order({Rule::kStart, Rule::kInvalidate, Rule::kClassicStart, Rule::kStarted,
                             Rule::kZap, Rule::kEnd, Rule::kClassicEnd}),
            (Rules{Rule::kStart, Rule::kInvalidate, Rule::kClassicStart, Rule::kClassicStart,
                   Rule::kStarted, Rule::kZap, Rule::kEnd, Rule::kClassicEnd, Rule::kClassicEnd}));
  EXPECT_EQ(recorder_.all(Rule::kClassicStart)[0].arguments.classic, Classic(1));
}

TEST_F(Notifiers, AClassicNotifierThatMayFailRefusesTheReaperOnly) {
  ok(0, listen(0, false));
  ok(0, listen(1, true));
  ok(0, on_pages(Call::kMirrorOpen, 0, 8));
  ok(0, map_anon(0, 1));
  ok(0, store(0, 1));
  EXPECT_EQ(error(0, kReap), -EAGAIN);
  // I5: three tries, each balanced; nothing was touched.
  const Rules one{Rule::kStart,        Rule::kInvalidate, Rule::kClassicStart,
                  Rule::kClassicStart, Rule::kClassicEnd, Rule::kStartFailed};
  Rules three;
  for (int i = 0; i < 3; ++i) three.insert(three.end(), one.begin(), one.end());
  EXPECT_EQ(recorder_.order({Rule::kStart, Rule::kInvalidate, Rule::kClassicStart, Rule::kStarted,
                             Rule::kStartFailed, Rule::kZap, Rule::kEnd, Rule::kClassicEnd}),
            three);
  EXPECT_EQ(recorder_.all(Rule::kClassicEnd)[0].arguments.classic, Classic(0));
  EXPECT_FALSE(recorder_.all(Rule::kStartFailed)[0].arguments.flag);
  EXPECT_EQ(world_->notifiers(model::Mm(0)).active_invalidate_ranges, 0u);
  EXPECT_EQ(run(0, load(0)).data[0], 1u);
  // A blockable window does not ask it.
  ok(0, on_pages(Call::kMadviseDontneed, 0, 1));
  EXPECT_EQ(recorder_.count(Rule::kClassicEnd), 1u);
  // Without it, the reaper gets through.
  ok(0, {.call = Call::kNotifierUnregister, .mirror = 1});
  ok(0, store(0, 1));
  ok(0, kReap);
  EXPECT_EQ(run(0, load(0)).data[0], 0u);
}

TEST_F(Notifiers, TheReaperLeavesSharedMemoryAlone) {
  ok(0, on_pages(Call::kMirrorOpen, 0, 16));
  ok(0, map_anon(0, 2));
  ok(0, map_file(4, 4, 0));
  ok(0, store(0, 1));
  ok(0, store(4, 2));
  ok(0, kReap);
  EXPECT_EQ(recorder_.count(Rule::kZap), 1u);
  ASSERT_EQ(recorder_.count(Rule::kStart), 1u);
  EXPECT_FALSE(recorder_.all(Rule::kStart)[0].arguments.flag);
  EXPECT_EQ(run(0, load(4)).data[0], 2u);
}

TEST_F(Notifiers, RegistrationAnswers) {
  EXPECT_EQ(error(0, listen(2, false)), -EINVAL);
  EXPECT_EQ(error(0, {.call = Call::kNotifierUnregister, .mirror = 0}), -ENOENT);
  ok(0, listen(0, false));
  EXPECT_EQ(error(2, listen(0, false)), -EBUSY);
  ok(2, {.call = Call::kNotifierUnregister, .mirror = 0});
  EXPECT_EQ(recorder_.count(Rule::kClassicUnregister), 1u);
  // After the end of its mm it is out of the list already.
  ok(2, listen(1, false));
  ok(2, on_pages(Call::kExit, 0));
  EXPECT_EQ(recorder_.count(Rule::kClassicUnregister), 1u);
  ok(0, {.call = Call::kNotifierUnregister, .mirror = 1});
  EXPECT_EQ(recorder_.count(Rule::kClassicUnregister), 0u);
}

// D7: somebody else is at work under U. The listener lets the reaper run, on another thread, while
// the device is inside its own critical section.
TEST_F(Notifiers, ANonBlockableCallbackDoesNotWaitForTheUpdateLock) {
  class Intruder final : public Observer {
   public:
    explicit Intruder(World& world) : world_(world) {}
    void step(Rule rule, const model::Arguments& arguments) override {
      if (rule == Rule::kRefuse) ++refused;
      if (rule == Rule::kStartFailed) interval_refused = arguments.flag;
      if (rule != Rule::kUpdateLock || arguments.task != model::Task(0) || reaping_) return;
      reaping_ = true;
      std::thread([this] { world_.apply(model::Task(1), kReap, reaped); }).join();
      reaping_ = false;
    }
    Result reaped;
    int refused = 0;
    bool interval_refused = false;

   private:
    World& world_;
    bool reaping_ = false;
  };
  Intruder intruder(*world_);
  Layout layout;
  layout.tasks = 2;
  world_->reset(layout, intruder);
  Result result;
  world_->apply(model::Task(0), map_anon(0, 1), result);
  world_->apply(model::Task(0), on_pages(Call::kMirrorOpen, 0, 8), result);
  world_->apply(model::Task(0), device(Call::kDeviceRead, 0, 1), result);
  EXPECT_EQ(result.error, 0);
  EXPECT_EQ(intruder.reaped.error, -EAGAIN);
  EXPECT_GE(intruder.refused, 3);
  EXPECT_TRUE(intruder.interval_refused);
  EXPECT_EQ(world_->notifiers(model::Mm(0)).active_invalidate_ranges, 0u);
  world_->shut_down();
  world_->reset(layout, recorder_);
}

}  // namespace
}  // namespace mirrorcheck::impl
