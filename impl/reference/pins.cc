#include "impl/reference/pins.h"

#include "impl/sync/check.h"

namespace mirrorcheck::impl::reference {

using model::File;
using model::Task;

void Pins::add(Task task, const PinnedPage& pinned) {
  const sync::SectionLock guard(section_);
  TaskState& own = state(task);
  sync::check(own.count < kMostPins, "a task has room for the pin it takes");
  page(task, own.first + own.count++) = pinned;
  if (pinned.of_file) ++own.of_file[static_cast<std::size_t>(pinned.file)];
}

bool Pins::full(Task task) {
  const sync::SectionLock guard(section_);
  return state(task).count == kMostPins;
}

bool Pins::oldest(Task task, PinnedPage& pinned) {
  const sync::SectionLock guard(section_);
  const TaskState& own = state(task);
  if (own.count == 0) return false;
  pinned = page(task, own.first);
  return true;
}

void Pins::remove_oldest(Task task) {
  bool anybody;
  {
    const sync::SectionLock guard(section_);
    TaskState& own = state(task);
    const PinnedPage& pinned = page(task, own.first);
    if (pinned.of_file) --own.of_file[static_cast<std::size_t>(pinned.file)];
    own.first = static_cast<std::uint8_t>((own.first + 1) % kMostPins);
    --own.count;
    anybody = state_.waiters != 0;
  }
  wake_if(anybody);
}

bool Pins::goes_on(const TaskState& task) const {
  if (!task.inside || task.waiting_for != kNoFile) return false;
  if (task.locking == kNoFile) return true;
  for (const TaskState& other : state_.tasks) {
    if (other.waiting_for == task.locking) return false;
  }
  return true;
}

bool Pins::wait_until_idle(Task task, File file) {
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
    for (const TaskState& holder : state_.tasks) {
      if (holder.of_file[static_cast<std::size_t>(file)] == 0) continue;
      idle = false;
      hope = hope || goes_on(holder);
    }
    if (!idle && hope && !state(task).interrupted) return false;
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
