// For each of many things a bit for each task: what has happened to it since whose operations
// began.
//
// The end of an operation takes its task's bit out of all of them. There are few in the usual
// world, and that goes through them at once; in a large one it goes through those that have any.
//
// Thread safety: plain values. Nothing allocates.

#ifndef MIRRORCHECK_FUZZ_HARNESS_MARKS_H_
#define MIRRORCHECK_FUZZ_HARNESS_MARKS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "model/id_set.h"
#include "model/vocabulary.h"

namespace mirrorcheck::fuzz {

using TaskMask = model::ids::Set<model::kTasks>;
static_assert(!model::ids::kWide<TaskMask>);

template <std::size_t kSize>
class ManyMarks {
 public:
  TaskMask operator[](std::size_t i) const { return masks_[i]; }
  // For one that may get bits.
  TaskMask& operator[](std::size_t i) {
    if (!listed_[i]) {
      listed_[i] = true;
      list_[count_++] = static_cast<std::uint32_t>(i);
    }
    return masks_[i];
  }

  void forget(TaskMask task) {
    for (std::size_t k = 0; k < count_;) {
      const std::size_t i = list_[k];
      masks_[i] &= static_cast<TaskMask>(~task);
      if (masks_[i] != 0) {
        ++k;
        continue;
      }
      listed_[i] = false;
      list_[k] = list_[--count_];
    }
  }

 private:
  std::array<TaskMask, kSize> masks_{};
  std::array<bool, kSize> listed_{};
  std::array<std::uint32_t, kSize> list_{};
  std::size_t count_ = 0;
};

template <std::size_t kSize>
void forget(ManyMarks<kSize>& marks, TaskMask task) {
  marks.forget(task);
}
template <std::size_t kSize>
void forget(std::array<TaskMask, kSize>& marks, TaskMask task) {
  for (TaskMask& mask : marks) mask &= static_cast<TaskMask>(~task);
}

template <std::size_t kSize>
using Marks = std::conditional_t<model::kLargeWorld, ManyMarks<kSize>, std::array<TaskMask, kSize>>;

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_HARNESS_MARKS_H_
