// What control costs: the fast path of a lock, a switch, an empty run.
//
// Read switch_every_point and run_* against uncontended_mutex: the difference is the scheduler.

#include <benchmark/benchmark.h>

#include <array>

#include "fuzz/scheduler/pct_strategy.h"
#include "fuzz/scheduler/random_strategy.h"
#include "fuzz/scheduler/scheduler.h"
#include "fuzz/scheduler/segment_strategy.h"
#include "impl/sync/atomic.h"
#include "impl/sync/mutex.h"
#include "impl/sync/shared_mutex.h"

namespace mirrorcheck::fuzz {
namespace {

constexpr std::uint32_t kManyPoints = 1u << 20;

// Runs `operation` as one task, many times in a run, and reports the time of one.
template <class Shared, class Operation>
void one_task(benchmark::State& state, Shared& shared, Operation) {
  struct Context {
    benchmark::State& state;
    Shared& shared;
  } context{state, shared};
  Scheduler scheduler;
  scheduler.set_point_limit(~0u >> 1);
  scheduler.run_one(
      0,
      [](void* opaque, unsigned) {
        auto& both = *static_cast<Context*>(opaque);
        for (auto _ : both.state) Operation{}(both.shared);
      },
      &context);
}

void uncontended_mutex(benchmark::State& state) {
  sync::Mutex mutex({sync::LockClass::kUpdateLock, 0});
  one_task(state, mutex, [](sync::Mutex& lock) { const sync::MutexLock guard(lock); });
}
BENCHMARK(uncontended_mutex);

void uncontended_shared(benchmark::State& state) {
  sync::SharedMutex mutex({sync::LockClass::kMmapLock, 0});
  one_task(state, mutex, [](sync::SharedMutex& lock) { const sync::SharedLock guard(lock); });
}
BENCHMARK(uncontended_shared);

void atomic_load(benchmark::State& state) {
  sync::Atomic<int> atomic;
  one_task(state, atomic, [](sync::Atomic<int>& value) { benchmark::DoNotOptimize(value.load()); });
}
BENCHMARK(atomic_load);

class EveryPoint final : public Strategy {
 public:
  void begin(unsigned) override {}
  Segment next(std::uint64_t runnable, unsigned current, std::uint32_t) override {
    return {static_cast<std::uint8_t>(cyclic_from(runnable, current == kNoTask ? 0 : current + 1)),
            1};
  }
};

// One iteration is a whole run; items are switches.
void switch_every_point(benchmark::State& state) {
  Scheduler scheduler;
  scheduler.set_point_limit(kManyPoints);
  EveryPoint strategy;
  std::int64_t switches = 0;
  sync::Atomic<int> atomic;
  for (auto _ : state) {
    switches += scheduler
                    .run(
                        2,
                        [](void* value, unsigned) {
                          for (int i = 0; i < 1000; ++i)
                            static_cast<sync::Atomic<int>*>(value)->load();
                        },
                        &atomic, strategy)
                    .switches;
  }
  state.SetItemsProcessed(switches);
}
BENCHMARK(switch_every_point);

// Three tasks that do nothing: what a run costs in itself.
void run_empty(benchmark::State& state) {
  Scheduler scheduler;
  SegmentStrategy strategy({});
  for (auto _ : state) {
    benchmark::DoNotOptimize(scheduler.run(3, [](void*, unsigned) {}, nullptr, strategy));
  }
}
BENCHMARK(run_empty);

// Three tasks of 64 points each, by strategy.
void run_points(benchmark::State& state, Strategy& strategy) {
  Scheduler scheduler;
  sync::Atomic<int> atomic;
  for (auto _ : state) {
    benchmark::DoNotOptimize(scheduler.run(
        3,
        [](void* value, unsigned) {
          for (int i = 0; i < 64; ++i) static_cast<sync::Atomic<int>*>(value)->load();
        },
        &atomic, strategy));
  }
}
void run_random(benchmark::State& state) {
  RandomStrategy strategy(1);
  run_points(state, strategy);
}
BENCHMARK(run_random);
void run_pct(benchmark::State& state) {
  PctStrategy strategy(1, 3, 192);
  run_points(state, strategy);
}
BENCHMARK(run_pct);
void run_segments(benchmark::State& state) {
  std::array<Segment, 24> segments{};
  for (unsigned i = 0; i < segments.size(); ++i) {
    segments[i] = {static_cast<std::uint8_t>(i % 3), 8};
  }
  SegmentStrategy strategy(segments);
  run_points(state, strategy);
}
BENCHMARK(run_segments);

}  // namespace
}  // namespace mirrorcheck::fuzz

BENCHMARK_MAIN();
