#include "fuzz/scenario/line_reader.h"

#include <charconv>
#include <cstdio>

namespace mirrorcheck::fuzz {
namespace {

constexpr std::string_view kBlanks = " \t\r";
constexpr std::size_t kLongestQuote = 32;
constexpr std::size_t kMostDigits = 9;

}  // namespace

LineReader::LineReader(std::string_view line) : line_(line.substr(0, line.find('#'))) { skip(); }

void LineReader::skip() {
  position_ += word_.size();
  const std::size_t begin = line_.find_first_not_of(kBlanks, position_);
  position_ = begin == std::string_view::npos ? line_.size() : begin;
  whole_ = line_.substr(position_);
  whole_ = whole_.substr(0, whole_.find_first_of(kBlanks));
  word_ = whole_;
}

bool LineReader::accept(std::string_view wanted) {
  if (word_ != wanted) return false;
  skip();
  return true;
}

bool LineReader::expect(std::string_view wanted) {
  if (accept(wanted)) return true;
  return fail("expected '" + std::string(wanted) + "', found " + found());
}

bool LineReader::expect_end() {
  return at_end() || fail("expected the end of the line, found " + found());
}

std::optional<std::uint32_t> LineReader::expect_one_of(std::span<const NamedValue> names,
                                                       std::string_view what) {
  const std::optional<std::uint32_t> value = value_of(names, word_);
  if (value) {
    skip();
  } else {
    fail("expected " + std::string(what) + " (" + choices(names) + "), found " + found());
  }
  return value;
}

bool LineReader::accept_part(std::string_view wanted) {
  if (!word_.starts_with(wanted)) return false;
  word_.remove_prefix(wanted.size());
  position_ += wanted.size();
  return true;
}

bool LineReader::expect_part(std::string_view wanted, std::string_view shape) {
  return accept_part(wanted) || fail("expected " + std::string(shape) + ", found " + found());
}

std::optional<unsigned> LineReader::number(unsigned low, unsigned high, std::string_view shape) {
  const std::size_t end = word_.find_first_not_of("0123456789");
  const std::string_view digits = word_.substr(0, end);
  if (digits.empty()) {
    fail("expected " + std::string(shape) + ", found " + found());
    return std::nullopt;
  }
  unsigned value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.size() > kMostDigits || value < low || value > high) {
    fail("expected " + std::string(shape) + " with a number from " + std::to_string(low) + " to " +
         std::to_string(high) + " here, found " + found());
    return std::nullopt;
  }
  accept_part(digits);
  return value;
}

std::optional<std::uint32_t> LineReader::hexadecimal(std::string_view shape) {
  const std::string_view digits = word_.substr(0, word_.find_first_not_of("0123456789abcdef"));
  std::uint32_t value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (digits.empty() || error != std::errc()) {
    fail("expected " + std::string(shape) + ", found " + found());
    return std::nullopt;
  }
  accept_part(digits);
  return value;
}

bool LineReader::expect_word_end(std::string_view shape) {
  if (!word_.empty()) return fail("expected " + std::string(shape) + ", found " + found());
  skip();
  return true;
}

bool LineReader::fail(std::string message) {
  if (!problem_) problem_ = Problem{.column = position_ + 1, .message = std::move(message)};
  return false;
}

std::string LineReader::found() const {
  if (whole_.empty()) return "the end of the line";
  std::string text = "'";
  for (const char c : whole_.substr(0, kLongestQuote)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f) {
      text += c;
      continue;
    }
    char escaped[8];
    std::snprintf(escaped, sizeof escaped, "\\x%02x", static_cast<unsigned>(byte));
    text += escaped;
  }
  return text + (whole_.size() > kLongestQuote ? "...'" : "'");
}

}  // namespace mirrorcheck::fuzz
