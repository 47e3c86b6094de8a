// `--impl linux --kernel-source DIR`, or KERNEL_SOURCE=DIR: the kernel of a source tree, compiled
// when it is asked for.
//
// Thread safety: one thread.

#ifndef MIRRORCHECK_FUZZ_TOOL_KERNEL_SOURCE_H_
#define MIRRORCHECK_FUZZ_TOOL_KERNEL_SOURCE_H_

#include "fuzz/tool/options.h"

namespace mirrorcheck::tool {

inline constexpr Option kKernelSourceOption{
    "--kernel-source", "DIR", "with --impl linux: the source tree (default: $KERNEL_SOURCE)"};

// Puts the implementation's name in the place of these options, so that whoever repeats a run says
// `--impl linux:DIR`, and compiles it. False after one line on standard error.
bool resolve_kernel_source(Arguments& arguments);

}  // namespace mirrorcheck::tool

#endif  // MIRRORCHECK_FUZZ_TOOL_KERNEL_SOURCE_H_
