// `mirrorcheck COMMAND ...`: finds the command, parses its arguments, runs it.

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>

#include <unistd.h>

#include "fuzz/tool/commands.h"
#include "fuzz/tool/exit_code.h"
#include "fuzz/tool/kernel_source.h"
#include "fuzz/tool/options.h"

namespace mirrorcheck::tool {
namespace {

constexpr const Command* kCommands[] = {&kFuzz,    &kReplay, &kExplore, &kStress, &kMinimize,
                                        &kExplain, &kProve,  &kAttack,  &kList,   &kShow};

std::string overview() {
  std::string out =
      "usage: mirrorcheck COMMAND [options] ...\n\n"
      "Holds a mirror of a CPU page table against the contract of Linux' mmu notifiers, HMM and\n"
      "DAX, under schedules that it controls.\n\ncommands:\n";
  for (const Command* command : kCommands) {
    std::string name(command->name);
    name.resize(10, ' ');
    out += "  " + name + std::string(command->summary) + "\n";
  }
  out +=
      "\n`mirrorcheck COMMAND --help` tells more.\n\nexit codes: 0 the contract holds, 1 violated, "
      "2 usage or unreadable input,\n            3 internal error, 4 inconclusive\n";
  return out;
}

// A failed assertion, or code under test that crashes: one line, and the exit code for it. Runs on
// a stack of its own, since the other one may be what ran out.
[[maybe_unused]] void crashed(int signal) {
  constexpr std::string_view kAssertion =
      "mirrorcheck: internal error: the check above failed; please report it with its command\n";
  constexpr std::string_view kCrash =
      "mirrorcheck: internal error: the process crashed, most likely in the implementation under "
      "test; run the same command in a debugger\n";
  const std::string_view line = signal == SIGABRT ? kAssertion : kCrash;
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
  _exit(kInternal);
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define MIRRORCHECK_SANITIZER 1
#endif
#endif

void report_crashes() {
#ifndef MIRRORCHECK_SANITIZER  // sanitizers have better reports
  static char stack[64 * 1024];
  const stack_t own{.ss_sp = stack, .ss_flags = 0, .ss_size = sizeof stack};
  sigaltstack(&own, nullptr);
  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) {
    struct sigaction action{};
    action.sa_handler = crashed;
    action.sa_flags = SA_ONSTACK;
    sigaction(signal, &action, nullptr);
  }
#endif
}

int run(int argc, char** argv) {
  const std::string_view first = argc < 2 ? "" : argv[1];
  if (first == "--help" || first == "-h" || first == "help") {
    std::fputs(overview().c_str(), stdout);
    return kHolds;
  }
  if (first.empty()) {
    std::fputs("mirrorcheck: no command; `mirrorcheck --help` lists them\n", stderr);
    return kUsage;
  }
  for (const Command* command : kCommands) {
    if (command->name != first) continue;
    Parsed parsed = parse(*command, {argv + 2, static_cast<std::size_t>(argc - 2)});
    if (parsed.help) {
      std::fputs(usage(*command).c_str(), stdout);
      return kHolds;
    }
    if (!parsed.error.empty()) {
      std::fprintf(stderr, "%s\n", parsed.error.c_str());
      return kUsage;
    }
    if (!resolve_kernel_source(parsed.arguments)) return kUsage;
    return command->run(parsed.arguments);
  }
  std::fprintf(stderr, "mirrorcheck: %s: no such command; `mirrorcheck --help` lists them\n",
               argv[1]);
  return kUsage;
}

}  // namespace
}  // namespace mirrorcheck::tool

int main(int argc, char** argv) {
  mirrorcheck::tool::report_crashes();
  try {
    const int code = mirrorcheck::tool::run(argc, argv);
    if (std::fflush(stdout) != 0) {
      std::fputs("mirrorcheck: standard output cannot be written; is the disk full?\n", stderr);
      return mirrorcheck::tool::kUsage;
    }
    return code;
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "mirrorcheck: internal error: %s\n", problem.what());
    return mirrorcheck::tool::kInternal;
  }
}
