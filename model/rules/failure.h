// Memory that fails (A6, hwpoison): what was in it goes from every page table, and it is given to
// nobody again.
//
//   who is told that the frame has failed   whoever else has it
//   the frame is broken from now on
//   in each mm that maps it, in a window:
//   present -> poisoned                     the driver lets go in its callback
//                                           touches the page: SIGBUS; its walk: -EFAULT
//                                           unmaps it, or gives it up: fresh memory
//
// Thread safety: pure functions of their arguments.

#ifndef MIRRORCHECK_MODEL_RULES_FAILURE_H_
#define MIRRORCHECK_MODEL_RULES_FAILURE_H_

#include "model/rules/clauses.h"

namespace mirrorcheck::model {

// memory_failure: a.frame cannot be relied on any more (PG_hwpoison). Who maps it goes on with what
// is there until his entry goes (M3.hide, M1.zap); that all have gone when the call says so is
// asked of its answer.
template <class D>
struct BreakFrame {
  static constexpr Rule kRule = Rule::kBreak;
  static constexpr std::string_view kName = "A6.memory_failure";
  static constexpr Clause kInUse{
      "A6", Property::kS2,
      "gives up for failed what is free, has failed before, or is no memory of anybody's"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kInUse, s.used(a.frame) && a.frame != kNoFrame && a.frame != kZeroFrame &&
                          !s.broken(a.frame) && !D::is_swap(a.frame) && !D::is_device(a.frame));
  }
  static void apply(State<D>& s, const Args<D>& a) { s.broken.set(a.frame, true); }
};

}  // namespace mirrorcheck::model

#endif  // MIRRORCHECK_MODEL_RULES_FAILURE_H_
