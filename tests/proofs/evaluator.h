// What a Z3 term is worth in one concrete state: a small interpreter, so that millions of terms can
// be compared without asking the solver for each. replay_test checks the solver's own opinion.
//
// A term is compiled once. Closed terms are computed at most once per reset(); terms under a
// quantifier or over the parameters of a field are computed anew.
//
// Thread safety: none.

#ifndef MIRRORCHECK_TESTS_PROOFS_EVALUATOR_H_
#define MIRRORCHECK_TESTS_PROOFS_EVALUATOR_H_

#include <z3++.h>

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "tests/proofs/values.h"

namespace mirrorcheck::proofs::testing {

using Node = std::uint32_t;

class Evaluator {
 public:
  // REQUIRES: `tables` and `arguments` outlive the evaluator; the tables are loaded.
  Evaluator(const Tables& tables, const std::array<ArgumentValue, 22>& arguments)
      : tables_(tables), arguments_(arguments) {}

  Node compile(const z3::expr& term);

  // Forgets values: the tables, arguments or parameters have changed.
  void reset() { ++now_; }
  // The value of the parameter "?Sort" of a field's term.
  void set_parameter(SortId sort, std::uint64_t value) {
    parameters_[static_cast<std::size_t>(sort)] = value;
  }
  std::uint64_t operator()(Node node);

 private:
  enum class Op : std::uint8_t {
    kNumber,
    kValue,      // of *pointer
    kParameter,  // of the sort `extra`
    kBound,      // variable of a quantifier, de Bruijn index `extra`
    kTable,
    kIn,
    kOverlap,
    kMmOf,
    kFileOf,
    kIsBlock,
    kIsDevice,
    kIsSwap,
    kHugeOf,
    kInPlace,
    kOwns,
    kFilePageAt,
    kNot,
    kAnd,
    kOr,
    kEqual,
    kChoose,
    kAdd,
    kSubtract,
    kLess,
    kExtract,  // from bit `extra`
    kForall,   // over the sort `extra`
    kExists,
  };
  struct Code {
    Op op = Op::kNumber;
    bool closed = true;
    std::uint32_t extra = 0;
    std::uint64_t number = 0;                // kNumber; else the mask of the result's bits
    const std::uint64_t* pointer = nullptr;  // kValue
    const Table* table = nullptr;            // kTable
    std::vector<Node> operands;
  };

  Code translate(const z3::expr& term);
  void translate_function(const z3::expr& term, Code& code);
  void translate_constant(const std::string& name, Code& code);
  std::uint64_t compute(const Code& code);
  std::uint64_t compute_function(const Code& code);

  const Tables& tables_;
  const std::array<ArgumentValue, 22>& arguments_;
  std::vector<Code> code_;
  std::unordered_map<unsigned, Node> compiled_;  // by the id of the term
  std::vector<z3::expr> kept_;                   // so that ids stay theirs
  std::vector<std::uint64_t> values_;
  std::vector<std::uint64_t> computed_;
  std::uint64_t now_ = 1;
  std::array<std::uint64_t, Sorts::kSize> parameters_{};
  std::vector<std::uint64_t> bound_;
};

}  // namespace mirrorcheck::proofs::testing

#endif  // MIRRORCHECK_TESTS_PROOFS_EVALUATOR_H_
