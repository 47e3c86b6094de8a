// Tasks that wait for ever, loop for ever, or sleep where they must not.

#include <gtest/gtest.h>

#include <string>

#include "fuzz/harness/execution.h"
#include "fuzz/scheduler/random_strategy.h"
#include "impl/sync/mutex.h"
#include "impl/sync/wait_queue.h"
#include "tests/harness/lying_world.h"
#include "tests/harness/scenario_of.h"

// After the scheduler, one of whose outcomes has the name of a clause: g++ warns of the reverse.
#include "fuzz/harness/clauses.h"

namespace mirrorcheck::fuzz {
namespace {

using impl::Call;
using model::Arguments;
using model::Mirror;
using model::Rule;
using model::Task;

constexpr unsigned kSchedules = 500;

struct Found {
  unsigned holds = 0;
  unsigned broken = 0;
  Verdict last;  // the last one that does not hold
};

// The scenario under many schedules.
Found explore(impl::World& world, const std::string& text) {
  const Scenario scenario = scenario_of(text);
  Execution execution(world, {});
  RandomStrategy strategy(0);
  Found found;
  for (unsigned seed = 0; seed < kSchedules; ++seed) {
    strategy.reseed(seed);
    Verdict verdict = execution.run(scenario, strategy);
    if (verdict.kind == VerdictKind::kHolds) {
      ++found.holds;
    } else {
      ++found.broken;
      found.last = std::move(verdict);
    }
  }
  return found;
}

// In some schedules it is broken, and then it is this clause.
void expect_sometimes(const Found& found, const Clause* clause) {
  EXPECT_GT(found.holds, 0u);
  ASSERT_GT(found.broken, 0u);
  ASSERT_EQ(found.last.kind, VerdictKind::kViolated) << sentence_of(found.last);
  EXPECT_EQ(found.last.breach.clause, clause) << sentence_of(found.last);
}

// A load takes two locks; a store takes them in the other order, unless the world is orderly.
class TwoLocks final : public LyingWorld {
 public:
  explicit TwoLocks(bool orderly) : orderly_(orderly) {}
  void reset(const impl::Layout& layout, impl::Observer& observer) override {
    first_.reset();
    second_.reset();
    LyingWorld::reset(layout, observer);
  }
  void apply(Task task, const impl::Operation& operation, impl::Result& result) override {
    const bool reverse = operation.call == Call::kStore && !orderly_;
    sync::Mutex& first = reverse ? second_ : first_;
    sync::Mutex& second = reverse ? first_ : second_;
    const sync::MutexLock outer(first);
    const sync::MutexLock inner(second);
    truth().apply(task, operation, result);
  }

 private:
  bool orderly_;
  sync::Mutex first_{{sync::LockClass::kDriver, 0}};
  sync::Mutex second_{{sync::LockClass::kDriver, 1}};
};
constexpr const char* kLoadAndStore =
    "tasks t0:mm0 t1:mm0\n"
    "setup\n"
    "  t0 mmap_anon p0+1 rw\n"
    "t0\n"
    "  load p0 .0\n"
    "t1\n"
    "  store p0 .0\n";

TEST(Progress, ADeadlockIsReportedWithItsCycle) {
  TwoLocks world(false);
  const Found found = explore(world, kLoadAndStore);
  expect_sometimes(found, &kDeadlock);
  EXPECT_NE(found.last.detail.find("t0 waits for"), std::string::npos) << found.last.detail;
  EXPECT_NE(found.last.detail.find("held by t1"), std::string::npos) << found.last.detail;
}

TEST(Progress, LocksInOrderAreNoDeadlock) {
  TwoLocks world(true);
  EXPECT_EQ(explore(world, kLoadAndStore).broken, 0u);
}

// A load waits until a store has been. The store wakes it, or forgets to.
class WaitsForStore final : public LyingWorld {
 public:
  explicit WaitsForStore(bool wakes, sync::LockClass what = sync::LockClass::kWaitQueue)
      : wakes_(wakes), queue_({what, 0}) {}
  void reset(const impl::Layout& layout, impl::Observer& observer) override {
    queue_.reset();
    stored_ = false;
    LyingWorld::reset(layout, observer);
  }
  void apply(Task task, const impl::Operation& operation, impl::Result& result) override {
    if (operation.call == Call::kLoad) queue_.wait([this] { return stored_; });
    truth().apply(task, operation, result);
    if (operation.call != Call::kStore) return;
    stored_ = true;
    if (wakes_) queue_.wake_all();
  }

 private:
  bool wakes_;
  bool stored_ = false;
  sync::WaitQueue queue_;
};

TEST(Progress, AWakeThatNeverComesIsReported) {
  WaitsForStore world(false);
  expect_sometimes(explore(world, kLoadAndStore), &kStuck);
}

TEST(Progress, WhoWaitsForAPageForEverIsReported) {
  WaitsForStore world(false, sync::LockClass::kPageLock);
  expect_sometimes(explore(world, kLoadAndStore), &kStuckAtMigration);
}

TEST(Progress, AWakeThatComesIsEnough) {
  WaitsForStore world(true);
  EXPECT_EQ(explore(world, kLoadAndStore).broken, 0u);
}

// A fault whose every round takes away again what it has just found (F9).
class DisturbsItself final : public LyingWorld {
 public:
  explicit DisturbsItself(unsigned rounds) : rounds_(rounds) {}
  void apply(Task task, const impl::Operation& operation, impl::Result& result) override {
    if (operation.call == Call::kDeviceFault) {
      for (unsigned i = 0; i < rounds_; ++i) round(task, Mirror(operation.mirror), operation.page);
    }
    truth().apply(task, operation, result);
  }

 private:
  void round(Task task, Mirror mirror, std::uint8_t page) {
    tell(Rule::kReadBegin, {.task = task, .mirror = mirror, .sequence = sequence(mirror)});
    impl::Result ignored;
    truth().apply(task, {.call = Call::kMadviseDontneed, .page = page}, ignored);
    tell(Rule::kUpdateLock, {.task = task, .mirror = mirror});
    tell(Rule::kReadRetry,
         {.task = task, .mirror = mirror, .flag = true, .sequence = sequence(mirror)});
    tell(Rule::kUpdateUnlock, {.task = task, .mirror = mirror});
  }
  std::uint64_t sequence(Mirror mirror) const {
    return truth().subscription(mirror).invalidate_seq;
  }
  unsigned rounds_;
};
constexpr const char* kFaultAlone =
    "tasks t0:mm0 t1:mm0\n"
    "setup\n"
    "  t0 mmap_anon p0+2 rw\n"
    "  t0 mirror_open m0 p0+2\n"
    "t0\n"
    "  device_fault m0 p0+1 requests f default - mask f\n";

TEST(Progress, AFaultThatDisturbsItselfForEverIsReported) {
  DisturbsItself world(18);
  const Found found = explore(world, kFaultAlone);
  EXPECT_EQ(found.holds, 0u);
  ASSERT_EQ(found.last.kind, VerdictKind::kViolated);
  EXPECT_TRUE(found.last.breach.clause == (&kSelfInvalidation)) << sentence_of(found.last);
}

// As often as a fault of eight pages can (F9), it may.
TEST(Progress, AFaultMayDisturbItselfNowAndThen) {
  DisturbsItself world(17);
  const Found found = explore(world, kFaultAlone);
  EXPECT_EQ(found.broken, 0u) << sentence_of(found.last);
}

// Somebody else's windows are no fault of the loop, however many.
TEST(Progress, AFaultThatOthersDisturbIsNotBlamed) {
  DisturbsItself world(18);
  const Found found = explore(world, std::string(kFaultAlone) +
                                         "t1\n"
                                         "  madvise_dontneed p1+1\n"
                                         "  madvise_dontneed p1+1\n"
                                         "  madvise_dontneed p1+1\n");
  EXPECT_GT(found.holds, 0u);
}

// A device whose callback takes one more lock, which a load holds.
class TakesLockInCallback final : public LyingWorld {
 public:
  explicit TakesLockInCallback(sync::LockClass lock) : lock_({lock, 3}) {}
  void reset(const impl::Layout& layout, impl::Observer& observer) override {
    lock_.reset();
    LyingWorld::reset(layout, observer);
  }
  void apply(Task task, const impl::Operation& operation, impl::Result& result) override {
    if (operation.call != Call::kLoad) {
      truth().apply(task, operation, result);
      return;
    }
    const sync::MutexLock guard(lock_);
    truth().apply(task, operation, result);
  }

 private:
  void step(Rule rule, const Arguments& arguments) override {
    if (rule == Rule::kInvalidate) {
      const sync::MutexLock guard(lock_);
      tell(rule, arguments);
      return;
    }
    tell(rule, arguments);
  }
  sync::Mutex lock_;
};
std::string load_while(const char* operation) {
  return std::string(
             "tasks t0:mm0 t1:mm0\n"
             "setup\n"
             "  t0 mmap_anon p0+1 rw\n"
             "  t0 mirror_open m0 p0+1\n"
             "  t0 store p0 .0\n"
             "t0\n"
             "  load p0 .0\n"
             "t1\n"
             "  ") +
         operation + "\n";
}

TEST(Progress, SleepInsideANonBlockableStartIsReported) {
  TakesLockInCallback world(sync::LockClass::kDriver);
  const Found found = explore(world, load_while("oom_reap"));
  expect_sometimes(found, &kSleepsNonBlockable);
  EXPECT_NE(found.last.detail.find("t1 sleeps on"), std::string::npos) << found.last.detail;
}

TEST(Progress, AWaitQueueIsSleepToo) {
  TakesLockInCallback world(sync::LockClass::kSrcu);
  expect_sometimes(explore(world, load_while("oom_reap")), &kSleepsNonBlockable);
}

TEST(Progress, SpinningIsNoSleep) {
  for (const auto lock : {sync::LockClass::kSubscriptionsLock, sync::LockClass::kPageTableLock,
                          sync::LockClass::kAllocator}) {
    TakesLockInCallback world(lock);
    EXPECT_EQ(explore(world, load_while("oom_reap")).broken, 0u);
  }
}

TEST(Progress, ABlockableStartMaySleep) {
  TakesLockInCallback world(sync::LockClass::kDriver);
  EXPECT_EQ(explore(world, load_while("madvise_dontneed p0+1")).broken, 0u);
}

// An operation that never comes to its end, though it waits for nobody; the end of the run, too.
class GoesOn final : public LyingWorld {
 public:
  explicit GoesOn(Call call) : call_(call) {}
  void reset(const impl::Layout& layout, impl::Observer& observer) override {
    lock_.reset();
    LyingWorld::reset(layout, observer);
  }
  void apply(Task task, const impl::Operation& operation, impl::Result& result) override {
    while (operation.call == call_) const sync::MutexLock turn(lock_);
    truth().apply(task, operation, result);
  }

 private:
  Call call_;
  sync::Mutex lock_{{sync::LockClass::kAllocator, 0}};
};

Verdict of_endless(Call call, const char* operation) {
  GoesOn world(call);
  Execution execution(world, {});
  return execution.replay(
      scenario_of("tasks t0:mm0 t1:mm0 t2:mm1\n"
                  "file f0 dax 8 cells\n"
                  "setup\n"
                  "  t0 mmap_anon p0+2 rw\n"
                  "  t0 mirror_open m0 p0+2\n"
                  "t0\n"
                  "  store p0 .0\n"
                  "t1\n"
                  "  " +
                  std::string(operation) +
                  "\n"
                  "t2\n"
                  "  pwrite f0@0 .0\n"
                  "schedule t1*500\n"));
}
void expect_endless(const Verdict& verdict, const Clause* clause) {
  ASSERT_EQ(verdict.kind, VerdictKind::kViolated) << sentence_of(verdict);
  EXPECT_EQ(verdict.breach.clause, clause) << sentence_of(verdict);
  EXPECT_EQ(verdict.task, Task(1));
  EXPECT_EQ(verdict.place, place_in_task(1, 0));
  EXPECT_TRUE(verdict.detail.starts_with("t1 goes on, and nobody has come to the end"))
      << verdict.detail;
}

TEST(Progress, AnOperationThatNeverEndsIsToldByItsProperty) {
  expect_endless(of_endless(Call::kDeviceRead, "device_read m0 p0+1 .0"), (&kFaultNeverEnds));
  expect_endless(of_endless(Call::kSnapshot, "snapshot m0 p0+1"), (&kFaultNeverEnds));
  expect_endless(of_endless(Call::kPunchHole, "punch_hole f0@0+1"), (&kTruncateNeverEnds));
  expect_endless(of_endless(Call::kFtruncate, "ftruncate f0 0 cells"), (&kTruncateNeverEnds));
  expect_endless(of_endless(Call::kMirrorClose, "mirror_close m0"), (&kRemovalNeverEnds));
  expect_endless(of_endless(Call::kNotifierUnregister, "notifier_unregister n0"),
                 (&kRemovalNeverEnds));
  expect_endless(of_endless(Call::kExit, "exit"), (&kExitNeverEnds));
  expect_endless(of_endless(Call::kMunmap, "munmap p0+1"), (&kNeverEnds));
}

// Whoever has to wait for it is not blamed.
TEST(Progress, TheEndlessOneIsToldAndNotWhoWaitsForIt) {
  class GoesOnWithLock final : public LyingWorld {
   public:
    void reset(const impl::Layout& layout, impl::Observer& observer) override {
      outer_.reset();
      lock_.reset();
      LyingWorld::reset(layout, observer);
    }
    void apply(Task task, const impl::Operation& operation, impl::Result& result) override {
      const sync::MutexLock outer(outer_);
      while (operation.call == Call::kStore) const sync::MutexLock turn(lock_);
      truth().apply(task, operation, result);
    }

   private:
    sync::Mutex outer_{{sync::LockClass::kDriver, 0}};
    sync::Mutex lock_{{sync::LockClass::kAllocator, 0}};
  };
  GoesOnWithLock world;
  Execution execution(world, {});
  const Verdict verdict =
      execution.replay(scenario_of(std::string(kLoadAndStore) + "schedule t1*20\n"));
  expect_sometimes({.holds = 1, .broken = 1, .last = verdict}, (&kNeverEnds));
  EXPECT_EQ(verdict.task, Task(1));
}

// Turns are what makes it a finding: as long as operations end, a run may only take long.
TEST(Progress, WhoMakesProgressIsNotBlamed) {
  class Slow final : public LyingWorld {
   public:
    void reset(const impl::Layout& layout, impl::Observer& observer) override {
      lock_.reset();
      LyingWorld::reset(layout, observer);
    }
    void apply(Task task, const impl::Operation& operation, impl::Result& result) override {
      for (unsigned i = 0; i < 8'000; ++i) const sync::MutexLock turn(lock_);
      truth().apply(task, operation, result);
    }

   private:
    sync::Mutex lock_{{sync::LockClass::kAllocator, 0}};
  };
  std::string text = "tasks t0:mm0\nt0\n";
  for (unsigned i = 0; i < 8; ++i) text += "  load p0 .0\n";
  Slow world;
  Execution execution(world, {});
  EXPECT_EQ(execution.replay(scenario_of(text)).kind, VerdictKind::kInconclusive);
}

// A truncate waits for a pin; nobody has it any more, and nobody says so.
class WaitsIn final : public LyingWorld {
 public:
  WaitsIn(sync::LockClass queue, Call call) : queue_({queue, 0}), call_(call) {}
  void reset(const impl::Layout& layout, impl::Observer& observer) override {
    queue_.reset();
    LyingWorld::reset(layout, observer);
  }
  void apply(Task task, const impl::Operation& operation, impl::Result& result) override {
    if (operation.call == call_) queue_.wait([] { return false; });
    truth().apply(task, operation, result);
  }

 private:
  sync::WaitQueue queue_;
  Call call_;
};

Verdict of_waiting(sync::LockClass queue, Call call, const char* operation) {
  WaitsIn world(queue, call);
  Execution execution(world, {});
  return execution.replay(
      scenario_of("tasks t0:mm0 t1:mm0\nfile f0 dax 8 cells\nt0\n  mmap_anon p0+1 rw\nt1\n  " +
                  std::string(operation) + "\n"));
}

TEST(Progress, WhatAWaiterWaitsForTellsTheProperty) {
  using sync::LockClass;
  const auto found = [](Verdict verdict) {
    return Found{.holds = 1, .broken = 1, .last = std::move(verdict)};
  };
  expect_sometimes(found(of_waiting(LockClass::kPinWait, Call::kFtruncate, "ftruncate f0 0 cells")),
                   (&kPinsNeverGo));
  expect_sometimes(found(of_waiting(LockClass::kWaitQueue, Call::kExit, "exit")),
                   (&kExitNeverEnds));
  expect_sometimes(found(of_waiting(LockClass::kWaitQueue, Call::kMirrorClose, "mirror_close m0")),
                   (&kStuck));
}

}  // namespace
}  // namespace mirrorcheck::fuzz
