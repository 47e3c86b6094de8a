#include "fuzz/scenario/container.h"

#include <gtest/gtest.h>

#include <string>

#include "fuzz/scenario/text.h"
#include "tests/scenario/golden.h"
#include "tests/scenario/some_bytes.h"
#include "tests/scenario/wild_scenario.h"

namespace mirrorcheck::fuzz {
namespace {

Scenario golden() {
  Scenario scenario;
  decode(kGoldenBytes, scenario);
  return scenario;
}

std::string error_of(const Bytes& bytes) {
  const ScenarioOrError result = unpack(bytes, "x.bin");
  const Error* error = std::get_if<Error>(&result);
  return error == nullptr ? "no error" : error->to_string();
}

TEST(Container, RoundTrip) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Scenario scenario = wild_scenario(seed, false);
    const Bytes bytes = pack(scenario);
    ASSERT_TRUE(is_container(bytes));
    ASSERT_EQ(std::get<Scenario>(unpack(bytes, "x.bin")), scenario);
  }
}

// Files that were written once are read for ever.
TEST(Container, OldHeadersAreRead) {
  Bytes bytes = {0x8d, 'm', 'c', 's', 'c', 'n', '\r', '\n', 1, 0, 0, 0};
  const std::size_t size = kGoldenBytes.size();
  bytes.insert(bytes.end(),
               {static_cast<std::uint8_t>(size & 255), static_cast<std::uint8_t>(size >> 8), 0, 0});
  bytes.insert(bytes.end(), kGoldenChecksum.begin(), kGoldenChecksum.end());
  bytes.insert(bytes.end(), kGoldenBytes.begin(), kGoldenBytes.end());
  EXPECT_EQ(pack(golden()), bytes);
  EXPECT_EQ(std::get<Scenario>(unpack(bytes, "x.bin")), golden());
}

TEST(Container, NewCallsNeedVersion2) {
  Bytes bytes = {0x8d, 'm', 'c', 's', 'c', 'n', '\r', '\n', 2, 0, 0, 0};
  const std::size_t size = kGoldenBytes2.size();
  bytes.insert(bytes.end(), {static_cast<std::uint8_t>(size), 0, 0, 0});
  bytes.insert(bytes.end(), kGoldenChecksum2.begin(), kGoldenChecksum2.end());
  bytes.insert(bytes.end(), kGoldenBytes2.begin(), kGoldenBytes2.end());
  Scenario scenario;
  decode(kGoldenBytes2, scenario);
  EXPECT_EQ(pack(scenario), bytes);
  EXPECT_EQ(std::get<Scenario>(unpack(bytes, "x.bin")), scenario);
}

TEST(Container, EveryTruncationIsNoticed) {
  const Bytes whole = pack(golden());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::string error =
        error_of(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
    if (size < 4) {
      EXPECT_EQ(error,
                "x.bin: not a scenario in byte form: if it is a raw fuzzer input, use --raw");
    } else if (size < kContainerHeader) {
      EXPECT_EQ(error, "x.bin: truncated: " + std::to_string(size) +
                           " bytes, but the header alone has 20; copy the original again");
    } else {
      EXPECT_EQ(error, "x.bin: truncated: " + std::to_string(size - kContainerHeader) + " of " +
                           std::to_string(kGoldenBytes.size()) +
                           " bytes are there; copy the original again");
    }
  }
}

TEST(Container, EveryFlippedBitIsNoticed) {
  const Bytes whole = pack(golden());
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    Bytes flipped = whole;
    flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    EXPECT_NE(error_of(flipped), "no error") << bit;
  }
  Bytes flipped = whole;
  flipped.back() ^= 1;
  EXPECT_EQ(error_of(flipped),
            "x.bin: damaged: the checksum does not match; copy the original again");
}

TEST(Container, WhatElseIsWrong) {
  Bytes bytes = pack(golden());
  bytes.push_back(0);
  EXPECT_EQ(error_of(bytes), "x.bin: damaged: 1 bytes too many; copy the original again");
  bytes = pack(golden());
  bytes[8] = 3;
  EXPECT_EQ(
      error_of(bytes),
      "x.bin: version 3: needs a newer mirrorcheck (this one reads version 2), or the file is "
      "damaged");
  bytes = pack(golden());
  bytes.erase(bytes.begin() + 6);  // a transfer in text mode drops the carriage return
  EXPECT_EQ(
      error_of(bytes),
      "x.bin: damaged: its line ends were changed on the way; copy the original in binary mode");
  EXPECT_EQ(error_of({'h', 'e', 'l', 'l', 'o'}),
            "x.bin: not a scenario in byte form: if it is a raw fuzzer input, use --raw");
}

}  // namespace
}  // namespace mirrorcheck::fuzz
