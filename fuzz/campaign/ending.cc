#include "fuzz/campaign/ending.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <new>
#include <span>

#include "fuzz/campaign/process.h"
#include "fuzz/harness/branch_runs.h"
#include "fuzz/harness/execution.h"
#include "fuzz/scenario/bytes.h"
#include "impl/loader/loader.h"

namespace mirrorcheck::fuzz {
namespace {

constexpr unsigned kHangSeconds = 10;

// Whether body(execution) in a process of its own ends that by a signal, an alarm's included.
template <class Body>
bool ends_its_process(const std::string& implementation, Body body) {
  const pid_t child = fork_child([&] {
    const impl::LoadedWorld loaded = impl::load_world(implementation);
    if (loaded.world == nullptr) return 2;
    Execution execution(*loaded.world, {});
    body(execution);
    return 0;
  });
  int state = 0;
  return child > 0 && ::waitpid(child, &state, 0) == child && WIFSIGNALED(state);
}

// The run that a process was at, where its parent can read it.
class Present {
 public:
  Present() {
    void* const memory =
        ::mmap(nullptr, sizeof(Input), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory != MAP_FAILED) input_ = new (memory) Input{};
  }
  ~Present() {
    if (input_ != nullptr) ::munmap(input_, sizeof(Input));
  }
  Present(const Present&) = delete;
  Present& operator=(const Present&) = delete;

  explicit operator bool() const { return input_ != nullptr; }
  void set(std::span<const std::uint8_t> bytes) {
    std::ranges::copy(bytes, input_->bytes.begin());
    input_->size = bytes.size();
  }
  std::span<const std::uint8_t> bytes() const {
    return std::span(input_->bytes).first(input_->size);
  }

 private:
  struct Input {
    std::size_t size = 0;
    std::array<std::uint8_t, kMaxEncodedSize> bytes{};
  };
  Input* input_ = nullptr;
};

}  // namespace

bool find_ending_schedule(const std::string& implementation, Scenario& scenario) {
  Present present;
  if (!present) return false;
  const bool ends = ends_its_process(implementation, [&](Execution& execution) {
    run_branches(
        execution, scenario,
        [&](std::span<const std::uint8_t> bytes) {
          ::alarm(kHangSeconds);
          present.set(bytes);
          return true;
        },
        [](const Verdict&) {});
  });
  if (!ends || present.bytes().empty()) return false;
  decode(present.bytes(), scenario);
  return ends_its_process(implementation, [&](Execution& execution) {
    ::alarm(kHangSeconds);
    execution.replay(scenario);
  });
}

}  // namespace mirrorcheck::fuzz
