// Files and directories that appear as a whole or not at all.
//
// Thread safety: the functions share nothing but the file system.
// Errors: one line with the path, what is wrong and what to do; nothing on success.

#ifndef MIRRORCHECK_FUZZ_CAMPAIGN_OUTPUT_FILE_H_
#define MIRRORCHECK_FUZZ_CAMPAIGN_OUTPUT_FILE_H_

#include <optional>
#include <string>
#include <string_view>

namespace mirrorcheck::fuzz {

// Writes beside `path` first and renames.
std::optional<std::string> write_file(const std::string& path, std::string_view content);

// Whether write_file() would succeed, asked before the work whose result is to be written. Leaves
// what is at `path` alone.
std::optional<std::string> can_write_file(const std::string& path);

// Makes the directory if need be, and makes sure that files can be written there.
std::optional<std::string> prepare_directory(const std::string& path);

// A directory of this process' own for as long as it lives, with all that is put there; in memory
// if the machine offers that, since engines write thousands of small files.
class WorkDirectory {
 public:
  WorkDirectory();
  ~WorkDirectory();
  WorkDirectory(const WorkDirectory&) = delete;
  WorkDirectory& operator=(const WorkDirectory&) = delete;

  const std::string& path() const { return path_; }
  const std::string& problem() const { return problem_; }  // empty: there is one

 private:
  std::string path_;
  std::string problem_;
  int owner_;
};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_CAMPAIGN_OUTPUT_FILE_H_
