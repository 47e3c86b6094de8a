#include "fuzz/scenario/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "fuzz/scenario/bytes.h"
#include "fuzz/scenario/container.h"
#include "fuzz/scenario/text.h"

namespace mirrorcheck::fuzz {
namespace {

Error problem(const std::string& path, std::string message) {
  return Error{.name = path, .message = std::move(message)};
}

Error cannot_read(const std::string& path, int error) {
  switch (error) {
    case ENOENT:
      return problem(path, "there is no such file: check the path");
    case EISDIR:
      return problem(path, "is a directory: name a scenario file in it");
    case EACCES:
      return problem(path, "cannot be read: permission denied; check who owns it");
    default:
      return problem(path, std::string("cannot be read: ") + std::strerror(error) +
                               "; copy it elsewhere and try again");
  }
}

Error cannot_write(const std::string& path, int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return problem(path, "cannot be written: the disk is full; free some space and try again");
    case ENOENT:
    case ENOTDIR:
      return problem(path, "cannot be written: its directory does not exist; create it first");
    case EISDIR:
      return problem(path, "cannot be written: it is a directory; name a file in it");
    case EACCES:
    case EPERM:
    case EROFS:
      return problem(path, std::string("cannot be written: ") + std::strerror(error) +
                               "; choose a place that you may write to");
    default:
      return problem(path, std::string("cannot be written: ") + std::strerror(error) +
                               "; choose another place");
  }
}

// A file descriptor that closes itself. close() may be asked for its verdict once before.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  bool close() {
    const int fd = fd_;
    fd_ = -1;
    return ::close(fd) == 0;
  }

 private:
  int fd_;
};

std::optional<Error> read_bytes(const std::string& path, std::vector<std::uint8_t>& bytes) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return cannot_read(path, errno);
  // One byte more than allowed, to see whether there is more.
  bytes.resize(kMaxFileBytes + 1);
  std::size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t got = ::read(file.get(), bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannot_read(path, errno);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > kMaxFileBytes) {
    return problem(path, "too long for a scenario: at most " + std::to_string(kMaxFileBytes) +
                             " bytes; is it the right file?");
  }
  bytes.resize(size);
  return std::nullopt;
}

std::optional<int> write_all(Descriptor& file, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(file.get(), bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return errno;
    bytes = bytes.subspan(static_cast<std::size_t>(done));
  }
  // Some file systems report a full disk no earlier than here.
  if (::fsync(file.get()) != 0 && errno != EINVAL && errno != EROFS) return errno;
  if (!file.close()) return errno;
  return std::nullopt;
}

std::optional<Error> write_bytes(const std::string& path, std::span<const std::uint8_t> bytes) {
  static std::atomic<unsigned> written = 0;
  // Neither another thread, nor another process on this machine, has this name; what a killed
  // process with the same id left behind is overwritten.
  const std::string temporary =
      path + '.' + std::to_string(::getpid()) + '.' + std::to_string(written.fetch_add(1)) + ".tmp";
  Descriptor file(
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666));
  if (file.get() < 0) return cannot_write(path, errno);
  std::optional<int> error = write_all(file, bytes);
  if (!error && ::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (!error) return std::nullopt;
  ::unlink(temporary.c_str());
  return cannot_write(path, *error);
}

}  // namespace

ScenarioOrError read_scenario_file(const std::string& path) {
  std::vector<std::uint8_t> bytes;
  if (std::optional<Error> error = read_bytes(path, bytes)) return std::move(*error);
  if (is_container(bytes)) return unpack(bytes, path);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (bytes.empty()) {
    return problem(path, "is empty: if it is a raw fuzzer input, use --raw");
  }
  if (text.starts_with("mirrorcheck")) return parse(text, path);
  return problem(path,
                 "is no scenario, neither text nor bytes: if it is a raw fuzzer input, use --raw");
}

ScenarioOrError read_raw_file(const std::string& path) {
  std::vector<std::uint8_t> bytes;
  if (std::optional<Error> error = read_bytes(path, bytes)) return std::move(*error);
  Scenario scenario;
  decode(bytes, scenario);
  return scenario;
}

std::optional<Error> write_text_file(const std::string& path, const Scenario& scenario) {
  const std::string text = format(scenario);
  return write_bytes(path, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

std::optional<Error> write_container_file(const std::string& path, const Scenario& scenario) {
  return write_bytes(path, pack(scenario));
}

std::optional<Error> write_raw_file(const std::string& path, const Scenario& scenario) {
  return write_bytes(path, encode(scenario));
}

}  // namespace mirrorcheck::fuzz
