// Operations that take a given step of the contract on their way, if the world lets them.
//
// Thread safety: pure functions.

#ifndef MIRRORCHECK_FUZZ_DIRECTED_CANDIDATES_H_
#define MIRRORCHECK_FUZZ_DIRECTED_CANDIDATES_H_

#include <vector>

#include "fuzz/directed/wanted.h"
#include "impl/operation.h"

namespace mirrorcheck::fuzz {

// The likeliest first. Empty: no operation begins with anything like it; one that is under way may
// still take it.
std::vector<impl::Operation> candidates(const WantedStep& wanted);

// The step makes things for others to act on: the operation that takes it may be over before the
// tasks begin.
bool prepares(model::Rule rule);

// The address space that the operation is to be applied in.
model::Mm mm_of(const WantedStep& wanted);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_DIRECTED_CANDIDATES_H_
