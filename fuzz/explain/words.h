// A run in words that can be pasted into a mail.
//
// Thread safety: pure functions.

#ifndef MIRRORCHECK_FUZZ_EXPLAIN_WORDS_H_
#define MIRRORCHECK_FUZZ_EXPLAIN_WORDS_H_

#include <string>

#include "fuzz/explain/run_record.h"

namespace mirrorcheck::fuzz {

// The broken rule and property, what the tasks do, what happened in the order of time, and the two
// states. One line where the run holds.
std::string explain(const RunRecord& run);

// The two states under each other, only the lines in which they differ marked.
std::string states_text(const Verdict& verdict);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_EXPLAIN_WORDS_H_
