// The implementation's own tables held against the contract's state.
//
// Steps can lie. So after each step what it touched is read back from the implementation, at
// quiescence everything is, and a debug option reads everything every time.
//
// REQUIRES: the world offers state, and no task of it runs meanwhile.
// Thread safety: none. Nothing allocates.

#ifndef MIRRORCHECK_FUZZ_HARNESS_COMPARISON_H_
#define MIRRORCHECK_FUZZ_HARNESS_COMPARISON_H_

#include "fuzz/harness/judge.h"
#include "impl/world.h"

namespace mirrorcheck::fuzz {

// After `rule` was taken by the judge.
Breach compare_touched(const impl::World& world, const Judge& judge, model::Rule rule,
                       const model::Arguments& arguments);

Breach compare_everything(const impl::World& world, const Judge& judge, model::Rule rule);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_HARNESS_COMPARISON_H_
