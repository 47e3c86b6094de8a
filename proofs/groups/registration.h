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
  }
};

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_GROUPS_REGISTRATION_H_
