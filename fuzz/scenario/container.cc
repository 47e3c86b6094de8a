#include "fuzz/scenario/container.h"

#include <zlib.h>

#include <algorithm>
#include <array>

#include "fuzz/scenario/bytes.h"

namespace mirrorcheck::fuzz {
namespace {

constexpr std::array<std::uint8_t, 8> kMagic = {0x8d, 'm', 'c', 's', 'c', 'n', '\r', '\n'};
constexpr std::size_t kLeastMagic = 4;
constexpr std::size_t kVersionAt = 8;
constexpr std::size_t kLengthAt = 12;
constexpr std::size_t kChecksumAt = 16;

void put32(std::uint8_t* at, std::uint32_t value) {
  for (unsigned i = 0; i < 4; ++i) at[i] = static_cast<std::uint8_t>(value >> (8 * i));
}

std::uint32_t get32(const std::uint8_t* at) {
  std::uint32_t value = 0;
  for (unsigned i = 0; i < 4; ++i) value |= static_cast<std::uint32_t>(at[i]) << (8 * i);
  return value;
}

// REQUIRES: the header is complete.
std::uint32_t checksum(std::span<const std::uint8_t> bytes) {
  const std::span<const std::uint8_t> payload = bytes.subspan(kContainerHeader);
  const uLong header = crc32(crc32(0, nullptr, 0), bytes.data(), kChecksumAt);
  // crc32() of a null pointer starts anew, and an empty span may hold one.
  if (payload.empty()) return static_cast<std::uint32_t>(header);
  return static_cast<std::uint32_t>(
      crc32(header, payload.data(), static_cast<uInt>(payload.size())));
}

}  // namespace

std::vector<std::uint8_t> pack(const Scenario& scenario) {
  const std::vector<std::uint8_t> payload = encode(scenario);
  std::vector<std::uint8_t> bytes(kContainerHeader + payload.size());
  std::copy(kMagic.begin(), kMagic.end(), bytes.begin());
  put32(&bytes[kVersionAt], needs_version_2(scenario) ? 2 : 1);
  put32(&bytes[kLengthAt], static_cast<std::uint32_t>(payload.size()));
  std::copy(payload.begin(), payload.end(), bytes.begin() + kContainerHeader);
  put32(&bytes[kChecksumAt], checksum(bytes));
  return bytes;
}

bool is_container(std::span<const std::uint8_t> bytes) {
  return bytes.size() >= kLeastMagic &&
         std::equal(kMagic.begin(), kMagic.begin() + kLeastMagic, bytes.begin());
}

ScenarioOrError unpack(std::span<const std::uint8_t> bytes, std::string_view name) {
  const auto error = [&](std::string message) {
    return Error{.name = std::string(name), .message = std::move(message)};
  };
  const std::size_t magic = std::min(bytes.size(), kMagic.size());
  if (!is_container(bytes)) {
    return error("not a scenario in byte form: if it is a raw fuzzer input, use --raw");
  }
  if (!std::equal(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(magic),
                  kMagic.begin())) {
    return error(
        "damaged: its line ends were changed on the way; copy the original in binary mode");
  }
  if (bytes.size() < kContainerHeader) {
    return error("truncated: " + std::to_string(bytes.size()) +
                 " bytes, but the header alone has " + std::to_string(kContainerHeader) +
                 "; copy the original again");
  }
  // The version comes before the length and the checksum: only what it promises holds for them.
  const std::uint32_t version = get32(&bytes[kVersionAt]);
  if (version == 0 || version > kContainerVersion) {
    return error("version " + std::to_string(version) +
                 ": needs a newer mirrorcheck (this one reads version " +
                 std::to_string(kContainerVersion) + "), or the file is damaged");
  }
  const std::size_t promised = get32(&bytes[kLengthAt]);
  const std::size_t there = bytes.size() - kContainerHeader;
  if (there < promised) {
    return error("truncated: " + std::to_string(there) + " of " + std::to_string(promised) +
                 " bytes are there; copy the original again");
  }
  if (there > promised) {
    return error("damaged: " + std::to_string(there - promised) +
                 " bytes too many; copy the original again");
  }
  if (get32(&bytes[kChecksumAt]) != checksum(bytes)) {
    return error("damaged: the checksum does not match; copy the original again");
  }
  Scenario scenario;
  decode(bytes.subspan(kContainerHeader), scenario,
         version == 1 ? ByteForm::kVersion1 : ByteForm::kVersion2);
  return scenario;
}

}  // namespace mirrorcheck::fuzz
