// What the interval notifier core costs by itself, with many subscriptions in one mm.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <random>
#include <vector>

#include "impl/reference/interval_notifier.h"

namespace mirrorcheck::impl::reference {
namespace {

// Intervals of 4 to 64 pages, four pages of room for each on average.
std::vector<IntervalSubscription> filled(IntervalSubscriptions& core, std::size_t count) {
  std::mt19937_64 random(1);
  std::vector<IntervalSubscription> subscriptions(count);
  for (IntervalSubscription& subscription : subscriptions) {
    const std::uint64_t start = random() % (4 * count);
    core.insert(subscription, start, start + 3 + random() % 61, [](std::uint64_t, bool) {});
  }
  return subscriptions;
}

// A window over one page in `range` pages, its callbacks being set_sequence() only.
void window(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  IntervalSubscriptions core(0);
  std::vector<IntervalSubscription> subscriptions = filled(core, count);
  std::mt19937_64 random(2);
  std::uint64_t calls = 0;
  for (auto _ : state) {
    const std::uint64_t first = random() % (4 * count);
    std::uint64_t current = 0;
    IntervalSubscription* hit = core.start(first, first, current, [](std::uint64_t) {});
    for (; hit != nullptr; hit = IntervalSubscriptions::next(*hit, first, first)) {
      IntervalSubscriptions::set_sequence(*hit, current, [] {});
      ++calls;
    }
    core.end([](std::uint64_t) {});
  }
  state.counters["calls"] =
      benchmark::Counter(static_cast<double>(calls), benchmark::Counter::kAvgIterations);
}
BENCHMARK(window)->Arg(4)->Arg(1000)->Arg(1000000);

void remove_and_insert(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  IntervalSubscriptions core(0);
  std::vector<IntervalSubscription> subscriptions = filled(core, count);
  std::mt19937_64 random(3);
  for (auto _ : state) {
    IntervalSubscription& subscription = subscriptions[random() % count];
    core.remove(subscription, [] {});
    core.insert(subscription, subscription.start, subscription.last, [](std::uint64_t, bool) {});
  }
}
BENCHMARK(remove_and_insert)->Arg(4)->Arg(1000)->Arg(1000000);

}  // namespace
}  // namespace mirrorcheck::impl::reference

BENCHMARK_MAIN();
