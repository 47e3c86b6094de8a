// Who holds pins, and how a truncate or unmount of a DAX file waits for them (X12.3).
//
// A truncate's wait is interruptible, as ext4's is: it ends with -EINTR, nothing changed, when
// somebody sends a signal, and also, as if somebody had, when no pin on the file can be expected to
// go. That must be decided without knowing the future, and must never let a run hang. A pin can be
// expected to go while its holder
//   - is inside an operation (a task between two operations may have no more of them), and
//   - does not itself wait for pins, and
//   - does not wait for an i_rwsem whose holder waits for pins, as here:
//
//   task 0                          task 1
//   pin a page of f
//                                   ftruncate f: i_rwsem, waits for the pin
//   pwrite f: waits for i_rwsem                             (a signal ends this in Linux, too)
//
// These are all: a task that waits for pins holds an i_rwsem and no other lock, and whoever waits
// for an i_rwsem holds no other lock, for it is the outermost, but FICLONERANGE, which may have one
// while it waits for a second: it goes on if the second's holder does. Each change of the above
// wakes the waiters.
//
// Thread safety: every function may be called by several tasks at once, each for itself, except
// reset_*().

#ifndef MIRRORCHECK_IMPL_REFERENCE_PINS_H_
#define MIRRORCHECK_IMPL_REFERENCE_PINS_H_

#include <array>
#include <cstdint>

#include "impl/operation.h"
#include "impl/sync/section.h"
#include "impl/sync/wait_queue.h"
#include "model/vocabulary.h"

namespace mirrorcheck::impl::reference {

class Pins {
 public:
  void reset_state() { state_ = {}; }
  void reset_locks() { idle_.reset(); }

  // One more pin of `task`. REQUIRES: !full(task).
  void add(model::Task task, model::Frame frame);
  bool full(model::Task task);
  // What the oldest pin is on, without forgetting it; kNoFrame if there is none.
  model::Frame oldest(model::Task task);
  // Forgets the oldest pin. REQUIRES: the reference has been dropped.
  void remove_oldest(model::Task task);

  // Around each operation of a task.
  void enter(model::Task task) {
    const sync::SectionLock guard(section_);
    state(task).inside = true;
  }
  void leave(model::Task task) {
    bool anybody;
    {
      const sync::SectionLock guard(section_);
      TaskState& own = state(task);
      own.inside = false;
      anybody = own.count != 0 && state_.waiters != 0;
    }
    wake_if(anybody);
  }
  // Around the acquisition of `file`'s i_rwsem.
  void begin_inode_lock(model::Task task, model::File file) {
    bool anybody;
    {
      const sync::SectionLock guard(section_);
      TaskState& own = state(task);
      own.locking = static_cast<std::uint8_t>(file);
      anybody = (own.count != 0 || own.holding != kNoFile) && state_.waiters != 0;
    }
    wake_if(anybody);
  }
  void end_inode_lock(model::Task task) {
    const sync::SectionLock guard(section_);
    state(task).locking = kNoFile;
  }

  // Around that of a second one, while the task has `file`'s.
  void begin_second_inode_lock(model::Task task, model::File file) {
    const sync::SectionLock guard(section_);
    state(task).holding = static_cast<std::uint8_t>(file);
  }
  void end_second_inode_lock(model::Task task) {
    const sync::SectionLock guard(section_);
    state(task).holding = kNoFile;
  }

  using Blocks = std::array<model::Frame, model::kPagesPerFile>;
  // Waits until nobody has any of `blocks` pinned, through whichever file. False: interrupted; if
  // not `interruptible`, by no signal. REQUIRES: `task` holds the i_rwsem of `file`, whose blocks
  // they are, and no other lock.
  bool wait_until_idle(model::Task task, model::File file, const Blocks& blocks,
                       bool interruptible = true);
  // A signal for each task that waits there now.
  void interrupt(model::File file);

 private:
  static constexpr std::uint8_t kNoFile = 0xff;
  struct TaskState {
    std::uint8_t first = 0;
    std::uint8_t count = 0;
    bool inside = false;
    std::uint8_t locking = kNoFile;      // waits for the i_rwsem of this file, or is about to
    std::uint8_t holding = kNoFile;      // has the i_rwsem of this file while it does
    std::uint8_t waiting_for = kNoFile;  // waits for pins on this file, holding its i_rwsem
    bool interrupted = false;            // while it does
  };
  struct State {
    std::array<TaskState, model::kTasks> tasks{};
    std::uint8_t waiters = 0;
  };
  TaskState& state(model::Task task) { return state_.tasks[static_cast<std::size_t>(task)]; }
  model::Frame& frame(model::Task task, unsigned position) {
    return frames_[static_cast<std::size_t>(task)][position % kMostPins];
  }
  // `visited`: a bit for each task whose going on depends on this one's.
  bool goes_on(const TaskState& task, model::TaskWord visited) const;
  bool has_pinned(model::Task task, const Blocks& blocks);
  void wake_if(bool anybody) {
    if (anybody) [[unlikely]]
      idle_.wake_all();
  }

  sync::Section section_;  // everything below
  State state_;
  // A ring for each task, from `first` on.
  std::array<std::array<model::Frame, kMostPins>, model::kTasks> frames_{};
  sync::WaitQueue idle_{{sync::LockClass::kPinWait, 0}};
};

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_PINS_H_
