#include "fuzz/tool/options.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <charconv>

namespace mirrorcheck::tool {
namespace {

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string joined(std::span<const std::string_view> words) {
  return absl::StrJoin(words, ", ",
                       [](std::string* out, std::string_view word) { out->append(word); });
}

// What is wrong with `value`; empty: nothing.
std::string problem(const Option& option, std::string_view value) {
  switch (option.kind) {
    case OptionKind::kText:
      return value.empty() ? absl::StrCat("needs a value; say ", std::string(option.name), " ",
                                          std::string(option.value))
                           : "";
    case OptionKind::kNumber: {
      const std::optional<std::uint64_t> number = whole_number(value);
      if (number && *number >= option.least && *number <= option.most) return "";
      return absl::StrCat("'", std::string(value), "' is not a whole number from ", option.least,
                          " to ", option.most, "; give one");
    }
    case OptionKind::kChoice:
      if (std::find(option.choices.begin(), option.choices.end(), value) != option.choices.end()) {
        return "";
      }
      return absl::StrCat("there is no '", std::string(value), "'; say one of ",
                          joined(option.choices));
    case OptionKind::kFlag:
      return "";
  }
  return "";
}

}  // namespace

class Parser {
 public:
  Parser(const Command& command, std::span<const char* const> words)
      : command_(command), words_(words) {}

  Parsed run() {
    while (next_ < words_.size() && parsed_.error.empty() && !parsed_.help) take();
    if (parsed_.error.empty() && !parsed_.help) count_positionals();
    return std::move(parsed_);
  }

 private:
  void take() {
    const std::string_view word = words_[next_++];
    if (!only_positionals_ && word == "--") {
      only_positionals_ = true;
    } else if (!only_positionals_ && (word == "--help" || word == "-h")) {
      parsed_.help = true;
    } else if (only_positionals_ || word.size() < 2 || word[0] != '-') {
      parsed_.arguments.positionals_.emplace_back(word);
    } else {
      take_option(word);
    }
  }

  void take_option(std::string_view word) {
    const std::size_t equals = word.starts_with("--") ? word.find('=') : std::string_view::npos;
    const std::string_view name = word.substr(0, equals);
    const auto option = std::find_if(command_.options.begin(), command_.options.end(),
                                     [&](const Option& o) { return o.name == name; });
    if (option == command_.options.end()) {
      fail(name, absl::StrCat("no such option; `mirrorcheck ", std::string(command_.name),
                              " --help` lists them"));
      return;
    }
    std::string_view value;
    if (option->kind == OptionKind::kFlag) {
      if (equals != std::string_view::npos) {
        fail(name, "takes no value; leave out what follows the '='");
        return;
      }
    } else if (equals != std::string_view::npos) {
      value = word.substr(equals + 1);
    } else if (next_ < words_.size()) {
      value = words_[next_++];
    } else {
      fail(name,
           absl::StrCat("needs a value; say ", std::string(name), " ", std::string(option->value)));
      return;
    }
    if (const std::string what = problem(*option, value); !what.empty()) {
      fail(name, what);
    } else if (!parsed_.arguments.values_.emplace(name, value).second) {
      fail(name, "is there twice; say it once");
    }
  }

  void count_positionals() {
    const std::vector<std::string>& given = parsed_.arguments.positionals_;
    if (given.size() < command_.least_positionals) {
      fail(command_.positional,
           "is missing; `mirrorcheck " + std::string(command_.name) + " --help` tells what it is");
    } else if (given.size() > command_.most_positionals) {
      fail(given[command_.most_positionals], command_.most_positionals == 0
                                                 ? "the command takes options only; leave it out"
                                                 : "one argument too many; leave it out");
    }
  }

  void fail(std::string_view where, std::string_view what) {
    parsed_.error = absl::StrCat("mirrorcheck ", std::string(command_.name), ": ",
                                 std::string(where), ": ", std::string(what));
  }

  const Command& command_;
  std::span<const char* const> words_;
  std::size_t next_ = 0;
  bool only_positionals_ = false;
  Parsed parsed_;
};

std::string Arguments::text(std::string_view option, std::string_view otherwise) const {
  const auto found = values_.find(option);
  return found == values_.end() ? std::string(otherwise) : found->second;
}

std::uint64_t Arguments::number(std::string_view option, std::uint64_t otherwise) const {
  const auto found = values_.find(option);
  return found == values_.end() ? otherwise : whole_number(found->second).value_or(otherwise);
}

Parsed parse(const Command& command, std::span<const char* const> words) {
  return Parser(command, words).run();
}

std::string usage(const Command& command) {
  std::string out = absl::StrCat("usage: mirrorcheck ", std::string(command.name));
  if (!command.options.empty()) out += " [options]";
  if (!command.positional.empty()) absl::StrAppend(&out, " ", std::string(command.positional));
  absl::StrAppend(&out, "\n\n", std::string(command.summary), "\n");
  if (!command.details.empty()) absl::StrAppend(&out, "\n", std::string(command.details));
  if (command.options.empty()) return out;
  std::size_t width = 0;
  for (const Option& option : command.options) {
    width = std::max(width, option.name.size() + 1 + option.value.size());
  }
  out += "\noptions:\n";
  for (const Option& option : command.options) {
    std::string left = absl::StrCat(std::string(option.name), " ", std::string(option.value));
    left.resize(width, ' ');
    absl::StrAppend(&out, "  ", left, "   ", std::string(option.help), "\n");
    if (!option.choices.empty()) {
      absl::StrAppend(&out, std::string(width + 5, ' '), "one of ", joined(option.choices), "\n");
    }
  }
  return out;
}

}  // namespace mirrorcheck::tool
