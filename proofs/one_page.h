// The core of the contract over a world of one page, as a system of transitions: windows and
// callbacks, the collision-retry section, faults, and the punching of a file.
//
// One page of a DAX file, mapped and mirrored, and the block that it has at first; one mirror, one
// window and two tasks, one of which faults for the device, while the other invalidates and
// punches. The rules are those of model/ over the bounded Domain with unbounded counters. What a
// task does under a lock that keeps the other out is one transition: rules one after the other.
//
// Of all cells of the state the system has those that some transition changes and that decide
// whether the property holds; all others are what they are at first. A value of several bits is as
// many Booleans.
//
// Thread safety: one thread.

#ifndef MIRRORCHECK_PROOFS_ONE_PAGE_H_
#define MIRRORCHECK_PROOFS_ONE_PAGE_H_

#include <string>
#include <string_view>
#include <vector>

#include "proofs/bounded.h"
#include "proofs/drop.h"
#include "proofs/symbolic_state.h"

namespace mirrorcheck::proofs {

class OnePage {
 public:
  struct Transition {
    z3::expr guard;
    std::vector<z3::expr> next;     // of each variable
    std::vector<z3::expr> choices;  // what guard and next leave to the task
  };

  // `drop` as ProveOptions::drop has it, a clause or nothing.
  explicit OnePage(std::string_view drop);

  z3::context& context() { return universe_.context(); }
  // Booleans and integers.
  const std::vector<z3::expr>& variables() const { return variables_; }
  // What they are at first, given `periods`: however many windows came and went before.
  const std::vector<z3::expr>& initial() const { return initial_; }
  z3::expr periods() { return context().int_const(kPeriods); }
  const std::vector<Transition>& transitions() const { return transitions_; }
  // S1 and S2.
  z3::expr good() const { return good_.front(); }

 private:
  using State = model::State<Bounded>;
  using Cells = std::vector<z3::expr>;
  struct Taken {
    z3::expr guard;
    Cells next;
    std::vector<z3::expr> choices;
  };
  static constexpr const char* kPeriods = "periods so far";

  State prologue();
  template <template <class> class R, class F>
  void take(State& state, unsigned task, F set);
  std::vector<Taken> take_all(const Cells& before);
  Cells cells();
  bool find_what_varies();
  void keep_what_matters();

  Universe universe_;
  Universe::Scope scope_;
  Drop drop_;
  Cells first_;                              // all cells
  std::vector<std::vector<z3::expr>> bits_;  // of each: a variable, or what it is at first
  std::vector<z3::expr> variables_;
  std::vector<z3::expr> initial_;
  std::vector<Transition> transitions_;
  std::vector<z3::expr> good_;  // one: an expression has no default
};

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_ONE_PAGE_H_
