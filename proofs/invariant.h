// The inductive invariant: what is true between any two steps and is strong enough to show that the
// next step keeps it so. Its conjuncts are in groups/, by what they speak of.
//
// Conjuncts are templates over a Domain like the properties, so that the tests can evaluate them
// beside random executions of the concrete interpretation as well. Quantifiers lead from tasks,
// windows and mirrors to pages, from pages to frames, and never back.
//
// Thread safety: pure functions of their arguments.

#ifndef MIRRORCHECK_PROOFS_INVARIANT_H_
#define MIRRORCHECK_PROOFS_INVARIANT_H_

#include "proofs/group.h"
#include "proofs/groups/device.h"
#include "proofs/groups/files.h"
#include "proofs/groups/frames.h"
#include "proofs/groups/huge.h"
#include "proofs/groups/life.h"
#include "proofs/groups/liveness.h"
#include "proofs/groups/locks.h"
#include "proofs/groups/page_tables.h"
#include "proofs/groups/registration.h"
#include "proofs/groups/sections.h"
#include "proofs/groups/windows.h"

namespace mirrorcheck::proofs {

// In the order in which they are best read. A counterexample names the first conjunct that can
// break, so the harm itself comes before what leads to it.
using InvariantGroups = GroupList<Device, Huge, Frames, PageTables, Files, Sections, Windows,
                                  RegistrationAndRemoval, Locks, LifeOfAnMm, Liveness>;

// Calls f(name, for, holds) for every conjunct, the properties themselves among them.
template <class D, class F>
void each_conjunct(F&& f) {
  InvariantGroups::each([&]<class G>() { G::template each_conjunct<D>(f); });
}

// Calls f(name, for, holds, only) for what the group G has to spare, and holds, too, when `drop` is
// left out; `only`: it holds only then.
template <class D, class G, class F>
void each_spare_of(std::string_view drop, F&& f) {
  const auto one = [&](std::string_view name, std::string_view needed_by, auto holds,
                       std::string_view without = {}) {
    if (without.empty() || without == drop) f(name, needed_by, holds, !without.empty());
  };
  if constexpr (requires { G::template each_spare<D>(one); }) G::template each_spare<D>(one);
}

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_INVARIANT_H_
