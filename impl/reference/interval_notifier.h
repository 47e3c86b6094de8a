// Interval notifiers: struct mmu_interval_notifier and what an mm keeps about them (A0, A2).
//
// This is the core that N4, N5, N7 and Q1-Q4 describe, and nothing else: no page tables, no driver.
// Ranges are 64-bit, both ends inclusive. Callbacks are the caller's: it walks first(), next() and
// calls whom it finds. Each function that makes a step of the contract takes a `report`, which is
// called once, inside the critical section that makes the step atomic; it must not block.
//
//   writer (a CPU page-table change)             reader (a device fault)
//   start(): ++A, S made odd if the tree is hit
//     callbacks: set_sequence(n, S) under U
//                                                read_begin(n): seq = n.s; wait while seq == S
//   ... the entries change ...                   ... walk the page tables ...
//   end(): --A == 0: S made even,                under U: read_retry(n, seq): n.s != seq?
//          deferred list worked off
//
// Thread safety: every function may be called by several tasks at once, except reset().

#ifndef MIRRORCHECK_IMPL_REFERENCE_INTERVAL_NOTIFIER_H_
#define MIRRORCHECK_IMPL_REFERENCE_INTERVAL_NOTIFIER_H_

#include <boost/intrusive/list.hpp>
#include <cstddef>
#include <cstdint>
#include <span>

#include "impl/reference/interval_tree.h"
#include "impl/sync/check.h"
#include "impl/sync/mutex.h"
#include "impl/sync/section.h"
#include "impl/sync/wait_queue.h"
#include "impl/world.h"
#include "model/vocabulary.h"

namespace mirrorcheck::impl::reference {

struct Current;

struct IntervalSubscription : IntervalNode {
  using Hook = boost::intrusive::list_member_hook<
      boost::intrusive::link_mode<boost::intrusive::normal_link>>;

  std::uint32_t owner = 0;  // whose callback it is; the core does not look at it

  // n.s. Written under the driver's update lock, read under the subscriptions lock: neither orders
  // the other, so the access and its report share a section. Litmus set_seq (proofs/memory_order):
  // under the update lock read_retry needs no order beyond it.
  std::uint64_t sequence = 0;
  sync::Section section;

  // Under the subscriptions lock.
  model::Registration registration = model::Registration::kOut;
  Hook deferred;

  void reset() {
    sequence = 0;
    registration = model::Registration::kOut;
  }
};

class IntervalSubscriptions {
 public:
  explicit IntervalSubscriptions(std::uint8_t instance)
      : lock_({sync::LockClass::kSubscriptionsLock, instance}),
        queue_({sync::LockClass::kWaitQueue, instance}) {}

  // The state of a new mm. Subscriptions that were in are forgotten.
  void reset_state() {
    sequence_ = kFirstSequence;
    active_ = 0;
    tree_.reset();
    deferred_.clear();
  }
  void reset_locks() {
    lock_.reset();
    queue_.reset();
  }

  // Opens a window over [start, last]. The subscription to call first, or null; `current` is the
  // value for set_sequence(). report(S).
  template <class Report>
  IntervalSubscription* start(std::uint64_t start, std::uint64_t last, std::uint64_t& current,
                              Report&& report) {
    const sync::MutexLock guard(lock_);
    ++active_;
    IntervalNode* const hit = tree_.first(start, last);
    // Q1: odd means that somebody was hit, and that the tree is frozen until the last end (S8').
    if (hit != nullptr) make_odd();
    current = sequence_;
    report(current);
    return static_cast<IntervalSubscription*>(hit);
  }

  // The next one to call. Needs no lock: start() found something, so the tree is frozen.
  static IntervalSubscription* next(const IntervalSubscription& subscription, std::uint64_t start,
                                    std::uint64_t last) {
    return static_cast<IntervalSubscription*>(IntervalTree::next(subscription, start, last));
  }

  // Closes a window; also what a refused start does for itself (I5). report(S).
  template <class Report>
  void end(Report&& report) {
    {
      const sync::MutexLock guard(lock_);
      sync::check(active_ != 0, "every end of a window has its start");
      --active_;
      // N7: only the last end of an odd period thaws the tree.
      const bool thaw = active_ == 0 && is_invalidating();
      // Waiters look at S without the lock. Whoever sees the new one finds the deferred list worked
      // off (remove() may return and its caller free the subscription) and the end reported.
      const sync::SectionLock section(section_);
      if (thaw) {
        work_off_deferred();
        ++sequence_;
      }
      report(sequence_);
      if (!thaw) return;
    }
    queue_.wake_all();
  }

  // N4. REQUIRES: `subscription` is out; start <= last. report(n.s, deferred).
  template <class Report>
  void insert(IntervalSubscription& subscription, std::uint64_t start, std::uint64_t last,
              Report&& report) {
    const sync::MutexLock guard(lock_);
    sync::check(subscription.registration == model::Registration::kOut,
                "a subscription is inserted once");
    subscription.start = start;
    subscription.last = last;
    const bool deferred = active_ != 0 && is_invalidating();
    if (deferred) {
      deferred_.push_back(subscription);
      subscription.registration = model::Registration::kInsertDeferred;
    } else {
      // Windows that are open have not looked at this range: take it to be under invalidation.
      if (active_ != 0) make_odd();
      tree_.insert(subscription);
      subscription.registration = model::Registration::kTree;
    }
    // With no window open: odd, and not S, so that read_begin does not wait.
    subscription.sequence = active_ != 0 ? sequence_ : sequence_ - 1;
    report(subscription.sequence, deferred);
  }

  // N5: afterwards no callback of it runs or will run. REQUIRES: it was inserted and not removed;
  // the caller holds no lock that a callback takes, or that is held from start to end (N6).
  // report().
  template <class Report>
  void remove(IntervalSubscription& subscription, Report&& report) {
    std::uint64_t seen = 0;
    bool wait = false;
    {
      const sync::MutexLock guard(lock_);
      if (!is_invalidating()) {
        tree_.erase(subscription);
        subscription.registration = model::Registration::kOut;
      } else if (subscription.registration == model::Registration::kInsertDeferred) {
        deferred_.erase(deferred_.iterator_to(subscription));
        subscription.registration = model::Registration::kOut;
      } else {
        deferred_.push_back(subscription);
        subscription.registration = model::Registration::kRemoveDeferred;
        seen = sequence_;
        wait = true;
      }
      report();
    }
    if (wait) wait_while(seen);
  }

  // Q2-Q4. Waits at most once, and may return a value that has collided already.
  // begun(n.s, waits) in the section, woken() after the wait.
  template <class Begun, class Woken>
  std::uint64_t read_begin(IntervalSubscription& subscription, Begun&& begun, Woken&& woken) {
    std::uint64_t seen;
    bool busy;
    {
      const sync::MutexLock guard(lock_);
      const sync::SectionLock section(subscription.section);
      seen = subscription.sequence;
      busy = seen == sequence_;
      begun(seen, busy);
    }
    if (busy) {
      wait_while(seen);
      woken();
    }
    return seen;
  }

  // Whether a callback has run since read_begin returned `seen`. Only under the update lock does
  // "no" decide anything (Q7); without it this is mmu_interval_check_retry, a hint: litmus
  // check_retry.
  // report(collided, n.s).
  template <class Report>
  static bool read_retry(IntervalSubscription& subscription, std::uint64_t seen, Report&& report) {
    const sync::SectionLock section(subscription.section);
    const bool collided = subscription.sequence != seen;
    report(collided, subscription.sequence);
    return collided;
  }

  // Q6. REQUIRES: called by the callback that start() or next() named, under the update lock.
  // teardown() takes the translations away and reports.
  template <class Teardown>
  static void set_sequence(IntervalSubscription& subscription, std::uint64_t current,
                           Teardown&& teardown) {
    const sync::SectionLock section(subscription.section);
    subscription.sequence = current;
    teardown();
  }

  // S and A, for observers that know that nobody changes them just now.
  std::uint64_t sequence() const { return sequence_; }
  std::uint32_t active() const { return active_; }
  static std::uint64_t sequence_of(const IntervalSubscription& subscription) {
    return subscription.sequence;
  }
  static model::Registration registration_of(const IntervalSubscription& subscription) {
    return subscription.registration;
  }
  // World::complaint(): what is wrong here is checked, and ends the program.
  static const char* complaint() { return nullptr; }

 private:
  static constexpr std::uint64_t kFirstSequence = 2;
  using Deferred = boost::intrusive::list<
      IntervalSubscription,
      boost::intrusive::member_hook<IntervalSubscription, IntervalSubscription::Hook,
                                    &IntervalSubscription::deferred>,
      boost::intrusive::constant_time_size<false>>;

  bool is_invalidating() const { return (sequence_ & 1) != 0; }
  void make_odd() {
    const sync::SectionLock section(section_);
    sequence_ |= 1;
  }
  void work_off_deferred() {
    while (!deferred_.empty()) {
      IntervalSubscription& subscription = deferred_.front();
      deferred_.pop_front();
      if (subscription.registration == model::Registration::kInsertDeferred) {
        tree_.insert(subscription);
        subscription.registration = model::Registration::kTree;
      } else {
        tree_.erase(subscription);
        subscription.registration = model::Registration::kOut;
      }
    }
  }
  // Litmus read_begin_wait: S is looked at under the section under which end() changes it, so what
  // was cleared before the end is seen as cleared by a walk after the wait.
  void wait_while(std::uint64_t seen) {
    queue_.wait([&] {
      const sync::SectionLock section(section_);
      return sequence_ != seen;
    });
  }

  sync::Mutex lock_;
  sync::Section section_;
  std::uint64_t sequence_ =
      kFirstSequence;         // S. Changed under lock_ and section_, read under either
  std::uint32_t active_ = 0;  // A
  IntervalTree tree_;
  Deferred deferred_;
  sync::WaitQueue queue_;
};

// What a core keeps outside of the machine (World::memory()).
inline std::span<std::byte> further_memory() { return {}; }
inline std::span<const KnownTrigger> known_triggers() { return {}; }

// pgmap->ops->page_free: nothing to do for a page of device memory that nobody uses any more.
inline void page_free(Current&, model::Frame) {}

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_INTERVAL_NOTIFIER_H_
