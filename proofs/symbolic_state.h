// States of the contract over a symbolic Domain: an arbitrary one, and the one that an execution
// begins with.
//
// Thread safety: that of the universe. REQUIRES: inside a Universe::Scope that fits the Domain.

#ifndef MIRRORCHECK_PROOFS_SYMBOLIC_STATE_H_
#define MIRRORCHECK_PROOFS_SYMBOLIC_STATE_H_

#include "model/state.h"
#include "proofs/term.h"

namespace mirrorcheck::proofs {

// Nothing is known about the state but the names of its fields.
template <class D>
model::State<D> arbitrary_state() {
  model::State<D> state;
  model::State<D>::each_field(state, [](const char* name, auto& field) { field.set_free(name); });
  return state;
}

// The state before the first step, whatever the files' sizes and however many tasks use an mm
// (`users` and `within` are left arbitrary): nothing is registered, mapped, locked or open.
template <class D>
model::State<D> initial_state() {
  using namespace mirrorcheck::model;
  model::State<D> state = arbitrary_state<D>();
  model::State<D>::each_field(state, [](const char*, auto& field) {
    using Field = std::remove_reference_t<decltype(field)>;
    using Sort = typename Field::ValueSort;
    constexpr SortId kId = kSort<Sort>;
    constexpr bool kNamed = std::is_same_v<Sort, Frame> || std::is_same_v<Sort, FilePage> ||
                            std::is_same_v<Sort, bool> || std::is_same_v<Sort, Integer>;
    // Where an unbounded universe has no name for the value 0, the field says something only once
    // its thing is registered or open; but see ranges_are_empty().
    if (kNamed || is_enumeration(kId) || Universe::current().bounded()) {
      field.set_all(Term<Sort>::number(0));
    }
  });
  state.users.set_free("users");
  state.within.set_free("within");
  state.epoch.set_all(1u);  // invalidate_seq starts at 2
  state.used.set(kZeroFrame, true);
  return state;
}

// What initial_state() has no value for in an unbounded universe: a range has no pages before it is
// given some.
template <class D>
auto ranges_are_empty(const model::State<D>& state) {
  using namespace mirrorcheck::model;
  return D::template all<Page>([&](const auto& p) {
    return D::template all<Window>(
               [&](const auto& w) { return !D::contains(state.window_pages(w), p); }) &&
           D::template all<Mirror>(
               [&](const auto& m) { return !D::contains(state.mirror_pages(m), p); });
  });
}

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_SYMBOLIC_STATE_H_
