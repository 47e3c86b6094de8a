// The text form of a scenario: what people read, diff and mail. README.md has the grammar.
//
// format() writes the canonical text; parse() reads that and whatever differs from it in white
// space, comments and the order of sections. parse(format(s)) == s, and format(parse(t)) == t when
// t is canonical.
//
// Thread safety: pure functions.

#ifndef MIRRORCHECK_FUZZ_SCENARIO_TEXT_H_
#define MIRRORCHECK_FUZZ_SCENARIO_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "fuzz/scenario/error.h"
#include "fuzz/scenario/scenario.h"

namespace mirrorcheck::fuzz {

inline constexpr unsigned kTextVersion = 1;
inline constexpr std::size_t kMaxTextSize = model::sized(1, 64) * 64 * 1024;
inline constexpr std::string_view kTextMagic = "mirrorcheck scenario ";  // and the version

// REQUIRES: `scenario` is canonical.
std::string format(const Scenario& scenario);

// The canonical scenario that `text` describes, or the first thing that is wrong with it. `name` is
// what an error calls the text. Time and memory are linear in the size of `text`.
ScenarioOrError parse(std::string_view text, std::string_view name);

// One operation as the text form writes it, without its result: for histories and explanations.
std::string format(const impl::Operation& operation);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_SCENARIO_TEXT_H_
