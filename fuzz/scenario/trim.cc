// Structure-aware trimming: what can be left out of a scenario, one thing at a time.

#include <algorithm>
#include <optional>

#include "fuzz/scenario/bytes.h"
#include "fuzz/scenario/fit.h"
#include "fuzz/scenario/mutate.h"
#include "fuzz/scenario/scenario.h"

namespace mirrorcheck::fuzz {
namespace {

template <class List>
void erase_at(List& list, std::size_t index) {
  list.erase(list.begin() + static_cast<std::ptrdiff_t>(index));
}

// The task goes, and those above it move down. Its part of the set-up is done by task 0.
void remove_task(Scenario& scenario, unsigned removed) {
  impl::Layout& layout = scenario.layout;
  const auto moved = [&](unsigned task) { return task > removed ? task - 1 : task; };
  for (unsigned task = removed; task + 1U < layout.tasks; ++task) {
    layout.mm_of_task[task] = layout.mm_of_task[task + 1];
    scenario.tasks[task] = scenario.tasks[task + 1];
  }
  --layout.tasks;
  for (SetupOperation& step : scenario.setup) {
    const auto task = static_cast<unsigned>(step.task);
    step.task = task == removed ? model::Task{} : model::Task(moved(task));
  }
  const auto end = std::remove_if(scenario.schedule.begin(), scenario.schedule.end(),
                                  [&](const Segment& s) { return s.task == removed; });
  scenario.schedule.erase(end, scenario.schedule.end());
  for (Segment& segment : scenario.schedule) {
    segment.task = static_cast<std::uint8_t>(moved(segment.task));
  }
}

// The candidates in a row: kind after kind, each kind with a number of members. Cuts number `k`, or
// counts them all when `k` is empty.
class Cutter {
 public:
  Cutter(Scenario& scenario, std::optional<std::size_t> k) : scenario_(scenario), k_(k) {}

  std::size_t run() {
    Schedule& schedule = scenario_.schedule;
    const std::size_t half = schedule.size() / 2;
    if (mine(schedule.empty() ? 0 : 1)) schedule.clear();
    const std::size_t tasks = scenario_.layout.tasks;
    if (const auto task = mine(tasks > 1 ? tasks : 0)) {
      remove_task(scenario_, static_cast<unsigned>(*task));
    }
    if (const auto which = mine(half > 0 ? 2 : 0)) {
      const auto middle = schedule.begin() + static_cast<std::ptrdiff_t>(half);
      schedule.erase(*which == 0 ? middle : schedule.begin(),
                     *which == 0 ? schedule.end() : middle);
    }
    for (OperationList& operations : scenario_.tasks) {
      if (const auto index = mine(operations.size())) erase_at(operations, *index);
    }
    // Without one of its operations the standard world would have to be spelled out.
    const std::size_t kept = has_standard_world(scenario_) ? kStandardSetup : 0;
    if (const auto index = mine(scenario_.setup.size() - kept)) {
      erase_at(scenario_.setup, kept + *index);
    }
    if (const auto index = mine(schedule.size())) erase_at(schedule, *index);
    return count_;
  }

 private:
  // Is candidate k_ one of the next `members`? Which? There are no more after it was found.
  std::optional<std::size_t> mine(std::size_t members) {
    const std::size_t first = count_;
    count_ += members;
    if (done_ || !k_ || *k_ < first || *k_ >= count_) return std::nullopt;
    done_ = true;
    return *k_ - first;
  }

  Scenario& scenario_;
  std::optional<std::size_t> k_;
  std::size_t count_ = 0;
  bool done_ = false;
};

}  // namespace

std::size_t trim_count(std::span<const std::uint8_t> data) {
  Scenario scenario;
  decode(data, scenario);
  return Cutter(scenario, std::nullopt).run();
}

std::size_t trim(std::span<const std::uint8_t> data, std::size_t k, std::span<std::uint8_t> out) {
  Scenario scenario;
  decode(data, scenario);
  Cutter(scenario, k).run();
  canonicalize(scenario);
  // Never longer than what it comes from, even if that leaves out the zeros that encode() writes.
  return encode_within(scenario, out.first(std::min(out.size(), data.size())));
}

}  // namespace mirrorcheck::fuzz
