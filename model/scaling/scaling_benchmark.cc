// How the cost of the contract grows with the world: Google Benchmark, on one core.
//
// BM_Pages is the life of private memory of so many pages under a mirror: mapped, touched, walked
// by a device fault, installed, unmapped and freed; every guard is evaluated, and has to hold. The
// column `step` is the time of one step. BM_Tasks is the same for eight pages in a world of so many
// tasks, of which one is busy. BM_Operations repeats it so often.

#include <benchmark/benchmark.h>

#include <cstdint>

#include "model/rules.h"
#include "model/scaling/large.h"
#include "model/state.h"

namespace mirrorcheck::model::scaling {
namespace {

// Steps the contract, and remembers whether a guard has said no.
class Steps {
 public:
  explicit Steps(Sizes world) : state_((sizes = world, State<Large>())) { state_.users.set({}, 2); }

  void require(const Clause& clause, bool condition) {
    if (!condition) broken_ = clause.sentence.data();
  }
  const char* broken() const { return broken_; }
  std::uint64_t taken() const { return taken_; }

  // Maps `n` pages, lets a device fault on them, and takes them away again.
  void life(std::size_t n) {
    const LargeArguments all{.pages = {Wide<Page>(0), Wide<Page>(n - 1)},
                             .area = Area::kAnon,
                             .write = true,
                             .read = true,
                             .flag = true};
    if (taken_ == 0) open(all);
    take<MmapWrite>(all);
    take<MapArea>(all);
    take<MmapUnlock>(all);
    touch(n);
    fault(n, all);
    unmap(n, all);
  }

 private:
  template <template <class> class R>
  void take(const LargeArguments& a) {
    R<Large>::guard(*this, state_, a);
    R<Large>::apply(state_, a);
    ++taken_;
  }
  LargeArguments of(std::size_t page) const {
    return {.page = Wide<Page>(page),
            .frame = Wide<Frame>(2 + page),
            .write = true,
            .read = true,
            .required = true};
  }
  std::uint64_t period() const { return Large::sequence(state_.epoch({}), state_.odd({})); }

  void open(LargeArguments a) {
    take<MmapWrite>(a);
    take<Publish>(a);
    take<MmapUnlock>(a);
    a.flag = false;
    a.sequence = period() - 1;
    take<Insert>(a);
  }
  void touch(std::size_t n) {
    take<MmapRead>({});
    for (std::size_t p = 0; p < n; ++p) {
      take<Allocate>(of(p));
      LargeArguments a = of(p);
      a.write = false;
      take<Populate>(a);
      take<Upgrade>(a);
    }
    take<MmapUnlock>({});
  }
  void fault(std::size_t n, LargeArguments all) {
    all.flag = false;
    all.sequence = Large::sequence(state_.sub_epoch({}), true);
    all.outcome = Outcome::kValid;
    take<ReadBegin>(all);
    take<MmapRead>(all);
    for (std::size_t p = 0; p < n; ++p) {
      LargeArguments a = of(p);
      a.outcome = Outcome::kValid;
      a.flag = true;
      take<WalkPage>(a);
    }
    take<FaultReturn>(all);
    take<MmapUnlock>(all);
    take<UpdateLock>(all);
    take<ReadRetry>(all);
    take<Install>(all);
    take<UpdateUnlock>(all);
  }
  void unmap(std::size_t n, LargeArguments all) {
    all.event = WindowEvent::kUnmap;
    take<MmapWrite>(all);
    take<UnmapArea>(all);
    all.sequence = Large::sequence(state_.epoch({}), true);
    take<Start>(all);
    take<UpdateLock>(all);
    all.flag = false;
    take<Invalidate>(all);
    take<UpdateUnlock>(all);
    take<Started>(all);
    for (std::size_t p = 0; p < n; ++p) take<Zap>(of(p));
    all.sequence = Large::sequence(state_.epoch({}) + 1, false);
    take<End>(all);
    take<MmapUnlock>(all);
    for (std::size_t p = 0; p < n; ++p) take<Free>(of(p));
  }

  State<Large> state_;
  const char* broken_ = nullptr;
  std::uint64_t taken_ = 0;
};

void measure(benchmark::State& state, Sizes world, std::size_t pages, std::size_t times) {
  Steps steps(world);
  for (auto _ : state) {
    for (std::size_t i = 0; i < times; ++i) steps.life(pages);
  }
  if (steps.broken() != nullptr) state.SkipWithError(steps.broken());
  const auto taken = static_cast<double>(steps.taken());
  state.counters["step"] =
      benchmark::Counter(taken, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.SetComplexityN(state.range(0));
}

void pages(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  measure(state, {.pages = n, .tasks = 2}, n, 1);
}
BENCHMARK(pages)->Name("BM_Pages")->Arg(8)->Arg(64)->Arg(512)->Arg(4096)->Arg(10'000)->Complexity();

void tasks(benchmark::State& state) {
  measure(state, {.pages = 8, .tasks = static_cast<std::size_t>(state.range(0))}, 8, 1);
}
BENCHMARK(tasks)->Name("BM_Tasks")->RangeMultiplier(2)->Range(2, 64)->Complexity();

void operations(benchmark::State& state) {
  measure(state, {.pages = 8, .tasks = 2}, 8, static_cast<std::size_t>(state.range(0)));
}
BENCHMARK(operations)->Name("BM_Operations")->Arg(1)->Arg(10)->Arg(100)->Arg(1000)->Complexity();

}  // namespace
}  // namespace mirrorcheck::model::scaling

BENCHMARK_MAIN();
