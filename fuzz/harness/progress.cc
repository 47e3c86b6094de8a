#include "fuzz/harness/progress.h"

#include "fuzz/harness/clauses.h"
#include "model/lock_order.h"

namespace mirrorcheck::fuzz {

using model::Rule;
using model::Task;

void name_holders(Deadlock& deadlock, const Judge& judge) {
  for (unsigned i = 0; i < deadlock.count; ++i) {
    Deadlock::Blocked& blocked = deadlock.blocked[i];
    const sync::LockClass what = blocked.lock.lock_class;
    if (what == sync::LockClass::kPinWait) {
      blocked.holders = judge.pin_holders();
    } else if ((what == sync::LockClass::kWaitQueue || what == sync::LockClass::kSrcu) &&
               blocked.lock.instance < model::kMms) {
      blocked.holders = judge.window_owners(model::Mm(blocked.lock.instance));
    }
  }
}

const Clause* never_ends(const impl::Operation* operation) {
  using impl::Call;
  if (operation == nullptr) return &kExitNeverEnds;
  switch (operation->call) {
    case Call::kExit:
      return &kExitNeverEnds;
    case Call::kDeviceRead:
    case Call::kDeviceWrite:
    case Call::kDeviceFault:
    case Call::kSnapshot:
      return &kFaultNeverEnds;
    case Call::kFtruncate:
    case Call::kPunchHole:
    case Call::kUnlink:
    case Call::kUnmount:
      return &kTruncateNeverEnds;
    case Call::kMirrorClose:
    case Call::kNotifierUnregister:
      return &kRemovalNeverEnds;
    default:
      return &kNeverEnds;
  }
}

const Clause* never_woken(sync::LockClass queue, const impl::Operation* operation) {
  if (queue == sync::LockClass::kPinWait) return &kPinsNeverGo;
  if (queue == sync::LockClass::kPageLock) return &kStuckAtMigration;
  const Clause* const clause = never_ends(operation);
  return clause == &kExitNeverEnds ? clause : &kStuck;
}

std::string lock_order_detail(const Judge& judge, Rule rule, Task task) {
  const model::LockStep step = model::lock_step(rule);
  const auto held = judge.innermost_lock(task);
  const bool takes = step.use == model::LockUse::kTakes;
  const bool waits = step.use == model::LockUse::kWaits;
  if (!held || !(takes ? *held > step.rank : waits && *held >= step.rank)) return "";
  return "t" + std::to_string(static_cast<unsigned>(task)) +
         (takes ? " takes " : " may have to wait for ") +
         std::string(waits && step.rank >= model::LockRank::kWindow ? "a window"
                                                                    : model::name(step.rank)) +
         " while it holds " + std::string(model::name(*held));
}

}  // namespace mirrorcheck::fuzz
