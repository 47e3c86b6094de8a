// The notifier core that the reference is compiled against: its own, or another one with the same
// classes (IntervalSubscription, IntervalSubscriptions, ClassicNotifiers). A header chosen at
// compile time, so that nothing is paid for the choice; impl/linux makes it.
//
// What belongs to a core besides: window.cc and registration.cc.

#ifndef MIRRORCHECK_IMPL_REFERENCE_NOTIFIER_CORE_H_
#define MIRRORCHECK_IMPL_REFERENCE_NOTIFIER_CORE_H_

#ifdef MIRRORCHECK_NOTIFIER_CORE
#include MIRRORCHECK_NOTIFIER_CORE
#else
#include "impl/reference/classic_notifier.h"
#include "impl/reference/interval_notifier.h"
#endif

#endif  // MIRRORCHECK_IMPL_REFERENCE_NOTIFIER_CORE_H_
