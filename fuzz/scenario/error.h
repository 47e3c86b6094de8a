// Why a scenario could not be read or written: what is wrong, where, and what to do about it.
//
// Thread safety: plain values.

#ifndef MIRRORCHECK_FUZZ_SCENARIO_ERROR_H_
#define MIRRORCHECK_FUZZ_SCENARIO_ERROR_H_

#include <cstddef>
#include <string>
#include <variant>

#include "fuzz/scenario/scenario.h"

namespace mirrorcheck::fuzz {

struct Error {
  std::string name{};      // the file, or what the caller calls the input
  std::size_t line = 0;    // from 1; 0 where lines mean nothing
  std::size_t column = 0;  // from 1, in bytes; 0 where columns mean nothing
  std::string message{};   // one line

  std::string to_string() const;  // `name:line:column: message`, one line
};

using ScenarioOrError = std::variant<Scenario, Error>;

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_SCENARIO_ERROR_H_
