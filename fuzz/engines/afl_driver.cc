// The persistent loop of AFL++: one process runs many inputs.
//
// AFL++ comes with a driver for libFuzzer's interface, but that leaves no place to hand over
// coverage after each input (afl_coverage.h). The runtime's names are those that afl-clang-fast's
// macros expand to.

#include <csignal>
#include <cstdlib>

#include "fuzz/engines/afl_coverage.h"
#include "fuzz/engines/input_files.h"
#include "fuzz/engines/target.h"

extern "C" {
// NOLINTBEGIN(readability-identifier-naming): AFL++'s names.
extern std::uint8_t* __afl_fuzz_ptr;
extern std::uint32_t* __afl_fuzz_len;
void __afl_manual_init();
int __afl_persistent_loop(unsigned inputs);
int __afl_sharedmem_fuzzing = 1;  // inputs come through shared memory, not through a file
// NOLINTEND(readability-identifier-naming)
}

namespace {

// afl-fuzz looks for these strings in the file to learn what the program can do.
__attribute__((used)) const char persistent_signature[] = "##SIG_AFL_PERSISTENT##";
__attribute__((used)) const char deferred_signature[] = "##SIG_AFL_DEFER_FORKSRV##";

// A new process now and then bounds what a slow leak can do.
constexpr unsigned kInputsPerProcess = 1'000'000;

// Findings are told apart by their coverage, so it has to be there when the process dies.
void publish_and_die(int signal) {
  mirrorcheck::fuzz::publish_coverage();
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

}  // namespace

int main(int argc, char** argv) {
  LLVMFuzzerInitialize(&argc, &argv);
  if (__afl_fuzz_ptr == nullptr && std::getenv("__AFL_SHM_ID") == nullptr) {
    return mirrorcheck::fuzz::run_files(argc, argv);
  }
  std::signal(SIGABRT, publish_and_die);
  mirrorcheck::fuzz::prepare_coverage();
  __afl_manual_init();
  while (__afl_persistent_loop(kInputsPerProcess) != 0) {
    LLVMFuzzerTestOneInput(__afl_fuzz_ptr, *__afl_fuzz_len);
    mirrorcheck::fuzz::publish_coverage();
  }
  return 0;
}
