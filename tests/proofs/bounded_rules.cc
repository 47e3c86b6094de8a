// The rules of worlds of a given size, translated once for all tests: this takes a compiler long.

#include "tests/proofs/agreement.h"

namespace mirrorcheck::proofs::testing {

template std::vector<CompiledRule> compile_rules<Bounded>(Evaluator& evaluator);

}  // namespace mirrorcheck::proofs::testing
