#include "fuzz/campaign/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace mirrorcheck::fuzz {
namespace {

namespace fs = std::filesystem;

std::string cannot_write(const std::string& path, int error) {
  return path + ": cannot be written: " + std::strerror(error) +
         (error == ENOSPC || error == EDQUOT ? "; free some space and try again"
                                             : "; choose a place that you may write to");
}

}  // namespace

std::optional<std::string> write_file(const std::string& path, std::string_view content) {
  const std::string temporary = path + "." + std::to_string(::getpid()) + ".tmp";
  const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) return cannot_write(path, errno);
  int error = 0;
  while (!content.empty() && error == 0) {
    const ssize_t done = ::write(file, content.data(), content.size());
    if (done >= 0) {
      content.remove_prefix(static_cast<std::size_t>(done));
    } else if (errno != EINTR) {
      error = errno;
    }
  }
  if (::close(file) != 0 && error == 0) error = errno;
  if (error == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error == 0) return std::nullopt;
  ::unlink(temporary.c_str());
  return cannot_write(path, error);
}

std::optional<std::string> can_write_file(const std::string& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) return cannot_write(path, EISDIR);
  const std::string probe = path + "." + std::to_string(::getpid()) + ".probe";
  if (write_file(probe, "can this be written?\n")) return cannot_write(path, errno);
  ::unlink(probe.c_str());
  return std::nullopt;
}

std::optional<std::string> prepare_directory(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return cannot_write(path, error.value());
  const std::string probe = path + "/.probe-" + std::to_string(::getpid());
  if (const std::optional<std::string> problem = write_file(probe, "can this be written?\n")) {
    return problem;
  }
  ::unlink(probe.c_str());
  return std::nullopt;
}

WorkDirectory::WorkDirectory() : owner_(::getpid()) {
  std::error_code error;
  const fs::path places[] = {"/dev/shm", fs::temp_directory_path(error)};
  for (const fs::path& place : places) {
    std::string name = (place / "mirrorcheck-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) {
      path_ = name;
      problem_.clear();
      return;
    }
    problem_ = cannot_write(name, errno) + ", with TMPDIR";
  }
}

// A child that was forked has the object too, but not the directory.
WorkDirectory::~WorkDirectory() {
  std::error_code error;
  if (!path_.empty() && owner_ == ::getpid()) fs::remove_all(path_, error);
}

}  // namespace mirrorcheck::fuzz
