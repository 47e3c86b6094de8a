// Assertions that stay on in release builds: a broken invariant prints one line and aborts.
//
// Thread safety: any thread.

#ifndef MIRRORCHECK_IMPL_SYNC_CHECK_H_
#define MIRRORCHECK_IMPL_SYNC_CHECK_H_

#include <source_location>

namespace mirrorcheck::sync {

[[noreturn, gnu::cold]] void check_failed(const char* what, std::source_location where);

// `what` says which rule is broken, for whoever reads the line: "unlock of a mutex the task holds".
inline void check(bool holds, const char* what,
                  std::source_location where = std::source_location::current()) {
  if (!holds) [[unlikely]]
    check_failed(what, where);
}

}  // namespace mirrorcheck::sync

#endif  // MIRRORCHECK_IMPL_SYNC_CHECK_H_
