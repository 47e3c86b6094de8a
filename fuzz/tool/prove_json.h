// The verdicts on obligations, for programs.
//
// Thread safety: plain values and a pure function.

#ifndef MIRRORCHECK_FUZZ_TOOL_PROVE_JSON_H_
#define MIRRORCHECK_FUZZ_TOOL_PROVE_JSON_H_

#include <optional>
#include <string>
#include <vector>

#include "proofs/prove.h"

namespace mirrorcheck::tool {

// An obligation and what each solver says of it.
struct Decided {
  const proofs::Obligation* obligation;
  std::optional<proofs::Verdict> second;  // cvc5, where it was asked
  double second_seconds;

  bool agree() const { return !second || *second == obligation->verdict; }
  bool proved() const { return agree() && obligation->verdict == proofs::Verdict::kProved; }
  bool refuted() const {
    return obligation->verdict == proofs::Verdict::kRefuted || second == proofs::Verdict::kRefuted;
  }
  double seconds() const { return obligation->seconds + second_seconds; }
};

// An array with an object for each:
//   {"group": "windows", "rule": "I2.start", "obligation": "keeps", "properties": ["S1"],
//    "z3": "proved", "z3_seconds": 0.01, "cvc5": "proved", "cvc5_seconds": 0.03}
// without "rule" where it is of no one rule, and without cvc5's where it was not asked.
std::string to_json(const std::vector<Decided>& decided);

}  // namespace mirrorcheck::tool

#endif  // MIRRORCHECK_FUZZ_TOOL_PROVE_JSON_H_
