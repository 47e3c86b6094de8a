// Assertions of this folder, which stay on in release builds.
//
// Thread safety: any thread.

#ifndef MIRRORCHECK_PROOFS_CHECK_H_
#define MIRRORCHECK_PROOFS_CHECK_H_

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace mirrorcheck::proofs {

// Prints one line and aborts unless `holds`.
inline void check(bool holds, std::string_view what) {
  if (holds) [[likely]]
    return;
  std::fprintf(stderr, "mirrorcheck: proofs: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_CHECK_H_
