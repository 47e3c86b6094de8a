// Scenarios in files.
//
// Thread safety: the functions share nothing but the file system.
// Errors: one line with the file's name, what is wrong and what to do.

#ifndef MIRRORCHECK_FUZZ_SCENARIO_FILE_H_
#define MIRRORCHECK_FUZZ_SCENARIO_FILE_H_

#include <cstddef>
#include <optional>
#include <string>

#include "fuzz/scenario/error.h"
#include "fuzz/scenario/scenario.h"

namespace mirrorcheck::fuzz {

inline constexpr std::size_t kMaxFileBytes = 1024 * 1024;

// Reads a scenario in text form or in a container, whichever the file holds.
ScenarioOrError read_scenario_file(const std::string& path);

// Reads a byte form without a header, as fuzzers keep their inputs. Every content is a scenario.
ScenarioOrError read_raw_file(const std::string& path);

// Writes to a temporary file beside `path` and renames it: `path` has the old content or the new
// one, never a part. Nothing is returned on success. REQUIRES: `scenario` is canonical.
std::optional<Error> write_text_file(const std::string& path, const Scenario& scenario);
std::optional<Error> write_container_file(const std::string& path, const Scenario& scenario);
std::optional<Error> write_raw_file(const std::string& path, const Scenario& scenario);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_SCENARIO_FILE_H_
