// What commands read and write: scenarios and implementations. Whatever goes wrong is one line on
// standard error, and an empty answer; the command then returns kUsage.
//
// Thread safety: one thread.

#ifndef MIRRORCHECK_FUZZ_TOOL_INPUT_H_
#define MIRRORCHECK_FUZZ_TOOL_INPUT_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/scenario/file.h"
#include "fuzz/scenario/scenario.h"
#include "fuzz/tool/options.h"
#include "impl/world.h"

namespace mirrorcheck::tool {

inline constexpr Option kRawOption{"--raw", "", "files are fuzzers' inputs: bytes without a header",
                                   OptionKind::kFlag};
inline constexpr Option kImplOption{
    "--impl", "NAME",
    "implementation under test: reference (default), linux-6.12, linux (see below), "
    "mutant:ID, or a shared object's path"};

// `raw`: whether the file is bytes without a header.
std::optional<fuzz::Scenario> read_scenario(const std::string& path, bool raw = false);
// The comment with which a scenario's text begins, without its marks; empty: none.
std::string opening_comment(const std::string& path);
bool is_container_file(const std::string& path);

// Whether writing went well.
bool wrote(const std::optional<fuzz::Error>& error);

// One file of text, written as a whole or not at all. Whether that went well.
bool write_file(const std::string& path, const std::string& content);

// The scenario files that `path` names: itself, or, of a directory, all below it in the order of
// their names; of a finding's directory its scenario. With `raw`, every file of a directory.
std::optional<std::vector<std::string>> scenario_files(const std::string& path, bool raw);

std::unique_ptr<impl::World> load_implementation(const Arguments& arguments);

}  // namespace mirrorcheck::tool

#endif  // MIRRORCHECK_FUZZ_TOOL_INPUT_H_
