// Child processes: started, told apart, and never left behind.
//
// Each child leads a process group of its own, so that a terminal's Ctrl-C reaches the campaign
// alone, and dies with its parent, however that ends.
//
// Thread safety: one thread. Errors: a child that cannot be started has pid -1.

#ifndef MIRRORCHECK_FUZZ_CAMPAIGN_PROCESS_H_
#define MIRRORCHECK_FUZZ_CAMPAIGN_PROCESS_H_

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

namespace mirrorcheck::fuzz {

using Environment = std::vector<std::pair<std::string, std::string>>;

// Runs a program with these arguments (the first is its path) and variables besides the present
// ones; its output goes to the file `log`.
pid_t spawn(const std::vector<std::string>& arguments, const Environment& environment,
            const std::string& log);

// Runs body() in a copy of this process, which ends with its answer as exit code.
template <class Body>
pid_t fork_child(Body body);

// Sends `signal` to the child's group.
void signal_group(pid_t child, int signal);

namespace detail {
pid_t begin_child();  // as fork(); the child is set up
[[noreturn]] void end_child(int code);
}  // namespace detail

template <class Body>
pid_t fork_child(Body body) {
  const pid_t child = detail::begin_child();
  if (child == 0) detail::end_child(body());
  return child;
}

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_CAMPAIGN_PROCESS_H_
