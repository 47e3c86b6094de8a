// What AddressSanitizer does in a fuzz target unless ASAN_OPTIONS says otherwise.

namespace {

// It would give each frame with an array a place on a heap of its own, poison it and fill it, to
// find uses of what a function has returned from. That doubles the time of a run, and
// the unit tests of tests/run look for the same with it on.
constexpr const char* kOptions = "detect_stack_use_after_return=0";

}  // namespace

// The runtime's hook; it has no header.
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" [[gnu::visibility("default")]] const char* __asan_default_options();
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming)
const char* __asan_default_options() { return kOptions; }
