// The main target: bytes are a scenario with its schedule; the run is held against the contract.

#include "fuzz/engines/run_input.h"
#include "fuzz/engines/target.h"

int LLVMFuzzerInitialize(int*, char***) {
  mirrorcheck::fuzz::prepare_runs();
  return 0;
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  mirrorcheck::fuzz::run_input(data, size);
  return 0;
}
