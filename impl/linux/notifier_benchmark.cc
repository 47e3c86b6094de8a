// The reference's core of interval notifiers against the kernel's, in one process: what a window,
// a change of the tree and an undisturbed read section cost, with 10 to 1,000,000 subscriptions.
//
// Both report to nobody, and both use the same locks: what differs is the cores and, on the
// kernel's side, the shim's calls from C to C++ and back.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <random>
#include <vector>

#include "impl/linux/entry.h"
#include "impl/linux/kernel.h"
#include "impl/linux/kernel_mm.h"
#include "impl/reference/interval_notifier.h"

namespace mirrorcheck::impl {
namespace {

constexpr std::uint64_t kPageSize = 4096;

struct Interval {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

// Intervals of 4 to 64 pages, four pages of room for each on average.
std::vector<Interval> intervals(std::size_t count) {
  std::mt19937_64 random(1);
  std::vector<Interval> list(count);
  for (Interval& interval : list) {
    interval.first = random() % (4 * count);
    interval.last = interval.first + 3 + random() % 61;
  }
  return list;
}

class Reference {
 public:
  explicit Reference(std::size_t count) : list_(intervals(count)), subscriptions_(count) {
    for (std::size_t i = 0; i < count; ++i) insert(i);
  }
  void window(std::uint64_t page) {
    std::uint64_t current = 0;
    reference::IntervalSubscription* hit = core_.start(page, page, current, [](std::uint64_t) {});
    for (; hit != nullptr; hit = reference::IntervalSubscriptions::next(*hit, page, page)) {
      reference::IntervalSubscriptions::set_sequence(*hit, current, [] {});
    }
    core_.end([](std::uint64_t) {});
  }
  void insert(std::size_t i) {
    core_.insert(subscriptions_[i], list_[i].first, list_[i].last, [](std::uint64_t, bool) {});
  }
  void remove(std::size_t i) {
    core_.remove(subscriptions_[i], [] {});
  }
  bool read(std::size_t i) {
    const std::uint64_t seen =
        core_.read_begin(subscriptions_[i], [](std::uint64_t, bool) {}, [] {});
    return reference::IntervalSubscriptions::read_retry(subscriptions_[i], seen,
                                                        [](bool, std::uint64_t) {});
  }

 private:
  reference::IntervalSubscriptions core_{0};
  std::vector<Interval> list_;
  std::vector<reference::IntervalSubscription> subscriptions_;
};

// An entry that lets everything happen and tells nobody.
class QuietEntry final : public linux_kernel::Entry {
 public:
  using Entry::Entry;
  bool invalidate(mmu_interval_notifier& notifier, const mmu_notifier_range&, bool,
                  std::uint64_t sequence) override {
    mc_set_seq(&notifier, sequence);
    return true;
  }
  unsigned users() override { return 1; }
  void mmap_write_lock() override {}
  void mmap_write_unlock() override {}
  bool mmap_write_held() override { return true; }
  void take_all_locks() override {}
  void drop_all_locks() override {}
};

class Kernel {
 public:
  explicit Kernel(std::size_t count) : list_(intervals(count)), notifiers_(count) {
    mm_.mm.mm_count = 1;
    for (std::size_t i = 0; i < count; ++i) insert(i);
  }
  void window(std::uint64_t page) {
    const QuietEntry entry(mm_);
    mc_range_start(&mm_.mm, page * kPageSize, (page + 1) * kPageSize, kMcClear, true, nullptr);
    mc_range_end(&mm_.mm, page * kPageSize, (page + 1) * kPageSize, kMcClear, true, nullptr);
  }
  void insert(std::size_t i) {
    const QuietEntry entry(mm_);
    sync::check(mc_interval_insert(notifiers_[i].get(), &mm_.mm, list_[i].first * kPageSize,
                                   (list_[i].last - list_[i].first + 1) * kPageSize) == 0,
                "an insertion succeeds");
  }
  void remove(std::size_t i) {
    const QuietEntry entry(mm_);
    mc_interval_remove(notifiers_[i].get());
  }
  bool read(std::size_t i) {
    const QuietEntry entry(mm_);
    return mc_read_retry(notifiers_[i].get(), mc_read_begin(notifiers_[i].get()));
  }

 private:
  linux_kernel::KernelMm mm_{0};
  std::vector<Interval> list_;
  std::vector<linux_kernel::Opaque<mmu_interval_notifier, kMcNotifierBytes>> notifiers_;
};

template <class Core>
void window(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  Core core(count);
  std::mt19937_64 random(2);
  for (auto _ : state) core.window(random() % (4 * count));
}

template <class Core>
void remove_and_insert(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  Core core(count);
  std::mt19937_64 random(3);
  for (auto _ : state) {
    const std::size_t i = random() % count;
    core.remove(i);
    core.insert(i);
  }
}

template <class Core>
void read_section(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  Core core(count);
  std::mt19937_64 random(4);
  for (auto _ : state) {
    if (core.read(random() % count)) state.SkipWithError("a collision, and no window");
  }
}

#define MIRRORCHECK_COMPARE(what)                                        \
  BENCHMARK_TEMPLATE(what, Reference)->Arg(10)->Arg(1000)->Arg(1000000); \
  BENCHMARK_TEMPLATE(what, Kernel)->Arg(10)->Arg(1000)->Arg(1000000)

MIRRORCHECK_COMPARE(window);
MIRRORCHECK_COMPARE(remove_and_insert);
MIRRORCHECK_COMPARE(read_section);

}  // namespace
}  // namespace mirrorcheck::impl

BENCHMARK_MAIN();
