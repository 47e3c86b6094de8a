// A run as rows in the order of time, one for each event, for whatever lays them out: columns of
// text, a drawing.
//
// Thread safety: pure functions.

#ifndef MIRRORCHECK_FUZZ_EXPLAIN_ROWS_H_
#define MIRRORCHECK_FUZZ_EXPLAIN_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "fuzz/explain/run_record.h"

namespace mirrorcheck::fuzz {

enum class RowMark : std::uint8_t {
  kNone,
  kCause,      // the step of protocol that was broken first
  kViolation,  // the step at which the verdict was reached
};

struct Row {
  std::size_t event = 0;  // index into the history
  unsigned task = 0;
  Event::Kind kind = Event::Kind::kStep;
  std::string text;
  bool lock = false;      // takes or gives back a lock
  bool relevant = false;  // has to do with what was violated
  RowMark mark = RowMark::kNone;
};

// Every event of the run.
std::vector<Row> rows_of(const RunRecord& run);

// Those that tell the story: what is relevant, without set-up, shutting down and locks that say
// nothing about it.
std::vector<Row> story_of(const RunRecord& run);

// What an operation returned, as expectations are written.
std::string format_result(const impl::Operation& operation, const impl::Result& result);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_EXPLAIN_ROWS_H_
