// Locks exclude: A12, D1.
//
// Thread safety: pure functions of their arguments.

#ifndef MIRRORCHECK_PROOFS_GROUPS_LOCKS_H_
#define MIRRORCHECK_PROOFS_GROUPS_LOCKS_H_

#include "model/state.h"
#include "proofs/group.h"

namespace mirrorcheck::proofs {

// A12: who holds mmap_lock for write holds it alone.
template <class D>
auto mmap_writers_are_alone(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Mm>([&](const auto& mm) {
    return D::template all<Task>([&](const auto& t) {
      return D::template all<Task>([&](const auto& u) {
        return s.mmap_lock(t, mm) != Hold::kExclusive || t == u || s.mmap_lock(u, mm) == Hold::kNot;
      });
    });
  });
}

// A12: one task holds i_rwsem.
template <class D>
auto inodes_have_one_owner(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<File>([&](const auto& x) {
    return D::template all<Task>([&](const auto& t) {
      return D::template all<Task>(
          [&](const auto& u) { return t == u || !s.inode_lock(t, x) || !s.inode_lock(u, x); });
    });
  });
}

// A12: one task holds the lock of a DAX entry or folio.
template <class D>
auto entries_have_one_owner(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<FilePage>([&](const auto& x) {
    return D::template all<Task>([&](const auto& t) {
      return D::template all<Task>(
          [&](const auto& u) { return t == u || !s.entry_lock(x, t) || !s.entry_lock(x, u); });
    });
  });
}

// A12: one task holds a driver's update lock.
template <class D>
auto update_locks_have_one_owner(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Mirror>([&](const auto& x) {
    return D::template all<Task>([&](const auto& t) {
      return D::template all<Task>(
          [&](const auto& u) { return t == u || !s.update_lock(t, x) || !s.update_lock(u, x); });
    });
  });
}

struct Locks {
  static constexpr Group kGroup{
      .name = "locks",
      .title = "locks exclude",
      .says = "what is held exclusively is held by one task",
      .does_not_say = "that nobody waits for ever (liveness)",
      .assumes =
          "locks are what they are said to be: acquiring one is a step that can be taken when it "
          "is free",
  };
  template <class D, class F>
  static void each_conjunct(F&& f) {
    f("mmap_writers_are_alone", "L1", &mmap_writers_are_alone<D>);
    f("inodes_have_one_owner", "L1", &inodes_have_one_owner<D>);
    f("entries_have_one_owner", "L1", &entries_have_one_owner<D>);
    f("update_locks_have_one_owner", "L1 S9'", &update_locks_have_one_owner<D>);
  }
};

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_GROUPS_LOCKS_H_
