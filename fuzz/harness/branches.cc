#include "fuzz/harness/branches.h"

#include <zlib.h>

#include <algorithm>

#include "fuzz/scenario/random_operation.h"

namespace mirrorcheck::fuzz {
namespace {

constexpr std::uint32_t kMostBetweenStops = 8;  // scheduling points

std::uint64_t seed_of(std::span<const std::uint8_t> bytes) {
  return crc32_z(crc32_z(0, nullptr, 0), bytes.data(), bytes.size());
}

// Scheduling points of a run, about: what runs of the standard scenario have for an operation.
std::uint32_t expected_points(const Scenario& scenario) {
  constexpr std::uint32_t kPointsOfOperation = 7;
  std::size_t operations = 0;
  for (const OperationList& list : scenario.tasks) operations += list.size();
  return kPointsOfOperation * static_cast<std::uint32_t>(operations);
}

}  // namespace

Branches::Branches(const Scenario& scenario)
    : operations_(encode_operations(scenario, encoded_)),
      bytes_(std::span(encoded_).first(encode_schedule(scenario, operations_, encoded_))),
      random_(seed_of(bytes_)) {
  // A task alone has one schedule.
  if (scenario.layout.tasks > 1) draw_stops(scenario);
}

void Branches::draw_stops(const Scenario& scenario) {
  const std::uint32_t points = expected_points(scenario);
  stop_count_ = kStops;
  std::uint32_t at = points / 2;
  for (std::uint32_t& stop : stops_) {
    at += 1 + random_.below(kMostBetweenStops);
    stop = at;
  }
}

bool Branches::stopped(const BranchStrategy::Stop& stop) {
  bool any = false;
  std::uint64_t others = stop.others;
  for (std::size_t i = 0; i < kMostAtOneStop && others != 0; ++i) {
    const unsigned task = cyclic_from(others, random_.below(model::kTasks));
    others &= ~bit_of(task);
    if (!add(stop, task)) break;
    any = true;
  }
  stops_taken_ += any;
  return any;
}

// `task` goes on instead, for a while; what was cut off for it is mostly taken up again.
bool Branches::add(const BranchStrategy::Stop& stop, unsigned task) {
  if (stop.made.size() + 2 > kMaxSegments) return false;
  if (size_ == kMost) drop_first_stop();
  Branch& branch = branches_[(first_ + size_++) % kMost];
  branch.made = stop.made.size();
  branch.stop = stops_taken_;
  Schedule& schedule = branch.schedule;
  schedule.assign(stop.made.begin(), stop.made.end());
  const unsigned points =
      random_.one_in(3) ? random_segment(random_, 1).points : 1 + random_.below(6);
  schedule.push_back({static_cast<std::uint8_t>(task), static_cast<std::uint16_t>(points)});
  if (stop.cut.points != 0 && !random_.one_in(3)) schedule.push_back(stop.cut);
  const std::size_t rest = std::min(stop.rest.size(), kMaxSegments - schedule.size());
  schedule.insert(schedule.end(), stop.rest.begin(),
                  stop.rest.begin() + static_cast<std::ptrdiff_t>(rest));
  return true;
}

void Branches::drop_first_stop() {
  const std::size_t stop = branches_[first_].stop;
  do {
    first_ = (first_ + 1) % kMost;
    --size_;
  } while (size_ != 0 && branches_[first_].stop == stop);
}

void Branches::enter(std::size_t index, Scenario& scenario) {
  scenario.schedule = (*this)[index].schedule;
  bytes_ = std::span(encoded_).first(encode_schedule(scenario, operations_, encoded_));
}

}  // namespace mirrorcheck::fuzz
