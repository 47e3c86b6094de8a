// What a worker of a campaign tells its supervisor, in memory that both have mapped.
//
// The worker is the only writer once it runs, and the supervisor only looks; numbers that are read
// while they change are a moment old, which is all that a progress line needs. When a worker dies,
// the last input it began is still here: that is how crashes of the code under test are caught, and
// a killed campaign has all its counts up to the end.
//
// Thread safety: one writing and one reading process.

#ifndef MIRRORCHECK_FUZZ_CAMPAIGN_STATUS_H_
#define MIRRORCHECK_FUZZ_CAMPAIGN_STATUS_H_

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "fuzz/harness/coverage.h"
#include "fuzz/scenario/bytes.h"
#include "impl/world.h"

namespace mirrorcheck::fuzz {

// A kind of finding as it was met first by one worker.
struct Found {
  std::array<char, 128> key{};   // property, clause, rule, and what is known of it
  std::array<char, 256> path{};  // the raw finding
  std::uint64_t executions = 0;
  std::uint64_t milliseconds = 0;       // since the campaign began
  std::atomic<std::uint64_t> times{0};  // executions that it ended
};

struct Status {
  static constexpr std::uint64_t kMagic = 0x6d63'7374'6174'0005;
  static constexpr std::size_t kMostFound = 64;  // kinds; more are counted, not kept

  std::uint64_t magic = kMagic;
  std::uint64_t began = 0;  // CLOCK_MONOTONIC of the campaign's start, in milliseconds
  std::uint32_t job = 0;

  std::uint64_t limit = 0;  // of executions, this worker's and those before it; 0: none

  std::atomic<std::uint64_t> executions{0};
  std::atomic<std::uint64_t> violations{0};
  std::atomic<std::uint64_t> inconclusive{0};
  std::atomic<std::uint64_t> avoided{0};  // executions that did without what is known
  std::atomic<std::uint32_t> found_count{0};
  std::array<Found, kMostFound> found{};
  Coverage coverage;

  // What the worker's implementation is known to break.
  std::array<impl::KnownTrigger, 8> triggers{};

  // Which choice_of() the input from the engine has that is being run, or was last.
  std::uint64_t choice = 0;
  // The input as it is being run, or was last.
  std::atomic<std::uint32_t> input_size{0};
  std::array<std::uint8_t, kMaxEncodedSize> input{};

  void begin_input(std::span<const std::uint8_t> bytes) {
    const std::size_t size = std::min(bytes.size(), input.size());
    std::copy_n(bytes.begin(), size, input.begin());
    input_size.store(static_cast<std::uint32_t>(size), std::memory_order_relaxed);
  }
  // `avoids`: something was taken out of it (known_triggers.h).
  void end_input(bool avoids) {
    if (avoids)
      avoided.store(avoided.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    executions.store(executions.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
  bool is_done() const { return limit != 0 && executions.load(std::memory_order_relaxed) >= limit; }
};

std::uint64_t monotonic_milliseconds();

// A Status in a file, mapped shared.
class MappedStatus {
 public:
  // Makes the file. Null object on failure, errno set.
  static MappedStatus create(const std::string& path);
  // Maps the file that another process made.
  static MappedStatus open(const std::string& path);

  MappedStatus() = default;
  MappedStatus(MappedStatus&& other) noexcept : status_(other.status_) { other.status_ = nullptr; }
  MappedStatus& operator=(MappedStatus&& other) noexcept {
    std::swap(status_, other.status_);
    return *this;
  }
  ~MappedStatus();

  explicit operator bool() const { return status_ != nullptr; }
  Status& operator*() const { return *status_; }
  Status* operator->() const { return status_; }

 private:
  static MappedStatus map(const std::string& path, int flags);
  Status* status_ = nullptr;
};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_CAMPAIGN_STATUS_H_
