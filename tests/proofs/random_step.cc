#include "tests/proofs/random_step.h"

#include <array>
#include <tuple>

#include "model/rules.h"

namespace mirrorcheck::proofs::testing {
namespace {

using namespace mirrorcheck::model;

// The corner: few things, so that steps meet.
constexpr std::array<unsigned, 5> kCornerPages{0, 1, 2, 16, 17};
constexpr std::array<unsigned, 8> kCornerFrames{1, 2, 3, 32, 33, 48, 52, 64};
constexpr std::array<unsigned, 4> kCornerFilePages{1, 2, 9, 10};
constexpr unsigned kCornerTasks = 3, kCornerMirrors = 3, kCornerWindows = 3;

template <std::size_t N>
unsigned pick(Random& random, const std::array<unsigned, N>& from) {
  return from[random.below(N)];
}

PageRange random_pages(Random& random) {
  const unsigned mm = random.below(kMms);
  const unsigned first = random.below(3);
  const unsigned last = first + random.below(2);
  if (random.chance(3)) return {};
  return {page_of(Mm(mm), first), page_of(Mm(mm), last)};
}

FilePageRange random_file_pages(Random& random) {
  const unsigned file = random.below(2);
  const unsigned first = random.below(2);
  if (random.chance(3)) return {};
  return {file_page(File(file), first), file_page(File(file), first + random.below(2))};
}

class Guard {
 public:
  void require(const Clause& clause, bool holds) { values.push_back({&clause, holds}); }
  std::vector<ClauseValue> values;
};
class AllHold {
 public:
  void require(const Clause&, bool holds) { all = all && holds; }
  bool all = true;
};

template <class Sort>
auto random_value(Random& random) {
  if constexpr (std::is_same_v<Sort, bool>) {
    return random.chance(50);
  } else if constexpr (std::is_same_v<Sort, Integer>) {
    return std::uint64_t{random.below(4)};
  } else if constexpr (std::is_same_v<Sort, PageRange>) {
    return random_pages(random);
  } else if constexpr (std::is_same_v<Sort, Frame>) {
    return random.chance(20) ? kNoFrame : Frame(pick(random, kCornerFrames));
  } else if constexpr (std::is_same_v<Sort, FilePage>) {
    return random.chance(20) ? kNoFilePage : FilePage(pick(random, kCornerFilePages));
  } else if constexpr (std::is_same_v<Sort, Page>) {
    return Page(pick(random, kCornerPages));
  } else if constexpr (std::is_same_v<Sort, Task>) {
    return Task(random.below(kCornerTasks));
  } else if constexpr (std::is_same_v<Sort, Mirror>) {
    return Mirror(random.below(kCornerMirrors));
  } else if constexpr (std::is_same_v<Sort, Window>) {
    return Window(random.below(kCornerWindows));
  } else if constexpr (std::is_same_v<Sort, Classic>) {
    return Classic(random.below(kClassicNotifiers));
  } else if constexpr (std::is_same_v<Sort, Mm>) {
    return Mm(random.below(kMms));
  } else if constexpr (std::is_same_v<Sort, File>) {
    return File(random.below(2));
  } else if constexpr (std::is_same_v<Sort, Hold> || std::is_same_v<Sort, WindowPhase>) {
    return Sort(random.below(3));
  } else if constexpr (std::is_same_v<Sort, Registration> || std::is_same_v<Sort, Section>) {
    return Sort(random.below(4));
  } else if constexpr (std::is_same_v<Sort, Outcome>) {
    return Sort(random.below(7));
  } else if constexpr (std::is_same_v<Sort, WindowEvent>) {
    return Sort(random.below(8));
  } else if constexpr (std::is_same_v<Sort, EntryKind>) {
    return Sort(random.below(6));
  } else {
    return Sort(random.below(5));  // Area
  }
}

// The argument of this sort.
template <class Key>
Key argument_of(const Arguments& a) {
  if constexpr (std::is_same_v<Key, Task>) return a.task;
  if constexpr (std::is_same_v<Key, Mm>) return a.mm;
  if constexpr (std::is_same_v<Key, Mirror>) return a.mirror;
  if constexpr (std::is_same_v<Key, Window>) return a.window;
  if constexpr (std::is_same_v<Key, Classic>) return a.classic;
  if constexpr (std::is_same_v<Key, Page>) return a.page;
  if constexpr (std::is_same_v<Key, FilePage>) return a.file_page;
  if constexpr (std::is_same_v<Key, File>) return a.file;
  if constexpr (std::is_same_v<Key, Frame>) return a.frame;
}
template <class Key>
Key random_key(Random& random, const Arguments& arguments) {
  return random.chance(60) ? argument_of<Key>(arguments) : random_value<Key>(random);
}

template <class Sort, class... Keys>
void mutate_field(Random& random, const Arguments& arguments, Concrete::Map<Sort, Keys...>& field) {
  const std::tuple<Keys...> key{random_key<Keys>(random, arguments)...};
  const auto value = random_value<Sort>(random);
  std::apply([&](const Keys&... k) { field.set(k..., value); }, key);
}

// The run of pages that a huge entry can map with the page: entries that one can be made of, walked
// and translated by somebody, as far as `chosen` speaks of it. Chance does not come to that.
void fit_run(const std::string& chosen, const Arguments& arguments, ConcreteState& state) {
  const bool entries =
      chosen == "huge" || (chosen == "cpu_kind" && present<Concrete>(state, arguments.page));
  Concrete::all_in(huge_of(arguments.page), [&](Page page) {
    const auto frame = Frame(2 + place_of(page));
    if (entries) {
      state.area.set(page, Area::kAnon);
      state.copied.set(page, false);
      state.cpu_frame.set(page, frame);
      state.cpu_kind.set(page, EntryKind::kPresent);
      state.cpu_read.set(page, true);
      state.cpu_write.set(page, state.cpu_write(arguments.page));
    }
    if (chosen == "huge") state.huge.set(page, state.huge(arguments.page));
    if (chosen == "walked_huge") {
      state.walked_huge.set(arguments.task, page, true);
      state.walked_frame.set(arguments.task, page, frame);
    }
    if (chosen == "device_huge") {
      state.device_huge.set(arguments.mirror, page, true);
      state.device_frame.set(arguments.mirror, page, frame);
    }
    return true;
  });
}

class FailureCount {
 public:
  void require(const Clause&, bool holds) { failures += holds ? 0u : 1u; }
  unsigned failures = 0;
};
unsigned failures(Rule rule, const ConcreteState& state, const Arguments& arguments) {
  FailureCount count;
  visit_rule<Concrete>(rule, [&]<class R>() { R::guard(count, state, arguments); });
  return count.failures;
}

}  // namespace

std::vector<ClauseValue> concrete_guard(Rule rule, const ConcreteState& state,
                                        const Arguments& arguments) {
  Guard guard;
  visit_rule<Concrete>(rule, [&]<class R>() { R::guard(guard, state, arguments); });
  return guard.values;
}

void concrete_apply(Rule rule, ConcreteState& state, const Arguments& arguments) {
  visit_rule<Concrete>(rule, [&]<class R>() { R::apply(state, arguments); });
}

bool enabled(Rule rule, const ConcreteState& state, const Arguments& arguments) {
  AllHold guard;
  visit_rule<Concrete>(rule, [&]<class R>() { R::guard(guard, state, arguments); });
  return guard.all;
}

Arguments random_arguments(Random& random, const ConcreteState& s) {
  Arguments a;
  a.task = random_value<Task>(random);
  a.mm = random_value<Mm>(random);
  a.mirror = random_value<Mirror>(random);
  a.window = random_value<Window>(random);
  a.classic = random_value<Classic>(random);
  a.page = random_value<Page>(random);
  a.source = random_value<Page>(random);
  a.pages = random_pages(random);
  // Often the things that a task is about.
  if (random.chance(50)) a.mirror = s.section_mirror(a.task);
  if (random.chance(30)) a.task = s.owner(a.window);
  if (random.chance(30)) a.mm = s.mirror_mm(a.mirror);
  if (random.chance(30) && s.mirror_pages(a.mirror).first <= s.mirror_pages(a.mirror).last) {
    a.page = s.mirror_pages(a.mirror).first;
    a.pages = {a.page, a.page};
  }
  a.file_page = FilePage(pick(random, kCornerFilePages));
  a.file_pages = random_file_pages(random);
  a.file = random_value<File>(random);
  if (random.chance(20) && s.slot(a.page) != kNoFilePage) {  // or what is mapped of a file
    a.file_pages = {s.slot(a.page), s.slot(a.page)};
    a.file = file_of(s.slot(a.page));
    a.file_page = s.slot(a.page);
  }
  // Often the frame that belongs there.
  switch (random.below(4)) {
    case 0:
      a.frame = s.cpu_frame(a.page);
      break;
    case 1:
      a.frame = s.backing(s.slot(a.page));
      break;
    case 2:
      a.frame = s.backing(a.file_page);
      break;
    default:
      a.frame = random_value<Frame>(random);
  }
  a.area = random_value<Area>(random);
  a.kind = random_value<EntryKind>(random);
  a.event = random_value<WindowEvent>(random);
  a.outcome = random_value<Outcome>(random);
  a.write = random.chance(50);
  a.read = random.chance(70);
  a.flag = random.chance(50);
  a.required = random.chance(50);
  a.huge = random.chance(50);
  // A sequence that somebody could have.
  const Mm mm = random.chance(50) ? a.mm : s.window_mm(a.window);
  const std::uint64_t epoch = random.chance(40) ? s.sub_epoch(a.mirror) : s.epoch(mm);
  a.sequence = 2 * (epoch + random.below(3)) - 2 + random.below(2);
  if (random.chance(20)) a.frame = s.cpu_frame(a.source);
  if (random.chance(30)) {  // or a walk of the page that says what there is
    a.outcome = Outcome::kValid;
    a.frame = s.cpu_frame(a.page);
    a.flag = s.cpu_write(a.page);
  }
  return a;
}

bool find_enabled(Random& random, Rule rule, const ConcreteState& state, unsigned tries,
                  Arguments& arguments) {
  while (tries-- > 0) {
    arguments = random_arguments(random, state);
    if (enabled(rule, state, arguments)) return true;
  }
  return false;
}

void mutate(Random& random, const FieldNames& fields, const Arguments& arguments,
            ConcreteState& state) {
  const std::string& chosen = fields[random.below(static_cast<unsigned>(fields.size()))];
  ConcreteState::each_field(state, [&](const char* name, auto& field) {
    if (chosen == name) mutate_field(random, arguments, field);
  });
  fit_run(chosen, arguments, state);
  for (unsigned p = 0; p < kPages; ++p) {
    const Area area = state.area(Page(p));
    if ((area == Area::kFile || area == Area::kDax) && state.slot(Page(p)) == kNoFilePage) {
      state.slot.set(Page(p), FilePage(pick(random, kCornerFilePages)));
    }
  }
}

bool make_enabled(Random& random, Rule rule, const FieldNames& fields, unsigned tries,
                  ConcreteState& state, Arguments& arguments) {
  unsigned best = failures(rule, state, arguments);
  for (; best > 0 && tries > 0; --tries) {
    ConcreteState other_state = state;
    Arguments other_arguments = arguments;
    if (fields.empty() || random.chance(30)) other_arguments = random_arguments(random, state);
    if (!fields.empty()) mutate(random, fields, other_arguments, other_state);
    const unsigned now = failures(rule, other_state, other_arguments);
    if (now > best) continue;
    best = now;
    state = other_state;
    arguments = other_arguments;
  }
  return best == 0;
}

InitialState random_initial(Random& random) {
  InitialState initial;
  for (auto& users : initial.users) users = 1 + random.below(2);
  for (auto& pages : initial.file_pages) pages = static_cast<std::uint8_t>(random.below(4));
  return initial;
}

}  // namespace mirrorcheck::proofs::testing
