// Steps about special entries of CPU page tables that chance does not come to.

#include "tests/model/by_hand.h"
#include "tests/model/contract.h"
#include "tests/model/frames.h"

namespace mirrorcheck::model {
namespace {

// `mapped`: page 0 maps frame 2, and a window over it has started.
template <class Mapped>
void hand_written_swap_entries(ByHand& by_hand, const Mapped& mapped) {
  constexpr Page kPage{0};
  constexpr Frame kOtherSlot{static_cast<unsigned>(kFirstSwapSlot) + 1};
  by_hand.step(
      Rule::kHide, {.page = kPage, .kind = EntryKind::kSwap}, mapped,
      [](ConcreteState& s) { s.cpu_kind.set(kPage, EntryKind::kDevicePrivate); },
      [](ConcreteState& s) { s.phase.set(kW0, WindowPhase::kClosed); });
  by_hand.step(
      Rule::kHide, {.page = kPage, .kind = EntryKind::kPoisoned},
      [=](ConcreteState& s) {
        mapped(s);
        s.broken.set(Frame{2}, true);
      },
      [](ConcreteState& s) { s.broken.set(Frame{2}, false); },
      [](ConcreteState& s) { s.cpu_kind.set(kPage, EntryKind::kSwap); },
      [](ConcreteState& s) { s.kept.set(kW0, kM0, true); });
  const auto swapped = [=](ConcreteState& s) {
    mapped(s);
    s.used.set(kFirstSwapSlot, true);
    s.used.set(kOtherSlot, true);
    s.cpu_kind.set(kPage, EntryKind::kSwap);
  };
  by_hand.step(
      Rule::kMove, {.page = kPage, .frame = kFirstSwapSlot}, swapped,
      [](ConcreteState& s) { s.cpu_kind.set(kPage, EntryKind::kMigration); },
      [=](ConcreteState& s) { s.cpu_frame.set(kPage, kOtherSlot); },
      [](ConcreteState& s) { s.cpu_frame.set(Page{1}, Frame{2}); });
  by_hand.step(
      Rule::kMove, {.page = kPage, .frame = kFirstSwapSlot, .flag = true},
      [=](ConcreteState& s) {
        swapped(s);
        s.stored.set(Frame{2}, true);
      },
      [](ConcreteState& s) { s.stored.set(Frame{2}, false); });
  by_hand.step(
      Rule::kLazyFree, {.page = kPage}, mapped,
      [](ConcreteState& s) { s.cpu_kind.set(kPage, EntryKind::kMigration); },
      [](ConcreteState& s) { s.cpu_frame.set(Page{1}, Frame{2}); },
      [](ConcreteState& s) { s.phase.set(kW0, WindowPhase::kClosed); },
      [](ConcreteState& s) { s.kept.set(kW0, kM0, true); });
  by_hand.step(
      Rule::kDiscard, {.page = kPage},
      [=](ConcreteState& s) {
        mapped(s);
        s.discardable.set(Frame{2}, true);
      },
      [](ConcreteState& s) { s.cpu_kind.set(kPage, EntryKind::kMigration); },
      [](ConcreteState& s) { s.discardable.set(Frame{2}, false); },
      [](ConcreteState& s) { s.pins.set(Frame{2}, 1); },
      [](ConcreteState& s) { s.phase.set(kW0, WindowPhase::kClosed); },
      [](ConcreteState& s) { s.kept.set(kW0, kM0, true); });
  by_hand.step(
      Rule::kMarkDirty, {.mirror = kM0, .page = kPage, .frame = Frame{2}},
      [=](ConcreteState& s) {
        mapped(s);
        s.update_lock.set(kT0, kM0, true);
        s.device_frame.set(kM0, kPage, Frame{2});
      },
      [](ConcreteState& s) { s.update_lock.set(kT0, kM0, false); },
      [](ConcreteState& s) { s.device_frame.set(kM0, kPage, kNoFrame); },
      [](ConcreteState& s) { s.cpu_frame.set(kPage, Frame{3}); });
  by_hand.step(Rule::kReveal, {.page = kPage}, swapped,
               [](ConcreteState& s) { s.cpu_frame.set(kPage, kFirstSwapSlot); });
}

}  // namespace

void hand_written_special_entries(ByHand& by_hand) {
  constexpr Frame kFrom{2}, kTo{3};
  constexpr Page kPage{0}, kOther{1};
  const FilePage slot = file_page(File(0), 0);
  const auto mapped = [=](ConcreteState& s) {
    s.used.set(kFrom, true);
    s.used.set(kTo, true);
    s.used.set(kBlock, true);
    s.cpu_frame.set(kPage, kFrom);
    s.published.set(kMm, true);
    s.phase.set(kW0, WindowPhase::kStarted);
    s.window_pages.set(kW0, pages(0, 0));
  };
  by_hand.step(
      Rule::kHide, {.page = kPage, .kind = EntryKind::kMigration}, mapped,
      [](ConcreteState& s) { s.cpu_frame.set(kPage, kNoFrame); },
      [](ConcreteState& s) { s.cpu_kind.set(kPage, EntryKind::kMigration); },
      [](ConcreteState& s) { s.cpu_frame.set(kPage, kZeroFrame); },
      [=](ConcreteState& s) { s.slot.set(kPage, slot); },
      [](ConcreteState& s) { s.phase.set(kW0, WindowPhase::kClosed); },
      [](ConcreteState& s) { s.kept.set(kW0, kM0, true); });
  // A copy that a private mapping has moves, a page of the file does not (X10).
  by_hand.step(
      Rule::kHide, {.page = kPage, .kind = EntryKind::kMigration},
      [=](ConcreteState& s) {
        mapped(s);
        s.slot.set(kPage, slot);
        s.copied.set(kPage, true);
      },
      [](ConcreteState& s) { s.copied.set(kPage, false); });
  const auto hidden = [=](ConcreteState& s) {
    mapped(s);
    s.cpu_kind.set(kPage, EntryKind::kMigration);
  };
  const auto present_again = [](ConcreteState& s) { s.cpu_kind.set(kPage, EntryKind::kPresent); };
  by_hand.step(
      Rule::kMove, {.page = kPage, .frame = kTo}, hidden, present_again,
      [](ConcreteState& s) { s.cpu_frame.set(kOther, kFrom); },
      [](ConcreteState& s) { s.pins.set(kFrom, 1); },
      [](ConcreteState& s) { s.device_frame.set(kM0, kPage, kFrom); },
      [](ConcreteState& s) {
        s.section.set(kT0, Section::kBegun);
        s.walked_frame.set(kT0, kPage, kFrom);
      },
      [](ConcreteState& s) { s.used.set(kTo, false); },
      [](ConcreteState& s) { s.cpu_frame.set(kOther, kTo); },
      [=](ConcreteState& s) { s.backing.set(slot, kTo); },
      [](ConcreteState& s) { s.cpu_kind.set(kPage, EntryKind::kSwap); });
  by_hand.step(
      Rule::kMove, {.page = kPage, .frame = kFirstDeviceFrame},
      [=](ConcreteState& s) {
        hidden(s);
        s.used.set(kFirstDeviceFrame, true);
      },
      [](ConcreteState& s) { s.area.set(kPage, Area::kDax); });
  hand_written_swap_entries(by_hand, mapped);
  by_hand.step(Rule::kReveal, {.page = kPage}, hidden, present_again);
  const auto exclusive = [=](ConcreteState& s) {
    mapped(s);
    s.cpu_kind.set(kPage, EntryKind::kDeviceExclusive);
  };
  by_hand.step(
      Rule::kReveal, {.page = kPage}, exclusive,
      [](ConcreteState& s) { s.phase.set(kW0, WindowPhase::kClosed); },
      [](ConcreteState& s) { s.owned.set(kW0, true); });
  by_hand.step(
      Rule::kHide, {.page = kPage, .kind = EntryKind::kDeviceExclusive},
      [=](ConcreteState& s) {
        mapped(s);
        s.cpu_read.set(kPage, true);
        s.cpu_write.set(kPage, true);
        s.mmap_lock.set(kT0, kMm, Hold::kShared);
        s.users.set(kMm, 1);
        s.owned.set(kW0, true);
      },
      [](ConcreteState& s) { s.cpu_write.set(kPage, false); },
      [](ConcreteState& s) { s.cpu_frame.set(kOther, kFrom); },
      [](ConcreteState& s) { s.window_mirror.set(kW0, Mirror(1)); },
      [](ConcreteState& s) { s.kept.set(kW0, kM0, true); });
  by_hand.step(
      Rule::kIgnore, {.mirror = kM0, .window = kW0},
      [](ConcreteState& s) {
        s.phase.set(kW0, WindowPhase::kStarting);
        s.hit.set(kW0, kM0, true);
        s.owned.set(kW0, true);
      },
      [](ConcreteState& s) { s.phase.set(kW0, WindowPhase::kStarted); },
      [](ConcreteState& s) { s.owner.set(kW0, Task(1)); },
      [](ConcreteState& s) { s.hit.set(kW0, kM0, false); },
      [](ConcreteState& s) { s.acked.set(kW0, kM0, true); },
      [](ConcreteState& s) { s.owned.set(kW0, false); });
  by_hand.step(
      Rule::kWalkPage, {.page = kPage, .outcome = Outcome::kFault, .write = true, .required = true},
      [=](ConcreteState& s) {  // it waits, whatever the area allows
        hidden(s);
        s.users.set(kMm, 1);
        s.mmap_lock.set(kT0, kMm, Hold::kShared);
        s.area.set(kPage, Area::kAnon);
        s.area_read.set(kPage, true);
        s.section.set(kT0, Section::kBegun);
      },
      present_again);
}

}  // namespace mirrorcheck::model
