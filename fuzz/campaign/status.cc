#include "fuzz/campaign/status.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <ctime>
#include <new>

namespace mirrorcheck::fuzz {

std::uint64_t monotonic_milliseconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1000 +
         static_cast<std::uint64_t>(now.tv_nsec) / 1'000'000;
}

MappedStatus MappedStatus::map(const std::string& path, int flags) {
  MappedStatus mapped;
  const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC | flags, 0600);
  if (file < 0) return mapped;
  if (flags == 0 || ::ftruncate(file, sizeof(Status)) == 0) {
    void* const memory =
        ::mmap(nullptr, sizeof(Status), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory != MAP_FAILED) mapped.status_ = static_cast<Status*>(memory);
  }
  ::close(file);
  return mapped;
}

MappedStatus MappedStatus::create(const std::string& path) {
  MappedStatus mapped = map(path, O_CREAT | O_EXCL);
  if (mapped) new (mapped.status_) Status;
  return mapped;
}

MappedStatus MappedStatus::open(const std::string& path) {
  MappedStatus mapped = map(path, 0);
  if (mapped && mapped->magic != Status::kMagic) return {};
  return mapped;
}

MappedStatus::~MappedStatus() {
  if (status_ != nullptr) ::munmap(status_, sizeof(Status));
}

}  // namespace mirrorcheck::fuzz
