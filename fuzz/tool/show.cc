// show: one scenario in its other form.

#include <absl/strings/str_cat.h>

#include <cstdio>
#include <string>

#include "fuzz/scenario/bytes.h"
#include "fuzz/scenario/text.h"
#include "fuzz/tool/commands.h"
#include "fuzz/tool/exit_code.h"
#include "fuzz/tool/input.h"

namespace mirrorcheck::tool {
namespace {

constexpr std::string_view kForms[] = {"text", "bytes"};
constexpr Option kShowOptions[] = {
    {"-o", "FILE", "write there instead of to the terminal; bytes get a header then"},
    kRawOption,
    {"--form", "FORM", "what to write (default: the other form than FILE has)", OptionKind::kChoice,
     0, 0, kForms},
};

// Sixteen bytes a line, as hexdump writes them.
std::string hexadecimal(const std::vector<std::uint8_t>& bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i % 16 == 0) absl::StrAppend(&out, absl::Hex(i, absl::kZeroPad8), " ");
    absl::StrAppend(&out, " ", absl::Hex(bytes[i], absl::kZeroPad2));
    if (i % 16 == 15 || i + 1 == bytes.size()) out += '\n';
  }
  return out;
}

int run_show(const Arguments& arguments) {
  const std::string& path = arguments.positionals()[0];
  const bool raw = arguments.has(kRawOption.name);
  std::optional<fuzz::Scenario> scenario = read_scenario(path, raw);
  if (!scenario) return kUsage;
  const std::string form =
      arguments.text("--form", raw || is_container_file(path) ? "text" : "bytes");
  const std::string out = arguments.text("-o", "");
  if (!out.empty()) {
    return wrote(form == "text" ? fuzz::write_text_file(out, *scenario)
                                : fuzz::write_container_file(out, *scenario))
               ? kHolds
               : kUsage;
  }
  const std::string text =
      form == "text" ? fuzz::format(*scenario) : hexadecimal(fuzz::encode(*scenario));
  std::fputs(text.c_str(), stdout);
  return kHolds;
}

}  // namespace

const Command kShow{"show",
                    "FILE",
                    1,
                    1,
                    "prints a scenario in its other form: byte form or text form",
                    "The byte form has no expectations.\n",
                    kShowOptions,
                    run_show};

}  // namespace mirrorcheck::tool
