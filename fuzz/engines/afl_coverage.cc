#include "fuzz/engines/afl_coverage.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>

#include "fuzz/engines/model_coverage.h"

extern "C" {
// NOLINTBEGIN(readability-identifier-naming): the sanitizers' names.
extern std::uint8_t* __afl_area_ptr;
void __sanitizer_cov_trace_pc_guard_init(std::uint32_t* start, std::uint32_t* stop);
// Called by each instrumented module, also by one that dlopen brings.
__attribute__((visibility("default"))) void __sanitizer_cov_8bit_counters_init(std::uint8_t* start,
                                                                               std::uint8_t* stop);
__attribute__((visibility("default"))) void __sanitizer_cov_pcs_init(const std::uintptr_t* start,
                                                                     const std::uintptr_t* stop);
// NOLINTEND(readability-identifier-naming)
}

namespace mirrorcheck::fuzz {
namespace {

// Room for the code's counters. AFL++ fixes the size of its map when the process starts, before it
// is known which shared object will be loaded; larger modules wrap around.
constexpr std::size_t kCodeCounters = 32768;

std::array<std::uint32_t, kCodeCounters + kModelCounters> guards;

constexpr std::size_t kMaxModules = 16;
std::array<std::span<std::uint8_t>, kMaxModules> modules;
std::size_t module_count = 0;

// The runtime numbers guards in sequence from 1 unless AFL_INST_RATIO leaves some out.
__attribute__((constructor)) void reserve_guards() {
  __sanitizer_cov_trace_pc_guard_init(guards.data(), guards.data() + guards.size());
  if (guards.back() != guards.front() + guards.size() - 1) {
    std::fputs("mirrorcheck: AFL++ left out guards; unset AFL_INST_RATIO\n", stderr);
    std::exit(2);
  }
}

// An input touches few counters: words of zeros are skipped eight at a time.
void move_counters(std::span<std::uint8_t> from, std::uint8_t* map, std::size_t first,
                   std::size_t room) {
  for (std::size_t start = 0; start < from.size(); start += 8) {
    const std::span<std::uint8_t> word =
        from.subspan(start, std::min<std::size_t>(8, from.size() - start));
    if (std::all_of(word.begin(), word.end(), [](std::uint8_t counter) { return counter == 0; }))
      continue;
    for (std::size_t i = 0; i < word.size(); ++i) {
      if (word[i] == 0) continue;
      std::uint8_t& slot = map[(first + start + i) % room];
      slot = static_cast<std::uint8_t>(std::min(255, slot + word[i]));
      word[i] = 0;
    }
  }
}

}  // namespace

void prepare_coverage() {
  for (std::size_t i = 0; i < module_count; ++i) std::fill(modules[i].begin(), modules[i].end(), 0);
  model_counters.fill(0);
}

void publish_coverage() {
  std::uint8_t* map = __afl_area_ptr + guards.front();
  std::size_t first = 0;
  for (std::size_t i = 0; i < module_count; ++i) {
    move_counters(modules[i], map, first, kCodeCounters);
    first += modules[i].size();
  }
  move_counters(model_counters, map + kCodeCounters, 0, kModelCounters);
}

}  // namespace mirrorcheck::fuzz

void __sanitizer_cov_8bit_counters_init(std::uint8_t* start, std::uint8_t* stop) {
  using namespace mirrorcheck::fuzz;
  for (std::size_t i = 0; i < module_count; ++i) {
    if (modules[i].data() == start) return;  // a module may announce itself once per object file
  }
  if (start == stop) return;
  if (module_count == kMaxModules) {
    std::fputs("mirrorcheck: more than 16 instrumented modules\n", stderr);
    std::abort();
  }
  modules[module_count++] = {start, stop};
}

void __sanitizer_cov_pcs_init(const std::uintptr_t*, const std::uintptr_t*) {}
