// standard_inputs COUNT DIRECTORY: standard scenarios as raw inputs, for benchmarks to begin with.

#include <cstdio>
#include <cstdlib>
#include <string>

#include "fuzz/scenario/file.h"
#include "fuzz/scenario/generate.h"

int main(int argc, char** argv) {
  using namespace mirrorcheck::fuzz;  // NOLINT: one function
  const unsigned long count = argc == 3 ? std::strtoul(argv[1], nullptr, 10) : 0;
  if (count == 0) {
    std::fputs("usage: standard_inputs COUNT DIRECTORY\n", stderr);
    return 2;
  }
  for (unsigned long seed = 0; seed < count; ++seed) {
    const std::string path = std::string(argv[2]) + "/" + std::to_string(seed);
    if (const auto error = write_raw_file(path, standard_scenario(seed))) {
      std::fprintf(stderr, "standard_inputs: %s\n", error->to_string().c_str());
      return 2;
    }
  }
  return 0;
}
