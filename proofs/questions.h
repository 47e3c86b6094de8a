// Puts questions to Z3, and keeps the answers as obligations.
//
// Thread safety: that of the universe.

#ifndef MIRRORCHECK_PROOFS_QUESTIONS_H_
#define MIRRORCHECK_PROOFS_QUESTIONS_H_

#include <z3++.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proofs/prove.h"

namespace mirrorcheck::proofs {

// Whether the list "S1 S2" has the word.
bool lists(std::string_view list, std::string_view word);

// Calls f(word) for each word of such a list.
template <class F>
void each_word(std::string_view list, F f) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(' '), list.size());
    if (end != 0) f(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
}

// What the calling thread has used of a processor, in seconds: what a question costs, however busy
// the machine is with something else.
double processor_seconds();

class Questions {
 public:
  explicit Questions(const ProveOptions& options) : options_(options) {}

  // A solver that knows nothing yet.
  z3::solver solver(z3::context& context) const;
  // Whether what is asserted in `solver` can be, if that is to be decided; `wanted` is the answer
  // that proves. The rest of `named` is as given.
  Obligation& ask(Obligation named, z3::solver& solver, z3::check_result wanted);

  // That there is no answer, and why not.
  void give_up(Obligation named, const std::string& reason);

  std::vector<Obligation> take() { return std::move(obligations_); }

 private:
  ProveOptions options_;
  std::vector<Obligation> obligations_;
};

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_QUESTIONS_H_
