// explore --model: every state of the contract itself, in a small world.
//
// Thread safety: one thread.

#ifndef MIRRORCHECK_FUZZ_TOOL_EXPLORE_MODEL_H_
#define MIRRORCHECK_FUZZ_TOOL_EXPLORE_MODEL_H_

#include <span>
#include <string>

#include "fuzz/tool/options.h"
#include "proofs/explore/explore.h"

namespace mirrorcheck::tool {

inline constexpr Option kModelOption{"--model", "", "explore the contract instead of a scenario",
                                     OptionKind::kFlag};
inline constexpr Option kPagesOption{
    "--pages",           "N", "with --model: pages of the address space (default 1)",
    OptionKind::kNumber, 1,   2};
inline constexpr Option kFramesOption{
    "--frames", "N", "with --model: frames of RAM (default 1)", OptionKind::kNumber, 0, 3};
inline constexpr Option kBlocksOption{
    "--blocks", "N", "with --model: blocks of a DAX device (default 0)", OptionKind::kNumber, 0, 2};
inline constexpr Option kFilesOption{"--files",           "N", "with --model: files (default 0)",
                                     OptionKind::kNumber, 0,   2};
inline constexpr Option kFilePagesOption{
    "--file-pages", "N", "with --model: pages of each file (default 1)", OptionKind::kNumber, 1, 2};
inline constexpr Option kTasksOption{"--tasks",           "N", "with --model: tasks (default 2)",
                                     OptionKind::kNumber, 1,   3};
inline constexpr Option kWindowsOption{
    "--windows", "N", "with --model: windows open at once (default 1)", OptionKind::kNumber, 0, 3};
inline constexpr Option kMirrorsOption{
    "--mirrors", "N", "with --model: mirrors (default 1)", OptionKind::kNumber, 0, 2};
inline constexpr Option kClassicsOption{
    "--classics", "N", "with --model: classic notifiers (default 0)", OptionKind::kNumber, 0, 2};
inline constexpr Option kMmsOption{
    "--mms", "N", "with --model: address spaces (default 1)", OptionKind::kNumber, 1, 2};
inline constexpr Option kRulesOption{
    "--rules", "LIST", "with --model: rules and groups of them: core, notifier (default), all"};
inline constexpr Option kProtectionsOption{
    "--protections", "", "with --model: areas that are not both readable and writable, too",
    OptionKind::kFlag};
inline constexpr Option kAnyLockOrderOption{
    "--any-lock-order", "", "with --model: locks in any order, not only that of A12",
    OptionKind::kFlag};
inline constexpr Option kNoSymmetryOption{
    "--no-symmetry", "", "with --model: states that differ in names only are different states",
    OptionKind::kFlag};
inline constexpr Option kStatesOption{
    "--states",          "N", "with --model: give up after so many states (default 20000000)",
    OptionKind::kNumber, 1,   400'000'000};

// The exit code.
int explore_model(const Arguments& arguments);

// One step in a line, for a trace.
std::string describe_step(const proofs::explore::ExploreStep& step, unsigned number);

}  // namespace mirrorcheck::tool

#endif  // MIRRORCHECK_FUZZ_TOOL_EXPLORE_MODEL_H_
