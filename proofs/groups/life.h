// The life of an address space: X1, X2, N2.
//
// Thread safety: pure functions of their arguments.

#ifndef MIRRORCHECK_PROOFS_GROUPS_LIFE_H_
#define MIRRORCHECK_PROOFS_GROUPS_LIFE_H_

#include "model/state.h"
#include "proofs/group.h"

namespace mirrorcheck::proofs {

// X2: an mm that nobody uses stays so.
template <class D>
typename D::template Of<bool> the_dead_stay_dead(const model::State<D>& s,
                                                 const typename D::Arguments&,
                                                 const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Mm>(
      [&](const auto& mm) { return s.users(mm) != 0u || t.users(mm) == 0u; });
}

// X2: users come and go one by one.
template <class D>
typename D::template Of<bool> users_come_and_go(const model::State<D>& s,
                                                const typename D::Arguments&,
                                                const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Mm>([&](const auto& mm) {
    return t.users(mm) == s.users(mm) || t.users(mm) == s.users(mm) + 1u ||
           t.users(mm) + 1u == s.users(mm);
  });
}

template <class D>
void drop_all_users(model::State<D>& t, const typename D::Arguments& a) {
  t.users.set(a.mm, 0u);
}

// N2: what is published stays so, and is published while no window of the mm is open: nobody has
// seen "no notifier" and still has an entry to change.
template <class D>
typename D::template Of<bool> publishing_meets_no_window(const model::State<D>& s,
                                                         const typename D::Arguments& a,
                                                         const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Mm>([&](const auto& mm) {
    return s.published(mm) == t.published(mm) ||
           (!s.published(mm) && s.mmap_lock(a.task, mm) == Hold::kExclusive &&
            D::template all<Window>([&](const auto& w) {
              return s.phase(w) == WindowPhase::kClosed || s.window_mm(w) != mm;
            }));
  });
}

struct LifeOfAnMm {
  static constexpr Group kGroup{
      .name = "life",
      .title = "the life of an address space",
      .says =
          "an mm that nobody uses stays so, and its notifiers are published once, while no window "
          "is open (S17, S1)",
      .does_not_say = "that exit ends (liveness)",
      .assumes = "mm_users is counted by those who use the mm",
  };
  template <class D, class F>
  static void each_conjunct(F&&) {}
  template <class D, class F>
  static void each_step(F&& f) {
    using Step = StepProperty<D>;
    f(Step{"the_dead_stay_dead", "S17", "", "X2.mmget_not_zero/1", &the_dead_stay_dead<D>});
    f(Step{"users_come_and_go",
           "S17",
           "",
           "",
           &users_come_and_go<D>,
           {},
           Alteration<D>{"drops all users at once", model::Rule::kPutMm, &drop_all_users<D>}});
    f(Step{"publishing_meets_no_window", "S1", "", "N2.publish/2 N2.publish/3",
           &publishing_meets_no_window<D>});
  }
};

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_GROUPS_LIFE_H_
