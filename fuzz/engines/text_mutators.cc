// Mutations of the text form. Text that parses is changed as a scenario half of the time, which
// reaches deep; otherwise, and always when it does not parse, bytes are changed, which reaches the
// errors.

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <variant>

#include "fuzz/engines/target.h"
#include "fuzz/scenario/bytes.h"
#include "fuzz/scenario/mutate.h"
#include "fuzz/scenario/text.h"

namespace {

using namespace mirrorcheck::fuzz;

// The byte form of `text`, or its length 0 when it is not a scenario.
std::size_t bytes_of(std::string_view text, std::array<std::uint8_t, kMaxEncodedSize>& bytes) {
  const ScenarioOrError parsed = parse(text, "input");
  if (std::holds_alternative<Error>(parsed)) return 0;
  return encode(std::get<Scenario>(parsed), bytes);
}

std::size_t write_text(std::span<const std::uint8_t> bytes, std::uint8_t* out, std::size_t max) {
  static Scenario scenario;
  decode(bytes, scenario);
  const std::string text = format(scenario);
  const std::size_t size = std::min(text.size(), max);
  std::copy_n(text.begin(), size, out);
  return size;
}

std::string_view as_text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// A few byte edits: overwrite, insert, erase, or copy a piece over another.
std::size_t change_bytes(std::uint8_t* data, std::size_t size, std::size_t max, unsigned seed) {
  std::uint64_t state = seed;
  const auto random = [&state](std::size_t bound) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::size_t>(state >> 33) % bound;
  };
  size = std::min(size, max);
  for (std::size_t edits = 1 + random(4); edits > 0; --edits) {
    const std::size_t at = random(size + 1);
    switch (random(4)) {
      case 0:
        if (at < size) data[at] = static_cast<std::uint8_t>(random(256));
        break;
      case 1:
        if (size == max) break;
        std::memmove(data + at + 1, data + at, size - at);
        data[at] = static_cast<std::uint8_t>(random(128));
        ++size;
        break;
      case 2: {
        const std::size_t length = std::min(size - at, 1 + random(16));
        std::memmove(data + at, data + at + length, size - at - length);
        size -= length;
        break;
      }
      default: {
        const std::size_t from = random(size + 1);
        const std::size_t length = std::min(size - std::max(at, from), 1 + random(16));
        std::memmove(data + at, data + from, length);
      }
    }
  }
  return size;
}

}  // namespace

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max,
                                    unsigned seed) {
  std::array<std::uint8_t, kMaxEncodedSize> bytes{};
  if (seed % 2 == 0) {
    if (std::size_t length = bytes_of(as_text(data, size), bytes); length != 0) {
      length = mutate(bytes.data(), length, bytes.size(), seed / 2);
      return write_text({bytes.data(), length}, data, max);
    }
  }
  if (seed % 16 == 0) {
    const std::size_t length = mutate(bytes.data(), 0, bytes.size(), seed);
    return write_text({bytes.data(), length}, data, max);
  }
  return change_bytes(data, size, max, seed / 2);
}

std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* left, std::size_t left_size,
                                      const std::uint8_t* right, std::size_t right_size,
                                      std::uint8_t* out, std::size_t max, unsigned seed) {
  std::array<std::uint8_t, kMaxEncodedSize> first{};
  std::array<std::uint8_t, kMaxEncodedSize> second{};
  std::array<std::uint8_t, kMaxEncodedSize> child{};
  const std::size_t first_size = bytes_of(as_text(left, left_size), first);
  const std::size_t second_size = bytes_of(as_text(right, right_size), second);
  if (first_size == 0 || second_size == 0) {
    const std::size_t size = std::min(left_size, max);
    std::copy_n(left, size, out);
    return change_bytes(out, size, max, seed);
  }
  const std::size_t size =
      cross_over({first.data(), first_size}, {second.data(), second_size}, child, seed);
  return write_text({child.data(), size}, out, max);
}
