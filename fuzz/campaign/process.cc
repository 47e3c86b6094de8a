#include "fuzz/campaign/process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace mirrorcheck::fuzz {
namespace detail {

pid_t begin_child() {
  std::fflush(nullptr);  // or both would write what is buffered
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child != 0) {
    // Also here, since a signal to the group may be sent before the child has run.
    if (child > 0) ::setpgid(child, child);
    return child;
  }
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);  // died before it could be noticed
  // A crash ends the child, whatever its parent does with its own.
  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) std::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  return 0;
}

void end_child(int code) {
  std::fflush(nullptr);
  ::_exit(code);
}

}  // namespace detail

pid_t spawn(const std::vector<std::string>& arguments, const Environment& environment,
            const std::string& log) {
  const pid_t child = detail::begin_child();
  if (child != 0) return child;
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  const int in = ::open("/dev/null", O_RDONLY);
  if (out < 0 || in < 0) ::_exit(127);
  ::dup2(in, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(out, STDERR_FILENO);
  for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments) {
    argv.push_back(const_cast<char*>(argument.c_str()));  // execv's type; it changes nothing
  }
  argv.push_back(nullptr);
  ::execv(argv[0], argv.data());
  std::perror(argv[0]);
  ::_exit(127);
}

void signal_group(pid_t child, int signal) {
  if (child > 0) ::kill(-child, signal);
}

}  // namespace mirrorcheck::fuzz
