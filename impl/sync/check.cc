#include "impl/sync/check.h"

#include <cstdio>
#include <cstdlib>

namespace mirrorcheck::sync {

void check_failed(const char* what, std::source_location where) {
  std::fprintf(stderr, "%s:%u: check failed in %s: %s\n", where.file_name(),
               static_cast<unsigned>(where.line()), where.function_name(), what);
  std::fflush(stderr);
  std::abort();
}

}  // namespace mirrorcheck::sync
