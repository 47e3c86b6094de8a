// Subscriptions that come and go: N2, N4, N5.
//
// Thread safety: pure functions of their arguments.

#ifndef MIRRORCHECK_PROOFS_GROUPS_REGISTRATION_H_
#define MIRRORCHECK_PROOFS_GROUPS_REGISTRATION_H_

#include "model/state.h"
#include "proofs/group.h"

namespace mirrorcheck::proofs {

// An engine that may run is registered and not on its way out.
template <class D>
auto engines_are_registered(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Mirror>([&](const auto& m) {
    return !s.engine(m) || s.registration(m) == Registration::kTree ||
           s.registration(m) == Registration::kInsertDeferred;
  });
}

// N2: a subscription is in a published mm.
template <class D>
auto mirrors_are_published(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Mirror>([&](const auto& m) {
    return s.registration(m) == Registration::kOut || s.published(s.mirror_mm(m));
  });
}

// N4: who waits on the deferred list is taken to be under invalidation, and has nothing.
template <class D>
auto deferred_inserts_are_excluded(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Mirror>([&](const auto& m) {
    return s.registration(m) != Registration::kInsertDeferred ||
           (s.odd(s.mirror_mm(m)) && s.sub_epoch(m) == s.epoch(s.mirror_mm(m)) &&
            D::template all<Page>([&](const auto& p) { return s.device_frame(m, p) == kNoFrame; }));
  });
}

// N5: a removal waits only while the tree is frozen.
template <class D>
auto removals_wait_for_a_frozen_tree(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Mirror>([&](const auto& m) {
    return s.registration(m) != Registration::kRemoveDeferred || s.odd(s.mirror_mm(m));
  });
}

// S8': who is in the interval tree of an mm does not change while its invalidate_seq stays odd.
template <class D>
typename D::template Of<bool> the_frozen_tree_stays_as_it_is(const model::State<D>& s,
                                                             const typename D::Arguments&,
                                                             const model::State<D>& t) {
  using namespace mirrorcheck::model;
  const auto in_tree = [](const auto& state, const auto& m, const auto& mm) {
    return state.mirror_mm(m) == mm && (state.registration(m) == Registration::kTree ||
                                        state.registration(m) == Registration::kRemoveDeferred);
  };
  return D::template all<Mm>([&](const auto& mm) {
    return D::template all<Mirror>([&](const auto& m) {
      return in_tree(s, m, mm) == in_tree(t, m, mm) || !s.odd(mm) || !t.odd(mm);
    });
  });
}

// S8: a subscription comes into an mm that is in use and published, and leaves the lists at once or
// when the period ends; nothing else moves it.
template <class D>
typename D::template Of<bool> subscriptions_move_in_order(const model::State<D>& s,
                                                          const typename D::Arguments&,
                                                          const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Mirror>([&](const auto& m) {
    const auto mm = t.mirror_mm(m);
    const auto from = s.registration(m);
    const auto to = t.registration(m);
    const auto period_ends = s.odd(mm) && !t.odd(mm);
    return from == to ||
           (from == Registration::kOut && to != Registration::kRemoveDeferred &&
            s.users(mm) != 0u && s.published(mm)) ||
           (from == Registration::kInsertDeferred &&
            (to == Registration::kOut || (to == Registration::kTree && period_ends))) ||
           (from == Registration::kTree && to == Registration::kRemoveDeferred && s.odd(mm)) ||
           (from == Registration::kTree && to == Registration::kOut && !s.odd(mm)) ||
           (from == Registration::kRemoveDeferred && to == Registration::kOut && period_ends);
  });
}

// S17: a mirror keeps the mm and the interval that it was registered with.
template <class D>
typename D::template Of<bool> mirrors_keep_their_mm(const model::State<D>& s,
                                                    const typename D::Arguments&,
                                                    const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Mirror>([&](const auto& m) {
    return (s.mirror_mm(m) == t.mirror_mm(m) && s.mirror_pages(m) == t.mirror_pages(m)) ||
           s.registration(m) == Registration::kOut;
  });
}

// S8: for a subscription that is out no callback runs, and none will run in a window that is open
// now; its device reaches nothing.
template <class D>
typename D::template Of<bool> the_removed_are_left_alone(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Mirror>([&](const auto& m) {
    return s.registration(m) != Registration::kOut ||
           (!s.engine(m) && D::template all<Window>([&](const auto& w) {
             return s.phase(w) == WindowPhase::kClosed || !s.hit(w, m);
           }) &&
            D::template all<Page>([&](const auto& p) { return s.device_frame(m, p) == kNoFrame; }));
  });
}

struct RegistrationAndRemoval {
  static constexpr Group kGroup{
      .name = "registration",
      .title = "subscriptions that come and go",
      .says =
          "a subscription is in a published mm, one that waits to be inserted counts as being "
          "invalidated and has nothing, and one that is on its way out has no running device",
      .does_not_say = "that remove returns",
      .assumes = "a driver stops its device before it removes its subscription",
  };
  template <class D, class F>
  static void each_conjunct(F&& f) {
    using namespace mirrorcheck::model;
    f("engines_are_registered", "S1 S2 S5", &engines_are_registered<D>);
    f("mirrors_are_published", "S1 S2 S5", &mirrors_are_published<D>);
    f("deferred_inserts_are_excluded", "S1 S2 S5", &deferred_inserts_are_excluded<D>);
    f("removals_wait_for_a_frozen_tree", "S8", &removals_wait_for_a_frozen_tree<D>);
  }
  template <class D, class F>
  static void each_step(F&& f) {
    using Step = StepProperty<D>;
    f(Step{"the_frozen_tree_stays_as_it_is", "S8'", "S7", "N4.insert/3 N5.remove/1",
           &the_frozen_tree_stays_as_it_is<D>});
    f(Step{"subscriptions_move_in_order", "S8", "", "N4.insert/1 N4.insert/2 N5.remove/1",
           &subscriptions_move_in_order<D>});
    f(Step{"mirrors_keep_their_mm", "S17", "", "N4.insert/3", &mirrors_keep_their_mm<D>});
  }
  template <class D, class F>
  static void each_consequence(F&& f) {
    using Fact = Consequence<D>;
    f(Fact{"the_removed_are_left_alone", "S8", "S1",
           "engines_are_registered hits_stay_in_the_frozen_tree", &the_removed_are_left_alone<D>});
  }
};

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_GROUPS_REGISTRATION_H_
