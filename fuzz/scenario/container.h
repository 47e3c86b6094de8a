// The byte form on disk: what a fuzzer's raw bytes lack to be recognised and checked years later.
//
//   bytes 0-7    magic: 8d 'm' 'c' 's' 'c' 'n' 0d 0a  (no text; a transfer that touches line ends
//   breaks it) bytes 8-11   version, 12-15 length of the payload, 16-19 CRC-32 (zlib's) of bytes
//   0-15 and the payload bytes 20-    payload: the byte form (bytes.h)
//
// Numbers are little endian.
//
// Thread safety: pure functions.

#ifndef MIRRORCHECK_FUZZ_SCENARIO_CONTAINER_H_
#define MIRRORCHECK_FUZZ_SCENARIO_CONTAINER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "fuzz/scenario/error.h"
#include "fuzz/scenario/scenario.h"

namespace mirrorcheck::fuzz {

// The newest version that is read. What is written has the oldest that can hold it.
inline constexpr std::uint32_t kContainerVersion = 2;
inline constexpr std::size_t kContainerHeader = 20;

// Expectations are left out: only the text form has them.
// REQUIRES: `scenario` is canonical.
std::vector<std::uint8_t> pack(const Scenario& scenario);

// Does it begin like a container? A few bytes of the magic are enough, so that a truncated one
// counts.
bool is_container(std::span<const std::uint8_t> bytes);

// The scenario inside, or what is wrong with the container. `name` is what an error calls it.
ScenarioOrError unpack(std::span<const std::uint8_t> bytes, std::string_view name);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_SCENARIO_CONTAINER_H_
