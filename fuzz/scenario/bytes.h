// The byte form of a scenario: what a fuzzer plays with. README.md has the layout byte by byte.
//
// Every byte string is a scenario, the empty one too, and every scenario without expectations has a
// byte string: decode(encode(s)) == s. What is cut off a byte string is missing from the end of the
// scenario; bits without a meaning are ignored.
//
// Thread safety: pure functions. Errors: none.

#ifndef MIRRORCHECK_FUZZ_SCENARIO_BYTES_H_
#define MIRRORCHECK_FUZZ_SCENARIO_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "fuzz/scenario/scenario.h"

namespace mirrorcheck::fuzz {

inline constexpr std::size_t kRecordSize = 5;  // one operation
inline constexpr std::size_t kMaxEncodedSize =
    2 + model::kFiles + (kMaxSetup + model::kTasks * kMaxOperations) * kRecordSize + 2 +
    3 * kMaxSegments;

// Version 2 has more calls. What the writer of version 1 wrote means the same in both.
enum class ByteForm : std::uint8_t { kVersion1, kVersion2 };
bool needs_version_2(const Scenario& scenario);

// Gives `scenario` the meaning of `bytes`, whatever was in it before. Allocates nothing. The result
// is canonical and expects nothing.
void decode(std::span<const std::uint8_t> bytes, Scenario& scenario,
            ByteForm form = ByteForm::kVersion2);

// Writes the byte form of `scenario` and returns its length. Expectations are left out.
// REQUIRES: `scenario` is canonical.
std::size_t encode(const Scenario& scenario, std::span<std::uint8_t, kMaxEncodedSize> out);
std::vector<std::uint8_t> encode(const Scenario& scenario);

// The same in two parts, for whoever encodes one scenario with several schedules.
struct EncodedOperations {
  std::size_t size = 0;    // what precedes the schedule
  std::size_t needed = 0;  // as much of it as a scenario without a schedule has
};
EncodedOperations encode_operations(const Scenario& scenario,
                                    std::span<std::uint8_t, kMaxEncodedSize> out);
// REQUIRES: `operations` are those of `scenario` and are in `out`. Returns the length of all.
std::size_t encode_schedule(const Scenario& scenario, const EncodedOperations& operations,
                            std::span<std::uint8_t, kMaxEncodedSize> out);

// The world that a byte string has unless it says otherwise: a DAX file of 4 pages mapped writable
// at page 4, anonymous memory at 0-3, mirror m0 over all eight, an empty DAX file beside it that
// can take over freed blocks, and a page-cache file. Gives `scenario` its files and set-up; the
// rest stays.
inline constexpr std::size_t kStandardSetup = 3;  // operations
void standard_world(Scenario& scenario);
// Are the files those of the standard world, and does the set-up begin with its operations?
bool has_standard_world(const Scenario& scenario);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_SCENARIO_BYTES_H_
