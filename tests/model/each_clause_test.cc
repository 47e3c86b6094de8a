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
      a.frame = Frame(below(2) == 0   ? below(6)
                      : below(8) == 0 ? static_cast<unsigned>(kFirstSwapSlot) + below(2)
                      : below(4) == 0 ? static_cast<unsigned>(kFirstDeviceFrame) + below(8)
                                      : 2 + kRamFrames + below(4));
      break;
    case 11:
      a.area = Area(below(5));
      break;
    case 12:
      a.event = WindowEvent(below(8));
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
      a.kind = EntryKind(below(6));
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
      [](ConcreteState& s) { s.users.set(kMm, 0); },
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
      [](ConcreteState& s) { s.told.set(kW0, Classic(0), true); },
      [](ConcreteState& s) { s.unmarked.set(kM0, Page(1), true); });
  by_hand.step(
      Rule::kQuiesce, {}, [](ConcreteState& s) { s.update_lock.set(kT0, kM0, true); },
      [](ConcreteState& s) { s.unmarked.set(kM0, Page(1), true); });
  by_hand.step(
      Rule::kRefuse, {},
      [](ConcreteState& s) {
        s.phase.set(kW0, WindowPhase::kStarting);
        s.hit.set(kW0, kM0, true);
      },
      [](ConcreteState& s) { s.owner.set(kW0, kT1); },
      [](ConcreteState& s) { s.phase.set(kW0, WindowPhase::kClosed); },
      [](ConcreteState& s) { s.hit.set(kW0, kM0, false); });
  by_hand.step(
      Rule::kStarted, {}, [](ConcreteState& s) { s.phase.set(kW0, WindowPhase::kStarting); },
      [](ConcreteState& s) { s.refused.set(kW0, true); });
  by_hand.step(
      Rule::kStarted, {}, [](ConcreteState& s) { s.phase.set(kW0, WindowPhase::kStarting); },
      [](ConcreteState& s) { s.refused.set(kW0, true); });
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

void hand_written(Sightings& sightings) {
  ByHand by_hand(sightings);
  hand_written_registration(by_hand);
  hand_written_windows(by_hand);
  hand_written_sections(by_hand);
  hand_written_pages(by_hand);
  hand_written_special_entries(by_hand);
  hand_written_huge(by_hand);
  hand_written_userfault(by_hand);
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
