#include "impl/reference/window.h"

#include "impl/reference/driver.h"
#include "impl/reference/machine.h"
#include "impl/sync/check.h"

namespace mirrorcheck::impl::reference {

using model::Rule;
using model::WindowEvent;

namespace {

// Calls whom the range hits. False: somebody refused, and nobody after that was called.
bool invalidate_intervals(Current& current, NotifierRange& range) {
  const std::uint64_t first = range.first;
  const std::uint64_t last = range.last;
  std::uint64_t sequence = 0;
  IntervalSubscription* hit =
      range.mm.intervals.start(first, last, sequence, [&](std::uint64_t after) {
        const bool owned =
            (range.event == WindowEvent::kExclusive || range.event == WindowEvent::kMigrate) &&
            range.owner != kNobody;
        current.step(Rule::kStart, {.mm = range.mm.id,
                                    .mirror = model::Mirror(owned ? range.owner : 0),
                                    .window = range.window,
                                    .pages = range.mm.pages(range.first, range.last),
                                    .event = range.event,
                                    .flag = range.blockable,
                                    .required = owned,
                                    .sequence = after});
      });
  for (; hit != nullptr; hit = IntervalSubscriptions::next(*hit, first, last)) {
    DeviceMirror& mirror = current.machine.mirror(model::Mirror(hit->owner));
    if (!driver_invalidate(current, mirror, range, sequence)) return false;
  }
  return true;
}

// I5: one that refuses does not keep the others from being called; if any did, all those that have
// an invalidate_range_end get it, including those that said yes.
bool start_classics(Current& current, NotifierRange& range, const ClassicNotifiers::List& list) {
  bool accepted = true;
  for (unsigned i = 0; i < list.count; ++i) {
    const ClassicNotifiers::Entry& notifier = list.entries[i];
    const bool yes = range.blockable || !notifier.can_fail;
    current.step(Rule::kClassicStart,
                 {.window = range.window, .classic = notifier.id, .flag = yes});
    accepted = accepted && yes;
  }
  return accepted;
}

void end_classics(Current& current, NotifierRange& range, const ClassicNotifiers::List& list) {
  for (unsigned i = 0; i < list.count; ++i) {
    if (list.entries[i].can_fail) continue;
    current.step(Rule::kClassicEnd, {.window = range.window, .classic = list.entries[i].id});
  }
}

void open_window(Current& current, NotifierRange& range) {
  sync::check(current.nesting < model::kNesting,
              "windows nest no deeper than the model has room for");
  range.window =
      model::Window(static_cast<unsigned>(current.task) * model::kNesting + current.nesting++);
  range.open = true;
}

void close_window(Current& current, NotifierRange& range) {
  --current.nesting;
  range.open = false;
}

// A refused start balances itself (I5).
void fail(Current& current, NotifierRange& range, bool interval_refused) {
  range.mm.intervals.end([&](std::uint64_t after) {
    current.step(Rule::kStartFailed,
                 {.window = range.window, .flag = interval_refused, .sequence = after});
  });
  close_window(current, range);
}

bool start(Current& current, NotifierRange& range) {
  if (!range.mm.state.notifiers_published) return true;
  open_window(current, range);
  // I1: interval subscriptions first.
  if (!invalidate_intervals(current, range)) {
    fail(current, range, true);
    return false;
  }
  const ClassicNotifiers::List list = range.mm.classics.read_lock();
  const bool accepted = start_classics(current, range, list);
  if (accepted) {
    current.step(Rule::kStarted, {.window = range.window});
  } else {
    end_classics(current, range, list);
  }
  if (list.count != 0) range.mm.classics.read_unlock();
  // mm/mmu_notifier.c leaves the interval side raised when a classic notifier refuses; here it is
  // balanced, too (S7).
  if (!accepted) fail(current, range, false);
  return accepted;
}

}  // namespace

void invalidate_range_start(Current& current, NotifierRange& range) {
  range.blockable = true;
  sync::check(start(current, range), "a blockable start is not refused");
}

bool invalidate_range_start_nonblock(Current& current, NotifierRange& range) {
  range.blockable = false;
  return start(current, range);
}

void invalidate_range_end(Current& current, NotifierRange& range) {
  if (!range.open) return;
  range.mm.intervals.end([&](std::uint64_t after) {
    current.step(Rule::kEnd, {.window = range.window, .sequence = after});
  });
  const ClassicNotifiers::List list = range.mm.classics.read_lock();
  end_classics(current, range, list);
  if (list.count != 0) range.mm.classics.read_unlock();
  close_window(current, range);
}

void notifier_release(Current& current, AddressSpace& mm) {
  if (!mm.state.notifiers_published) return;
  NotifierRange range{
      .mm = mm, .first = 0, .last = model::kPagesPerMm - 1, .event = WindowEvent::kRelease};
  open_window(current, range);
  sync::check(invalidate_intervals(current, range), "nobody refuses RELEASE");
  // No classic notifier is told of this window: release() is what they get.
  current.step(Rule::kStarted, {.window = range.window});
  mm.intervals.end([&](std::uint64_t after) {
    current.step(Rule::kEnd, {.window = range.window, .sequence = after});
  });
  close_window(current, range);

  for (unsigned id = 0; id < model::kClassicNotifiers; ++id) {
    mm.classics.remove(model::Classic(id), [&] {
      current.step(Rule::kClassicUnregister, {.mm = mm.id, .classic = model::Classic(id)});
    });
  }
}

}  // namespace mirrorcheck::impl::reference
