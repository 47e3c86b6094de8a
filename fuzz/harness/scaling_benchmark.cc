// How the cost of a differential run grows with what the scenario uses of its world: operations,
// pages, pages of one operation, tasks, mirrors. Google Benchmark, on one core.
//
// An item is one operation, or one page where an operation has several; `per_item` is what it
// costs, and `per_step` what a reported step costs, both without what a run costs that does nothing
// (BM_Nothing, measured first). Growth that is linear shows as a column that stays the same.
//
// It is built twice: for the usual world, and for the large one (large/CMakeLists.txt).

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <variant>

#include "fuzz/harness/execution.h"
#include "fuzz/scenario/text.h"
#include "impl/reference/reference.h"

namespace mirrorcheck::fuzz {
namespace {

constexpr bool kLarge = model::kLargeWorld;

std::string number(std::size_t n) { return std::to_string(n); }

std::string world(std::size_t tasks, std::size_t mirrors) {
  std::string text = "mirrorcheck scenario 1\ntasks";
  for (std::size_t t = 0; t < tasks; ++t) text += " t" + number(t) + ":mm0";
  const std::string all = " p0+" + number(kLarge ? model::kPagesPerMm : 8);
  text += "\nsetup\n  t0 mmap_anon" + all + " rw\n";
  if (!kLarge) text += "  t0 mmap_anon p8+8 rw\n";
  for (std::size_t m = 0; m < mirrors; ++m) text += "  t0 mirror_open m" + number(m) + all + "\n";
  return text;
}

std::string task(std::size_t t) { return "t" + number(t) + "\n"; }

// A fault, a device fault and a window: three operations on one page.
std::string life_of(std::size_t page) {
  const std::string p = "p" + number(page);
  return "  store " + p + " .0\n  device_write m0 " + p + "+1 .0\n  madvise_dontneed " + p + "+1\n";
}

Scenario scenario_of(const std::string& text) {
  const ScenarioOrError parsed = parse(text, "benchmark");
  if (const auto* scenario = std::get_if<Scenario>(&parsed)) return *scenario;
  std::fprintf(stderr, "%s\n", std::get<Error>(parsed).message.c_str());
  std::abort();
}

struct Cost {
  double nanoseconds;
  double steps;
};

void run(benchmark::State& state, const std::string& text, std::size_t items) {
  static Cost nothing{};
  const auto reference = impl::create_reference();
  const auto own = std::make_unique<Execution>(*reference, ExecutionOptions{});
  Execution& execution = *own;
  const Scenario scenario = scenario_of(text);
  std::uint64_t steps = 0;
  const std::clock_t begin = std::clock();
  for (auto _ : state) {
    if (execution.replay(scenario).kind != VerdictKind::kHolds) {
      state.SkipWithError("the reference broke the contract");
      break;
    }
    steps += execution.steps();
  }
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  const auto runs = static_cast<double>(state.iterations());
  const Cost cost{.nanoseconds = seconds * 1e9 / runs, .steps = static_cast<double>(steps) / runs};
  if (items == 0) {
    nothing = cost;
    return;
  }
  const double spent = cost.nanoseconds - nothing.nanoseconds;
  state.counters["per_item"] = spent / static_cast<double>(items);
  state.counters["per_step"] = spent / (cost.steps - nothing.steps);
}

void nothing(benchmark::State& state) { run(state, world(1, 1) + task(0), 0); }
BENCHMARK(nothing)->Name("BM_Nothing");

void few(benchmark::internal::Benchmark* b, int most) {
  for (int n = kLarge ? 2 : 1; n <= most; n *= 2) b->Arg(n);
}
void many(benchmark::internal::Benchmark* b) {
  if (!kLarge) return few(b, 16);
  for (const int n : {8, 64, 512, 4096, 10000}) b->Arg(n);
}

void operations(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  std::string text = world(1, 1) + task(0);
  for (std::size_t i = 0; i < n; ++i) text += i % 2 == 0 ? "  store p0 .0\n" : "  load p0 .0\n";
  run(state, text, n);
}
BENCHMARK(operations)->Name("BM_Operations")->Apply(many);

void pages(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  std::string text = world(1, 1) + task(0);
  for (std::size_t p = 0; p < n; ++p) text += "  store p" + number(p) + " .0\n";
  run(state, text, n);
}
BENCHMARK(pages)->Name("BM_Pages")->Apply(many);

// The same number of operations, whatever number of pages they are spread over.
void spread(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  constexpr std::size_t kLives = 10'000;
  std::string text = world(1, 1) + task(0);
  for (std::size_t i = 0; i < kLives; ++i) text += life_of(i * 3 % n);
  run(state, text, 3 * kLives);
}

// In a large world the rest of a run costs more than a few pages.
[[maybe_unused]] const auto* const spread_over_pages =
    kLarge ? benchmark::RegisterBenchmark("BM_Spread", spread)->Apply(many) : nullptr;

void pages_of_one_operation(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  run(state,
      world(1, 1) + task(0) + "  device_write m0 p0+" + number(n) + " .0\n  madvise_dontneed p0+" +
          number(n) + "\n",
      2 * n);
}
BENCHMARK(pages_of_one_operation)
    ->Name("BM_PagesOfOne")
    ->Apply([](benchmark::internal::Benchmark* b) { few(b, 8); });

// Each task has its own page, so that they wait for locks only.
void tasks(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  constexpr std::size_t kLives = kLarge ? 100 : 2;
  std::string text = world(n, 1);
  for (std::size_t t = 0; t < n; ++t) {
    text += task(t);
    for (std::size_t i = 0; i < kLives; ++i) text += life_of(t);
  }
  run(state, text, 3 * kLives * n);
}
BENCHMARK(tasks)->Name("BM_Tasks")->Apply([](benchmark::internal::Benchmark* b) {
  few(b, model::kTasks);
});

// Each is told of each window.
void mirrors(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  std::string text = world(1, n) + task(0);
  for (std::size_t m = 0; m < n; ++m) text += "  device_read m" + number(m) + " p0+1 .0\n";
  text += "  madvise_dontneed p0+1\n";
  run(state, text, n);
}
BENCHMARK(mirrors)->Name("BM_Mirrors")->DenseRange(1, 4);

}  // namespace
}  // namespace mirrorcheck::fuzz

BENCHMARK_MAIN();
