// What a scenario file says an operation returns, against what it returned.
//
// Thread safety: pure.

#ifndef MIRRORCHECK_FUZZ_HARNESS_EXPECTED_H_
#define MIRRORCHECK_FUZZ_HARNESS_EXPECTED_H_

#include <algorithm>

#include "fuzz/scenario/scenario.h"
#include "impl/operation.h"

namespace mirrorcheck::fuzz {

// `expected` is null where the scenario expects nothing.
inline bool meets(const ExpectedResult* expected, const impl::Result& result) {
  return expected == nullptr ||
         (expected->error == result.error &&
          (!expected->pages || *expected->pages == result.pages) &&
          (!expected->faults || *expected->faults == result.faults) &&
          std::equal(expected->data.begin(), expected->data.end(), result.data.begin()));
}

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_HARNESS_EXPECTED_H_
