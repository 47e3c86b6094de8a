// A target that must fail, and only for an engine whose feedback and mutations both work: a
// campaign that does not kill the canary would not have found anything else either.
//
// It dies when task 0 makes nine certain calls in a given order. A list of 16 calls drawn at random
// does so with probability at most C(16,9) / 26^9 < 3e-9. Each call that comes right is a new
// counter of the model's coverage, so an engine that heeds it gets there one call at a time.

#include <array>
#include <cstdio>
#include <cstdlib>

#include "fuzz/engines/model_coverage.h"
#include "fuzz/engines/target.h"
#include "fuzz/scenario/bytes.h"
#include "fuzz/scenario/scenario.h"

namespace {

using mirrorcheck::impl::Call;

constexpr std::array kDeadly = {Call::kDeviceWrite, Call::kPin,      Call::kPunchHole,
                                Call::kUnpin,       Call::kSnapshot, Call::kPwrite,
                                Call::kOomReap,     Call::kCreate,   Call::kExit};

}  // namespace

int LLVMFuzzerInitialize(int*, char***) { return 0; }

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static mirrorcheck::fuzz::Scenario scenario;
  mirrorcheck::fuzz::decode({data, size}, scenario);
  std::size_t step = 0;
  for (const mirrorcheck::impl::Operation& operation : scenario.tasks[0]) {
    if (operation.call != kDeadly[step]) continue;
    mirrorcheck::fuzz::model_counters[++step] = 1;
    if (step == kDeadly.size()) {
      std::fputs("canary: found, as it should be\n", stderr);
      std::abort();
    }
  }
  return 0;
}
