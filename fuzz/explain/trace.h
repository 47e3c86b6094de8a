// A run as Chrome trace events, which https://ui.perfetto.dev opens.
//
// Thread safety: pure functions.

#ifndef MIRRORCHECK_FUZZ_EXPLAIN_TRACE_H_
#define MIRRORCHECK_FUZZ_EXPLAIN_TRACE_H_

#include <string>

#include "fuzz/explain/run_record.h"

namespace mirrorcheck::fuzz {

// One track a task. Time is the number of the event, one microsecond each. Operations, windows and
// sections are slices, steps are instants; the violation has a track-wide mark.
std::string trace(const RunRecord& run);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_EXPLAIN_TRACE_H_
