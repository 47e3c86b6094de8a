#include "impl/reference/pins.h"

#include <algorithm>

#include "impl/sync/check.h"

namespace mirrorcheck::impl::reference {

using model::File;
using model::Frame;
using model::Task;

void Pins::add(Task task, Frame pinned) {
  const sync::SectionLock guard(section_);
  TaskState& own = state(task);
  sync::check(own.count < kMostPins, "a task has room for the pin it takes");
  frame(task, own.first + own.count++) = pinned;
}

bool Pins::full(Task task) {
  const sync::SectionLock guard(section_);
  return state(task).count == kMostPins;
}

Frame Pins::oldest(Task task) {
  const sync::SectionLock guard(section_);
  const TaskState& own = state(task);
  return own.count == 0 ? model::kNoFrame : frame(task, own.first);
}

void Pins::remove_oldest(Task task) {
  bool anybody;
  {
    const sync::SectionLock guard(section_);
    TaskState& own = state(task);
    own.first = static_cast<std::uint8_t>((own.first + 1) % kMostPins);
    --own.count;
    anybody = state_.waiters != 0;
  }
  wake_if(anybody);
}

bool Pins::goes_on(const TaskState& task, model::TaskWord visited) const {
  if (!task.inside || task.waiting_for != kNoFile) return false;
  if (task.locking == kNoFile) return true;
  for (std::size_t t = 0; t < state_.tasks.size(); ++t) {
    const TaskState& other = state_.tasks[t];
    if (other.waiting_for == task.locking) return false;
    if (other.holding != task.locking) continue;
    // It waits for a later one. Who takes the two in any order may wait for himself in the end:
    // that is a deadlock, which others find.
    return (visited >> t & 1) == 0 && goes_on(other, visited | model::TaskWord{1} << t);
  }
  return true;
}

bool Pins::has_pinned(Task task, const Blocks& blocks) {
  const TaskState& holder = state(task);
  for (unsigned i = 0; i < holder.count; ++i) {
    const Frame pinned = frame(task, holder.first + i);
    if (pinned != model::kZeroFrame &&
        std::find(blocks.begin(), blocks.end(), pinned) != blocks.end()) {
      return true;
    }
  }
  return false;
}

bool Pins::wait_until_idle(Task task, File file, const Blocks& blocks, bool interruptible) {
  bool others_wait;
  {
    const sync::SectionLock guard(section_);
    state(task).waiting_for = static_cast<std::uint8_t>(file);
    state(task).interrupted = false;
    others_wait = state_.waiters++ != 0;
  }
  // Whoever waits for a pin of this task must look again.
  wake_if(others_wait);

  bool idle = false;
  idle_.wait([&] {
    const sync::SectionLock guard(section_);
    bool hope = false;
    idle = true;
    for (std::size_t t = 0; t < model::kTasks; ++t) {
      if (!has_pinned(Task(t), blocks)) continue;
      idle = false;
      hope = hope || goes_on(state(Task(t)), model::TaskWord{1} << t);
    }
    if (!idle && hope && !(interruptible && state(task).interrupted)) return false;
    state(task).waiting_for = kNoFile;
    --state_.waiters;
    return true;
  });
  return idle;
}

void Pins::interrupt(File file) {
  bool anybody = false;
  {
    const sync::SectionLock guard(section_);
    for (TaskState& task : state_.tasks) {
      if (task.waiting_for != static_cast<std::uint8_t>(file)) continue;
      task.interrupted = true;
      anybody = true;
    }
  }
  wake_if(anybody);
}

}  // namespace mirrorcheck::impl::reference
