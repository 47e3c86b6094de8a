// `current`: the task on whose behalf the code runs, and where its steps are reported.
//
// Thread safety: one task's own.

#ifndef MIRRORCHECK_IMPL_REFERENCE_CURRENT_H_
#define MIRRORCHECK_IMPL_REFERENCE_CURRENT_H_

#include <cstdint>

#include "impl/observer.h"
#include "model/vocabulary.h"

namespace mirrorcheck::impl::reference {

struct Machine;

struct Current {
  Machine& machine;
  Observer& observer;
  model::Task task;
  model::Mm mm;
  std::uint8_t nesting = 0;  // windows it has open (I7)

  [[gnu::always_inline]] void step(model::Rule rule, model::Arguments arguments) const {
    arguments.task = task;
    observer.report(rule, arguments);
  }
};

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_CURRENT_H_
