// Text inside other formats.
//
// Thread safety: pure functions.

#ifndef MIRRORCHECK_FUZZ_EXPLAIN_ESCAPE_H_
#define MIRRORCHECK_FUZZ_EXPLAIN_ESCAPE_H_

#include <string>
#include <string_view>

namespace mirrorcheck::fuzz {

// For element content and quoted attributes of XML and HTML. Control characters become '?'.
std::string xml(std::string_view text);

// A JSON string with its quotes. Bytes that are not ASCII are passed on, as UTF-8 has to be.
std::string json(std::string_view text);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_EXPLAIN_ESCAPE_H_
