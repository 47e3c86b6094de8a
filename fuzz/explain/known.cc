#include "fuzz/explain/known.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "fuzz/harness/clauses.h"
#include "model/rules.h"
#include "model/rules/clauses.h"

namespace mirrorcheck::fuzz {
namespace {

using model::Arguments;
using model::Concrete;
using model::Mirror;
using model::Page;
using model::Rule;
using model::Task;

bool is_step(const Event& event, Rule rule) {
  return event.kind == Event::Kind::kStep && event.rule == rule;
}

// The step that was found wrong.
const Event* breaking(const BrokenRun& run) {
  const History& history = run.history;
  const auto last = std::find_if(history.rbegin(), history.rend(), [](const Event& event) {
    return event.kind == Event::Kind::kStep;
  });
  return last == history.rend() ? nullptr : &*last;
}

// The operation in which it was; null: none.
const impl::Operation* operation(const BrokenRun& run) {
  return run.verdict.place == 0 ? nullptr : run.scenario.operation(run.verdict.place);
}

bool is_in(const BrokenRun& run, impl::Call call) {
  const impl::Operation* const found = operation(run);
  return found != nullptr && found->call == call;
}

// The pages of the window that event number `i` is about.
model::PageRange pages_of_window(const History& history, std::size_t i) {
  const Arguments& about = history[i].arguments;
  while (i-- > 0) {
    if (is_step(history[i], Rule::kStart) && history[i].arguments.window == about.window) {
      return history[i].arguments.pages;
    }
  }
  return {Page{1}, Page{0}};
}

bool covers(model::PageRange pages, Page page) { return pages.first <= page && page <= pages.last; }

// The same, of whichever mm: what fork has left in both moves in both.
bool concerns(model::PageRange pages, Page page) {
  return model::index_of(pages.first) <= model::index_of(page) &&
         model::index_of(page) <= model::index_of(pages.last);
}

// Since when `mirror` has ignored a window of `task` that concerns the page, in the operation that
// event number `end` is in; `end`: it has not.
std::size_t ignored(const History& history, std::size_t end, Task task, Mirror mirror, Page page) {
  std::size_t since = end;
  for (std::size_t i = end; i-- > 0;) {
    const Event& event = history[i];
    if (event.task != task) continue;
    if (event.kind == Event::Kind::kBegin) break;
    if (is_step(event, Rule::kIgnore) && event.arguments.mirror == mirror &&
        concerns(pages_of_window(history, i), page)) {
      since = i;
    }
  }
  return since;
}

// Whether the page that the broken step is about was on its way into the memory of a device, whose
// driver has ignored that.
bool moves_ignored(const BrokenRun& run) {
  const Event* const step = breaking(run);
  if (step == nullptr || !is_in(run, impl::Call::kMigrateToDevice)) return false;
  const auto end = static_cast<std::size_t>(step - run.history.data());
  const auto mirror = Mirror(operation(run)->mirror);
  return ignored(run.history, end, step->task, mirror, step->arguments.page) != end;
}

// Told by the sequence where a subscription was hit, by the number of open windows where none was.
bool is_refused_start(const BrokenRun& run) {
  const model::Breach& breach = run.verdict.breach;
  return breach.rule == Rule::kStartFailed &&
         (breach.clause == &model::StartFailed<Concrete>::kBalanced ||
          breach.clause == &kActiveDiffers);
}

// The test driver ignores the windows of its own migrations to the device, and lets go of nothing
// instead.
bool is_kept_translation(const BrokenRun& run) {
  const model::Clause* const clause = run.verdict.breach.clause;
  return (clause == &model::Zap<Concrete>::kLetGo || clause == &model::Move<Concrete>::kLetGo) &&
         moves_ignored(run);
}

// Whether a section that began before event number `since`, or before the page was hidden after
// that, has installed the page between that and event number `end`.
bool installs_since(const History& history, std::size_t since, std::size_t end, Mirror mirror,
                    Page page) {
  std::size_t hidden = since;
  while (hidden < end &&
         !(is_step(history[hidden], Rule::kHide) &&
           concerns({history[hidden].arguments.page, history[hidden].arguments.page}, page))) {
    ++hidden;
  }
  if (hidden == end) hidden = since;
  for (std::size_t i = since; i < end; ++i) {
    const Arguments& about = history[i].arguments;
    if (!is_step(history[i], Rule::kInstall) || about.mirror != mirror ||
        !concerns(about.pages, page)) {
      continue;
    }
    std::size_t begun = i;
    while (begun > 0 &&
           !(is_step(history[begun], Rule::kReadBegin) && history[begun].task == history[i].task)) {
      --begun;
    }
    if (begun < hidden) return true;
  }
  return false;
}

// Nor does it disturb the sections that have walked what moves, be it to the device or back. One of
// them may have installed the page by then.
bool is_undisturbed_section(const BrokenRun& run) {
  const Event* const step = breaking(run);
  const model::Clause* const clause = run.verdict.breach.clause;
  if (step == nullptr ||
      (clause != &model::Move<Concrete>::kNotWalked && clause != &model::Move<Concrete>::kLetGo)) {
    return false;
  }
  const Page page = step->arguments.page;
  const auto end = static_cast<std::size_t>(step - run.history.data());
  for (unsigned i = 0; i < model::kMirrors; ++i) {
    const auto mirror = Mirror(i);
    const std::size_t since = ignored(run.history, end, step->task, mirror, page);
    if (since != end && (clause == &model::Move<Concrete>::kNotWalked ||
                         installs_since(run.history, since, end, mirror, page))) {
      return true;
    }
  }
  return false;
}

// By the time when the page moves, be it to the device or back, the driver has let go for another
// reason; what the device stored after the page was copied is lost.
bool is_lost_store(const BrokenRun& run) {
  const Event* const step = breaking(run);
  if (step == nullptr || run.verdict.breach.clause != &kMemoryDiffers ||
      run.verdict.breach.rule != Rule::kMove) {
    return false;
  }
  const Page page = step->arguments.page;
  const auto end = static_cast<std::size_t>(step - run.history.data());
  return std::any_of(run.history.begin(), run.history.begin() + static_cast<std::ptrdiff_t>(end),
                     [&](const Event& event) {
                       const Arguments& about = event.arguments;
                       if (!is_step(event, Rule::kDeviceAccess) || !about.write ||
                           !concerns({about.page, about.page}, page)) {
                         return false;
                       }
                       const auto at = static_cast<std::size_t>(&event - run.history.data());
                       return ignored(run.history, end, step->task, about.mirror, page) < at;
                     });
}

// It programs what it has moved, or made exclusive, without a section.
bool is_programmed_blindly(const BrokenRun& run) {
  const model::Clause* const clause = run.verdict.breach.clause;
  return (clause == &model::Program<Concrete>::kItsOwn ||
          clause == &model::Program<Concrete>::kNotTold) &&
         (is_in(run, impl::Call::kMigrateToDevice) || is_in(run, impl::Call::kDeviceExclusive) ||
          is_in(run, impl::Call::kDeviceAtomic));
}

// What it brings back to RAM it takes from the device without the update lock, under which the
// device may be using it. Who touches the page may be the child of a fork, of whose windows the
// driver hears nothing: it takes from the device what the parent has in that place by then.
bool is_taken_without_lock(const BrokenRun& run) {
  const Event* const step = breaking(run);
  if (step == nullptr || run.verdict.breach.clause != &model::DeviceAccess<Concrete>::kPresent) {
    return false;
  }
  const Arguments& access = step->arguments;
  for (auto i = static_cast<std::size_t>(step - run.history.data()); i-- > 0;) {
    const Event& event = run.history[i];
    if (event.kind != Event::Kind::kStep || event.arguments.mirror != access.mirror) continue;
    if (event.rule == Rule::kInvalidate && covers(pages_of_window(run.history, i), access.page)) {
      return false;
    }
    if (event.rule == Rule::kProgram && event.arguments.page == access.page) {
      const bool of_another_mm =
          run.scenario.layout.mm_of_task.at(static_cast<std::size_t>(event.task)) !=
          model::mm_of(access.page);
      return event.arguments.frame == model::kNoFrame && event.task != step->task &&
             (of_another_mm ||
              ignored(run.history, i, event.task, access.mirror, access.page) != i);
    }
  }
  return false;
}

// hmm_range_fault calls a page in the driver's own memory valid that may not be written, whatever
// was asked for.
bool is_read_only_device_page(const BrokenRun& run) {
  const Event* const step = breaking(run);
  if (step == nullptr || run.verdict.breach.clause != &model::WalkPage<Concrete>::kDecision) {
    return false;
  }
  const Arguments& answer = step->arguments;
  return answer.outcome == model::Outcome::kValid && answer.write && !answer.flag &&
         model::is_device(answer.frame) && model::owner_of(answer.frame) == answer.mirror;
}

// The page was of hugetlb before the step that was found wrong.
bool was_of_hugetlb(const BrokenRun& run, const Event& step, Page page) {
  for (auto i = static_cast<std::size_t>(&step - run.history.data()); i-- > 0;) {
    const Event& event = run.history[i];
    if (is_step(event, Rule::kMap) && covers(event.arguments.pages, page)) {
      return event.arguments.area == model::Area::kHugetlb;
    }
  }
  return false;
}

// hmm_range_fault asks of the first page of a huge page, of those in its range, what is required,
// and answers the same of the others.
bool is_asked_of_first_page(const BrokenRun& run) {
  const Event* const step = breaking(run);
  if (step == nullptr || run.verdict.breach.clause != &model::WalkPage<Concrete>::kDecision ||
      !is_in(run, impl::Call::kDeviceFault)) {
    return false;
  }
  const Page page = step->arguments.page;
  const model::Outcome outcome = step->arguments.outcome;
  return (outcome == model::Outcome::kValid || outcome == model::Outcome::kNothing) &&
         step->arguments.required && model::place_of(page) != 0 &&
         model::index_of(page) > operation(run)->page && was_of_hugetlb(run, *step, page);
}

// What hmm_range_fault finds in its own memory the driver takes for memory that has an address.
bool is_page_without_address(const BrokenRun& run) {
  return run.verdict.breach.clause == &kComplaint &&
         run.verdict.detail.find("is_zone_device_page(page)") != std::string::npos;
}

// HMM_DMIRROR_RELEASE waits for pages that it could not move, which nobody frees.
bool is_release_for_ever(const BrokenRun& run) {
  return run.verdict.breach.clause == &kStuck && is_in(run, impl::Call::kDeviceRelease) &&
         run.verdict.detail.find("waits for driver lock") != std::string::npos;
}

// Those who touch a page in a device's memory at once keep it there with their references: the last
// steps are those of tasks that take the entry of a page away, in a window for that, and put it
// back, two or more for each page, and no page moves. Whether a mirror is still there does not
// matter.
bool is_fault_for_ever(const BrokenRun& run) {
  constexpr std::size_t kLast = 1000;
  const model::Clause* const clause = run.verdict.breach.clause;
  if ((clause != &kNeverEnds && clause != &kFaultNeverEnds) || run.history.size() < kLast) {
    return false;
  }
  std::map<Page, std::set<Task>> tasks;
  for (std::size_t i = run.history.size() - kLast; i < run.history.size(); ++i) {
    const Event& event = run.history[i];
    if (event.kind != Event::Kind::kStep) continue;
    if (event.rule == Rule::kMove) return false;
    if (event.rule != Rule::kStart || event.arguments.event != model::WindowEvent::kMigrate) {
      continue;
    }
    const model::PageRange window = event.arguments.pages;
    if (window.first != window.last) return false;
    tasks[window.first].insert(event.task);
  }
  return !tasks.empty() && std::all_of(tasks.begin(), tasks.end(),
                                       [](const auto& page) { return page.second.size() > 1; });
}

// The driver hands out pages of a chunk that another task has freed meanwhile.
bool is_freed_chunk(const BrokenRun& run) {
  return run.verdict.breach.clause == &kComplaint &&
         run.verdict.detail.find("of a chunk that it has freed") != std::string::npos;
}

// The driver lets go of what its device has written without having marked it dirty.
bool is_unmarked(const BrokenRun& run) { return run.verdict.breach.clause == &model::kMarked; }

struct Known {
  std::string_view folder;
  bool (*is)(const BrokenRun&);
};
constexpr std::array kAll{
    Known{"I5-classic-notifier-refuses", is_refused_start},
    Known{"P3-migration-keeps-translations", is_kept_translation},
    Known{"P3-migration-keeps-translations", is_undisturbed_section},
    Known{"P3-migration-keeps-translations", is_lost_store},
    Known{"P6-programs-without-a-section", is_programmed_blindly},
    Known{"D1-takes-back-without-the-lock", is_taken_without_lock},
    Known{"F6-read-only-device-page", is_read_only_device_page},
    Known{"F3-hugetlb-asks-for-the-first-page", is_asked_of_first_page},
    Known{"F5-device-page-has-no-address", is_page_without_address},
    Known{"L4-release-waits-for-ever", is_release_for_ever},
    Known{"L1-faults-keep-each-other-from-moving", is_fault_for_ever},
    Known{"P1-chunk-freed-while-made", is_freed_chunk},
    Known{"D6-writes-not-marked", is_unmarked},
};

}  // namespace

std::string_view known_as(const BrokenRun& run) {
  if (run.verdict.kind != VerdictKind::kViolated) return "";
  const auto known =
      std::find_if(kAll.begin(), kAll.end(), [&](const Known& each) { return each.is(run); });
  return known == kAll.end() ? "" : known->folder;
}

void note_known(const impl::World& world, const Scenario& scenario, const History& history,
                Verdict& verdict) {
  if (!world.known_triggers().empty()) verdict.known = known_as({scenario, verdict, history});
}

}  // namespace mirrorcheck::fuzz
