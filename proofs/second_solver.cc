#include "proofs/second_solver.h"

#include <boost/process.hpp>
#include <cstdio>
#include <memory>

namespace mirrorcheck::proofs {

namespace process = boost::process;

namespace {

// Looks for the program in PATH.
constexpr const char* kEnv = "/usr/bin/env";

}  // namespace

SecondSolver::SecondSolver() {
  if (process::system(kEnv, "cvc5", "--version", process::std_out > process::null,
                      process::std_err > process::null) != 0) {
    throw ProveError("the second solver, cvc5, is not there; apt-get install cvc5");
  }
}

Verdict SecondSolver::decide(const Obligation& obligation, unsigned timeout_milliseconds) const {
  // A file and no pipe: a solver that gives up early would take us along with SIGPIPE.
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> text(std::tmpfile(), std::fclose);
  if (text == nullptr ||
      std::fwrite(obligation.smt2.data(), 1, obligation.smt2.size(), text.get()) !=
          obligation.smt2.size() ||
      std::fseek(text.get(), 0, SEEK_SET) != 0) {
    throw ProveError("the temporary directory cannot be written to, or is full; free some space");
  }
  process::ipstream out;
  // Looks for finite models, which these obligations have where they have any.
  process::child solver(kEnv, "cvc5", "--lang=smt2", "--finite-model-find", "--no-produce-models",
                        "--tlimit=" + std::to_string(timeout_milliseconds), "-",
                        process::std_in<text.get(), process::std_out> out,
                        process::std_err > process::null);
  std::string answer;
  std::getline(out, answer);
  solver.wait();
  if (answer != "sat" && answer != "unsat") return Verdict::kUnknown;
  return (answer == "sat") == obligation.proved_by_sat ? Verdict::kProved : Verdict::kRefuted;
}

}  // namespace mirrorcheck::proofs
