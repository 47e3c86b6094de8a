// Steps about huge entries, and large translations of them, that chance does not come to.

#include "tests/model/by_hand.h"
#include "tests/model/contract.h"
#include "tests/model/frames.h"

namespace mirrorcheck::model {
namespace {

constexpr Page kFirst{0}, kSecond{1}, kThird{2};

// Two pages that a huge entry can map.
void joinable(ConcreteState& s) {
  s.mmap_lock.set(kT0, kMm, Hold::kShared);
  for (const Page page : {kFirst, kSecond}) {
    s.area.set(page, Area::kAnon);
    s.area_read.set(page, true);
    s.area_write.set(page, true);
    s.cpu_read.set(page, true);
    s.cpu_write.set(page, true);
  }
  s.cpu_frame.set(kFirst, kRam);
  s.cpu_frame.set(kSecond, kOtherRam);
  s.used.set(kRam, true);
  s.used.set(kOtherRam, true);
}

// The same of a DAX file, in a fault.
void joinable_in_file(ConcreteState& s) {
  joinable(s);
  s.invalidate_lock.set(kT0, File(0), Hold::kShared);
  for (const Page page : {kFirst, kSecond}) {
    const FilePage slot = file_page(File(0), index_of(page));
    s.area.set(page, Area::kDax);
    s.slot.set(page, slot);
    s.entry_lock.set(slot, kT0, true);
  }
}

// One that does, and a window over it.
void huge(ConcreteState& s) {
  joinable(s);
  s.huge.set(kFirst, true);
  s.huge.set(kSecond, true);
  s.published.set(kMm, true);
  s.phase.set(kW0, WindowPhase::kStarted);
  s.window_pages.set(kW0, pages(0, 1));
}

// The same as small entries; what makes the step wrong is that the page is a part of a huge one.
void small(ConcreteState& s) {
  huge(s);
  s.huge.set(kFirst, false);
  s.huge.set(kSecond, false);
}
void of_huge(ConcreteState& s) { s.huge.set(kFirst, true); }

// A device that has both, of a mirror over both.
void translated(ConcreteState& s) {
  huge(s);
  s.phase.set(kW0, WindowPhase::kClosed);
  s.registration.set(kM0, Registration::kTree);
  s.engine.set(kM0, true);
  s.mirror_pages.set(kM0, pages(0, 2));
  s.update_lock.set(kT0, kM0, true);
  for (const Page page : {kFirst, kSecond}) {
    s.device_frame.set(kM0, page, s.cpu_frame(page));
    s.device_huge.set(kM0, page, true);
  }
}

void walked(ConcreteState& s) {
  translated(s);
  s.section.set(kT0, Section::kPassed);
  for (const Page page : {kFirst, kSecond}) {
    s.device_frame.set(kM0, page, kNoFrame);
    s.device_huge.set(kM0, page, false);
    s.walked.set(kT0, page, Outcome::kValid);
    s.walked_frame.set(kT0, page, s.cpu_frame(page));
    s.walked_huge.set(kT0, page, true);
  }
}

void parts(ByHand& by_hand) {
  by_hand.step(Rule::kZap, {.page = kFirst, .flag = true}, small, of_huge,
               [](ConcreteState& s) { s.pins.set(kRam, 1); });
  by_hand.step(Rule::kWriteProtect, {.page = kFirst}, small, of_huge);
  by_hand.step(
      Rule::kUpgrade, {.page = kFirst},
      [](ConcreteState& s) {
        small(s);
        s.cpu_write.set(kFirst, false);
      },
      of_huge);
  by_hand.step(Rule::kHide, {.page = kFirst, .kind = EntryKind::kMigration}, small, of_huge);
  by_hand.step(
      Rule::kMoveEntry, {.page = kThird, .source = kFirst},
      [](ConcreteState& s) {
        small(s);
        s.area.set(kThird, Area::kAnon);
        s.area_read.set(kThird, true);
        s.area_write.set(kThird, true);
      },
      of_huge);
  by_hand.step(
      Rule::kDiscard, {.page = kFirst},
      [](ConcreteState& s) {
        small(s);
        s.discardable.set(kRam, true);
      },
      of_huge);
}

// What all of a huge entry allows changes at once, and each page of it has its say.
void wholes(ByHand& by_hand) {
  by_hand.step(
      Rule::kWriteProtect, {.page = kFirst, .huge = true}, huge,
      [](ConcreteState& s) { s.window_pages.set(kW0, pages(0, 0)); },
      [](ConcreteState& s) {
        s.huge.set(kFirst, false);
        s.huge.set(kSecond, false);
      });
  const auto read_only = [](ConcreteState& s) {
    huge(s);
    s.cpu_write.set(kFirst, false);
    s.cpu_write.set(kSecond, false);
  };
  by_hand.step(
      Rule::kUpgrade, {.page = kFirst, .huge = true}, read_only,
      [](ConcreteState& s) { s.area_write.set(kSecond, false); },
      [](ConcreteState& s) { s.cpu_frame.set(kThird, kOtherRam); },
      [](ConcreteState& s) { s.uffd_wp.set(kSecond, true); });
  by_hand.step(
      Rule::kUpgrade, {.page = kSecond, .flag = true, .huge = true},
      [](ConcreteState& s) {
        huge(s);
        s.cpu_read.set(kFirst, false);
        s.cpu_read.set(kSecond, false);
      },
      [](ConcreteState& s) { s.area_read.set(kFirst, false); });
}

void entries(ByHand& by_hand) {
  by_hand.step(
      Rule::kJoin, {.page = kSecond}, joinable,
      [](ConcreteState& s) { s.mmap_lock.set(kT0, kMm, Hold::kNot); },
      [](ConcreteState& s) { s.cpu_kind.set(kFirst, EntryKind::kMigration); },
      [](ConcreteState& s) {
        s.cpu_frame.set(kFirst, kOtherRam);
        s.cpu_frame.set(kSecond, kRam);
      },
      [](ConcreteState& s) { s.cpu_write.set(kFirst, false); },
      [](ConcreteState& s) { s.cpu_read.set(kFirst, false); },
      [](ConcreteState& s) { s.area.set(kFirst, Area::kFile); },
      [](ConcreteState& s) { s.copied.set(kFirst, true); });
  by_hand.step(
      Rule::kJoin, {.page = kFirst}, joinable_in_file,
      [](ConcreteState& s) { s.invalidate_lock.set(kT0, File(0), Hold::kNot); },
      [](ConcreteState& s) { s.invalidate_lock.set(kT0, File(0), Hold::kExclusive); },
      [](ConcreteState& s) { s.entry_lock.set(file_page(File(0), 1), kT0, false); });
  by_hand.step(
      Rule::kJoin, {.page = kFirst},
      [](ConcreteState& s) {
        joinable_in_file(s);
        s.invalidate_lock.set(kT0, File(0), Hold::kNot);
        s.mmap_lock.set(kT0, kMm, Hold::kExclusive);
      },
      [](ConcreteState& s) { s.mmap_lock.set(kT0, kMm, Hold::kShared); });
  by_hand.step(
      Rule::kSplit, {.page = kFirst}, huge, [](ConcreteState& s) { s.huge.set(kFirst, false); },
      [](ConcreteState& s) { s.window_pages.set(kW0, pages(0, 0)); },
      [](ConcreteState& s) { s.kept.set(kW0, kM0, true); },
      [](ConcreteState& s) { s.owned.set(kW0, true); });
  by_hand.step(
      Rule::kWalkPage,
      {.page = kFirst, .frame = kRam, .outcome = Outcome::kValid, .flag = true, .huge = true},
      [](ConcreteState& s) {
        huge(s);
        s.section.set(kT0, Section::kBegun);
      },
      [](ConcreteState& s) { s.huge.set(kFirst, false); });
}

void in_hugetlb(ConcreteState& s) {
  for (const Page page : {kFirst, kSecond}) s.area.set(page, Area::kHugetlb);
}

// What hugetlb has is mapped whole, and stays where it is.
void of_hugetlb(ByHand& by_hand) {
  by_hand.step(
      Rule::kJoin, {.page = kSecond},
      [](ConcreteState& s) {
        joinable(s);
        in_hugetlb(s);
      },
      [](ConcreteState& s) { s.area.set(kFirst, Area::kAnon); });
  by_hand.step(
      Rule::kWalkPage, {.page = kFirst, .frame = kRam, .outcome = Outcome::kValid, .flag = true},
      [](ConcreteState& s) {
        huge(s);
        s.section.set(kT0, Section::kBegun);
      },
      in_hugetlb);
  by_hand.step(Rule::kCpuAccess, {.page = kFirst}, small, in_hugetlb);
  by_hand.step(Rule::kHide, {.page = kFirst, .kind = EntryKind::kMigration}, small, in_hugetlb);
  by_hand.step(
      Rule::kPopulate, {.page = kFirst, .frame = kZeroFrame},
      [](ConcreteState& s) {
        small(s);
        s.cpu_frame.set(kFirst, kNoFrame);
      },
      in_hugetlb);
}

void translations(ByHand& by_hand) {
  by_hand.step(
      Rule::kDropHuge, {.page = kSecond}, translated,
      [](ConcreteState& s) { s.update_lock.set(kT0, kM0, false); },
      [](ConcreteState& s) { s.device_huge.set(kM0, kSecond, false); },
      [](ConcreteState& s) { s.unmarked.set(kM0, kFirst, true); });
  by_hand.step(
      Rule::kInvalidate, {.sequence = 3},
      [](ConcreteState& s) {
        translated(s);
        s.odd.set(kMm, true);
        s.phase.set(kW0, WindowPhase::kStarting);
        s.hit.set(kW0, kM0, true);
      },
      [](ConcreteState& s) { s.window_pages.set(kW0, pages(1, 2)); });
  by_hand.step(
      Rule::kInstall, {.pages = pages(0, 1), .huge = true}, walked,
      [](ConcreteState& s) { s.walked_huge.set(kT0, kSecond, false); },
      [](ConcreteState& s) {
        s.walked_frame.set(kT0, kSecond, kNoFrame);
        s.walked.set(kT0, kSecond, Outcome::kNothing);
      });
  // One page of what is translated as one.
  by_hand.step(Rule::kInstall, {.pages = pages(0, 0)}, walked, [](ConcreteState& s) {
    for (const Page page : {kFirst, kSecond}) {
      s.device_frame.set(kM0, page, s.cpu_frame(page));
      s.device_huge.set(kM0, page, true);
    }
  });
  by_hand.step(
      Rule::kProgram, {.page = kFirst},
      [](ConcreteState& s) {
        translated(s);
        s.device_huge.set(kM0, kFirst, false);
        s.device_huge.set(kM0, kSecond, false);
      },
      [](ConcreteState& s) { s.device_huge.set(kM0, kFirst, true); });
}

}  // namespace

void hand_written_huge(ByHand& by_hand) {
  parts(by_hand);
  wholes(by_hand);
  entries(by_hand);
  of_hugetlb(by_hand);
  translations(by_hand);
}

}  // namespace mirrorcheck::model
