// How fast the states of the contract's core are searched: Google Benchmark, on one core.
//
// The world has 2 pages, 2 frames, 2 tasks and 1 window; with the notifier's rules alone, and with
// a file of one block that can be truncated, too. The search stops at so many states; `states` and
// `steps` are for each second of the processor, `bytes` for each state. BM_Core/N is without
// symmetry, so that nothing is done beside the search; BM_Symmetry/N has it.

#include <benchmark/benchmark.h>

#include "proofs/explore/explore.h"

namespace mirrorcheck::proofs::explore {
namespace {

void search(benchmark::State& bench, bool symmetry) {
  ExploreOptions options;
  options.bounds = {.pages = 2, .files = 1, .frames = 2, .blocks = 1};
  options.protections = false;
  options.symmetry = symmetry;
  options.max_states = static_cast<std::size_t>(bench.range(0));
  double states = 0;
  double steps = 0;
  double bytes = 0;
  for (auto _ : bench) {
    const ExploreResult result = explore(options);
    bench.SetIterationTime(result.seconds);
    states += static_cast<double>(result.states);
    steps += static_cast<double>(result.steps);
    bytes = static_cast<double>(result.bytes) / static_cast<double>(result.states);
  }
  using benchmark::Counter;
  bench.counters["states"] = Counter(states, Counter::kIsRate);
  bench.counters["steps"] = Counter(steps, Counter::kIsRate);
  bench.counters["bytes"] = bytes;
}

void BM_Core(benchmark::State& bench) { search(bench, false); }
void BM_Symmetry(benchmark::State& bench) { search(bench, true); }

BENCHMARK(BM_Core)
    ->Arg(2'000'000)
    ->Arg(20'000'000)
    ->Iterations(1)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Symmetry)
    ->Arg(1'000'000)
    ->Iterations(1)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace mirrorcheck::proofs::explore

BENCHMARK_MAIN();
