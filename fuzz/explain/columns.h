// A run as text, one column for each task, time downwards.
//
// Thread safety: pure functions.

#ifndef MIRRORCHECK_FUZZ_EXPLAIN_COLUMNS_H_
#define MIRRORCHECK_FUZZ_EXPLAIN_COLUMNS_H_

#include <span>
#include <string>

#include "fuzz/explain/rows.h"

namespace mirrorcheck::fuzz {

// The rows in columns. Tasks that have none get no column; long texts go on in the next line.
std::string columns(std::span<const Row> rows);

// The whole history, every event with its number: byte-identical for identical runs.
std::string history_text(const RunRecord& run);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_EXPLAIN_COLUMNS_H_
