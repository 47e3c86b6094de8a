// A run as one page that needs nothing else: what was violated, the drawing, the two states, the
// scenario, the whole history.
//
// Thread safety: pure functions.

#ifndef MIRRORCHECK_FUZZ_EXPLAIN_HTML_H_
#define MIRRORCHECK_FUZZ_EXPLAIN_HTML_H_

#include <string>

#include "fuzz/explain/run_record.h"

namespace mirrorcheck::fuzz {

std::string html(const RunRecord& run);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_EXPLAIN_HTML_H_
