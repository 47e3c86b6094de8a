// A run as a drawing: one column for each task, time downwards, boxes around operations, bars for
// open windows and read sections, a line where another task goes on, the violation in red, the two
// states below.
//
// Thread safety: pure functions.

#ifndef MIRRORCHECK_FUZZ_EXPLAIN_SVG_H_
#define MIRRORCHECK_FUZZ_EXPLAIN_SVG_H_

#include <string>

#include "fuzz/explain/run_record.h"

namespace mirrorcheck::fuzz {

// A whole SVG document, which is also good as an element of an HTML page.
std::string svg(const RunRecord& run);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_EXPLAIN_SVG_H_
