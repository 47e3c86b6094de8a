#include "fuzz/tool/attack_scenario.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <array>
#include <bit>
#include <vector>

#include "fuzz/directed/search.h"
#include "fuzz/explain/phrases.h"
#include "fuzz/harness/describe.h"
#include "fuzz/scenario/text.h"
#include "proofs/explore/reorder.h"

namespace mirrorcheck::tool {
namespace {

namespace explore = proofs::explore;
using model::Rule;

// More than that is another story.
constexpr unsigned kMostMissed = 5;

std::array<impl::FileLayout, model::kFiles> files_of(const explore::Attack& attack) {
  bool dax = false;
  for (const explore::ExploreStep& step : attack.trace) {
    dax = dax || is_block(step.arguments.frame) ||
          (step.rule == Rule::kMap && step.arguments.area == model::Area::kDax);
  }
  std::array<impl::FileLayout, model::kFiles> files{};
  for (unsigned f = 0; f < attack.world.files; ++f) {
    files[f] = {.dax = dax,
                .exists = true,
                .size = static_cast<std::uint8_t>(attack.world.file_pages * model::kCellsPerPage)};
  }
  return files;
}

// A callback refuses because a device fault that is about to install has the update lock.
void hold_the_lock_over_refusals(std::vector<fuzz::WantedStep>& wanted) {
  const auto is = [](Rule rule) {
    return [rule](const fuzz::WantedStep& step) { return step.rule == rule; };
  };
  const auto refuses = std::find_if(wanted.begin(), wanted.end(), is(Rule::kRefuse));
  const auto starts = std::find_if(wanted.begin(), wanted.end(), is(Rule::kStart));
  const auto inserts = std::find_if(wanted.begin(), wanted.end(), is(Rule::kInsert));
  if (refuses == wanted.end() || starts == wanted.end() || inserts == wanted.end()) return;
  model::Arguments section;
  section.task = model::Task(model::kTasks - 1);  // who is in no section of the attack
  section.mirror = refuses->arguments.mirror;
  section.pages = inserts->arguments.pages;
  section.page = section.pages.first;
  wanted.insert(starts, {{Rule::kReadBegin, section}, {Rule::kReadRetry, section}});
}

// What a step does not say, but the operation that takes it has to: the pages of a section, whose
// page it was that is freed.
class Context {
 public:
  void complete(Rule rule, model::Arguments& a) {
    switch (rule) {
      case Rule::kInsert:
        interval_ = a.pages;
        break;
      case Rule::kReadBegin:
      case Rule::kReadRetry:
        a.pages = interval_;
        a.page = a.pages.first;
        break;
      case Rule::kPopulate:
        populated_ = a.page;
        break;
      case Rule::kFill:
        filled_ = a.file_page;
        break;
      case Rule::kFree:
      case Rule::kBreak:
        a.page = populated_;
        a.file_page = filled_;
        break;
      case Rule::kDisconnect:
        a.file = file_of(a.file_page);
        break;
      default:
        break;
    }
  }

 private:
  model::PageRange interval_{};
  model::Page populated_{};
  model::FilePage filled_{};
};

// A window is over something.
void map_what_windows_are_over(std::vector<fuzz::WantedStep>& wanted) {
  const auto maps = [](model::PageRange pages) {
    return [pages](const fuzz::WantedStep& step) {
      return step.rule == Rule::kMap && step.arguments.pages.first <= pages.last &&
             pages.first <= step.arguments.pages.last;
    };
  };
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].rule != Rule::kStart) continue;
    const model::Arguments start = wanted[i].arguments;
    if (std::any_of(wanted.begin(), wanted.end(), maps(start.pages))) continue;
    model::Arguments map;
    map.mm = start.mm;
    map.pages = start.pages;
    map.area = model::Area::kAnon;
    wanted.insert(wanted.begin(), {Rule::kMap, map});
    ++i;
  }
}

std::vector<fuzz::WantedStep> wanted_of(const explore::Attack& attack) {
  std::vector<fuzz::WantedStep> wanted;
  Context context;
  const Rule forbidden = explore::parse_drop(attack.drop).rule;
  for (const explore::ExploreStep& step : explore::prepared_first(attack)) {
    if (fuzz::is_incidental(step.rule)) continue;
    wanted.push_back({step.rule, step.arguments, step.rule == forbidden});
    context.complete(step.rule, wanted.back().arguments);
  }
  // The first notifier comes with the first subscription, where nothing is between them.
  for (std::size_t i = 0; i + 1 < wanted.size(); ++i) {
    if (wanted[i].rule != Rule::kPublish) continue;
    const auto insert =
        std::find_if(wanted.begin(), wanted.end(),
                     [](const fuzz::WantedStep& step) { return step.rule == Rule::kInsert; });
    if (insert == wanted.end()) continue;
    wanted[i].arguments.mirror = insert->arguments.mirror;
    wanted[i].arguments.pages = insert->arguments.pages;
  }
  map_what_windows_are_over(wanted);
  hold_the_lock_over_refusals(wanted);
  return wanted;
}

void comment(std::string& out, const std::string& line) { absl::StrAppend(&out, "# ", line, "\n"); }

std::string story(const explore::Attack& attack) {
  const explore::Drop drop = explore::parse_drop(attack.drop);
  const std::string rule(model::rule_name(drop.rule));
  const model::PropertyInfo& property = explore::broken_property(attack);
  const std::string harm =
      absl::StrCat(std::string(property.id), ", ", std::string(property.meaning), ".");
  std::string out;
  comment(out, absl::StrCat("Attack ", attack.drop));
  if (drop.field.empty()) {
    const std::size_t i = static_cast<std::size_t>(std::countr_zero(drop.clauses));
    const model::Clause& clause = *explore::clauses_of(drop.rule)[i];
    comment(out, absl::StrCat("The contract forbids, by its ", std::string(clause.id), " in ", rule,
                              ":"));
    comment(out, absl::StrCat("  ", std::string(clause.sentence), "."));
    comment(out, absl::StrCat("If it did not: ", harm));
  } else {
    comment(out, absl::StrCat("The contract has ", rule, " change ", drop.field, "."));
    comment(out, absl::StrCat("If that were left out: ", harm));
  }
  comment(out, absl::StrCat("The shortest way to harm has ", attack.trace.size(),
                            attack.trace.size() == 1 ? " step:" : " steps:"));
  unsigned number = 0;
  for (const explore::ExploreStep& step : attack.trace) {
    comment(out,
            absl::StrFormat("%4u  %-44s %s", ++number, fuzz::describe(step.rule, step.arguments),
                            std::string(fuzz::phrase(step.rule))));
  }
  return out;
}

std::string summary_of(const fuzz::Directed& directed,
                       const std::vector<fuzz::WantedStep>& wanted) {
  if (directed.missed.empty()) {
    return absl::StrCat("all ", wanted.size(), " steps in their order");
  }
  std::vector<std::string> names;
  names.reserve(directed.missed.size());
  for (const std::size_t i : directed.missed) {
    names.emplace_back(model::rule_name(wanted[i].rule));
  }
  return absl::StrCat(
      wanted.size() - directed.missed.size(), " of ", wanted.size(),
      " steps in their order; earlier, later or not at all: ", absl::StrJoin(names, ", "));
}

}  // namespace

AttackScenario scenario_of(const explore::Attack& attack, impl::World& reference) {
  const std::vector<fuzz::WantedStep> wanted = wanted_of(attack);
  fuzz::DirectedSearch search(reference);
  const std::optional<fuzz::Directed> directed = search.find(wanted, files_of(attack), kMostMissed);
  if (!directed) return {.text = "", .summary = "no operations of the reference take these steps"};
  fuzz::Scenario scenario = directed->scenario;
  scenario.expectations.verdict = fuzz::ExpectedVerdict::kHolds;
  std::string text = fuzz::format(scenario);
  std::string told = story(attack);
  const std::string summary = summary_of(*directed, wanted);
  comment(told,
          "The reference keeps the contract. Under this schedule it takes, locks and the free");
  comment(told, absl::StrCat("list left aside, ", summary, "."));
  text.insert(text.find('\n') + 1, told);
  return {.text = text, .summary = summary};
}

}  // namespace mirrorcheck::tool
