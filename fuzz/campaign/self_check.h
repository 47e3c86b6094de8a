// Before a campaign: could it find anything at all?
//
// The implementation under test is wrapped in one whose loads answer wrongly, and random scenarios
// run on that. A campaign whose judge does not notice would end with "no finding" whatever it runs
// on. (That the engines' feedback works is shown by the canary target, in the tests.)
//
// Thread safety: none.

#ifndef MIRRORCHECK_FUZZ_CAMPAIGN_SELF_CHECK_H_
#define MIRRORCHECK_FUZZ_CAMPAIGN_SELF_CHECK_H_

#include "impl/world.h"

namespace mirrorcheck::fuzz {

// Whether the wrong loads are noticed, or every scenario that has one is found wrong before it
// comes to that. REQUIRES: `world` offers events and state.
bool notices_wrong_loads(impl::World& world);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_CAMPAIGN_SELF_CHECK_H_
