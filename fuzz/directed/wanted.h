// Steps of the contract that a run is wanted to take, in this order and with others in between.
//
// A wanted step names pages, file pages, mirrors and address spaces as the run has to; which task,
// window or frame it is about is left to the run.
//
// Thread safety: plain values and pure functions.

#ifndef MIRRORCHECK_FUZZ_DIRECTED_WANTED_H_
#define MIRRORCHECK_FUZZ_DIRECTED_WANTED_H_

#include "fuzz/harness/history.h"
#include "model/vocabulary.h"

namespace mirrorcheck::fuzz {

struct WantedStep {
  model::Rule rule{};
  model::Arguments arguments;
};

// Locks and the free list: they come with the operations that need them, at places of their own.
bool is_incidental(model::Rule rule);

// Whether `event` is this step.
bool shows(const WantedStep& wanted, const Event& event);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_DIRECTED_WANTED_H_
