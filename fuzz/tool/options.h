// Command lines, from a table: each command declares its options, and parsing, checking and --help
// follow from that.
//
// Thread safety: plain values. Errors: one line that says what is wrong, where, and what to do.

#ifndef MIRRORCHECK_FUZZ_TOOL_OPTIONS_H_
#define MIRRORCHECK_FUZZ_TOOL_OPTIONS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorcheck::tool {

enum class OptionKind : std::uint8_t {
  kText,    // any text but the empty one
  kNumber,  // a whole number in [least, most]
  kChoice,  // one of `choices`
  kFlag,    // there or not; takes no value
};

struct Option {
  std::string_view name;   // with its dashes
  std::string_view value;  // what --help calls the value
  std::string_view help;
  OptionKind kind = OptionKind::kText;
  std::uint64_t least = 0;
  std::uint64_t most = 0;
  std::span<const std::string_view> choices{};
};

class Arguments;

struct Command {
  std::string_view name;
  std::string_view positional;  // as the usage line has it; empty: none
  std::size_t least_positionals;
  std::size_t most_positionals;
  std::string_view summary;  // one line
  std::string_view details;  // what --help adds
  std::span<const Option> options;
  int (*run)(const Arguments& arguments);  // returns the exit code
};

class Arguments {
 public:
  const std::vector<std::string>& positionals() const { return positionals_; }
  bool has(std::string_view option) const { return values_.contains(option); }
  std::string text(std::string_view option, std::string_view otherwise) const;
  std::uint64_t number(std::string_view option, std::uint64_t otherwise) const;
  // As if it had been given with another value.
  void set(std::string_view option, std::string value) {
    values_.insert_or_assign(std::string(option), std::move(value));
  }

 private:
  friend class Parser;
  std::vector<std::string> positionals_;
  std::map<std::string, std::string, std::less<>> values_;
};

struct Parsed {
  Arguments arguments;
  bool help = false;
  std::string error;  // empty: none
};

// `words` are what follows the command's name. Options may stand anywhere, as `--name value` or
// `--name=value`; after `--` everything is positional.
Parsed parse(const Command& command, std::span<const char* const> words);

std::string usage(const Command& command);  // one command's --help

}  // namespace mirrorcheck::tool

#endif  // MIRRORCHECK_FUZZ_TOOL_OPTIONS_H_
