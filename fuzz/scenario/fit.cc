#include "fuzz/scenario/fit.h"

#include <algorithm>
#include <array>

#include "fuzz/scenario/bytes.h"

namespace mirrorcheck::fuzz {
namespace {

// Drops about `excess` bytes worth of the scenario, at least one thing. False: there is nothing
// left.
bool shrink(Scenario& scenario, std::size_t excess) {
  if (!scenario.schedule.empty()) {
    // Segments take one byte each, or three: counting one never cuts too little for long.
    const std::size_t cut = std::min((excess + 2) / 3, scenario.schedule.size());
    scenario.schedule.resize(scenario.schedule.size() - cut);
    return true;
  }
  std::size_t cut = (excess + kRecordSize - 1) / kRecordSize;
  bool any = false;
  for (auto task = scenario.tasks.rbegin(); task != scenario.tasks.rend(); ++task) {
    for (; cut > 0 && !task->empty(); --cut, any = true) task->pop_back();
  }
  if (any) return true;
  // Fewer operations than the standard world has would need more bytes, not fewer.
  const std::size_t kept = has_standard_world(scenario) ? kStandardSetup : 0;
  if (scenario.setup.size() <= kept) return false;
  scenario.setup.pop_back();
  return true;
}

}  // namespace

std::size_t encode_within(Scenario& scenario, std::span<std::uint8_t> out) {
  std::array<std::uint8_t, kMaxEncodedSize> bytes;
  std::size_t size = encode(scenario, bytes);
  while (size > out.size() && shrink(scenario, size - out.size())) size = encode(scenario, bytes);
  // A head alone may still be too long; the beginning of it is a scenario too.
  size = std::min(size, out.size());
  std::copy_n(bytes.begin(), size, out.begin());
  return size;
}

}  // namespace mirrorcheck::fuzz
