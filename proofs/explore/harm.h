// What is a property of states, and nobody looks for while an implementation runs: the clauses that
// keep it are looked at there. Where one of them is dropped, somebody has to.
//
// They follow from the invariant that is proved.
//
// Thread safety: pure functions of their arguments.

#ifndef MIRRORCHECK_PROOFS_EXPLORE_HARM_H_
#define MIRRORCHECK_PROOFS_EXPLORE_HARM_H_

#include "model/rules/pages.h"
#include "model/state.h"
#include "proofs/groups/device.h"
#include "proofs/groups/liveness.h"
#include "proofs/groups/page_tables.h"
#include "proofs/groups/registration.h"

namespace mirrorcheck::proofs::explore {

// S12': P5.
template <class D>
struct ExclusiveHasOneUser {
  static constexpr model::Clause kClause{
      "P5", model::Property::kS12Prime,
      "somebody else has a translation of what a device has for itself"};
  static bool holds(const model::State<D>& s) { return exclusive_pages_have_one_user<D>(s); }
};

// S6: X9.
template <class D>
struct SharedIsReadOnly {
  static constexpr model::Clause kClause = model::kBlockIsOwn;
  static bool holds(const model::State<D>& s) {
    return D::template all<model::Page>([&](const auto& p) {
      return s.cpu_frame(p) == model::kNoFrame || !s.cpu_write(p) ||
             !model::maps_file_memory<D>(s, p) || model::has_alone<D>(s, s.slot(p));
    });
  }
};

// S3: F7.
template <class D>
struct MarkedIsReadOnly {
  static constexpr model::Clause kClause = model::kNotMarked;
  static bool holds(const model::State<D>& s) {
    return D::template all<model::Page>(
        [&](const auto& p) { return !s.uffd_wp(p) || !s.cpu_write(p); });
  }
};

// S12: what is in the memory of a device or in swap the CPU does not reach.
template <class D>
struct PresentIsReachable {
  static constexpr model::Clause kClause{
      "A6", model::Property::kS12,
      "an entry is present that names the memory of a device or a slot of the swap device"};
  static bool holds(const model::State<D>& s) { return the_cpu_reaches_what_is_present<D>(s); }
};

// Calls f.template operator()<P>() for each.
template <class D, class F>
void each_harm(F&& f) {
  f.template operator()<ExclusiveHasOneUser<D>>();
  f.template operator()<SharedIsReadOnly<D>>();
  f.template operator()<MarkedIsReadOnly<D>>();
  f.template operator()<PresentIsReachable<D>>();
}

// S8: N5.
template <class D>
struct RemovedIsLeftAlone {
  static constexpr model::Clause kClause{
      "N5", model::Property::kS8,
      "the device of a subscription that is out may run, or a callback of it is yet to come"};
  static bool holds(const model::State<D>& s) { return the_removed_are_left_alone<D>(s); }
};

// L6: X1, D3.
template <class D>
struct ExitTakesEverything {
  static constexpr model::Clause kClause{
      "X1", model::Property::kL6,
      "the end of an address space can not take an entry away: a device was allowed to keep it"};
  static bool holds(const model::State<D>& s) { return nobody_keeps_what_exit_takes<D>(s); }
};

// L6: P4.
template <class D>
struct WhatTakesAllIsNotIgnored {
  static constexpr model::Clause kClause{
      "P4", model::Property::kL6,
      "a mirror may ignore a window that takes everything, which then waits for it"};
  static bool holds(const model::State<D>& s) {
    return D::template all<model::Window>([&](const auto& w) {
      return s.phase(w) == model::WindowPhase::kClosed || !s.owned(w) ||
             (s.window_event(w) != model::WindowEvent::kUnmap &&
              s.window_event(w) != model::WindowEvent::kRelease);
    });
  }
};

// The same for what is looked for only in worlds that say so (Within::last): elsewhere such states
// are on the way to another harm, which says more (without N5.remove/2, S1).
template <class D, class F>
void each_last_harm(F&& f) {
  f.template operator()<RemovedIsLeftAlone<D>>();
  f.template operator()<ExitTakesEverything<D>>();
  f.template operator()<WhatTakesAllIsNotIgnored<D>>();
}

}  // namespace mirrorcheck::proofs::explore

#endif  // MIRRORCHECK_PROOFS_EXPLORE_HARM_H_
