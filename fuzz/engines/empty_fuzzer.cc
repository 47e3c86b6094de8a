// A target that does nothing: how fast its engine can be on this machine. Benchmarks divide by it.

#include "fuzz/engines/target.h"

int LLVMFuzzerInitialize(int*, char***) { return 0; }

int LLVMFuzzerTestOneInput(const std::uint8_t*, std::size_t) { return 0; }
