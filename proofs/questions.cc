#include "proofs/questions.h"

#include <time.h>

#include <algorithm>
#include <string>

namespace mirrorcheck::proofs {

bool lists(std::string_view list, std::string_view word) {
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t end = std::min(list.find(' ', at), list.size());
    if (list.substr(at, end - at) == word) return true;
    at = end + 1;
  }
  return false;
}

z3::solver Questions::solver(z3::context& context) const {
  z3::solver solver(context, z3::solver::simple());
  z3::params p(context);
  p.set("timeout", options_.timeout_milliseconds);
  solver.set(p);
  return solver;
}

double processor_seconds() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + (1e-9 * static_cast<double>(used.tv_nsec));
}

Obligation& Questions::ask(Obligation named, z3::solver& solver, z3::check_result wanted) {
  named.proved_by_sat = wanted == z3::sat;
  // Z3 names no logic. It ends the text with the question.
  if (options_.export_smt2) named.smt2 = "(set-logic ALL)\n" + solver.to_smt2();
  if (!options_.decide) {
    give_up(std::move(named), "was not asked");
    return obligations_.back();
  }
  const double begin = processor_seconds();
  const z3::check_result result = solver.check();
  named.seconds = processor_seconds() - begin;
  named.verdict = result == z3::unknown ? Verdict::kUnknown
                  : result == wanted    ? Verdict::kProved
                                        : Verdict::kRefuted;
  if (result == z3::unknown) {
    named.counterexample = "  the solver: " + solver.reason_unknown() + "\n";
  }
  return obligations_.emplace_back(std::move(named));
}

void Questions::give_up(Obligation named, const std::string& reason) {
  named.counterexample = "  the solver: " + reason + "\n";
  obligations_.push_back(std::move(named));
}

}  // namespace mirrorcheck::proofs
