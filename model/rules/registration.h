// Registration and removal of notifiers: N1-N8.

#ifndef MIRRORCHECK_MODEL_RULES_REGISTRATION_H_
#define MIRRORCHECK_MODEL_RULES_REGISTRATION_H_

#include "model/rules/clauses.h"

namespace mirrorcheck::model {

// N2: the first notifier of an mm is published while nobody can be between start and end, so nobody
// can have seen "no notifier" and still have to change an entry.
template <class D>
struct Publish {
  static constexpr Rule kRule = Rule::kPublish;
  static constexpr std::string_view kName = "N2.publish";
  static constexpr Clause kOnce{"N2", Property::kS7, "notifiers are published twice"};
  static constexpr Clause kMmapHeld{
      "N2", Property::kS1, "notifiers are published without mmap_lock held for write", true};
  static constexpr Clause kNoWindow{
      "N2", Property::kS1, "notifiers are published while a window of the mm is open", true};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kOnce, !s.published(a.mm));
    c.require(kMmapHeld, s.mmap_lock(a.task, a.mm) == Hold::kExclusive);
    c.require(kNoWindow, !any_window_open<D>(s, a.mm));
  }
  static void apply(State<D>& s, const Args<D>& a) { s.published.set(a.mm, true); }
};

// N4: while windows are open the new range is taken to be under invalidation: s == S, S odd, so
// that the first read_begin waits for the last of them. While the tree is frozen the node waits,
// too.
template <class D>
struct Insert {
  static constexpr Rule kRule = Rule::kInsert;
  static constexpr std::string_view kName = "N4.insert";
  static constexpr Clause kUsers{"N1", Property::kS17,
                                 "inserts into an mm that nobody uses any more"};
  static constexpr Clause kPublished{"N2", Property::kS1, "inserts before notifiers are published",
                                     true};
  static constexpr Clause kOut{"N1", Property::kS8,
                               "inserts a subscription that is still registered"};
  static constexpr Clause kNoSection{"N5", Property::kS9Prime,
                                     "inserts a subscription while a task is inside a section of "
                                     "its former life: the new sequence "
                                     "may be the one that the task has saved",
                                     true};
  static constexpr Clause kDeferred{
      "N4", Property::kS8Prime, "inserts into the tree while it is frozen, or defers without need"};
  static constexpr Clause kSequence{"N4", Property::kS9Prime,
                                    "gives a new subscription another sequence than N4 says"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    const auto active = any_window_open<D>(s, a.mm);
    c.require(kUsers, s.users(a.mm) != 0u);
    c.require(kPublished, s.published(a.mm));
    c.require(kOut, s.registration(a.mirror) == Registration::kOut);
    c.require(kNoSection, D::template all<Task>([&](const auto& t) {
                return s.section(t) == Section::kNone || s.section_mirror(t) != a.mirror;
              }));
    c.require(kDeferred, a.flag == (active && s.odd(a.mm)));
    c.require(kSequence, a.sequence == D::sequence(first_epoch(s, a, active), true));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    const auto active = any_window_open<D>(s, a.mm);
    s.registration.set(
        a.mirror, D::template choose<Registration>(
                      active && s.odd(a.mm), Registration::kInsertDeferred, Registration::kTree));
    s.sub_epoch.set(a.mirror, first_epoch(s, a, active));
    s.odd.set(a.mm, s.odd(a.mm) || active);
    s.mirror_mm.set(a.mirror, a.mm);
    s.mirror_pages.set(a.mirror, a.pages);
    s.engine.set(a.mirror, true);
    // Windows that are open now never reach it; nothing of it can be in use until they are closed.
    s.acked.template set_column<Window>(a.mirror, [&](const auto& w, const auto& old) {
      return old || (s.phase(w) != WindowPhase::kClosed && s.window_mm(w) == a.mm);
    });
  }

 private:
  template <class B>
  static auto first_epoch(const State<D>& s, const Args<D>& a, const B& active) {
    return D::template choose<Integer>(active, s.epoch(a.mm), s.epoch(a.mm) - 1u);
  }
};

// A driver lets go of all its translations before it takes its subscription out: afterwards nobody
// tells it anything.
template <class D>
struct Quiesce {
  static constexpr Rule kRule = Rule::kQuiesce;
  static constexpr std::string_view kName = "D2.quiesce";
  static constexpr Clause kLocked{"D1", Property::kS1,
                                  "the device page table changes without the update lock", true};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kLocked, s.update_lock(a.task, a.mirror));
    c.require(kMarked,
              D::template all<Page>([&](const auto& p) { return !s.unmarked(a.mirror, p); }));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.engine.set(a.mirror, false);
    s.device_frame.template set_row<Page>([](const auto&, const auto&) { return kNoFrame; },
                                          a.mirror);
    s.device_write.template set_row<Page>([](const auto&, const auto&) { return false; }, a.mirror);
    s.device_huge.template set_row<Page>([](const auto&, const auto&) { return false; }, a.mirror);
  }
};

// N5: a removal while the tree is frozen is deferred. N6: it may have to wait for the last end, so
// its caller holds no lock that a callback takes (of any subscription: the windows it waits for
// reach others) and is inside no window itself. Locks that come before a window, mmap_lock above
// all, it may hold: nobody who is inside one waits for them.
template <class D>
struct Remove {
  static constexpr Rule kRule = Rule::kRemove;
  static constexpr std::string_view kName = "N5.remove";
  static constexpr Clause kRegistered{"N5", Property::kS8,
                                      "removes a subscription that is not registered"};
  static constexpr Clause kQuiet{
      "D2", Property::kS1, "removes its subscription while the device can still use translations"};
  static constexpr Clause kNoUpdateLock{
      "N6", Property::kL1, "removes a subscription while holding a lock that callbacks take", true};
  static constexpr Clause kOutside{
      "N6", Property::kL1,
      "removes a subscription from a callback, or between a start and an end of its own", true};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kRegistered, s.registration(a.mirror) == Registration::kTree ||
                               s.registration(a.mirror) == Registration::kInsertDeferred);
    c.require(kQuiet, !s.engine(a.mirror));
    c.require(kNoUpdateLock, holds_no_update_lock<D>(s, a.task));
    c.require(kOutside, !inside_own_window<D>(s, a.task, s.mirror_mm(a.mirror)));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.registration.set(a.mirror, D::template choose<Registration>(
                                     s.odd(s.mirror_mm(a.mirror)) &&
                                         s.registration(a.mirror) == Registration::kTree,
                                     Registration::kRemoveDeferred, Registration::kOut));
  }
};

// N5: remove has returned; the driver may free what the callbacks use.
template <class D>
struct Removed {
  static constexpr Rule kRule = Rule::kRemoved;
  static constexpr std::string_view kName = "N5.removed";
  static constexpr Clause kOut{"N5", Property::kS8,
                               "remove returns while the subscription is still registered"};
  static constexpr Clause kNoCallback{"N5", Property::kS8,
                                      "remove returns while a callback may still run"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kOut, s.registration(a.mirror) == Registration::kOut);
    c.require(kNoCallback, D::template all_but<WindowPhase::kClosed>(s.phase, [&](const auto& w) {
                return s.phase(w) != WindowPhase::kStarting || !s.hit(w, a.mirror) ||
                       s.acked(w, a.mirror);
              }));
  }
  static void apply(State<D>&, const Args<D>&) {}
};

// N8. flag: the notifier's start can fail, and it has no end.
template <class D>
struct ClassicRegister {
  static constexpr Rule kRule = Rule::kClassicRegister;
  static constexpr std::string_view kName = "N8.register";
  static constexpr Clause kNew{"N8", Property::kS8,
                               "registers a notifier that is still registered"};
  static constexpr Clause kPublished{"N2", Property::kS1,
                                     "registers before notifiers are published", true};
  static constexpr Clause kNoWindow{
      "N2", Property::kS7, "registers a classic notifier while a window of the mm is open", true};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kNew, !s.listed(a.classic));
    c.require(kPublished, s.published(a.mm));
    c.require(kNoWindow, !any_window_open<D>(s, a.mm));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.listed.set(a.classic, true);
    s.classic_mm.set(a.classic, a.mm);
    s.can_fail.set(a.classic, a.flag);
  }
};

// N8: unregistering waits for running callbacks (SRCU); ends that were owed are not delivered. Its
// caller may hold an update lock, unlike that of Remove: those are taken by the callbacks of
// interval subscriptions, which run outside SRCU, and it does not wait for windows to end.
template <class D>
struct ClassicUnregister {
  static constexpr Rule kRule = Rule::kClassicUnregister;
  static constexpr std::string_view kName = "N8.unregister";
  static constexpr Clause kListed{"N8", Property::kS8,
                                  "unregisters a notifier that is not registered"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kListed, s.listed(a.classic));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.listed.set(a.classic, false);
    s.told.template set_column<Window>(a.classic, [](const auto&, const auto&) { return false; });
    s.owed.template set_column<Window>(a.classic, [](const auto&, const auto&) { return false; });
  }
};

}  // namespace mirrorcheck::model

#endif  // MIRRORCHECK_MODEL_RULES_REGISTRATION_H_
