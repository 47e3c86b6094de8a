#include "fuzz/tool/kernel_source.h"

#include <cstdio>
#include <cstdlib>
#include <string>

#include "impl/loader/kernel_tree.h"

namespace mirrorcheck::tool {

bool resolve_kernel_source(Arguments& arguments) {
  const std::string implementation = arguments.text("--impl", "");
  if (implementation == "linux") {
    const char* const variable = std::getenv("KERNEL_SOURCE");
    const std::string directory =
        arguments.text(kKernelSourceOption.name, variable == nullptr ? "" : variable);
    if (directory.empty()) {
      std::fputs(
          "mirrorcheck: --impl linux: of which source tree? say --kernel-source DIR or set "
          "KERNEL_SOURCE, or take a version, linux-6.12\n",
          stderr);
      return false;
    }
    arguments.set("--impl", impl::kernel_tree_name(directory));
  } else if (arguments.has(kKernelSourceOption.name)) {
    std::fputs("mirrorcheck: --kernel-source: goes with --impl linux\n", stderr);
    return false;
  } else if (!implementation.starts_with(impl::kKernelTree)) {
    return true;
  }
  return impl::build_kernel_tree(arguments.text("--impl", ""));
}

}  // namespace mirrorcheck::tool
