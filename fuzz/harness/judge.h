// The judge of one run: takes the steps in their order and says what is wrong with them.
//
// It is the oracle, the shadow memory, and what has to be remembered across steps: what each
// operation did (so that its result can be held against it), who is being disturbed (L2), what is
// left at the end. It never looks at the implementation, so it judges a recorded history as well as
// a running one.
//
// Thread safety: none; one thread at a time. Nothing allocates.

#ifndef MIRRORCHECK_FUZZ_HARNESS_JUDGE_H_
#define MIRRORCHECK_FUZZ_HARNESS_JUDGE_H_

#include <array>
#include <cstdint>
#include <optional>

#include "fuzz/harness/assignment.h"
#include "fuzz/harness/coverage.h"
#include "fuzz/harness/shadow.h"
#include "impl/operation.h"
#include "impl/world.h"
#include "model/cold.h"
#include "model/oracle.h"

namespace mirrorcheck::fuzz {

using model::Breach;
using model::Clause;

// The state in which the first task finds the world.
model::InitialState initial_state(const impl::Layout& layout);

// The rule whose step an operation is made for, which a wrong answer is told of.
model::Rule answered_by(impl::Call call);

class Judge {
 public:
  // Before the first step. What `layout` says is there at the beginning.
  void begin(const impl::Layout& layout, impl::Capabilities can);

  // The next step.
  Breach take(model::Rule rule, const model::Arguments& arguments, Coverage& coverage);
  // The same for a rule known at compile time (judge_step.h). Returns the clause that was broken.
  template <class R>
  const Clause* take(const model::Arguments& arguments, Coverage& coverage);

  // Around each operation of a task.
  // `operation` outlives it.
  void begin_operation(model::Task task, const impl::Operation& operation);
  Breach end_operation(model::Task task, const impl::Operation& operation,
                       const impl::Result& result);

  // The run has come to rest and everything was shut down: is anything left?
  Breach check_leftovers() const;

  // Oracle's.
  void forget_what_is_over() { oracle_.forget_what_is_over(); }

  const model::ConcreteState& state() const { return oracle_.state(); }
  Breach check_everything() const { return oracle_.check_everything(); }

  // i_size as it has to be, in cells.
  unsigned file_size(model::File file) const { return assignments_.size(file); }
  // The newest store to a page of a file, or to `page` where there is none.
  std::uint32_t newest(model::Page page, model::FilePage file_page, unsigned cell) const {
    return shadow_.newest(page, file_page, cell);
  }
  // active_invalidate_ranges as it has to be.
  std::uint32_t open_windows(model::Mm mm) const {
    return open_windows_[static_cast<std::size_t>(mm)];
  }
  // The innermost lock that `task` holds, of those that have a step; nothing: none.
  std::optional<model::LockRank> innermost_lock(model::Task task) const {
    return assignments_.innermost_lock(task);
  }
  // Those whom others may have to wait for, one bit a task: who has a window of `mm` open, who has
  // pinned something.
  std::uint64_t window_owners(model::Mm mm) const;
  std::uint64_t pin_holders() const { return assignments_.pin_holders(); }
  // `task` is between a non-blockable start and its return: it must not sleep (L5).
  bool must_not_sleep(unsigned task) const { return (non_blockable_ >> task & 1) != 0; }

 private:
  // What an operation has done so far.
  struct Course {
    std::uint8_t accesses = 0;
    std::uint8_t faults = 0;                          // hmm_range_fault calls that returned
    bool mm_gone = false;                             // mmget_not_zero failed
    model::Outcome fault = model::Outcome::kNothing;  // what the last of them returned
    std::array<std::uint32_t, impl::kMostPages> loaded{};
  };

  Breach check_result(model::Task task, const impl::Operation& operation,
                      const impl::Result& result) const;
  bool probed_as_asked(model::Task task, const impl::Operation& operation,
                       const impl::Result& result) const;
  MIRRORCHECK_COLD static const Clause* worst(const Clause* ruled, const Clause* stale,
                                              const Clause* remembered, const Clause* unasked);
  template <class R>
  const Clause* remember(const model::Arguments& arguments);
  const Clause* collided(model::Task task);
  // `a`: of the write.
  const Clause* torn(const model::Arguments& a) const;
  void note_abstract_state();
  Course& course(model::Task task) { return courses_[static_cast<std::size_t>(task)]; }

  model::Oracle oracle_;
  Shadow shadow_;
  Assignments assignments_;
  std::array<Course, model::kTasks> courses_{};
  std::array<std::uint32_t, model::kMms> open_windows_{};
  // Sections in which no other task has opened a window, one bit a task, and how many of them each
  // task has seen collide in a row.
  model::TaskWord undisturbed_ = 0;
  std::array<std::uint8_t, model::kTasks> own_collisions_{};
  // What coverage tells states apart by, in [0, Coverage::kAbstractStates).
  std::uint32_t abstract_state_ = 0;
  model::TaskWord sections_ = 0;    // tasks inside a section
  model::TaskWord truncating_ = 0;  // tasks that hold an invalidate_lock exclusively
  model::TaskWord non_blockable_ = 0;
};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_HARNESS_JUDGE_H_
