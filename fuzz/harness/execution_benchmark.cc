// What a full differential run costs, and where: Google Benchmark, on one core.
//
// BM_Standard is the figure that campaigns are measured by: standard scenarios (3 tasks, 8
// operations each, 8 pages of which 4 DAX, one mirror) run, judged and compared. BM_Decoded adds
// what a fuzzing engine's input costs, the decoding of its bytes. BM_Input is what a campaign makes
// of inputs: each is run under its own schedule and under some that leave it on the way; an item is
// one of these runs, and `steps` counts those that were taken for it. BM_Everything compares every
// table after every step. BM_Standard and BM_Input are of the kernel as well, where it was built:
// `violated` is the part of its runs that what is known of it ends early (corpus/linux). Rates are
// comparable within one run of this program only.

#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "fuzz/harness/branch_runs.h"
#include "fuzz/harness/execution.h"
#include "fuzz/scenario/bytes.h"
#include "fuzz/scenario/generate.h"
#include "impl/loader/loader.h"
#include "impl/reference/reference.h"

namespace mirrorcheck::fuzz {
namespace {

// As many as it takes to leave the branch predictor without a script.
constexpr std::uint64_t kScenarios = 1000;

std::vector<Scenario> scenarios() {
  std::vector<Scenario> out;
  out.reserve(kScenarios);
  for (std::uint64_t seed = 0; seed < kScenarios; ++seed) out.push_back(standard_scenario(seed));
  return out;
}

void report(benchmark::State& state, std::uint64_t steps) {
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
  state.counters["steps"] =
      benchmark::Counter(static_cast<double>(steps) / static_cast<double>(state.iterations()));
}

constexpr const char* kKernel = "linux-6.12";

void run(benchmark::State& state, const ExecutionOptions& options, impl::World& world) {
  const std::vector<Scenario> list = scenarios();
  Execution execution(world, options);
  std::size_t next = 0;
  std::uint64_t steps = 0;
  std::uint64_t violated = 0;
  for (auto _ : state) {
    violated += execution.replay(list[next++ % list.size()]).kind == VerdictKind::kHolds ? 0 : 1;
    steps += execution.steps();
  }
  report(state, steps);
  state.counters["violated"] =
      benchmark::Counter(static_cast<double>(violated) / static_cast<double>(state.iterations()));
}

void run(benchmark::State& state, const ExecutionOptions& options) {
  run(state, options, *impl::create_reference());
  if (state.counters["violated"] != 0) state.SkipWithError("the reference broke the contract");
}

void standard(benchmark::State& state) {
  Coverage coverage;
  run(state, {.coverage = &coverage});
}
BENCHMARK(standard)->Name("BM_Standard");

void standard_of_kernel(benchmark::State& state) {
  Coverage coverage;
  run(state, {.coverage = &coverage}, *impl::load_world(kKernel).world);
}

void everything(benchmark::State& state) { run(state, {.compare_everything = true}); }
BENCHMARK(everything)->Name("BM_Everything");

void decoded(benchmark::State& state) {
  const auto world = impl::create_reference();
  std::vector<std::vector<std::uint8_t>> inputs;
  for (const Scenario& scenario : scenarios()) inputs.push_back(encode(scenario));
  Coverage coverage;
  Execution execution(*world, {.coverage = &coverage});
  Scenario scenario;
  std::size_t next = 0;
  std::uint64_t steps = 0;
  for (auto _ : state) {
    decode(inputs[next++ % inputs.size()], scenario);
    benchmark::DoNotOptimize(execution.replay(scenario).kind);
    steps += execution.steps();
  }
  report(state, steps);
}
BENCHMARK(decoded)->Name("BM_Decoded");

void input(benchmark::State& state, impl::World& world) {
  std::vector<std::vector<std::uint8_t>> inputs;
  for (const Scenario& scenario : scenarios()) inputs.push_back(encode(scenario));
  Coverage coverage;
  Execution execution(world, {.coverage = &coverage});
  Scenario scenario;
  std::size_t next = 0;
  std::int64_t runs = 0;
  std::uint64_t steps = 0;
  for (auto _ : state) {
    decode(inputs[next++ % inputs.size()], scenario);
    run_branches(
        execution, scenario, [](std::span<const std::uint8_t>) { return true; },
        [&](const Verdict& verdict) {
          benchmark::DoNotOptimize(verdict.kind);
          ++runs;
          steps += execution.steps_taken();
        });
  }
  state.SetItemsProcessed(runs);
  state.counters["steps"] =
      benchmark::Counter(static_cast<double>(steps) / static_cast<double>(runs));
  state.counters["runs"] =
      benchmark::Counter(static_cast<double>(runs) / static_cast<double>(state.iterations()));
}
void input_of_reference(benchmark::State& state) { input(state, *impl::create_reference()); }
BENCHMARK(input_of_reference)->Name("BM_Input");

void input_of_kernel(benchmark::State& state) { input(state, *impl::load_world(kKernel).world); }

void register_kernel() {
  if (impl::load_world(kKernel).world == nullptr) return;
  const std::string of_kernel = std::string("/") + kKernel;
  benchmark::RegisterBenchmark(("BM_Standard" + of_kernel).c_str(), standard_of_kernel);
  benchmark::RegisterBenchmark(("BM_Input" + of_kernel).c_str(), input_of_kernel);
}

}  // namespace

static void run_benchmarks() {
  register_kernel();
  benchmark::RunSpecifiedBenchmarks();
}

}  // namespace mirrorcheck::fuzz

int main(int count, char** arguments) {
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 2;
  mirrorcheck::fuzz::run_benchmarks();
}
