#include "proofs/second_solver.h"

#include <boost/process.hpp>
#include <cstdio>
#include <memory>

namespace mirrorcheck::proofs {

namespace process = boost::process;

namespace {

// Looks for the program in PATH.
constexpr const char* kEnv = "/usr/bin/env";

// The first line that cvc5 prints.
std::string answer_to(const std::string& smt2, unsigned timeout_milliseconds, const char* option) {
  // A file and no pipe: a solver that gives up early would take us along with SIGPIPE.
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> text(std::tmpfile(), std::fclose);
  if (text == nullptr || std::fwrite(smt2.data(), 1, smt2.size(), text.get()) != smt2.size() ||
      std::fseek(text.get(), 0, SEEK_SET) != 0) {
    throw ProveError("the temporary directory cannot be written to, or is full; free some space");
  }
  process::ipstream out;
  process::child solver(kEnv, "cvc5", "--lang=smt2", option, "--no-produce-models",
                        "--tlimit=" + std::to_string(timeout_milliseconds), "-",
                        process::std_in<text.get(), process::std_out> out,
                        process::std_err > process::null);
  std::string answer;
  std::getline(out, answer);
  solver.wait();
  return answer;
}

}  // namespace

SecondSolver::SecondSolver() {
  if (process::system(kEnv, "cvc5", "--version", process::std_out > process::null,
                      process::std_err > process::null) != 0) {
    throw ProveError("the second solver, cvc5, is not there; apt-get install cvc5");
  }
}

Verdict SecondSolver::decide(const Obligation& obligation, unsigned timeout_milliseconds) const {
  // A contradiction is found in half the time by who does not look for models.
  if (!obligation.proved_by_sat &&
      answer_to(obligation.smt2, timeout_milliseconds, "--no-finite-model-find") == "unsat") {
    return Verdict::kProved;
  }
  // These obligations have finite models where they have any.
  const std::string answer =
      answer_to(obligation.smt2, timeout_milliseconds, "--finite-model-find");
  if (answer != "sat" && answer != "unsat") return Verdict::kUnknown;
  return (answer == "sat") == obligation.proved_by_sat ? Verdict::kProved : Verdict::kRefuted;
}

}  // namespace mirrorcheck::proofs
