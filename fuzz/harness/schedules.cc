#include "fuzz/harness/schedules.h"

#include <zlib.h>

#include <algorithm>

#include "fuzz/scenario/mutate_schedule.h"

namespace mirrorcheck::fuzz {
namespace {

// A segment ends early more often than not, because its task blocks or is done. What a run of the
// standard scenario comes to, counted: 18 segments with 24 operations.
std::size_t segments_within_reach(const Scenario& scenario) {
  std::size_t operations = 0;
  for (const OperationList& list : scenario.tasks) operations += list.size();
  return std::min(scenario.schedule.size(), 2 + operations * 2 / 3);
}

// One change of the segments [first, last) of `own`.
void change_part(Random& random, unsigned tasks, const Schedule& own, std::size_t first,
                 std::size_t last, Schedule& changed) {
  const auto at = [&](std::size_t index) {
    return own.begin() + static_cast<std::ptrdiff_t>(index);
  };
  Schedule part(at(first), at(last));
  change_schedule(random, tasks, part);
  changed.assign(own.begin(), at(first));
  changed.insert(changed.end(), part.begin(), part.end());
  const std::size_t room = kMaxSegments - changed.size();
  changed.insert(changed.end(), at(last), at(std::min(own.size(), last + room)));
}

}  // namespace

Schedules::Schedules(Scenario& scenario)
    : scenario_(scenario),
      operations_(encode_operations(scenario, encoded_)),
      bytes_(std::span(encoded_).first(encode_schedule(scenario, operations_, encoded_))),
      // A task alone has one schedule.
      count_(scenario.layout.tasks > 1 ? kEach : 1) {
  if (count_ == 1) return;
  Random random(crc32_z(crc32_z(0, nullptr, 0), bytes_.data(), bytes_.size()));
  const std::size_t segments = segments_within_reach(scenario);
  for (std::size_t i = 0; i < others_.size(); ++i) {
    Schedule& other = others_[i];
    const std::size_t first = random.below(segments + 1);
    change_part(random, scenario.layout.tasks, scenario.schedule, first, segments, other);
    branches_[i] = {other.data(), other.size()};
  }
}

void Schedules::next() {
  if (++number_ == count_) return;
  scenario_.schedule = others_[number_ - 1];
  bytes_ = std::span(encoded_).first(encode_schedule(scenario_, operations_, encoded_));
}

}  // namespace mirrorcheck::fuzz
