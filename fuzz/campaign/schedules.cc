#include "fuzz/campaign/schedules.h"

#include <zlib.h>

#include "fuzz/scenario/mutate_schedule.h"

namespace mirrorcheck::fuzz {

Schedules::Schedules(std::span<const std::uint8_t> bytes, Scenario& scenario)
    : scenario_(scenario),
      bytes_(bytes),
      random_(crc32_z(crc32_z(0, nullptr, 0), bytes.data(), bytes.size())) {
  decode(bytes, scenario_);
  // A task alone has one schedule.
  count_ = scenario_.layout.tasks > 1 ? kEach : 1;
}

void Schedules::next() {
  if (++number_ == count_) return;
  change_schedule(random_, scenario_.layout.tasks, scenario_.schedule);
  bytes_ = std::span(encoded_).first(encode(scenario_, encoded_));
}

}  // namespace mirrorcheck::fuzz
