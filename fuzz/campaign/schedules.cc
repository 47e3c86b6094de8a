#include "fuzz/campaign/schedules.h"

#include <zlib.h>

#include "fuzz/scenario/mutate_schedule.h"

namespace mirrorcheck::fuzz {

Schedules::Schedules(Scenario& scenario)
    : scenario_(scenario),
      operations_(encode_operations(scenario, encoded_)),
      bytes_(std::span(encoded_).first(encode_schedule(scenario, operations_, encoded_))),
      random_(crc32_z(crc32_z(0, nullptr, 0), bytes_.data(), bytes_.size())),
      // A task alone has one schedule.
      count_(scenario.layout.tasks > 1 ? kEach : 1) {}

void Schedules::next() {
  if (++number_ == count_) return;
  change_schedule(random_, scenario_.layout.tasks, scenario_.schedule);
  bytes_ = std::span(encoded_).first(encode_schedule(scenario_, operations_, encoded_));
}

}  // namespace mirrorcheck::fuzz
