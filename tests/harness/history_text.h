// A history as text, all of it: what two runs are compared by.

#ifndef MIRRORCHECK_TESTS_HARNESS_HISTORY_TEXT_H_
#define MIRRORCHECK_TESTS_HARNESS_HISTORY_TEXT_H_

#include <string>

#include "fuzz/harness/describe.h"
#include "fuzz/harness/history.h"

namespace mirrorcheck::fuzz {

inline std::string text_of(const History& history) {
  std::string text;
  for (const Event& event : history) {
    text += std::to_string(static_cast<unsigned>(event.kind)) + " t" +
            std::to_string(static_cast<unsigned>(event.task)) + " " + provenance(event.place) + " ";
    if (event.kind == Event::Kind::kStep) text += describe(event.rule, event.arguments);
    text += " " + std::to_string(event.result.error) + " " + std::to_string(event.result.pages);
    for (const std::uint32_t datum : event.result.data) text += " " + std::to_string(datum);
    text += "\n";
  }
  return text;
}

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_TESTS_HARNESS_HISTORY_TEXT_H_
