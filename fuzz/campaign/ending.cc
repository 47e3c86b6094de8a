#include "fuzz/campaign/ending.h"

#include <sys/wait.h>
#include <unistd.h>

#include "fuzz/campaign/process.h"
#include "fuzz/harness/execution.h"
#include "fuzz/harness/schedules.h"
#include "impl/loader/loader.h"

namespace mirrorcheck::fuzz {
namespace {

constexpr unsigned kHangSeconds = 10;

// Whether a run of `scenario` ends its process by a signal, an alarm's included.
bool ends_its_process(const std::string& implementation, const Scenario& scenario) {
  const pid_t child = fork_child([&] {
    const impl::LoadedWorld loaded = impl::load_world(implementation);
    if (loaded.world == nullptr) return 2;
    ::alarm(kHangSeconds);
    Execution execution(*loaded.world, {});
    execution.replay(scenario);
    return 0;
  });
  int state = 0;
  return child > 0 && ::waitpid(child, &state, 0) == child && WIFSIGNALED(state);
}

}  // namespace

bool find_ending_schedule(const std::string& implementation, Scenario& scenario) {
  for (Schedules schedules(scenario); !schedules.done(); schedules.next()) {
    if (ends_its_process(implementation, scenario)) return true;
  }
  return false;
}

}  // namespace mirrorcheck::fuzz
