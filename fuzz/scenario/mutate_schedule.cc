#include "fuzz/scenario/mutate_schedule.h"

#include <algorithm>
#include <array>

#include "fuzz/scenario/random_operation.h"

namespace mirrorcheck::fuzz {
namespace {

auto at(Schedule& schedule, std::size_t index) {
  return schedule.begin() + static_cast<std::ptrdiff_t>(index);
}

class ScheduleMutator {
 public:
  ScheduleMutator(Random& random, unsigned tasks, Schedule& schedule)
      : random_(random), tasks_(tasks), schedule_(schedule) {}

  void change() {
    struct Choice {
      void (ScheduleMutator::*apply)();
      unsigned weight;
    };
    // A preemption more is what finds most races; moving one is next.
    static constexpr std::array<Choice, 9> kChoices = {{
        {&ScheduleMutator::insert_preemption, 12},
        {&ScheduleMutator::shift_switch, 8},
        {&ScheduleMutator::split_segment, 4},
        {&ScheduleMutator::merge_segments, 4},
        {&ScheduleMutator::retarget_segment, 4},
        {&ScheduleMutator::resize_segment, 4},
        {&ScheduleMutator::insert_segment, 4},
        {&ScheduleMutator::delete_segment, 4},
        {&ScheduleMutator::cut_schedule, 1},
    }};
    (this->*weighted_choice(random_, kChoices).apply)();
  }

 private:
  Segment* any_segment() {
    return schedule_.empty() ? nullptr : &schedule_[random_.below(schedule_.size())];
  }

  static std::uint16_t points(unsigned value) {
    return static_cast<std::uint16_t>(std::clamp(value, 1U, 65535U));
  }

  void split_segment() { preempt(0, false); }
  void insert_preemption() { preempt(1 + random_.below(6), true); }

  // Cuts a segment in two; another task runs in between for `length` points.
  void preempt(unsigned length, bool other_task) {
    if (schedule_.empty()) return insert_segment();
    if (schedule_.size() + 2 > kMaxSegments) return;
    const std::size_t index = random_.below(schedule_.size());
    const Segment whole = schedule_[index];
    if (whole.points < 2) return;
    const unsigned before = 1 + random_.below(whole.points - 1U);
    schedule_[index].points = points(before);
    schedule_.insert(at(schedule_, index + 1),
                     {.task = whole.task, .points = points(whole.points - before)});
    if (other_task) {
      const auto task = static_cast<std::uint8_t>(random_.below(tasks_));
      schedule_.insert(at(schedule_, index + 1), {.task = task, .points = points(length)});
    } else {
      // A cut alone changes nothing that runs; the second piece becomes somebody else's.
      schedule_[index + 1].task = static_cast<std::uint8_t>(random_.below(tasks_));
    }
  }

  void merge_segments() {
    if (schedule_.size() < 2) return;
    const std::size_t index = random_.below(schedule_.size() - 1);
    Segment& kept = schedule_[index];
    kept.points = points(unsigned{kept.points} + schedule_[index + 1].points);
    schedule_.erase(at(schedule_, index + 1));
  }

  // Moves the moment of a task switch.
  void shift_switch() {
    if (schedule_.size() < 2) return resize_segment();
    const std::size_t index = random_.below(schedule_.size() - 1);
    Segment& first = schedule_[index];
    Segment& second = schedule_[index + 1];
    const unsigned both = unsigned{first.points} + second.points;
    const bool later = random_.one_in(2);
    const unsigned by = 1 + random_.below(3);
    const unsigned most = (later ? second.points : first.points) - 1U;
    const unsigned moved = std::min(by, most);
    first.points = points(later ? first.points + moved : first.points - moved);
    second.points = points(both - first.points);
  }

  void retarget_segment() {
    if (Segment* segment = any_segment()) {
      segment->task = static_cast<std::uint8_t>(random_.below(tasks_));
    }
  }

  void resize_segment() {
    if (Segment* segment = any_segment()) {
      const unsigned old = segment->points;
      switch (random_.below(3)) {
        case 0:
          segment->points = points(old - 1);
          break;
        case 1:
          segment->points = points(old + 1);
          break;
        default:
          segment->points = random_segment(random_, tasks_).points;
          break;
      }
    }
  }

  void insert_segment() {
    if (schedule_.size() == kMaxSegments) return;
    schedule_.insert(at(schedule_, random_.below(schedule_.size() + 1)),
                     random_segment(random_, tasks_));
  }

  void delete_segment() {
    if (!schedule_.empty()) {
      schedule_.erase(at(schedule_, random_.below(schedule_.size())));
    }
  }

  void cut_schedule() {
    if (!schedule_.empty()) schedule_.resize(random_.below(schedule_.size()));
  }

  Random& random_;
  unsigned tasks_;
  Schedule& schedule_;
};

}  // namespace

void change_schedule(Random& random, unsigned tasks, Schedule& schedule) {
  ScheduleMutator(random, tasks, schedule).change();
}

}  // namespace mirrorcheck::fuzz
