#include "model/oracle.h"

#include "model/step.h"

namespace mirrorcheck::model {
namespace {

using Step = const Clause* (*)(ConcreteState&, const Arguments&);
constexpr std::array<Step, kRules> kSteps = [] {
  std::array<Step, kRules> steps{};
  AllRules::each<Concrete>(
      [&]<class R>() { steps[static_cast<std::size_t>(R::kRule)] = &take_step<R>; });
  return steps;
}();

}  // namespace

void initialise(ConcreteState& state, const InitialState& initial) {
  if constexpr (kLargeWorld) {
    // What was never set need not be cleared.
    ConcreteState::each_field(state, [](const char*, auto& map) {
      if constexpr (requires { map.clear_rows(); }) {
        map.clear_rows();
      } else {
        clear(map);
      }
    });
  } else {
    state = ConcreteState{};
  }
  state.used.set(kZeroFrame, true);
  for (std::size_t m = 0; m < kMms; ++m) {
    state.users.set(Mm(m), initial.users[m]);
    state.epoch.set(Mm(m), 1);  // invalidate_seq starts at 2
  }
  for (unsigned f = 0; f < kFiles; ++f) {
    for (unsigned i = 0; i < initial.file_pages[f]; ++i) {
      state.within.set(file_page(File(f), i), true);
    }
  }
}

void Oracle::begin(const InitialState& initial) { initialise(state_, initial); }

Breach Oracle::step(Rule rule, const Arguments& arguments) {
  return {kSteps[static_cast<std::size_t>(rule)](state_, arguments), rule};
}

// The same as holds() of each, at a fraction of the cost: a page that nothing maps, and that counts
// as part of nothing huge, breaks none of the properties of pages, and most are such.
const Clause* check_everything(const ConcreteState& s) {
  using S1 = StaleTranslation<Concrete>;
  using S2 = FreedTarget<Concrete>;
  using S4 = SharedPrivately<Concrete>;
  using S5 = Truncation<Concrete>;
  using S6 = OneLocation<Concrete>;
  using S6Prime = WritableIsDirty<Concrete>;
  using Whole = WholeEntry<Concrete>;
  using Large = LargeTranslation<Concrete>;
  FirstFailure failure;
  using Number = std::underlying_type_t<Frame>;
  std::array<Number, kPages> mapped{};
  // S4: the private entries of each frame, and those that may write it.
  std::array<Count, kFrames> sharers{};
  std::array<Count, kFrames> writers{};
  for (std::size_t p = 0; p < kPages; ++p) {
    mapped[p] = static_cast<Number>(s.cpu_frame(Page(p)));
    mapped[p] |= static_cast<Number>(s.huge(Page(p)));
    for (std::size_t m = 0; m < kMirrors; ++m) {
      mapped[p] |= static_cast<Number>(s.device_frame(Mirror(m), Page(p)));
      mapped[p] |= static_cast<Number>(s.device_huge(Mirror(m), Page(p)));
    }
  }
  for (std::size_t i = 0; i < kPages; ++i) {
    if (mapped[i] == 0) continue;
    const auto p = Page(i);
    failure.require(S2::kClause, S2::named(s, s.cpu_frame(p)));
    for (std::size_t m = 0; m < kMirrors; ++m) {
      failure.require(S1::kClause, S1::at(s, Mirror(m), p));
      failure.require(Large::kClause, Large::at(s, Mirror(m), p));
      failure.require(S2::kClause, S2::named(s, s.device_frame(Mirror(m), p)));
    }
    const auto frame = static_cast<std::size_t>(s.cpu_frame(p));
    failure.require(S4::kClause, S4::writes_own(s, p));
    if (frame != 0 && maps_private_memory<Concrete>(s, p)) {
      ++sharers[frame];
      if (s.cpu_write(p)) ++writers[frame];
      failure.require(S4::kClause, writers[frame] == 0 || sharers[frame] == 1);
    }
    failure.require(S5::kClause, S5::at(s, p));
    failure.require(S6::kClause, S6::at(s, p));
    failure.require(S6Prime::kClause, S6Prime::at(s, p));
    failure.require(Whole::kClause, Whole::at(s, p));
  }
  failure.require(S2::kClause, S2::no_free_pins(s));
  failure.require(SequenceOrder<Concrete>::kClause, SequenceOrder<Concrete>::holds(s));
  failure.require(FrozenByWindow<Concrete>::kClause, FrozenByWindow<Concrete>::holds(s));
  // There is something unmarked in few states only.
  static constexpr decltype(ConcreteState::unmarked) kAllMarked{};
  if (!(s.unmarked == kAllMarked)) {
    failure.require(MarkedInTime<Concrete>::kClause, MarkedInTime<Concrete>::holds(s));
  }
  for (std::size_t f = 0; f < kFilePages; ++f) {
    failure.require(HolesAreClean<Concrete>::kClause, HolesAreClean<Concrete>::at(s, FilePage(f)));
  }
  return failure.clause();
}

void Oracle::forget_what_is_over() {
  ConcreteState& s = state_;
  for (std::size_t task = 0; task < kTasks; ++task) {
    if (s.section(Task(task)) != Section::kNone) return;
  }
  for (std::size_t window = 0; window < kWindows; ++window) {
    if (s.phase(Window(window)) != WindowPhase::kClosed) return;
    for (std::size_t classic = 0; classic < kClassicNotifiers; ++classic) {
      if (s.owed(Window(window), Classic(classic))) return;  // I1: its end is due
    }
  }
  const auto forget = [](auto&... maps) { ((maps = {}), ...); };
  forget(s.section_mirror, s.saved, s.last_outcome, s.asked, s.walked, s.walked_frame,
         s.walked_write);
  forget(s.owner, s.window_mm, s.window_pages, s.window_event, s.owned, s.window_mirror,
         s.blockable, s.refused, s.hit, s.acked, s.kept, s.told);
}

}  // namespace mirrorcheck::model
