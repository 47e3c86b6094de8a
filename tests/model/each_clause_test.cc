// Can every clause fail? One that cannot says nothing.
//
// Histories of the reference are stepped through the rules' guards. A step as it happened has to
// satisfy every clause. A step with an argument of another, a step of another rule, and a step
// after one that was lost may break some; which of them never broke is what is asked here. What
// chance does not come to is written by hand.

#include <gtest/gtest.h>

#include <string>

#include "fuzz/harness/execution.h"
#include "fuzz/scenario/generate.h"
#include "fuzz/scheduler/random.h"
#include "impl/reference/reference.h"
#include "tests/model/by_hand.h"
#include "tests/model/contract.h"
#include "tests/model/sightings.h"

namespace mirrorcheck::model {
namespace {

constexpr unsigned kScenarios = 400;

std::string text_of(const Key& key) {
  return std::string(rule_name(key.first)) + ": " + std::string(key.second->sentence);
}

// Another value for one argument, within the bounds of the concrete world.
void change(fuzz::Random& random, Arguments& a) {
  const auto below = [&](std::size_t n) {
    return static_cast<unsigned>(random.below(static_cast<std::uint32_t>(n)));
  };
  const auto page = [&] { return page_of(Mm(below(kMms)), below(8)); };
  const auto slot = [&] { return file_page(File(below(kFiles)), below(4)); };
  switch (below(21)) {
    case 0:
      a.task = Task(below(3));
      break;
    case 1:
      a.mm = Mm(below(kMms));
      break;
    case 2:
      a.mirror = Mirror(below(kMirrors));
      break;
    case 3:
      a.window = Window(below(9));
      break;
    case 4:
      a.classic = Classic(below(kClassicNotifiers));
      break;
    case 5:
      a.page = page();
      break;
    case 6:
      a.pages.first = page();
      a.pages.last = Page(static_cast<unsigned>(a.pages.first) + below(3));
      break;
    case 7:
      a.file_page = slot();
      break;
    case 8:
      a.file_pages.first = slot();
      a.file_pages.last = FilePage(static_cast<unsigned>(a.file_pages.first) + below(3));
      break;
    case 9:
      a.file = File(below(kFiles));
      break;
    case 10:
      a.frame = Frame(below(2) == 0 ? below(6) : 2 + kRamFrames + below(4));
      break;
    case 11:
      a.area = Area(below(5));
      break;
    case 12:
      a.event = WindowEvent(below(5));
      break;
    case 13:
      a.outcome = Outcome(below(7));
      break;
    case 14:
      a.write = !a.write;
      break;
    case 15:
      a.read = !a.read;
      break;
    case 16:
      a.flag = !a.flag;
      break;
    case 17:
      a.required = !a.required;
      break;
    case 18:
      a.source = page();
      break;
    case 19:
      a.kind = EntryKind(below(2));
      break;
    default:
      a.sequence = below(12);
      break;
  }
}

void step_through(const fuzz::Scenario& scenario, const fuzz::History& history,
                  fuzz::Random& random, Sightings& sightings) {
  InitialState initial;
  for (unsigned t = 0; t < scenario.layout.tasks; ++t) {
    ++initial.users[static_cast<std::size_t>(scenario.layout.mm_of_task[t])];
  }
  for (std::size_t f = 0; f < kFiles; ++f) {
    const impl::FileLayout& file = scenario.layout.files[f];
    if (!file.exists) continue;
    initial.file_pages[f] =
        static_cast<std::uint8_t>((file.size + kCellsPerPage - 1) / kCellsPerPage);
  }
  ConcreteState state;
  initialise(state, initial);
  ConcreteState lossy = state;  // has missed a step now and then
  unsigned age = 0;
  for (const fuzz::Event& event : history) {
    if (event.kind != fuzz::Event::Kind::kStep) continue;
    const Arguments& a = event.arguments;
    for (const Clause* clause : sightings.look(event.rule, state, a)) {
      ADD_FAILURE() << "a correct step breaks " << text_of({event.rule, clause});
    }
    sightings.look(event.rule, lossy, a);
    for (int changes = 1; changes <= 4; ++changes) {
      Arguments other = a;
      for (int i = 0; i < changes; ++i) change(random, other);
      sightings.look(event.rule, state, other);
      if (other.file_page == kNoFilePage) other.file_page = file_page(File(0), 0);
      sightings.look(Rule(random.below(static_cast<std::uint32_t>(kRules))), state, other);
    }
    const auto apply = [&](ConcreteState& s) {
      visit_rule<Concrete>(event.rule, [&]<class R>() { R::apply(s, a); });
    };
    apply(state);
    if (random.below(20) != 0) apply(lossy);
    if (++age % 50 == 0) lossy = state;
  }
}

void hand_written_registration(ByHand& by_hand) {
  by_hand.step(
      Rule::kPublish, {}, [](ConcreteState& s) { s.mmap_lock.set(kT0, kMm, Hold::kExclusive); },
      [](ConcreteState& s) { s.phase.set(kW1, WindowPhase::kStarting); });
  by_hand.step(
      Rule::kInsert, {.pages = pages(0, 1), .sequence = 1},
      [](ConcreteState& s) { s.published.set(kMm, true); },
      [](ConcreteState& s) { s.section.set(kT1, Section::kBegun); });
  by_hand.step(
      Rule::kRemove, {},
      [](ConcreteState& s) {
        s.registration.set(kM0, Registration::kTree);
        s.phase.set(kW1, WindowPhase::kStarted);
        s.owner.set(kW1, kT1);
      },
      // A lock of another mirror's callback; a window of its own.
      [](ConcreteState& s) { s.update_lock.set(kT0, kM1, true); },
      [](ConcreteState& s) { s.phase.set(kW0, WindowPhase::kStarting); },
      [](ConcreteState& s) { s.phase.set(kW0, WindowPhase::kStarted); });
  // Holding an update lock is right here.
  by_hand.step(
      Rule::kClassicUnregister, {},
      [](ConcreteState& s) {
        s.listed.set(Classic(0), true);
        s.update_lock.set(kT0, kM0, true);
      },
      [](ConcreteState& s) { s.listed.set(Classic(0), false); });
  by_hand.step(
      Rule::kRemoved, {}, [](ConcreteState& s) { s.phase.set(kW0, WindowPhase::kStarting); },
      [](ConcreteState& s) { s.hit.set(kW0, kM0, true); });
}

void hand_written_windows(ByHand& by_hand) {
  by_hand.step(
      Rule::kStart, {.pages = pages(0, 1), .flag = true, .sequence = 2}, [](ConcreteState&) {},
      [](ConcreteState& s) { s.owed.set(kW0, Classic(0), true); });
  by_hand.step(
      Rule::kInvalidate, {.sequence = 3},
      [](ConcreteState& s) {
        s.phase.set(kW0, WindowPhase::kStarting);
        s.window_pages.set(kW0, pages(0, 1));
        s.hit.set(kW0, kM0, true);
        s.registration.set(kM0, Registration::kTree);
        s.update_lock.set(kT0, kM0, true);
      },
      [](ConcreteState& s) { s.phase.set(kW0, WindowPhase::kStarted); },
      [](ConcreteState& s) { s.owner.set(kW0, kT1); },
      [](ConcreteState& s) { s.hit.set(kW0, kM0, false); },
      [](ConcreteState& s) { s.acked.set(kW0, kM0, true); },
      [](ConcreteState& s) { s.registration.set(kM0, Registration::kOut); },
      [](ConcreteState& s) { s.told.set(kW0, Classic(0), true); });
  by_hand.step(
      Rule::kStartFailed, {.sequence = 2},
      [](ConcreteState& s) {
        s.phase.set(kW0, WindowPhase::kStarting);
        s.refused.set(kW0, true);
      },
      [](ConcreteState& s) { s.phase.set(kW0, WindowPhase::kStarted); });
}

void hand_written_sections(ByHand& by_hand) {
  by_hand.step(
      Rule::kReadWake, {}, [](ConcreteState& s) { s.section.set(kT0, Section::kWaiting); },
      [](ConcreteState& s) {
        s.odd.set(kMm, true);
        s.epoch.set(kMm, 1);
        s.saved.set(kT0, 1);
      });
}

void hand_written_pages(ByHand& by_hand) {
  constexpr Frame kRam{2};
  constexpr Frame kBlock{2 + kRamFrames};
  constexpr Page kPage{0};
  const FilePage slot = file_page(File(0), 0);
  const auto mapped = [=](ConcreteState& s) {
    s.mmap_lock.set(kT0, kMm, Hold::kShared);
    s.area.set(kPage, Area::kAnon);
    s.area_read.set(kPage, true);
    s.area_write.set(kPage, true);
    s.used.set(kRam, true);
  };
  by_hand.step(
      Rule::kZap, {.page = kPage},
      [=](ConcreteState& s) {
        mapped(s);
        s.cpu_frame.set(kPage, kRam);
        s.published.set(kMm, true);
        s.phase.set(kW0, WindowPhase::kStarted);
        s.window_pages.set(kW0, pages(0, 0));
      },
      [](ConcreteState& s) { s.kept.set(kW0, kM0, true); });
  by_hand.step(Rule::kPopulate, {.page = kPage, .frame = kRam, .write = true}, mapped,
               [](ConcreteState& s) { s.area_write.set(kPage, false); });
  by_hand.step(
      Rule::kFree, {.frame = kRam}, [](ConcreteState& s) { s.used.set(kRam, true); },
      [](ConcreteState& s) { s.pins.set(kRam, 1); });
  // PROT_NONE: the right to read goes, and comes back.
  by_hand.step(
      Rule::kWriteProtect, {.page = kPage, .flag = true},
      [=](ConcreteState& s) {
        mapped(s);
        s.cpu_frame.set(kPage, kRam);
        s.cpu_read.set(kPage, true);
        s.published.set(kMm, true);
        s.phase.set(kW0, WindowPhase::kStarted);
        s.window_pages.set(kW0, pages(0, 0));
      },
      [](ConcreteState& s) { s.cpu_read.set(kPage, false); },
      [](ConcreteState& s) { s.phase.set(kW0, WindowPhase::kClosed); },
      [](ConcreteState& s) { s.kept.set(kW0, kM0, true); });
  const auto readable = [=](ConcreteState& s) {
    mapped(s);
    s.area_write.set(kPage, false);
    s.cpu_frame.set(kPage, kRam);
    s.cpu_read.set(kPage, true);
  };
  const auto unreadable = [](ConcreteState& s) { s.cpu_read.set(kPage, false); };
  by_hand.step(Rule::kCpuAccess, {.page = kPage}, readable, unreadable);
  by_hand.step(Rule::kPin, {.page = kPage, .frame = kRam}, readable, unreadable);
  by_hand.step(
      Rule::kUpgrade, {.page = kPage, .flag = true},
      [=](ConcreteState& s) {
        mapped(s);
        s.area_write.set(kPage, false);
        s.cpu_frame.set(kPage, kZeroFrame);
      },
      [](ConcreteState& s) { s.area_read.set(kPage, false); });
  by_hand.step(
      Rule::kUpgrade, {.page = kPage},
      [=](ConcreteState& s) {
        mapped(s);
        s.cpu_frame.set(kPage, kRam);
      },
      [](ConcreteState& s) { s.area.set(kPage, Area::kNone); });
  // S4: the other mm maps the frame, too.
  constexpr Page kOther = page_of(Mm(1), 0);
  by_hand.step(
      Rule::kUpgrade, {.page = kPage},
      [=](ConcreteState& s) {
        mapped(s);
        s.cpu_frame.set(kPage, kRam);
      },
      [](ConcreteState& s) { s.cpu_frame.set(kOther, kRam); });
  by_hand.step(
      Rule::kPin, {.page = kPage, .frame = kRam},
      [=](ConcreteState& s) {
        mapped(s);
        s.cpu_frame.set(kPage, kRam);
        s.cpu_read.set(kPage, true);
      },
      [](ConcreteState& s) { s.cpu_frame.set(kOther, kRam); });
  // fork: mm1 is the child's.
  const auto forking = [=](ConcreteState& s) {
    mapped(s);
    s.cpu_frame.set(kPage, kRam);
    s.mmap_lock.set(kT0, kMm, Hold::kExclusive);
    s.mmap_lock.set(kT0, Mm(1), Hold::kExclusive);
    s.area.set(kOther, Area::kAnon);
    s.area_write.set(kOther, true);
  };
  by_hand.step(
      Rule::kCopyEntry, {.page = kOther, .source = kPage, .frame = kRam}, forking,
      [](ConcreteState& s) { s.mmap_lock.set(kT0, Mm(1), Hold::kNot); },
      [](ConcreteState& s) { s.published.set(Mm(1), true); },
      [](ConcreteState& s) { s.cpu_frame.set(kOther, kZeroFrame); },
      [=](ConcreteState& s) { s.slot.set(kPage, slot); },
      [](ConcreteState& s) { s.area.set(kOther, Area::kNone); },
      [](ConcreteState& s) { s.cpu_write.set(kPage, true); },
      [](ConcreteState& s) { s.pins.set(kRam, 1); });
  constexpr Frame kCopy{3};
  by_hand.step(
      Rule::kCopyEntry, {.page = kOther, .source = kPage, .frame = kCopy, .write = true},
      [=](ConcreteState& s) {
        forking(s);
        s.used.set(kCopy, true);
      },
      [](ConcreteState& s) { s.area_write.set(kOther, false); },
      [](ConcreteState& s) { s.used.set(kCopy, false); });
  // mremap.
  constexpr Page kTarget{2};
  by_hand.step(
      Rule::kMoveEntry, {.page = kTarget, .source = kPage},
      [=](ConcreteState& s) {
        mapped(s);
        s.cpu_frame.set(kPage, kRam);
        s.cpu_read.set(kPage, true);
        s.cpu_write.set(kPage, true);
        s.area.set(kTarget, Area::kAnon);
        s.area_read.set(kTarget, true);
        s.area_write.set(kTarget, true);
        s.published.set(kMm, true);
        s.phase.set(kW0, WindowPhase::kStarted);
        s.window_pages.set(kW0, pages(0, 0));
      },
      [](ConcreteState& s) { s.mmap_lock.set(kT0, kMm, Hold::kNot); },
      [](ConcreteState& s) { s.cpu_frame.set(kPage, kNoFrame); },
      [](ConcreteState& s) { s.cpu_frame.set(kTarget, kZeroFrame); },
      [=](ConcreteState& s) { s.slot.set(kTarget, slot); },
      [](ConcreteState& s) { s.area.set(kTarget, Area::kNone); },
      [](ConcreteState& s) { s.area_write.set(kTarget, false); },
      [](ConcreteState& s) { s.area_read.set(kTarget, false); },
      [](ConcreteState& s) { s.phase.set(kW0, WindowPhase::kClosed); },
      [](ConcreteState& s) { s.kept.set(kW0, kM0, true); });
  by_hand.step(
      Rule::kPopulate, {.page = kPage, .frame = kBlock},
      [=](ConcreteState& s) {
        mapped(s);
        s.area.set(kPage, Area::kDax);
        s.slot.set(kPage, slot);
        s.used.set(kBlock, true);
        s.backing.set(slot, kBlock);
        s.invalidate_lock.set(kT0, File(0), Hold::kShared);
        s.entry_lock.set(slot, kT0, true);
      },
      [=](ConcreteState& s) { s.within.set(slot, false); });
  by_hand.step(
      Rule::kFill, {.file_page = slot, .frame = kBlock},
      [=](ConcreteState& s) {
        s.used.set(kBlock, true);
        s.inode_lock.set(kT0, File(0), true);
      },
      [=](ConcreteState& s) { s.backing.set(slot, kRam); });
  // X10: a private mapping of the page, and a copy of it.
  const auto mapped_privately = [=](ConcreteState& s) {
    mapped(s);
    s.area.set(kPage, Area::kFile);
    s.area_private.set(kPage, true);
    s.slot.set(kPage, slot);
    s.backing.set(slot, kCopy);
    s.used.set(kCopy, true);
    s.invalidate_lock.set(kT0, File(0), Hold::kShared);
    s.entry_lock.set(slot, kT0, true);
  };
  const auto shared = [=](ConcreteState& s) { s.area_private.set(kPage, false); };
  by_hand.step(Rule::kCopyPage, {.page = kPage, .frame = kRam}, mapped_privately, shared,
               [=](ConcreteState& s) { s.used.set(kRam, false); });
  by_hand.step(Rule::kPopulate, {.page = kPage, .frame = kCopy}, mapped_privately,
               [=](ConcreteState& s) { s.backing.set(slot, kBlock); });
  by_hand.step(
      Rule::kPopulate, {.page = kPage, .frame = kCopy, .write = true},
      [=](ConcreteState& s) {
        mapped_privately(s);
        shared(s);
      },
      [=](ConcreteState& s) { s.area_private.set(kPage, true); });
  by_hand.step(
      Rule::kPopulate, {.page = kPage, .frame = kRam, .write = true, .flag = true},
      mapped_privately, shared, [=](ConcreteState& s) { s.within.set(slot, false); },
      [=](ConcreteState& s) { s.entry_lock.set(slot, kT0, false); },
      [=](ConcreteState& s) { s.cpu_frame.set(kOther, kRam); });
  // In the place of an entry that it was made of, no lock of the file is asked for.
  by_hand.step(
      Rule::kPopulate, {.page = kPage, .frame = kRam, .write = true, .flag = true},
      [=](ConcreteState& s) {
        mapped_privately(s);
        s.replacing.set(kPage, true);
        s.entry_lock.set(slot, kT0, false);
      },
      [=](ConcreteState& s) { s.replacing.set(kPage, false); });
  by_hand.step(
      Rule::kUpgrade, {.page = kPage},
      [=](ConcreteState& s) {
        mapped_privately(s);
        s.cpu_frame.set(kPage, kRam);
        s.copied.set(kPage, true);
      },
      [=](ConcreteState& s) { s.copied.set(kPage, false); },
      [=](ConcreteState& s) { s.cpu_frame.set(kOther, kRam); });
  const auto forking_file = [=](ConcreteState& s) {
    forking(s);
    mapped_privately(s);
    s.mmap_lock.set(kT0, kMm, Hold::kExclusive);
    s.area.set(kOther, Area::kFile);
    s.slot.set(kOther, slot);
    s.area_private.set(kOther, true);
  };
  by_hand.step(
      Rule::kCopyEntry, {.page = kOther, .source = kPage, .frame = kCopy},
      [=](ConcreteState& s) {
        forking_file(s);
        s.cpu_frame.set(kPage, kCopy);
        s.pins.set(kCopy, 1);
      },
      [=](ConcreteState& s) { s.area_private.set(kPage, false); },
      [=](ConcreteState& s) { s.area_private.set(kOther, false); },
      [=](ConcreteState& s) { s.copied.set(kPage, true); });
  by_hand.step(
      Rule::kUnmapped, {.file_pages = {slot, slot}, .flag = false},
      [=](ConcreteState& s) {
        s.invalidate_lock.set(kT0, File(0), Hold::kExclusive);
        s.slot.set(kPage, slot);
        s.cpu_frame.set(kPage, kRam);
        s.copied.set(kPage, true);
      },
      [=](ConcreteState& s) { s.copied.set(kPage, false); });
  by_hand.step(
      Rule::kUnmapped, {.file_pages = {slot, slot}, .flag = true},
      [=](ConcreteState& s) {
        s.invalidate_lock.set(kT0, File(0), Hold::kExclusive);
        s.slot.set(kPage, slot);
      },
      [=](ConcreteState& s) { s.replacing.set(kPage, true); },
      [=](ConcreteState& s) {
        s.cpu_frame.set(kPage, kRam);
        s.copied.set(kPage, true);
      });
  by_hand.step(
      Rule::kFill, {.file_page = slot, .frame = kBlock},
      [=](ConcreteState& s) {
        s.used.set(kBlock, true);
        s.invalidate_lock.set(kT0, File(0), Hold::kShared);
        s.entry_lock.set(slot, kT0, true);
      },
      [=](ConcreteState& s) { s.backing.set(slot, kRam); });
  by_hand.step(
      Rule::kDisconnect, {.file_page = slot},
      [=](ConcreteState& s) {
        s.used.set(kBlock, true);
        s.backing.set(slot, kBlock);
        s.invalidate_lock.set(kT0, File(0), Hold::kExclusive);
        s.unmapped.set(kT0, slot, true);
      },
      [=](ConcreteState& s) { s.pins.set(kBlock, 1); });
  by_hand.step(
      Rule::kTruncated, {.file_pages = {slot, slot}},
      [=, &by_hand](ConcreteState& s) {
        s.invalidate_lock.set(kT0, File(0), Hold::kExclusive);
        s.invalidate_lock.set(kT0, File(1), Hold::kExclusive);
        s.unmapped.set(kT0, slot, true);
        by_hand.also_wrong(Rule::kTruncated, {.file_pages = {slot, slot}, .file = File(1)}, s);
      },
      [=](ConcreteState& s) {
        s.slot.set(kPage, slot);
        s.cpu_frame.set(kPage, kZeroFrame);
      },
      // i_size was written after the unmap.
      [=](ConcreteState& s) {
        visit_rule<Concrete>(Rule::kResize, [&]<class R>() {
          R::apply(s, {.file_pages = {slot, slot}, .file = File(0)});
        });
      });
  by_hand.step(
      Rule::kWalkPage, {.page = kPage, .outcome = Outcome::kNothing},
      [=](ConcreteState& s) {
        mapped(s);
        s.section.set(kT0, Section::kBegun);
      },
      [](ConcreteState& s) { s.users.set(kMm, 0); });
  // F6: page 1 was asked for; page 0 lies in the same hole.
  constexpr Page kAsked{1};
  by_hand.step(
      Rule::kWalkPage, {.page = kPage, .pages = {kPage, kAsked}, .outcome = Outcome::kFault},
      [=](ConcreteState& s) {
        mapped(s);
        s.area.set(kAsked, Area::kAnon);
        s.area_read.set(kAsked, true);
        s.area_write.set(kAsked, true);
        s.section.set(kT0, Section::kBegun);
        s.asked.set(kT0, kAsked, true);
        s.walked.set(kT0, kAsked, Outcome::kFault);
      },
      [](ConcreteState& s) { s.asked.set(kT0, kAsked, false); },
      [](ConcreteState& s) { s.walked.set(kT0, kAsked, Outcome::kNothing); },
      [](ConcreteState& s) { s.area_write.set(kAsked, false); },
      [](ConcreteState& s) { s.cpu_frame.set(kAsked, kZeroFrame); });
  by_hand.step(
      Rule::kWalkPage, {.page = kPage, .frame = kRam, .outcome = Outcome::kNothing},
      [=](ConcreteState& s) {  // PROT_NONE, and readable again: as if it was not there
        mapped(s);
        s.cpu_frame.set(kPage, kRam);
        s.section.set(kT0, Section::kBegun);
      },
      [](ConcreteState& s) { s.cpu_read.set(kPage, true); });
  by_hand.step(
      Rule::kInstall, {.pages = pages(0, 0)},
      [](ConcreteState& s) {
        s.section.set(kT0, Section::kPassed);
        s.update_lock.set(kT0, kM0, true);
        s.registration.set(kM0, Registration::kTree);
        s.mirror_pages.set(kM0, pages(0, 1));
        s.engine.set(kM0, true);
      },
      [](ConcreteState& s) { s.engine.set(kM0, false); });
}

void hand_written_special_entries(ByHand& by_hand) {
  constexpr Frame kFrom{2}, kTo{3}, kBlock{2 + kRamFrames};
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
  const auto hidden = [=](ConcreteState& s) {
    mapped(s);
    s.cpu_kind.set(kPage, EntryKind::kMigration);
  };
  const auto present_again = [](ConcreteState& s) { s.cpu_kind.set(kPage, EntryKind::kPresent); };
  by_hand.step(
      Rule::kMove, {.page = kPage, .frame = kTo}, hidden, present_again,
      [](ConcreteState& s) { s.cpu_frame.set(kOther, kFrom); },
      [](ConcreteState& s) { s.pins.set(kFrom, 1); },
      [](ConcreteState& s) { s.used.set(kTo, false); },
      [](ConcreteState& s) { s.cpu_frame.set(kOther, kTo); },
      [=](ConcreteState& s) { s.backing.set(slot, kTo); });
  by_hand.step(Rule::kReveal, {.page = kPage}, hidden, present_again);
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

void hand_written(Sightings& sightings) {
  ByHand by_hand(sightings);
  hand_written_registration(by_hand);
  hand_written_windows(by_hand);
  hand_written_sections(by_hand);
  hand_written_pages(by_hand);
  hand_written_special_entries(by_hand);
}

const Sightings& sightings() {
  static const Sightings result = [] {
    Sightings all;
    const auto world = impl::create_reference();
    fuzz::Execution execution(*world, {});
    fuzz::Random random(1);
    const fuzz::Shape shape{.tasks = 3, .operations = 16, .setup = 6, .segments = 64};
    for (unsigned seed = 0; seed < kScenarios; ++seed) {
      const fuzz::Scenario scenario = fuzz::random_scenario(seed, shape);
      fuzz::History history;
      execution.replay(scenario, &history);
      step_through(scenario, history, random, all);
    }
    hand_written(all);
    return all;
  }();
  return result;
}

TEST(Clauses, EachHoldsInStepsThatHappened) {
  for (const auto& [key, seen] : sightings().all()) EXPECT_TRUE(seen.held) << text_of(key);
}

TEST(Clauses, EachCanFail) {
  for (const auto& [key, seen] : sightings().all()) EXPECT_TRUE(seen.failed) << text_of(key);
}

// A clause that only fails together with others may be one too many.
TEST(Clauses, EachCanFailAlone) {
  for (const auto& [key, seen] : sightings().all()) EXPECT_TRUE(seen.failed_alone) << text_of(key);
}

}  // namespace
}  // namespace mirrorcheck::model
