// The kernel of any source tree as an implementation: `linux:DIRECTORY`.
//
// Thread safety: any thread.

#ifndef MIRRORCHECK_IMPL_LOADER_KERNEL_TREE_H_
#define MIRRORCHECK_IMPL_LOADER_KERNEL_TREE_H_

#include <string>
#include <string_view>

namespace mirrorcheck::impl {

inline constexpr std::string_view kKernelTree = "linux:";

// The name of an implementation that load_world() takes: with the directory's absolute path.
std::string kernel_tree_name(const std::string& directory);

// Compiles it, unless it is as it was when it was last compiled. False after one line on standard
// error that says what is missing or does not fit. `name` is kernel_tree_name()'s.
bool build_kernel_tree(const std::string& name);

// Where the result is.
std::string kernel_tree_object(const std::string& name);

}  // namespace mirrorcheck::impl

#endif  // MIRRORCHECK_IMPL_LOADER_KERNEL_TREE_H_
