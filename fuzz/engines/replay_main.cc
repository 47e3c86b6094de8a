// A target without an engine: runs the files it is given. This is what reproduces a finding
// anywhere.

#include "fuzz/engines/input_files.h"
#include "fuzz/engines/target.h"

int main(int argc, char** argv) {
  LLVMFuzzerInitialize(&argc, &argv);
  return mirrorcheck::fuzz::run_files(argc, argv);
}
