// Steps about what a userfaultfd has write-protected.

#include "tests/model/by_hand.h"
#include "tests/model/contract.h"
#include "tests/model/frames.h"

namespace mirrorcheck::model {

void hand_written_userfault(ByHand& by_hand) {
  constexpr Page kPage{0};
  const auto in_area = [](ConcreteState& s) {
    s.mmap_lock.set(kT0, kMm, Hold::kShared);
    s.area.set(kPage, Area::kAnon);
    s.area_read.set(kPage, true);
    s.area_write.set(kPage, true);
    s.used.set(kRam, true);
  };
  const auto read_only = [=](ConcreteState& s) {
    in_area(s);
    s.cpu_frame.set(kPage, kRam);
    s.cpu_read.set(kPage, true);
  };
  const auto unlocked = [](ConcreteState& s) { s.mmap_lock.set(kT0, kMm, Hold::kNot); };
  const auto absent = [](ConcreteState& s) { s.cpu_frame.set(kPage, kNoFrame); };
  const auto marked = [](ConcreteState& s) { s.uffd_wp.set(kPage, true); };
  by_hand.step(
      Rule::kUffdWp, {.page = kPage, .flag = true}, read_only, unlocked, absent,
      [](ConcreteState& s) { s.area.set(kPage, Area::kFile); },
      [](ConcreteState& s) { s.cpu_write.set(kPage, true); });
  by_hand.step(
      Rule::kUffdWp, {.page = kPage},
      [=](ConcreteState& s) {
        read_only(s);
        marked(s);
      },
      unlocked, absent);
  by_hand.step(Rule::kUpgrade, {.page = kPage}, read_only, marked);
  // A copy comes in the place of what was write-protected.
  by_hand.step(
      Rule::kPopulate, {.page = kPage, .frame = kRam, .write = true},
      [=](ConcreteState& s) {
        in_area(s);
        s.replacing.set(kPage, true);
      },
      marked);
}

}  // namespace mirrorcheck::model
