// What happened in a run, in one total order: the steps, and which operation each task was in.
//
// Thread safety: none; one thread at a time.

#ifndef MIRRORCHECK_FUZZ_HARNESS_HISTORY_H_
#define MIRRORCHECK_FUZZ_HARNESS_HISTORY_H_

#include <cstdint>
#include <vector>

#include "fuzz/scenario/scenario.h"
#include "impl/operation.h"
#include "model/vocabulary.h"

namespace mirrorcheck::fuzz {

struct Event {
  enum class Kind : std::uint8_t { kStep, kBegin, kEnd };
  Kind kind = Kind::kStep;
  model::Task task{};
  Place place = 0;             // the operation that the task is in; 0: shutting down
  model::Rule rule{};          // kStep
  model::Arguments arguments;  // kStep
  impl::Result result;         // kEnd
};

using History = std::vector<Event>;

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_HARNESS_HISTORY_H_
