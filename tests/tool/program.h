// Runs the tool as a user does.
//
// Thread safety: none.

#ifndef MIRRORCHECK_TESTS_TOOL_PROGRAM_H_
#define MIRRORCHECK_TESTS_TOOL_PROGRAM_H_

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace mirrorcheck {

struct Outcome {
  int code = -1;  // exit code, or minus the signal
  std::string out;
  std::string error;
};

inline std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void put(const std::filesystem::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

// A directory of the test's own.
class ToolTest : public testing::Test {
 protected:
  ToolTest() {
    std::string name = (std::filesystem::temp_directory_path() / "tool-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::abort();
    directory_ = name;
  }
  ~ToolTest() override {
    std::error_code error;
    std::filesystem::remove_all(directory_, error);
  }

  std::string path(const std::string& name) const { return (directory_ / name).string(); }

  // Starts the tool in the test's directory; its output goes to files there.
  pid_t start(const std::vector<std::string>& arguments) const {
    const pid_t child = fork();
    if (child != 0) return child;
    const int out = open(path("out").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    const int error = open(path("error").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (out < 0 || error < 0 || chdir(directory_.c_str()) != 0) _exit(127);
    dup2(out, STDOUT_FILENO);
    dup2(error, STDERR_FILENO);
    std::vector<char*> argv{const_cast<char*>(MIRRORCHECK_TOOL)};
    for (const std::string& argument : arguments)
      argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    execv(argv[0], argv.data());
    _exit(127);
  }

  Outcome finish(pid_t child) const {
    int state = 0;
    waitpid(child, &state, 0);
    return {WIFEXITED(state) ? WEXITSTATUS(state) : -WTERMSIG(state), content_of(path("out")),
            content_of(path("error"))};
  }

  Outcome run(const std::vector<std::string>& arguments) const { return finish(start(arguments)); }

  // Exit code 2 with exactly one line that has `part` in it.
  void expect_refused(const std::vector<std::string>& arguments, const std::string& part) const {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.code, 2) << part << "\n" << outcome.out << outcome.error;
    EXPECT_EQ(std::count(outcome.error.begin(), outcome.error.end(), '\n'), 1) << outcome.error;
    EXPECT_TRUE(outcome.error.starts_with("mirrorcheck")) << outcome.error;
    EXPECT_NE(outcome.error.find(part), std::string::npos) << outcome.error;
  }

  std::filesystem::path directory_;
};

// A scenario that holds on the reference.
inline constexpr const char* kHolding = R"(mirrorcheck scenario 1
tasks t0:mm0 t1:mm0
file f0 dax 4 cells
setup
  t0 mmap_file p4+1 rw f0@0
  t0 mirror_open m0 p0+8
t0
  device_write m0 p4+1 .0
t1
  ftruncate f0 0 cells
schedule t0*20 t1*20
)";

}  // namespace mirrorcheck

#endif  // MIRRORCHECK_TESTS_TOOL_PROGRAM_H_
