// invalidate_range_start .. end: I1-I8, the driver's callback D2, D7, and the deferred list N7.

#ifndef MIRRORCHECK_MODEL_RULES_WINDOWS_H_
#define MIRRORCHECK_MODEL_RULES_WINDOWS_H_

#include "model/rules/clauses.h"

namespace mirrorcheck::model {

inline constexpr Clause kOwnWindow{"I6", Property::kS7,
                                   "acts on a window that another task opened"};
inline constexpr Clause kSequenceAfter{"Q1", Property::kS9,
                                       "leaves another invalidate_seq than the protocol says"};

// mn_itree_inv_end: the last end of an odd period makes S even and works off the deferred list
// (N7).
template <class D>
struct PeriodEnd {
  template <class W>
  static auto is_last(const State<D>& s, const W& window) {
    return D::template all_but<WindowPhase::kClosed>(s.phase, [&](const auto& w) {
      return w == window || s.window_mm(w) != s.window_mm(window);
    });
  }
  template <class W>
  static auto sequence(const State<D>& s, const W& window) {
    const auto mm = s.window_mm(window);
    const auto over = s.odd(mm) && is_last(s, window);
    return D::template choose<Integer>(over, D::sequence(s.epoch(mm) + 1u, false),
                                       D::sequence(s.epoch(mm), s.odd(mm)));
  }
  template <class W>
  static void apply(State<D>& s, const W& window) {
    const auto mm = s.window_mm(window);
    const auto over = s.odd(mm) && is_last(s, window);
    const auto deferred = !D::template all_but<Registration::kOut>(
        s.registration, [&](const auto& m) { return s.registration(m) == Registration::kTree; });
    D::when(over && deferred, [&] {
      s.registration.template set_row<Mirror>([&](const auto& m, const auto& old) {
        return D::template choose<Registration>(
            over && s.mirror_mm(m) == mm,
            D::template choose<Registration>(
                old == Registration::kInsertDeferred, Registration::kTree,
                D::template choose<Registration>(old == Registration::kRemoveDeferred,
                                                 Registration::kOut, old)),
            old);
      });
    });
    D::when(over, [&] {
      s.epoch.set(mm, D::template choose<Integer>(over, s.epoch(mm) + 1u, s.epoch(mm)));
      s.odd.set(mm, s.odd(mm) && !over);
    });
    s.phase.set(window, WindowPhase::kClosed);
  }
};

// Q1: A is raised, and S made odd when the range hits a subscription in the tree. A subscription
// that waits on the deferred list is not reached; it is excused until the period is over (N4).
// required: the window has an owner, a.mirror; of no meaning but with MIGRATE and EXCLUSIVE (I9).
template <class D>
struct Start {
  static constexpr Rule kRule = Rule::kStart;
  static constexpr std::string_view kName = "I2.start";
  static constexpr Clause kClosed{"I6", Property::kS7, "opens a window that is still open"};
  static constexpr Clause kPaid{"I5", Property::kS7,
                                "a classic notifier that was told of a start never got its end"};
  static constexpr Clause kRelease{"X1", Property::kS8,
                                   "RELEASE while somebody still uses the address space"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kClosed, s.phase(a.window) == WindowPhase::kClosed);
    c.require(kPaid, D::template all<Classic>([&](const auto& n) { return !s.owed(a.window, n); }));
    c.require(kRelease, a.event != WindowEvent::kRelease || s.users(a.mm) == 0u);
    const auto odd =
        s.odd(a.mm) || !D::template all_but<Registration::kOut>(
                           s.registration, [&](const auto& m) { return !reached(s, a, m); });
    c.require(kSequenceAfter, a.sequence == D::sequence(s.epoch(a.mm), odd));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.phase.set(a.window, WindowPhase::kStarting);
    s.owner.set(a.window, a.task);
    s.window_mm.set(a.window, a.mm);
    s.window_pages.set(a.window, a.pages);
    s.window_event.set(a.window, a.event);
    const auto owned =
        a.required && (a.event == WindowEvent::kExclusive || a.event == WindowEvent::kMigrate);
    s.owned.set(a.window, owned);
    s.window_mirror.set(a.window,
                        D::template choose<Mirror>(owned, a.mirror, s.window_mirror(a.window)));
    s.blockable.set(a.window, a.flag);
    s.refused.set(a.window, false);
    s.hit.template set_row<Mirror>([&](const auto& m, const auto&) { return reached(s, a, m); },
                                   a.window);
    s.acked.template set_row<Mirror>(
        [&](const auto& m, const auto&) {
          return s.registration(m) == Registration::kInsertDeferred && s.mirror_mm(m) == a.mm;
        },
        a.window);
    s.kept.template set_row<Mirror>([](const auto&, const auto&) { return false; }, a.window);
    s.told.template set_row<Classic>([](const auto&, const auto&) { return false; }, a.window);
    s.odd.set(a.mm, s.odd(a.mm) || !D::template all<Mirror>(
                                       [&](const auto& m) { return !s.hit(a.window, m); }));
  }

 private:
  template <class M>
  static auto reached(const State<D>& s, const Args<D>& a, const M& m) {
    return (s.registration(m) == Registration::kTree ||
            s.registration(m) == Registration::kRemoveDeferred) &&
           s.mirror_mm(m) == a.mm && D::overlap(a.pages, s.mirror_pages(m));
  }
};

// D2, Q6: in its callback the driver sets the sequence and takes the translations away (I8: those
// of the range and its own interval). flag: it only took the write permission (D3).
template <class D>
struct Invalidate {
  static constexpr Rule kRule = Rule::kInvalidate;
  static constexpr std::string_view kName = "D2.invalidate";
  static constexpr Clause kStarting{"I1", Property::kS1Prime,
                                    "a callback runs outside invalidate_range_start"};
  static constexpr Clause kReached{
      "I8", Property::kS8, "a callback runs for a subscription that the range does not hit"};
  static constexpr Clause kOnce{"I8", Property::kS7, "a callback runs twice in one window"};
  static constexpr Clause kRegistered{"N5", Property::kS8,
                                      "a callback runs for a subscription that was removed"};
  static constexpr Clause kLocked{"D1", Property::kS9Prime,
                                  "the callback does its work without the update lock", true};
  static constexpr Clause kSequence{"Q6", Property::kS9,
                                    "set_seq stores another value than the window's cur_seq"};
  static constexpr Clause kIntervalFirst{
      "I1", Property::kS1Prime, "a classic notifier is called before an interval subscription",
      true};
  static constexpr Clause kDowngrade{
      "D3", Property::kS1,
      "keeps a translation although the event takes more than write permission"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kStarting, s.phase(a.window) == WindowPhase::kStarting);
    c.require(kOwnWindow, s.owner(a.window) == a.task);
    c.require(kReached, s.hit(a.window, a.mirror));
    c.require(kOnce, !s.acked(a.window, a.mirror));
    c.require(kRegistered, s.registration(a.mirror) == Registration::kTree ||
                               s.registration(a.mirror) == Registration::kRemoveDeferred);
    c.require(kLocked, s.update_lock(a.task, a.mirror));
    c.require(kSequence, a.sequence == D::sequence(s.epoch(s.window_mm(a.window)), true));
    c.require(kIntervalFirst,
              D::template all<Classic>([&](const auto& n) { return !s.told(a.window, n); }));
    c.require(kDowngrade,
              !a.flag || ((s.window_event(a.window) == WindowEvent::kProtectionVma ||
                           s.window_event(a.window) == WindowEvent::kProtectionPage) &&
                          D::template all_in<Page>(s.window_pages(a.window),
                                                   [&](const auto& p) { return s.area_read(p); })));
    c.require(kMarked,
              a.flag || D::template all_in<Page>(s.window_pages(a.window), [&](const auto& p) {
                return !s.unmarked(a.mirror, p);
              }));
    c.require(kWholeTranslation, whole_translations<D>(s, a.mirror, s.window_pages(a.window)));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.sub_epoch.set(a.mirror, s.epoch(s.window_mm(a.window)));
    s.acked.set(a.window, a.mirror, true);
    s.kept.set(a.window, a.mirror, a.flag);
    s.device_frame.template set_in<Page>(a.mirror, s.window_pages(a.window),
                                         [&](const auto&, const auto& old) {
                                           return D::template choose<Frame>(a.flag, old, kNoFrame);
                                         });
    s.device_write.template set_in<Page>(a.mirror, s.window_pages(a.window),
                                         [](const auto&, const auto&) { return false; });
    s.device_huge.template set_in<Page>(
        a.mirror, s.window_pages(a.window),
        [&](const auto&, const auto& old) { return a.flag && old; });
  }
};

// P3, P4: the callback of a mirror for which the window makes pages exclusive, or moves them, does
// nothing at all, not even set_seq: the section in which its driver asked for them goes on. What
// moves its driver takes from the device and from its sections itself (S12.move).
template <class D>
struct Ignore {
  static constexpr Rule kRule = Rule::kIgnore;
  static constexpr std::string_view kName = "P4.ignore";
  static constexpr Clause kReached{"I8", Property::kS8,
                                   "a callback ignores a window that does not call it"};
  static constexpr Clause kOwner{
      "P4", Property::kS1, "a callback ignores a window that is not on its own mirror's behalf"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(Invalidate<D>::kStarting, s.phase(a.window) == WindowPhase::kStarting);
    c.require(kOwnWindow, s.owner(a.window) == a.task);
    c.require(kReached, s.hit(a.window, a.mirror));
    c.require(Invalidate<D>::kOnce, !s.acked(a.window, a.mirror));
    c.require(kOwner, s.owned(a.window) && s.window_mirror(a.window) == a.mirror);
  }
  static void apply(State<D>& s, const Args<D>& a) { s.acked.set(a.window, a.mirror, true); }
};

// I3, D7: only a non-blockable start may be refused.
template <class D>
struct Refuse {
  static constexpr Rule kRule = Rule::kRefuse;
  static constexpr std::string_view kName = "D7.refuse";
  static constexpr Clause kNonBlockable{"I2", Property::kS1,
                                        "a callback refuses a blockable window"};
  static constexpr Clause kReached{"I8", Property::kS8,
                                   "a callback refuses for a subscription that is not its to call"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    // First, since a closed window keeps what the last one of its name has left, which need not be
    // the same in a run that was put back.
    c.require(Invalidate<D>::kStarting, s.phase(a.window) == WindowPhase::kStarting);
    c.require(kOwnWindow, s.owner(a.window) == a.task);
    c.require(kNonBlockable, !s.blockable(a.window));
    c.require(kReached, s.hit(a.window, a.mirror) && !s.acked(a.window, a.mirror));
  }
  static void apply(State<D>& s, const Args<D>& a) { s.refused.set(a.window, true); }
};

// I1: classic notifiers come after the interval subscriptions. flag: the start returned 0.
template <class D>
struct ClassicStart {
  static constexpr Rule kRule = Rule::kClassicStart;
  static constexpr std::string_view kName = "I1.classic_start";
  static constexpr Clause kStarting{"I1", Property::kS7,
                                    "a classic start is called outside invalidate_range_start"};
  static constexpr Clause kIntervalDone{
      "I1", Property::kS1Prime, "a classic start is called before the interval callbacks are done",
      true};
  static constexpr Clause kListed{
      "N8", Property::kS8, "a classic start is called for a notifier that is not registered"};
  static constexpr Clause kOnce{"I6", Property::kS7,
                                "a classic start is called twice in one window"};
  static constexpr Clause kMayFail{
      "N8", Property::kS7, "a start fails that is blockable, or that has an end to be balanced"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kStarting, s.phase(a.window) == WindowPhase::kStarting);
    c.require(kOwnWindow, s.owner(a.window) == a.task);
    c.require(kIntervalDone, all_acked<D>(s, a.window));
    c.require(kListed, s.listed(a.classic) && s.classic_mm(a.classic) == s.window_mm(a.window));
    c.require(kOnce, !s.told(a.window, a.classic));
    c.require(kMayFail, a.flag || (s.can_fail(a.classic) && !s.blockable(a.window)));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.told.set(a.window, a.classic, true);
    s.owed.set(a.window, a.classic, a.flag && !s.can_fail(a.classic));
    s.refused.set(a.window, s.refused(a.window) || !a.flag);
  }
};

// invalidate_range_start returns 0: every callback is done, entries may change from here on (M1).
template <class D>
struct Started {
  static constexpr Rule kRule = Rule::kStarted;
  static constexpr std::string_view kName = "I2.started";
  static constexpr Clause kStarting{"I6", Property::kS7, "a window starts twice"};
  static constexpr Clause kNotRefused{"I4", Property::kS1,
                                      "goes on with a window that a notifier refused"};
  static constexpr Clause kAllDone{
      "M1", Property::kS1, "start returns before every subscription that is hit was called"};
  static constexpr Clause kAllTold{"I1", Property::kS7,
                                   "start returns before every classic notifier was called"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kStarting, s.phase(a.window) == WindowPhase::kStarting);
    c.require(kOwnWindow, s.owner(a.window) == a.task);
    c.require(kNotRefused, !s.refused(a.window));
    c.require(kAllDone, all_acked<D>(s, a.window));
    // X1: classic notifiers hear of the end of an mm through release().
    c.require(kAllTold, s.window_event(a.window) == WindowEvent::kRelease ||
                            D::template all<Classic>([&](const auto& n) {
                              return !s.listed(n) || s.classic_mm(n) != s.window_mm(a.window) ||
                                     s.told(a.window, n);
                            }));
  }
  static void apply(State<D>& s, const Args<D>& a) { s.phase.set(a.window, WindowPhase::kStarted); }
};

// I4, I5: a refused start balances itself; its caller changes nothing and calls no end. flag: an
// interval subscription refused, so no classic notifier was called.
template <class D>
struct StartFailed {
  static constexpr Rule kRule = Rule::kStartFailed;
  static constexpr std::string_view kName = "I5.start_failed";
  static constexpr Clause kRefused{"I4", Property::kS7, "start fails although nobody refused"};
  static constexpr Clause kStarting{"I4", Property::kS7, "start fails after it had succeeded"};
  static constexpr Clause kHlistNever{"I5", Property::kS7,
                                      "a classic notifier is called although the tree refused"};
  static constexpr Clause kBalanced{
      "I5", Property::kS7,
      "a refused start leaves invalidate_seq as if its window were still open"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kStarting, s.phase(a.window) == WindowPhase::kStarting);
    c.require(kOwnWindow, s.owner(a.window) == a.task);
    c.require(kRefused, s.refused(a.window));
    c.require(kHlistNever, !a.flag || D::template all<Classic>(
                                          [&](const auto& n) { return !s.told(a.window, n); }));
    c.require(kBalanced, a.sequence == PeriodEnd<D>::sequence(s, a.window));
  }
  static void apply(State<D>& s, const Args<D>& a) { PeriodEnd<D>::apply(s, a.window); }
};

// I6: exactly one end for each successful start.
template <class D>
struct End {
  static constexpr Rule kRule = Rule::kEnd;
  static constexpr std::string_view kName = "I6.end";
  static constexpr Clause kStarted{"I6", Property::kS7, "end without a successful start"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kStarted, s.phase(a.window) == WindowPhase::kStarted);
    c.require(kOwnWindow, s.owner(a.window) == a.task);
    c.require(kSequenceAfter, a.sequence == PeriodEnd<D>::sequence(s, a.window));
  }
  static void apply(State<D>& s, const Args<D>& a) { PeriodEnd<D>::apply(s, a.window); }
};

// I1: inside end, too, the interval part comes first. Also what makes good for a failed start (I5).
template <class D>
struct ClassicEnd {
  static constexpr Rule kRule = Rule::kClassicEnd;
  static constexpr std::string_view kName = "I1.classic_end";
  static constexpr Clause kOwed{"I5", Property::kS7, "a classic end without its start"};
  static constexpr Clause kIntervalFirst{"I1", Property::kS7,
                                         "a classic end is called before the interval end", true};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kOwed, s.owed(a.window, a.classic));
    c.require(kOwnWindow, s.owner(a.window) == a.task);
    c.require(kIntervalFirst, s.phase(a.window) == WindowPhase::kClosed || s.refused(a.window));
  }
  static void apply(State<D>& s, const Args<D>& a) { s.owed.set(a.window, a.classic, false); }
};

}  // namespace mirrorcheck::model

#endif  // MIRRORCHECK_MODEL_RULES_WINDOWS_H_
