// The parser of the text form against arbitrary text: it answers with a scenario or with one clear
// line, and what it accepts survives being written, as text and as bytes.

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

#include "fuzz/engines/target.h"
#include "fuzz/scenario/bytes.h"
#include "fuzz/scenario/text.h"

namespace {

using namespace mirrorcheck::fuzz;

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "scenario_text_fuzzer: %s\n", what);
  std::abort();
}

}  // namespace

int LLVMFuzzerInitialize(int*, char***) { return 0; }

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const ScenarioOrError first = parse(text, "input");
  if (const Error* error = std::get_if<Error>(&first)) {
    const std::string line = error->to_string();
    require(!error->message.empty(), "an error without a message");
    require(line.find('\n') == std::string::npos, "an error of more than one line");
    return 0;
  }
  const Scenario& scenario = std::get<Scenario>(first);
  const std::string canonical = format(scenario);
  const ScenarioOrError second = parse(canonical, "canonical");
  require(std::holds_alternative<Scenario>(second), "canonical text is refused");
  require(std::get<Scenario>(second) == scenario,
          "text -> scenario -> text -> scenario changed it");
  require(format(std::get<Scenario>(second)) == canonical, "canonical text is not a fixed point");

  static Scenario decoded;
  decode(encode(scenario), decoded);
  decoded.expectations = scenario.expectations;  // the byte form has none
  require(decoded == scenario, "scenario -> bytes -> scenario changed it");
  return 0;
}
