// What clang's counters call when a shared object is loaded, for hosts without an engine. Weak and
// visible, so that an engine's own functions go first.

#include <cstdint>

extern "C" {

// NOLINTBEGIN(readability-identifier-naming): the sanitizers' names.
__attribute__((weak, visibility("default"))) void __sanitizer_cov_8bit_counters_init(
    std::uint8_t*, std::uint8_t*) {}
__attribute__((weak, visibility("default"))) void __sanitizer_cov_pcs_init(const std::uintptr_t*,
                                                                           const std::uintptr_t*) {}
// NOLINTEND(readability-identifier-naming)

}  // extern "C"
