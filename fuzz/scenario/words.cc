#include "fuzz/scenario/words.h"

#include <cstring>

namespace mirrorcheck::fuzz {

std::string_view name_of(std::span<const NamedValue> names, std::uint32_t value) {
  for (const NamedValue& named : names) {
    if (named.value == value) return named.name;
  }
  return {};
}

std::optional<std::uint32_t> value_of(std::span<const NamedValue> names, std::string_view name) {
  for (const NamedValue& named : names) {
    if (named.name == name) return named.value;
  }
  return std::nullopt;
}

std::string choices(std::span<const NamedValue> names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i != 0) text += i + 1 == names.size() ? " or " : ", ";
    text += names[i].name;
  }
  return text;
}

std::string error_name(std::int32_t error) {
  if (error == 0) return "0";
  if (error > 0 || error < -kMaxErrno) return {};
  const char* const name = strerrorname_np(-error);
  return name == nullptr ? std::string() : std::string("-") + name;
}

std::optional<std::int32_t> error_value(std::string_view name) {
  for (std::int32_t error = 0; error >= -kMaxErrno; --error) {
    if (!name.empty() && name == error_name(error)) return error;
  }
  return std::nullopt;
}

}  // namespace mirrorcheck::fuzz
