// Reading operations and their expected results in the text form.
//
// Thread safety: pure functions on the caller's LineReader.

#ifndef MIRRORCHECK_FUZZ_SCENARIO_OPERATION_PARSER_H_
#define MIRRORCHECK_FUZZ_SCENARIO_OPERATION_PARSER_H_

#include "fuzz/scenario/line_reader.h"
#include "fuzz/scenario/scenario.h"
#include "impl/operation.h"

namespace mirrorcheck::fuzz {

// Reads a call and its arguments. False: line.problem() says why. Operation::value is left to
// canonicalize().
bool parse_operation(LineReader& line, impl::Operation& operation);

// Reads what follows the `=` of an expected result.
bool parse_result(LineReader& line, impl::Call call, ExpectedResult& result);

// Reads `t0` as a part of a word. The task must be below `tasks`.
bool parse_task(LineReader& line, unsigned tasks, std::string_view shape, unsigned& task);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_SCENARIO_OPERATION_PARSER_H_
