// What each step of the contract is, in a line for those who know the kernel but not the contract.
//
// Thread safety: constants.

#ifndef MIRRORCHECK_FUZZ_EXPLAIN_PHRASES_H_
#define MIRRORCHECK_FUZZ_EXPLAIN_PHRASES_H_

#include <string_view>

#include "model/vocabulary.h"

namespace mirrorcheck::fuzz {

std::string_view phrase(model::Rule rule);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_EXPLAIN_PHRASES_H_
