// All rules of the contract, in the order of the enumeration Rule.
//
// To add a rule: give it a name in vocabulary.h (Rule), write it in one of the files of rules/, and
// add it to the list here. Every interpretation, the tests of the clause table and the tool's lists
// follow.
//
// Thread safety: constants and pure functions.

#ifndef MIRRORCHECK_MODEL_RULES_H_
#define MIRRORCHECK_MODEL_RULES_H_

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

#include "model/rules/clauses.h"
#include "model/rules/copies.h"
#include "model/rules/device.h"
#include "model/rules/failure.h"
#include "model/rules/files.h"
#include "model/rules/huge.h"
#include "model/rules/locks.h"
#include "model/rules/pages.h"
#include "model/rules/reclaim.h"
#include "model/rules/reflink.h"
#include "model/rules/registration.h"
#include "model/rules/section.h"
#include "model/rules/special.h"
#include "model/rules/userfault.h"
#include "model/rules/windows.h"

namespace mirrorcheck::model {

// A list of class templates over a Domain.
template <template <class> class... R>
struct RuleList {
  static constexpr std::size_t kSize = sizeof...(R);
  // Calls f.template operator()<Rule>() for each.
  template <class D, class F>
  static constexpr void each(F&& f) {
    (f.template operator()<R<D>>(), ...);
  }
};

using AllRules =
    RuleList<MmapRead, MmapWrite, MmapDowngrade, MmapUnlock, InodeLock, InodeUnlock,
             InvalidateShared, InvalidateExclusive, InvalidateUnlock, EntryLock, EntryUnlock,
             UpdateLock, UpdateUnlock, Publish, Insert, Quiesce, Remove, Removed, ClassicRegister,
             ClassicUnregister, Start, Invalidate, Ignore, Refuse, ClassicStart, Started,
             StartFailed, End, ClassicEnd, MapArea, UnmapArea, ProtectArea, Zap, WriteProtect,
             Populate, Upgrade, CopyEntry, Hide, Move, Reveal, MoveEntry, MergeEntry, CopyPage,
             LazyFree, Discard, EvictPage, UffdWp, Join, Split, CpuAccess, Allocate, Free,
             BreakFrame, Pin, Unpin, Fill, Resize, Unmapped, Disconnect, Truncated, ZeroTail, Clean,
             CommitBlock, FileAccess, ShareBlock, UnshareBlock, ReadBegin, ReadWake, WalkPage,
             FaultReturn, ReadRetry, Abandon, Install, Program, DropHuge, MarkDirty, DeviceAccess,
             GetMm, PutMm>;
static_assert(AllRules::kSize == kRules);

// Calls f.template operator()<R>() for the rule struct R<D> of `rule`.
template <class D, class F>
constexpr void visit_rule(Rule rule, F&& f) {
  AllRules::each<D>([&]<class R>() {
    if (R::kRule == rule) f.template operator()<R>();
  });
}

// The name of a rule, as in "N4.insert".
std::string_view rule_name(Rule rule);

}  // namespace mirrorcheck::model

#endif  // MIRRORCHECK_MODEL_RULES_H_
