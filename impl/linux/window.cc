// impl/reference/window.h on the kernel's code: who opens, closes and ends, and what each section
// of the subscriptions lock is then the step of.

#include "impl/reference/window.h"

#include "impl/linux/entry.h"
#include "impl/linux/listed.h"
#include "impl/linux/mirror_entry.h"
#include "impl/reference/machine.h"
#include "impl/sync/check.h"
#include "impl/sync/controller.h"

namespace mirrorcheck::impl::reference {

using linux_kernel::Entry;
using linux_kernel::KernelMm;
using linux_kernel::kPageSize;
using model::Rule;
using model::WindowEvent;

namespace {

mc_event event_of(WindowEvent event) {
  switch (event) {
    case WindowEvent::kUnmap:
      return kMcUnmap;
    case WindowEvent::kClear:
      return kMcClear;
    case WindowEvent::kProtectionVma:
      return kMcProtectionVma;
    case WindowEvent::kProtectionPage:
      return kMcProtectionPage;
    case WindowEvent::kSoftDirty:
      return kMcSoftDirty;
    case WindowEvent::kRelease:
      return kMcRelease;
    case WindowEvent::kMigrate:
      return kMcMigrate;
    case WindowEvent::kExclusive:
      return kMcExclusive;
  }
  return kMcUnmap;
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

// Somebody who opens or closes a window.
class WindowEntry : public Entry {
 public:
  WindowEntry(Current& current, NotifierRange& range)
      : Entry(range.mm.intervals.kernel()), current_(current), range_(range) {}

  bool walks_list() const override { return true; }

  bool invalidate(mmu_interval_notifier& notifier, const mmu_notifier_range& kernel_range,
                  bool blockable, std::uint64_t sequence) override {
    range_.blockable = blockable;
    for (DeviceMirror& mirror : current_.machine.mirrors) {
      if (mirror.subscription.notifier.get() != &notifier) continue;
      return linux_kernel::device_invalidate(current_, mirror, range_, kernel_range, sequence);
    }
    sync::check(false, "an interval notifier that is called is a mirror's");
    return false;
  }
  // One that can fail refuses every start that may not block. One that is out of the list already,
  // but called because this walk began before, has nothing to say any more.
  bool classic_start(const mmu_notifier& notifier, bool blockable) override {
    KernelMm::ClassicSlot& slot = run_callback(notifier);
    if (!slot.reported) return true;
    const bool yes = blockable || !slot.can_fail;
    current_.step(Rule::kClassicStart,
                  {.window = range_.window, .classic = mm.id_of(notifier), .flag = yes});
    return yes;
  }
  void classic_end(const mmu_notifier& notifier) override {
    if (!run_callback(notifier).reported) return;
    current_.step(Rule::kClassicEnd, {.window = range_.window, .classic = mm.id_of(notifier)});
  }

  void report_start() {
    const bool owned = owner() != nullptr;
    current_.step(Rule::kStart, {.mm = range_.mm.id,
                                 .mirror = model::Mirror(owned ? range_.owner : 0),
                                 .window = range_.window,
                                 .pages = range_.mm.pages(range_.first, range_.last),
                                 .event = range_.event,
                                 .flag = range_.blockable,
                                 .required = owned,
                                 .sequence = mc_invalidate_seq(&mm.mm)});
  }
  // range->owner: the device that the window is for.
  const dmirror_device* owner() const {
    if ((range_.event != WindowEvent::kMigrate && range_.event != WindowEvent::kExclusive) ||
        range_.owner == kNobody) {
      return nullptr;
    }
    return current_.machine.mirror(model::Mirror(range_.owner))
        .subscription.memory.state.device.get();
  }
  void report_end() {
    current_.step(Rule::kEnd, {.window = range_.window, .sequence = mc_invalidate_seq(&mm.mm)});
  }
  void report_failed(bool interval_refused) {
    current_.step(
        Rule::kStartFailed,
        {.window = range_.window, .flag = interval_refused, .sequence = mc_invalidate_seq(&mm.mm)});
  }

 protected:
  ~WindowEntry() = default;

  Current& current_;
  NotifierRange& range_;

 private:
  // A callback takes its time, and must be over when unregistration returns (N8).
  KernelMm::ClassicSlot& run_callback(const mmu_notifier& notifier) {
    KernelMm::ClassicSlot& slot = mm.classics[static_cast<std::size_t>(mm.id_of(notifier))];
    const std::uint32_t over = slot.over;
    if (sync::Controller* const control = sync::controller) control->point();
    if (slot.over != over) {
      mm.complain("a callback of a classic notifier runs after its unregistration has returned");
    }
    return slot;
  }
};

// mn_itree_inv_start_range takes the lock; where a subscription refuses, so does mn_itree_inv_end.
class StartEntry final : public WindowEntry {
 public:
  using WindowEntry::WindowEntry;
  void unlocking() override {
    if (!started_) {
      started_ = true;
      report_start();
    } else {
      ended_ = true;
      report_failed(true);
    }
  }
  bool ended() const { return ended_; }

 private:
  bool started_ = false;
  bool ended_ = false;
};

class EndEntry final : public WindowEntry {
 public:
  using WindowEntry::WindowEntry;
  void unlocking() override { report_end(); }
};

// mn_itree_release: start, callbacks, end; mn_hlist_release: the list is emptied. Three sections;
// without interval notifiers the last one only.
class ReleaseEntry final : public WindowEntry {
 public:
  ReleaseEntry(Current& current, NotifierRange& range)
      : WindowEntry(current, range), section_(mc_has_itree(&mm.mm) ? 0 : 2) {}
  // The list is emptied inside its own read section, under the lock.
  bool walks_list() const override { return false; }
  void locked() override {
    // No classic notifier is told of this window: release() is what they get.
    if (section_ == 1) current_.step(Rule::kStarted, {.window = range_.window});
  }
  void unlocking() override {
    switch (section_++) {
      case 0:
        report_start();
        break;
      case 1:
        report_end();
        break;
      default:
        linux_kernel::report_unlinked(current_, range_.mm);
    }
  }

 private:
  int section_;
};

// The kernel counts windows only when there are interval notifiers, and none can come while one is
// open (N2). The contract counts them all.
void count(KernelMm& kernel, std::uint32_t difference, auto&& report) {
  const sync::SectionLock guard(kernel.section);
  kernel.uncounted += difference;
  report();
}

// The kernel looks without the lock whether there are classic notifiers. On threads the one that
// has just left the list may not have been reported yet.
void wait_for_reports(KernelMm& kernel) { const sync::SectionLock guard(kernel.section); }

bool start(Current& current, NotifierRange& range) {
  KernelMm& kernel = range.mm.intervals.kernel();
  if (kernel.mm.notifier_subscriptions == nullptr) return true;
  open_window(current, range);
  StartEntry entry(current, range);
  const bool counted = mc_has_itree(&kernel.mm);
  if (!counted) count(kernel, 1, [&] { entry.report_start(); });

  const int error =
      mc_range_start(&kernel.mm, range.first * kPageSize, (range.last + 1) * kPageSize,
                     event_of(range.event), range.blockable, entry.owner());
  wait_for_reports(kernel);
  if (error == 0) {
    current.step(Rule::kStarted, {.window = range.window});
    return true;
  }
  // A classic notifier refused: the start has failed, balanced or not.
  if (!entry.ended()) {
    count(kernel, counted ? 0u : ~0u, [&] { entry.report_failed(false); });
  }
  close_window(current, range);
  return false;
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
  KernelMm& kernel = range.mm.intervals.kernel();
  EndEntry entry(current, range);
  if (!mc_has_itree(&kernel.mm)) count(kernel, ~0u, [&] { entry.report_end(); });
  mc_range_end(&kernel.mm, range.first * kPageSize, (range.last + 1) * kPageSize,
               event_of(range.event), range.blockable, entry.owner());
  wait_for_reports(kernel);
  close_window(current, range);
}

void notifier_release(Current& current, AddressSpace& mm) {
  KernelMm& kernel = mm.intervals.kernel();
  if (kernel.mm.notifier_subscriptions == nullptr) return;
  NotifierRange range{
      .mm = mm, .first = 0, .last = model::kPagesPerMm - 1, .event = WindowEvent::kRelease};
  open_window(current, range);
  ReleaseEntry entry(current, range);
  mc_release(&kernel.mm);
  close_window(current, range);
}

}  // namespace mirrorcheck::impl::reference
