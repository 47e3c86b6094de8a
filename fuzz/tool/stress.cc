// stress: random scenarios on the operating system's threads, judged by the same oracle.

#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <thread>

#include "fuzz/campaign/recorder.h"
#include "fuzz/campaign/status.h"
#include "fuzz/explain/words.h"
#include "fuzz/harness/history.h"
#include "fuzz/harness/thread_run.h"
#include "fuzz/scenario/generate.h"
#include "fuzz/scheduler/random.h"
#include "fuzz/tool/commands.h"
#include "fuzz/tool/exit_code.h"
#include "fuzz/tool/input.h"
#include "fuzz/tool/interrupt.h"
#include "fuzz/tool/kernel_source.h"

namespace mirrorcheck::tool {
namespace {

constexpr std::uint64_t kDefaultStressSeconds = 60;
constexpr std::uint64_t kDefaultThreads = 3;
// Without a step for so long the run has failed; once it was interrupted it is given up sooner.
constexpr std::chrono::milliseconds kStuck{20'000};
constexpr std::chrono::milliseconds kStuckInterrupted{1'000};
constexpr std::chrono::milliseconds kLook{100};

constexpr Option kStressOptions[] = {
    kImplOption,
    kKernelSourceOption,
    {"--seconds", "N", "how long to run (default 60)", OptionKind::kNumber, 1, 100'000'000},
    {"--threads", "N", "threads, and so tasks of a scenario at most (default 3)",
     OptionKind::kNumber, 1, model::kTasks},
    {"--seed", "N", "of the scenarios; which thread runs when is not ours to say",
     OptionKind::kNumber, 1, 0xffff'ffff},
};

// Ends the process when no step is taken any more: threads that wait for each other can't be called
// back, and so neither ends the run by itself nor looks whether it was interrupted. Who waits for
// what is the operating system's knowledge: a cycle of locks and a lost event look the same here.
class Watchdog {
 public:
  explicit Watchdog(const fuzz::ThreadRun& run) : thread_([this, &run] { watch(run); }) {}
  ~Watchdog() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    wake_.notify_all();
  }

  // There is a finding, whatever happens to the rest of the run.
  void violated() { violated_.store(true, std::memory_order_relaxed); }

 private:
  void watch(const fuzz::ThreadRun& run) {
    std::unique_lock lock(mutex_);
    std::uint64_t seen = run.progress();
    std::chrono::milliseconds still{0};
    while (!wake_.wait_for(lock, kLook, [this] { return over_; })) {
      const std::uint64_t now = run.progress();
      still = now == seen ? still + kLook : std::chrono::milliseconds{0};
      seen = now;
      if (still >= kStuck) {
        std::printf(
            "violated L1 or L4: no thread has taken a step for %lld seconds; they wait for each "
            "other's locks (A12) or for an event that does not come (Q4), and `mirrorcheck fuzz` "
            "tells which\n",
            static_cast<long long>(kStuck.count() / 1000));
        end(kViolated);
      }
      if (interrupted() && still >= kStuckInterrupted) {
        const bool violated = violated_.load(std::memory_order_relaxed);
        std::printf(
            "%s: interrupted while no thread took a step; left alone for %lld seconds that is a "
            "violation of L1 or L4\n",
            violated ? "violated" : "inconclusive", static_cast<long long>(kStuck.count() / 1000));
        end(violated ? kViolated : kInconclusive);
      }
    }
  }

  [[noreturn]] static void end(int code) {
    std::fflush(stdout);
    ::_exit(code);
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  bool over_ = false;
  std::atomic<bool> violated_{false};
  std::jthread thread_;
};

int run_stress(const Arguments& arguments) {
  const std::unique_ptr<impl::World> world = load_implementation(arguments);
  if (world == nullptr) return kUsage;
  watch_for_interrupt();
  const std::string name = arguments.text("--impl", "reference");
  const auto threads = static_cast<std::uint8_t>(arguments.number("--threads", kDefaultThreads));
  const std::uint64_t seconds = arguments.number("--seconds", kDefaultStressSeconds);
  const std::uint64_t seed =
      arguments.number("--seed", 1 + std::random_device{}() % 0xffff'ffffULL);
  std::printf("mirrorcheck stress --impl %s --threads %u --seconds %llu --seed %llu\n",
              name.c_str(), static_cast<unsigned>(threads),
              static_cast<unsigned long long>(seconds), static_cast<unsigned long long>(seed));
  std::fflush(stdout);

  fuzz::Coverage coverage;
  fuzz::ThreadRun threaded(*world, threads, coverage);
  Watchdog watchdog(threaded);
  fuzz::Random seeds(seed);
  const fuzz::Shape shape{.tasks = threads, .operations = 8, .setup = 2, .segments = 0};
  std::set<std::string> kinds;
  std::uint64_t executions = 0;
  std::uint64_t inconclusive = 0;
  const std::uint64_t began = fuzz::monotonic_milliseconds();
  std::uint64_t elapsed = 0;
  while (elapsed < seconds * 1000 && !interrupted()) {
    const fuzz::Scenario scenario = fuzz::random_scenario(seeds.next(), shape);
    fuzz::History history;
    const fuzz::Verdict verdict = threaded.run(scenario, &history);
    ++executions;
    elapsed = fuzz::monotonic_milliseconds() - began;
    if (verdict.kind == fuzz::VerdictKind::kInconclusive) ++inconclusive;
    if (verdict.kind != fuzz::VerdictKind::kViolated ||
        !kinds.insert(fuzz::finding_key(verdict)).second) {
      continue;
    }
    watchdog.violated();
    std::printf("finding %zu after %llu executions, %.1f s\n%s\n", kinds.size(),
                static_cast<unsigned long long>(executions), static_cast<double>(elapsed) / 1000,
                fuzz::explain({scenario, history, verdict, name}).c_str());
    std::fflush(stdout);
  }
  std::printf(
      "%s: %llu executions on %u threads in %.1f s, %zu of %zu rules exercised, %zu kinds "
      "of finding\n",
      !kinds.empty()                         ? "violated"
      : inconclusive != 0 || executions == 0 ? "inconclusive"
                                             : "holds",
      static_cast<unsigned long long>(executions), static_cast<unsigned>(threads),
      static_cast<double>(elapsed) / 1000, coverage.rules_exercised(), model::kRules, kinds.size());
  if (!kinds.empty()) return kViolated;
  return inconclusive != 0 || executions == 0 ? kInconclusive : kHolds;
}

}  // namespace

const Command kStress{"stress",
                      "",
                      0,
                      0,
                      "runs random scenarios on real threads, judged by the same oracle",
                      "The operating system schedules, so a finding can be read but not replayed; "
                      "`mirrorcheck fuzz`\n"
                      "finds what can be.\n",
                      kStressOptions,
                      run_stress};

}  // namespace mirrorcheck::tool
